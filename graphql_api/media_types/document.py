"""Documents over GraphQL."""

import strawberry

from domain.errors import Invalid, LimitExceeded
from domain.metadata import LONGEST_EXCERPT
from graphql_api.declare import derived, relation_one
from graphql_api.media import Media
from graphql_api.metadata import MediaMetadata


def start_of(text: str | None, max_chars: int | None = 500) -> str | None:
    """So many characters of a text. Raises LimitExceeded for more than are read, Invalid for less than none."""
    most = 500 if max_chars is None else max_chars
    if most < 0:
        raise Invalid("maxChars is 0 or more.", path=("maxChars",))
    if most > LONGEST_EXCERPT:
        raise LimitExceeded(f"maxChars is at most {LONGEST_EXCERPT:,}.", limit=LONGEST_EXCERPT, actual=most, path=("maxChars",))
    return None if text is None else text[:most]


@strawberry.type(description="What was read out of a document.")
class DocumentMetadata(MediaMetadata):
    page_count: int | None = strawberry.field(description="How many pages.")
    word_count: int | None = strawberry.field(description="How many words.")
    title: str | None = strawberry.field(description="The title it gives itself.")
    author: str | None = strawberry.field(description="The author it names.")
    language: str | None = strawberry.field(description="The language it declares, as a BCP 47 tag.")
    is_encrypted: bool | None = strawberry.field(description="Whether a password locks it.")

    text_excerpt = derived(
        "media.text", start_of, needs="text", key="media_id", graphql_type=str | None,
        description="The start of its words; null where none were found. At most 10,000 characters.",
    )  # fmt: skip


@strawberry.type(description="A document: what has pages or words.")
class Document(Media):
    page_count: int | None = strawberry.field(description="How many pages; null until it is probed.")
    metadata = relation_one(
        "media_types.document.DocumentMetadata", "media.metadata", required=True, description="What was read out of the file."
    )

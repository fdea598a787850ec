"""Documents over GraphQL."""

from typing import Any

import strawberry

import domain
from domain.errors import LimitExceeded
from domain.metadata import LONGEST_EXCERPT
from graphql_api.context import Info
from graphql_api.declare import relation_one
from graphql_api.fields import Relation
from graphql_api.media import Media
from graphql_api.metadata import MediaMetadata

TEXT = Relation("media.text", key="media_id")


@strawberry.type(description="What was read out of a document.")
class DocumentMetadata(MediaMetadata):
    page_count: int | None = strawberry.field(description="How many pages.")
    word_count: int | None = strawberry.field(description="How many words.")
    title: str | None = strawberry.field(description="The title it gives itself.")
    author: str | None = strawberry.field(description="The author it names.")
    language: str | None = strawberry.field(description="The language it declares, as a BCP 47 tag.")
    is_encrypted: bool | None = strawberry.field(description="Whether a password locks it.")

    @strawberry.field(description="The start of its words; null where none were found. At most 10,000 characters.")
    async def text_excerpt(self, info: Info, max_chars: int | None = 500) -> str | None:
        root: Any = self
        most = 500 if max_chars is None else max_chars
        if not 0 <= most <= LONGEST_EXCERPT:
            raise LimitExceeded(f"maxChars is 0 to {LONGEST_EXCERPT:,}.", limit=LONGEST_EXCERPT, actual=most)
        found: domain.MediaText | None = await info.context.one(TEXT, root.media_id)
        return found.text[:most] if found else None


@strawberry.type(description="A document: what has pages or words.")
class Document(Media):
    page_count: int | None = strawberry.field(description="How many pages; null until it is probed.")
    metadata = relation_one(
        "media_types.document.DocumentMetadata", "media.metadata", required=True, description="What was read out of the file."
    )

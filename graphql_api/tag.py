"""Tags over GraphQL."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import strawberry

import domain
from domain.changes import now
from domain.errors import Fault, Invalid, LimitExceeded
from domain.media import Outcome
from domain.ports import Work
from domain.search import EVERYTHING, Compare
from domain.tag import MOST_TAGS, create_tag, delete_tags, tag_media, untag_media, update_tag
from domain.text import comparable, fold
from graphql_api.bulk import BulkPayload, MediaSelection, in_bulk, limited
from graphql_api.connection import Connection, Edge, NamedAsEntity
from graphql_api.context import Info
from graphql_api.declare import count, id_of, linked, relation, relation_one
from graphql_api.errors import Done, Payload, done
from graphql_api.fields import Wish
from graphql_api.input import changes, present
from graphql_api.relay import Node

TEXTS = ("description", "color", "category")


@strawberry.type(description="A word that people, or processors, put on media.")
class Tag(NamedAsEntity, Node):
    id = id_of("Tag")
    name: str = strawberry.field(description="Unique in its library, whatever its case.")
    slug: str = strawberry.field(description="The name for use in an address.")
    description: str | None = strawberry.field(description="What it means.")
    color: str | None = strawberry.field(description="As #rrggbb.")
    category: str | None = strawberry.field(description="What sort of tag it is.")
    media_count = count("tag.media", description="How many media wear it that are not in the trash.")
    media = relation("media.MediaConnection", "tag.media", description="The media that wear it, newest first.")
    version: int = strawberry.field(description="Grows with every edit of its own fields; send it as `ifVersion`.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it last changed.")


@strawberry.type(description="A tag in a list, and where it stands.")
class TagEdge(Edge):
    node: Tag = strawberry.field(description="The tag.")


@strawberry.type(description="A page of tags.")
class TagConnection(Connection):
    edges: list[TagEdge] = strawberry.field(description="The tags of this page with their places.")
    nodes: list[Tag] = strawberry.field(description="The tags of this page.")


@strawberry.type(description="A tag on a media: since when, and who says so.")
class MediaTagEdge(Edge):
    node: Tag = strawberry.field(description="The tag.")
    source: domain.MetadataSource = linked("source", graphql_type=domain.MetadataSource, description="Who says so.")
    confidence: float | None = linked("confidence", graphql_type=float | None, description="How surely, 0 to 1.")
    tagged_at: datetime = linked("tagged_at", graphql_type=datetime, description="Since when.")


@strawberry.type(description="A page of the tags of a media.")
class MediaTagConnection(Connection):
    edges: list[MediaTagEdge] = strawberry.field(description="The tags of this page with their places.")
    nodes: list[Tag] = strawberry.field(description="The tags of this page.")


@strawberry.input(description="Narrows a list of tags; every field given must hold.")
class TagFilter:
    prefix: str | None = strawberry.field(default=None, description="The name begins so, whatever its case.")


def tags_wish(first: int | None = 50, after: str | None = None, filter: TagFilter | None = None) -> Wish:
    """What the arguments of a list of tags ask for."""
    prefix = filter.prefix if filter else None
    sought = fold(comparable(prefix or "", "filter", "prefix"))
    named = Compare("folded_name", "starts_with", sought) if prefix else EVERYTHING
    return Wish(first=50 if first is None else first, after=after, filter=named)


def tag_wish(id: strawberry.ID | None = None, slug: str | None = None) -> Wish:
    """The one tag an id or a slug names. Raises Invalid unless one of them is given."""
    if (id is None) == (slug is None):
        raise Invalid("Give an id or a slug.")
    sought = ("slug", comparable(slug, "slug")) if slug is not None else ("id", domain.key_of("Tag", id or ""))
    return Wish(first=1, filter=Compare(sought[0], "eq", sought[1]))


@strawberry.type
class TagQuery:
    tag = relation_one("tag.Tag", "library.tags", wish=tag_wish, description="One tag, by its id or its slug.")
    tags = relation("tag.TagConnection", "library.tags", wish=tags_wish, description="The tags of the library, by name.")


@strawberry.input(description="A tag to be.")
class CreateTagInput:
    name: str = strawberry.field(description="1 to 50 characters; white space is folded.")
    description: str | None = None
    color: str | None = strawberry.field(default=None, description="As #rrggbb.")
    category: str | None = None


@strawberry.input(description="What to change: absent leaves a value, null clears it.")
class TagPatch:
    name: strawberry.Maybe[str | None]
    description: strawberry.Maybe[str | None]
    color: strawberry.Maybe[str | None]
    category: strawberry.Maybe[str | None]


@strawberry.input(description="One tag and what to change of it.")
class UpdateTagInput:
    id: strawberry.ID
    patch: TagPatch
    if_version: int | None = strawberry.field(default=None, description="Refuse if it is at another version.")


@strawberry.input(description="Which tags to delete.")
class DeleteTagsInput:
    ids: list[strawberry.ID] | None = strawberry.field(default=None, description="These.")
    unused: bool | None = strawberry.field(default=None, description="Every tag that no media wears.")


@strawberry.input(description="Media, and tags by id or by name; a name that no tag has becomes one.")
class TagMediaInput:
    selection: MediaSelection
    tag_ids: list[strawberry.ID] | None = None
    tag_names: list[str] | None = None
    source: domain.MetadataSource | None = strawberry.field(default=domain.MetadataSource.MANUAL, description="Who says so.")
    confidence: float | None = strawberry.field(default=None, description="How surely, 0 to 1.")


@strawberry.input(description="Media, and tags by id or by name.")
class UntagMediaInput:
    selection: MediaSelection
    tag_ids: list[strawberry.ID] | None = None
    tag_names: list[str] | None = None


@strawberry.type(description="One tag, or why it was not changed.")
class TagPayload(Payload):
    tag: Tag | None = relation_one("tag.Tag", "tag.itself", key="key", description="The tag as it is now.")


@strawberry.type(description="What was deleted, or why nothing was.")
class DeletePayload(Payload):
    deleted_ids: list[strawberry.ID] = strawberry.field(description="The ids of what is gone; unknown ones are left out.")


async def deleted(info: Info, name: str, change: Callable[[Work], Awaitable[list[domain.Id]]]) -> Done:
    """The payload of a deletion of things called `name`."""
    result = await info.context.write(change)
    if isinstance(result, Fault):
        return Done(faults=[result], figures={"deleted_ids": []})
    return Done(figures={"deleted_ids": [domain.global_id(name.encode(), key) for key in result]})


def worn(given: TagMediaInput | UntagMediaInput) -> tuple[list[domain.Id], list[str]]:
    """The tags an input names, by key and by name. Raises LimitExceeded for more than a media can wear."""
    names = given.tag_names or []
    if len(names) > MOST_TAGS:
        raise LimitExceeded(f"At most {MOST_TAGS} names.", limit=MOST_TAGS, actual=len(names), path=("input", "tagNames"))
    return limited("Tag", given.tag_ids or [], "input", "tagIds", most=MOST_TAGS), names


@strawberry.type
class TagMutation:
    @strawberry.mutation(description="Adds a tag.")
    async def create_tag(self, info: Info, input: CreateTagInput) -> TagPayload:
        result = await info.context.write(lambda work: create_tag(work.tags, present(input, "name", *TEXTS)))
        return done(result if isinstance(result, Fault) else result.id)  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Edits a tag.")
    async def update_tag(self, info: Info, input: UpdateTagInput) -> TagPayload:
        key, patch = domain.key_of("Tag", input.id), changes(input.patch)
        result = await info.context.write(lambda work: update_tag(work.tags, key, patch, input.if_version))
        return done(result if isinstance(result, Fault) else key)  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Deletes tags, and takes them off the media that wear them.")
    async def delete_tags(self, info: Info, input: DeleteTagsInput) -> DeletePayload:
        async def delete(work: Work) -> list[domain.Id]:
            return await delete_tags(work.tags, limited("Tag", input.ids or [], "input", "ids"), unused=bool(input.unused))

        return await deleted(info, "Tag", delete)  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Puts tags on media.")
    async def tag_media(self, info: Info, input: TagMediaInput) -> BulkPayload:
        async def change(work: Work, ids: list[domain.Id]) -> list[Outcome]:
            link = domain.MediaTag(
                source=input.source or domain.MetadataSource.MANUAL, confidence=confidence(input.confidence), tagged_at=now()
            )
            return await tag_media(work.tags, work.media, ids, *worn(input), link)

        return await in_bulk(info, input.selection, change)  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Takes tags off media.")
    async def untag_media(self, info: Info, input: UntagMediaInput) -> BulkPayload:
        async def change(work: Work, ids: list[domain.Id]) -> list[Outcome]:
            return await untag_media(work.tags, work.media, ids, *worn(input))

        return await in_bulk(info, input.selection, change)  # pyright: ignore[reportReturnType]


def confidence(given: float | None) -> float | None:
    """Raises Invalid unless it is 0 to 1."""
    if given is not None and not 0 <= given <= 1:
        raise Invalid("A confidence is 0 to 1.", path=("input", "confidence"))
    return given

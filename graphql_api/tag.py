"""Tags over GraphQL."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Annotated, Any

import strawberry

import domain
from domain.changes import now
from domain.errors import Fault, Invalid, LimitExceeded
from domain.media import Outcome
from domain.ports import Work
from domain.reading import Order, TrashScope
from domain.search import All, AnyOf, Compare, Filter, Operator, Related
from domain.tag import (
    MOST_TAGS,
    Merged,
    TagDeletePolicy,
    create_tag,
    delete_tags,
    merge_tags,
    tag_media,
    untag_media,
    update_tag,
)  # fmt: skip
from domain.text import comparable, fold
from graphql_api.bulk import BulkInput, BulkPayload, in_bulk
from graphql_api.connection import Connection, Edge, NamedAsEntity
from graphql_api.context import Info
from graphql_api.declare import id_of, linked, relation, relation_list, relation_one, tallied
from graphql_api.errors import Done, Payload, done
from graphql_api.fields import Wish
from graphql_api.id_list import IdListPatch, list_change
from graphql_api.idempotency import Repeatable, wanted_once
from graphql_api.input import changes, present, sparse
from graphql_api.media import media_wish
from graphql_api.relay import Node
from graphql_api.search import MediaFilter, MediaOrder, OrderDirection
from graphql_api.search.filter import compared
from graphql_api.search.operators import StringFilter
from graphql_api.selection import limited

TEXTS = ("description", "color", "category")
BELOW = "tag.media_below"
WORDS: dict[str, Operator] = {"prefix": "starts_with", "search": "contains"}
"""Fields of the filter that names and aliases are compared with."""


def media_of_tag_wish(
    first: int | None = None, after: str | None = None, last: int | None = None, before: str | None = None,
    filter: MediaFilter | None = None, order_by: list[MediaOrder] | None = None, trash: TrashScope | None = TrashScope.EXCLUDE,
    with_descendants: bool | None = False,  # noqa: FBT001, FBT002 - an argument of GraphQL
) -> Wish:  # fmt: skip
    """What the arguments of the media of a tag ask for."""
    return replace(media_wish(first, after, last, before, filter, order_by, trash), through=BELOW if with_descendants else None)


def media_count_wish(with_descendants: bool | None = False) -> Wish:  # noqa: FBT001, FBT002
    """What the argument of the count of a tag's media asks for."""
    return Wish(through=BELOW if with_descendants else None)


@strawberry.type(description="A word that people, or processors, put on media.")
class Tag(NamedAsEntity, Node):
    id = id_of("Tag")
    name: str = strawberry.field(description="Unique in its library, whatever its case.")
    slug: str = strawberry.field(description="The name for use in an address.")
    description: str | None = strawberry.field(description="What it means.")
    color: str | None = strawberry.field(description="As #rrggbb.")
    category: str | None = strawberry.field(description="What sort of tag it is.")
    aliases: list[str] = strawberry.field(description="Other words it is found by; none is the name or alias of another.")
    parent: "Tag | None" = relation_one("tag.Tag", "tag.itself", key="parent_id", description="The tag right above it.")
    path: str = strawberry.field(description="The slugs from the top of the tree down to its own, joined by slashes.")
    depth: int = strawberry.field(description="How many tags are above it.")
    ancestors = relation_list("tag.Tag", "tag.ancestors", description="The tags above it, from the top.")
    children = relation("tag.TagConnection", "tag.children", page=50, description="The tags right below it, by name.")
    implies = relation_list("tag.Tag", "tag.implies", description="Tags that are put on a media whenever this one is.")
    media_count = tallied(
        "media_count", "tag.media", wish=media_count_wish, description="How many media wear it that are not in the trash."
    )
    media = relation(
        "media.MediaConnection",
        "tag.media",
        wish=media_of_tag_wish,
        description="The media that wear it, newest first unless ordered.",
    )
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


@sparse
@strawberry.input(description="Narrows a list of tags; every field given must hold.")
class TagFilter:
    prefix: str | None = strawberry.field(default=None, description="The name or an alias begins so, whatever its case.")
    search: str | None = strawberry.field(default=None, description="The name or an alias has this in it, whatever its case.")
    category: StringFilter | None = strawberry.field(default=None, description="By what sort of tag it is.")
    parent: strawberry.ID | None = strawberry.field(default=None, description="Lies right below this one.")
    roots_only: bool | None = strawberry.field(default=None, description="Lies below none; false: below some.")
    unused: bool | None = strawberry.field(
        default=None, description="No media wears it, nor a tag below it, the trash included; false: some does."
    )


@strawberry.enum(description="What tags can be ordered by.")
class TagOrderField(Enum):
    NAME = "folded_name"
    MEDIA_COUNT = "media_count"
    CREATED_AT = "created_at"


@strawberry.input(description="An order of tags; the id breaks ties.")
class TagOrder:
    field: TagOrderField
    direction: OrderDirection = OrderDirection.ASC


def tags_wish(
    first: int | None = 50, after: str | None = None, filter: TagFilter | None = None, order_by: TagOrder | None = None
) -> Wish:  # fmt: skip
    """What the arguments of a list of tags ask for."""
    order = (Order(field=order_by.field.value, descending=order_by.direction is OrderDirection.DESC),) if order_by else ()
    wanted = All(tuple(narrowing(filter))) if filter else All()
    return Wish(first=50 if first is None else first, after=after, filter=wanted, order=order)


def narrowing(given: TagFilter) -> Iterator[Filter]:
    for name, operator in WORDS.items():
        if sought := fold(comparable(getattr(given, name) or "", "filter", name)):
            yield AnyOf((Compare("folded_name", operator, sought), Compare("alias", operator, sought)))
    if given.category:
        yield from compared("category", given.category)
    if given.parent is not None:
        yield Compare("parent_key", "eq", domain.key_of("Tag", given.parent))
    if given.roots_only is not None:
        yield Compare("parent_id", "is_null", given.roots_only)
    if given.unused is not None:
        yield Related("media", "is_empty", given.unused, deep=True)


def tag_wish(
    id: strawberry.ID | None = None,
    slug: str | None = None,
    path: Annotated[str | None, strawberry.argument(description="The slugs from the top down to its own.")] = None,
) -> Wish:
    """The one tag an id, a slug or a path names. Raises Invalid unless one of them is given."""
    given = [one for one in (id, slug, path) if one is not None]
    if len(given) != 1:
        raise Invalid("Give an id, a slug or a path.")
    if id is not None:
        sought: Filter = Compare("known_key", "eq", domain.key_of("Tag", id))
    elif slug is not None:
        sought = Compare("slug", "eq", comparable(slug, "slug"))
    else:  # its last part is the slug, which has an index
        whole = comparable(given[0], "path")
        sought = All((Compare("slug", "eq", whole.rpartition("/")[2]), Compare("path", "eq", whole)))
    return Wish(first=1, filter=sought)


@strawberry.type
class TagQuery:
    tag = relation_one(
        "tag.Tag", "library.tags", wish=tag_wish,
        description="One tag, by its id or that of a tag that was merged into it, by its slug or its path.",
    )  # fmt: skip
    tags = relation("tag.TagConnection", "library.tags", wish=tags_wish, description="The tags of the library, by name.")


@strawberry.input(description="A tag to be.")
class CreateTagInput(Repeatable):
    name: str = strawberry.field(description="1 to 50 characters; white space is folded.")
    parent: strawberry.ID | None = strawberry.field(default=None, description="The tag it is to lie below.")
    description: str | None = None
    color: str | None = strawberry.field(default=None, description="As #rrggbb.")
    category: str | None = None
    aliases: list[str] | None = None
    implies: list[strawberry.ID] | None = strawberry.field(default=None, description="Tags to be put on media with it.")


@strawberry.input(description="What to change: absent leaves a value, null clears it.")
class TagPatch:
    name: strawberry.Maybe[str | None]
    parent: strawberry.Maybe[strawberry.ID | None] = strawberry.field(
        description="The tag to hang it below, with all below it; null puts it at the top."
    )
    description: strawberry.Maybe[str | None]
    color: strawberry.Maybe[str | None]
    category: strawberry.Maybe[str | None]
    aliases: strawberry.Maybe[list[str] | None]
    implies: strawberry.Maybe[IdListPatch | None] = strawberry.field(description="Tags to be put on media with it.")


@strawberry.input(description="One tag and what to change of it.")
class UpdateTagInput(Repeatable):
    id: strawberry.ID
    patch: TagPatch
    if_version: int | None = None


@strawberry.input(description="Tags to make into one.")
class MergeTagsInput:
    sources: list[strawberry.ID] = strawberry.field(description="Those that are gone afterwards; their ids mean the other one.")
    into: strawberry.ID = strawberry.field(description="The one that stays.")
    keep_names_as_aliases: bool | None = strawberry.field(
        default=True, description="The names and aliases of the others become its aliases."
    )
    dry_run: bool | None = False


strawberry.enum(TagDeletePolicy, description="What becomes of the tags below one that is deleted.")


@strawberry.input(description="Which tags to delete.")
class DeleteTagsInput:
    ids: list[strawberry.ID] | None = strawberry.field(default=None, description="These.")
    unused: bool | None = strawberry.field(
        default=None, description="Every tag that no media wears, nor a tag below it; the trash counts."
    )
    policy: TagDeletePolicy | None = strawberry.field(
        default=TagDeletePolicy.RESTRICT, description="What becomes of the tags below them."
    )
    dry_run: bool | None = False


@strawberry.input(description="Media, and tags by id or by name; a name that no tag has becomes one.")
class TagMediaInput(BulkInput):
    tag_ids: list[strawberry.ID] | None = None
    tag_names: list[str] | None = None
    source: domain.MetadataSource | None = strawberry.field(default=domain.MetadataSource.MANUAL, description="Who says so.")
    confidence: float | None = strawberry.field(default=None, description="How surely, 0 to 1.")


@strawberry.input(description="Media, and tags by id or by name.")
class UntagMediaInput(BulkInput):
    tag_ids: list[strawberry.ID] | None = None
    tag_names: list[str] | None = None


@strawberry.type(description="One tag, or why it was not changed.")
class TagPayload(Payload):
    tag: Tag | None = relation_one("tag.Tag", "tag.known", key="key", description="The tag as it is now.")


@strawberry.type(description="What became of a merge, or why it was not done.")
class MergeTagsPayload(Payload):
    tag: Tag | None = relation_one("tag.Tag", "tag.known", key="key", description="The one that stays, as it is now.")
    retagged: int = strawberry.field(description="How many media wore one of the others, the trash included.")
    deleted: list[strawberry.ID] = strawberry.field(description="The tags that are gone.")


@strawberry.type(description="What was deleted, or why nothing was.")
class DeletePayload(Payload):
    deleted_ids: list[strawberry.ID] = strawberry.field(description="The ids of what is gone; unknown ones are left out.")


async def deleted(
    info: Info, name: str, change: Callable[[Work], Awaitable[list[domain.Id]]], *, dry_run: bool = False
) -> Done:  # fmt: skip
    """The payload of a deletion of things called `name`."""
    result = await info.context.write(change, dry_run=dry_run)
    if isinstance(result, Fault):
        return Done(faults=[result], figures={"deleted_ids": []})
    return Done(figures={"deleted_ids": [domain.global_id(name.encode(), key) for key in result]})


def worn(given: TagMediaInput | UntagMediaInput) -> tuple[list[domain.Id], list[str]]:
    """The tags an input names, by key and by name. Raises LimitExceeded for more than a media can wear."""
    names = given.tag_names or []
    if len(names) > MOST_TAGS:
        raise LimitExceeded(f"At most {MOST_TAGS} names.", limit=MOST_TAGS, actual=len(names), path=("input", "tagNames"))
    return limited("Tag", given.tag_ids or [], "input", "tagIds", most=MOST_TAGS), names


def new_values(input: CreateTagInput) -> dict[str, Any]:
    """The values of a new tag."""
    values: dict[str, Any] = present(input, "name", "aliases", *TEXTS)
    values |= {"parent_id": domain.key_of("Tag", input.parent)} if input.parent is not None else {}
    return values | {"implies": limited("Tag", input.implies or [], "input", "implies")}


def patched(patch: TagPatch) -> dict[str, Any]:
    """The changes of a patch."""
    values = changes(patch)
    if "parent" in values:
        parent = values.pop("parent")
        values["parent_id"] = None if parent is None else domain.key_of("Tag", parent)
    if "implies" in values:
        values["implies"] = list_change("Tag", values["implies"], "input", "patch", "implies")
    return values


@strawberry.type
class TagMutation:
    @strawberry.mutation(description="Adds a tag.")
    async def create_tag(self, info: Info, input: CreateTagInput) -> TagPayload:
        async def create(work: Work) -> domain.Id:
            return (await create_tag(work.tags, new_values(input))).id

        return done(await info.context.write(create, wanted=wanted_once(info, input)))  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Edits a tag.")
    async def update_tag(self, info: Info, input: UpdateTagInput) -> TagPayload:
        key = domain.key_of("Tag", input.id)

        async def update(work: Work) -> None:
            await update_tag(work.tags, key, patched(input.patch), input.if_version)

        result = await info.context.write(update, wanted=wanted_once(info, input))
        return done(result if isinstance(result, Fault) else key)  # pyright: ignore[reportReturnType]

    @strawberry.mutation(
        description="Makes one tag of several: it gets the media, children and implications of the others, and their ids name it."
    )
    async def merge_tags(self, info: Info, input: MergeTagsInput) -> MergeTagsPayload:
        async def merge(work: Work) -> Merged:
            sources, into = limited("Tag", input.sources, "input", "sources"), domain.key_of("Tag", input.into)
            return await merge_tags(work.tags, sources, into, keep_names=input.keep_names_as_aliases is not False)

        result = await info.context.write(merge, dry_run=bool(input.dry_run))
        if isinstance(result, Fault):
            return done(result, retagged=0, deleted=[])  # pyright: ignore[reportReturnType]
        gone = [domain.global_id(b"Tag", key) for key in result.deleted]
        return done(result.into, retagged=result.retagged, deleted=gone)  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Deletes tags, and takes them off the media that wear them.")
    async def delete_tags(self, info: Info, input: DeleteTagsInput) -> DeletePayload:
        async def delete(work: Work) -> list[domain.Id]:
            ids, policy = limited("Tag", input.ids or [], "input", "ids"), input.policy or TagDeletePolicy.RESTRICT
            return await delete_tags(work.tags, ids, unused=bool(input.unused), policy=policy)

        return await deleted(info, "Tag", delete, dry_run=bool(input.dry_run))  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Puts tags on media.")
    async def tag_media(self, info: Info, input: TagMediaInput) -> BulkPayload:
        async def change(work: Work, ids: list[domain.Id]) -> list[Outcome]:
            link = domain.MediaTag(source=said_by(input.source), confidence=confidence(input.confidence), tagged_at=now())
            return await tag_media(work.tags, work.media, ids, *worn(input), link)

        return await in_bulk(info, input, change)  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Takes tags off media.")
    async def untag_media(self, info: Info, input: UntagMediaInput) -> BulkPayload:
        async def change(work: Work, ids: list[domain.Id]) -> list[Outcome]:
            return await untag_media(work.tags, work.media, ids, *worn(input))

        return await in_bulk(info, input, change)  # pyright: ignore[reportReturnType]


def said_by(given: domain.MetadataSource | None) -> domain.MetadataSource:
    """Raises Invalid for what only an implication says."""
    if given is domain.MetadataSource.IMPLIED:
        raise Invalid("A tag is implied by another one, never by a client.", path=("input", "source"))
    return given or domain.MetadataSource.MANUAL


def confidence(given: float | None) -> float | None:
    """Raises Invalid unless it is 0 to 1."""
    if given is not None and not 0 <= given <= 1:
        raise Invalid("A confidence is 0 to 1.", path=("input", "confidence"))
    return given

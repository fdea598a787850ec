"""Collections over GraphQL."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

import strawberry

import domain
from domain.collection import (
    LAST,
    CollectionKind,
    Placement,
    add_to_collection,
    check_manual,
    check_named,
    create_collection,
    delete_collections,
    kind_of,
    move_in_collection,
    remove_from_collection,
    update_collection,
)  # fmt: skip
from domain.errors import INPUT, Fault, Invalid, Path
from domain.ports import Work
from domain.reading import LINK
from domain.search import All, AnyOf, Compare, Filter, Not
from domain.summary import Aggregating
from domain.text import comparable, fold
from graphql_api.connection import Connection, Edge, NamedAsEntity
from graphql_api.context import Info
from graphql_api.declare import computed, count_held, id_of, linked, parameters_of, part, relation, relation_one, summed, taking
from graphql_api.errors import Done, Payload, done
from graphql_api.fields import Wish
from graphql_api.idempotency import Repeatable, wanted_once
from graphql_api.input import changes, present, sparse, values
from graphql_api.media import Media, media_wish, placed_wish
from graphql_api.price import Price
from graphql_api.relay import Node
from graphql_api.search.order import ORDER
from graphql_api.selection import MediaSelection, chosen, limited
from graphql_api.smart import COUNTED, RULED, SmartRuleInput, rule_from
from graphql_api.summary import MediaAggregate, SummedConnection
from graphql_api.tag import DeletePayload, deleted


def items(with_children: bool | None = False, **arguments: Any) -> Wish:  # noqa: FBT001, FBT002 - an argument of a field
    """What the arguments of the media of a collection ask for."""
    wish = placed_wish(**arguments)
    if with_children and any(key.field.startswith(LINK) for key in wish.order):
        raise Invalid("With children a media may stand in several places: there is no POSITION to order by.", path=ORDER)
    return replace(wish, through="collection.media_within") if with_children else wish


items_wish = taking(items, parameters_of(media_wish))


@strawberry.type(description="Media put together, in an order people chose, perhaps inside another collection.")
class Collection(NamedAsEntity, Node):
    id = id_of("Collection")
    kind: CollectionKind = computed(kind_of, needs=("rule",), description="Whether people say what is in it, or a rule does.")
    name: str = strawberry.field(description="Unique beside its siblings, whatever its case.")
    slug: str = strawberry.field(description="The name for use in an address, unique in the library.")
    path: str = strawberry.field(description="The slugs of those it lies in, and its own, joined by slashes.")
    description: str | None = strawberry.field(description="What it is about.")
    parent: "Collection | None" = relation_one(
        "collection.Collection", "collection.itself", key="parent_id", description="The collection it lies in."
    )
    children = relation(
        "collection.CollectionConnection", "collection.children", page=50, description="Those inside it, by name."
    )
    cover = relation_one(
        "media.Media", "media.itself", key="cover_id",
        description="The media chosen to stand for it; null if none was, or it lies in the trash.",
    )  # fmt: skip
    rule = part("smart.SmartRule", needs=("rule",), description="What a SMART one holds; null of a MANUAL one.")
    media = relation(
        "collection.CollectionMediaConnection", "collection.media", wish=items_wish, ruled=RULED,
        description="What is in it, in its order unless ordered; of a SMART one what its rule finds, in the rule's order. "
        "With children also what is in the MANUAL ones inside it, each media once, newest first.",
    )  # fmt: skip
    aggregate = summed(
        Aggregating, "aggregate", of="collection.media", graphql_type=MediaAggregate, price=Price(weight=5), ruled=RULED,
        description="Figures over all that is in it and not in the trash.",
    )  # fmt: skip
    media_count = count_held(
        "collection.media",
        COUNTED,
        description="How many media are in it that are not in the trash; a SMART one is counted anew, up to 10,000.",
    )
    version: int = strawberry.field(description="Grows with every edit of its own fields; send it as `ifVersion`.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it last changed.")


@strawberry.type(description="A collection in a list, and where it stands.")
class CollectionEdge(Edge):
    node: Collection = strawberry.field(description="The collection.")


@strawberry.type(description="A page of collections.")
class CollectionConnection(Connection):
    edges: list[CollectionEdge] = strawberry.field(description="The collections of this page with their places.")
    nodes: list[Collection] = strawberry.field(description="The collections of this page.")


@strawberry.type(description="A media in a collection: where, and since when.")
class CollectionMediaEdge(Edge):
    node: Media = strawberry.field(description="The media.")
    position: str | None = linked("position", graphql_type=str | None, description="Its rank; ranks sort as text.")
    added_at: datetime | None = linked("added_at", graphql_type=datetime | None, description="Since when.")


@strawberry.type(description="A page of the media of a collection.")
class CollectionMediaConnection(SummedConnection):
    edges: list[CollectionMediaEdge] = strawberry.field(description="The media of this page with their places.")
    nodes: list[Media] = strawberry.field(description="The media of this page.")


def collection_wish(
    id: strawberry.ID | None = None,
    slug: str | None = None,
    path: Annotated[str | None, strawberry.argument(description="The slugs of those it lies in, and its own.")] = None,
) -> Wish:
    """The one collection an id, a slug or a path names. Raises Invalid unless one of them is given."""
    given = [one for one in (id, slug, path) if one is not None]
    if len(given) != 1:
        raise Invalid("Give an id, a slug or a path.")
    if path is not None:
        last = comparable(path, "path").rpartition("/")[2]  # slugs are unique, and have an index
        return Wish(first=1, filter=All((Compare("slug", "eq", last), Compare("path", "eq", path))))
    sought = ("slug", comparable(slug, "slug")) if slug is not None else ("id", domain.key_of("Collection", id or ""))
    return Wish(first=1, filter=Compare(sought[0], "eq", sought[1]))


@sparse
@strawberry.input(description="Narrows a list of collections; every field given must hold.")
class CollectionFilter:
    kind: CollectionKind | None = strawberry.field(default=None, description="Filled by people, or by a rule.")
    parent: strawberry.ID | None = strawberry.field(default=None, description="Lies right inside this collection.")
    roots_only: bool | None = strawberry.field(default=None, description="Lies in no other collection, or in one.")
    search: str | None = strawberry.field(default=None, description="Has this in its name or description, whatever the case.")
    empty: bool | None = strawberry.field(
        default=None,
        description="Is a MANUAL collection that holds nothing outside the trash, or is not. A SMART one never is.",
    )


def collections_wish(first: int | None = 20, after: str | None = None, filter: CollectionFilter | None = None) -> Wish:
    """What the arguments of a list of collections ask for."""
    given = {name: value for name, value in values(filter).items() if value is not None} if filter else {}
    parts = tuple(NARROWED[name](value) for name, value in given.items())
    return Wish(first=20 if first is None else first, after=after, filter=All(parts))


def with_words(words: str) -> Filter:
    sought = fold(comparable(words, "filter", "search"))
    return AnyOf((Compare("folded_name", "contains", sought), Compare("description", "contains", sought, folded=True)))


def without_media(empty: bool) -> Filter:  # noqa: FBT001 - the value of a field
    none = All((Compare("rule", "is_null", True), Compare("media_count", "eq", 0)))
    return none if empty else Not(none)


NARROWED: dict[str, Callable[[Any], Filter]] = {
    "kind": lambda kind: Compare("rule", "is_null", kind is CollectionKind.MANUAL),
    "parent": lambda parent: Compare("parent_id", "eq", domain.key_of("Collection", parent)),
    "roots_only": lambda roots: Compare("parent_id", "is_null", roots),
    "search": with_words,
    "empty": without_media,
}
"""What a field of a filter asks of collections."""


@strawberry.type
class CollectionQuery:
    collection = relation_one(
        "collection.Collection", "library.collections", wish=collection_wish,
        description="One collection, by its id, its slug or its path.",
    )  # fmt: skip
    collections = relation(
        "collection.CollectionConnection", "library.collections", wish=collections_wish, description="All collections, by name."
    )


@strawberry.input(description="A collection to be.")
class CreateCollectionInput(Repeatable):
    name: str = strawberry.field(description="1 to 200 characters; white space is folded.")
    description: str | None = None
    parent: strawberry.ID | None = strawberry.field(default=None, description="The collection it is to lie in.")
    media_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="What to put in it, in this order.")
    cover: strawberry.ID | None = strawberry.field(default=None, description="The media that stands for it.")
    rule: SmartRuleInput | None = strawberry.field(default=None, description="Makes it SMART; not together with `mediaIds`.")


@strawberry.input(description="What to change: absent leaves a value, null clears it.")
class CollectionPatch:
    name: strawberry.Maybe[str | None]
    description: strawberry.Maybe[str | None]
    parent: strawberry.Maybe[strawberry.ID | None] = strawberry.field(
        description="The collection to put it in, with all it holds; null: in none."
    )
    cover: strawberry.Maybe[strawberry.ID | None] = strawberry.field(description="The media that stands for it.")
    rule: strawberry.Maybe[SmartRuleInput | None] = strawberry.field(
        description="Makes it SMART, if nothing is in it; null: MANUAL, and empty."
    )


@strawberry.input(description="One collection and what to change of it.")
class UpdateCollectionInput(Repeatable):
    id: strawberry.ID
    patch: CollectionPatch
    if_version: int | None = None


@strawberry.input(one_of=True, description="Where in a collection; exactly one way of saying so.")
class PlacementInput:
    first: strawberry.Maybe[bool] = strawberry.field(description="Before all others; true.")
    last: strawberry.Maybe[bool] = strawberry.field(description="Behind all others; true.")
    before: strawberry.Maybe[strawberry.ID] = strawberry.field(description="Right before this media of the collection.")
    after: strawberry.Maybe[strawberry.ID] = strawberry.field(description="Right behind this media of the collection.")


@strawberry.input(description="A collection, and media to put in, at a place.")
class AddToCollectionInput:
    collection: strawberry.ID
    selection: MediaSelection
    at: PlacementInput | None = strawberry.field(default=None, description="Behind all others if not said.")
    dry_run: bool | None = False


@strawberry.input(description="A collection, and media to take out.")
class RemoveFromCollectionInput:
    collection: strawberry.ID
    selection: MediaSelection
    dry_run: bool | None = False


@strawberry.input(description="A collection, and media of it to move to one place, in the order given.")
class MoveInCollectionInput:
    collection: strawberry.ID
    media_ids: list[strawberry.ID]
    to: PlacementInput
    dry_run: bool | None = False


@strawberry.type(description="One collection, or why it was not changed.")
class CollectionPayload(Payload):
    collection: Collection | None = relation_one(
        "collection.Collection", "collection.itself", key="key", description="The collection as it is now."
    )
    changed: int = strawberry.field(description="How many media were put in, taken out or moved.")
    skipped: list[strawberry.ID] = strawberry.field(description="Those that needed nothing, or could not be found.")


def placement(given: PlacementInput | None, where: str) -> Placement:
    """Raises Invalid for `first: false`, which says nothing."""
    (name, value), *_ = changes(given).items() if given else [("last", True)]
    if value is False:
        raise Invalid(f"`{name}` can only be true.", path=("input", where, name))
    if name in ("first", "last"):
        return Placement(first=True) if name == "first" else LAST
    key = domain.key_of("Media", str(value))
    return Placement(before=key) if name == "before" else Placement(after=key)


async def rearranged(
    info: Info, input: AddToCollectionInput | RemoveFromCollectionInput | MoveInCollectionInput,
    change: Callable[[Work, domain.Id], Awaitable[tuple[int, list[domain.Id]]]],
) -> Done:  # fmt: skip
    """The payload of a change of what is in a collection."""
    key = domain.key_of("Collection", input.collection)
    result = await info.context.write(lambda work: change(work, key), dry_run=bool(input.dry_run))
    moved, skipped = (0, []) if isinstance(result, Fault) else result
    return done(
        result if isinstance(result, Fault) else key, changed=moved,
        skipped=[domain.global_id(b"Media", one) for one in skipped],
    )  # fmt: skip


POINTING = {"parent": ("parent_id", "Collection"), "cover": ("cover_id", "Media")}
"""What of an input names another thing: the field that holds its key, and what it is."""


async def kept(work: Work, given: dict[str, Any], path: Path = INPUT) -> dict[str, Any]:
    """The values of an input with keys for ids, and a rule as it is kept, which names nothing that is not there."""
    found: dict[str, Any] = {}
    if given.get("rule") is not None:
        given["rule"], named = rule_from(given["rule"], (*path, "rule"))
        known: dict[str, Any] = {"Media": work.media, "Tag": work.tags, "Collection": work.collections, "Storage": work.storages}
        await check_named(known, named)
    for name, value in given.items():
        field, thing = POINTING.get(name, (name, ""))
        found[field] = domain.key_of(thing, value) if thing and value is not None else value
    return found


@strawberry.type
class CollectionMutation:
    @strawberry.mutation(description="Adds a collection, perhaps with media in it.")
    async def create_collection(self, info: Info, input: CreateCollectionInput) -> CollectionPayload:
        given = present(input, "name", "description", "parent", "cover", "rule")

        async def create(work: Work) -> tuple[domain.Id, int, list[domain.Id]]:
            ids = limited("Media", input.media_ids or [], "input", "mediaIds")
            made = await create_collection(work.collections, work.media, await kept(work, given))
            if input.media_ids is None:
                return made.id, 0, []
            check_manual(made, ("input", "mediaIds"))
            return made.id, *await add_to_collection(work.collections, work.media, made.id, ids)

        result = await info.context.write(create, wanted=wanted_once(info, input))
        if isinstance(result, Fault):
            return done(result, changed=0, skipped=[])  # pyright: ignore[reportReturnType]
        key, changed, skipped = result
        return done(key, changed=changed, skipped=[domain.global_id(b"Media", one) for one in skipped])  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Edits a collection.")
    async def update_collection(self, info: Info, input: UpdateCollectionInput) -> CollectionPayload:
        key = domain.key_of("Collection", input.id)

        async def update(work: Work) -> None:
            patch = await kept(work, changes(input.patch), (*INPUT, "patch"))
            await update_collection(work.collections, work.media, key, patch, input.if_version)

        result = await info.context.write(update, wanted=wanted_once(info, input))
        return done(result if isinstance(result, Fault) else key, changed=0, skipped=[])  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Deletes collections, never the media in them; not while other collections lie inside.")
    async def delete_collections(self, info: Info, ids: list[strawberry.ID], dry_run: bool = False) -> DeletePayload:  # noqa: FBT001, FBT002 - an argument of GraphQL
        async def delete(work: Work) -> list[domain.Id]:
            return await delete_collections(work.collections, limited("Collection", ids, "ids"))

        return await deleted(info, "Collection", delete, dry_run=dry_run)  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Puts media into a collection; those in it already stay where they are.")
    async def add_to_collection(self, info: Info, input: AddToCollectionInput) -> CollectionPayload:
        async def add(work: Work, key: domain.Id) -> tuple[int, list[domain.Id]]:
            return await add_to_collection(
                work.collections,
                work.media,
                key,
                await chosen(work, input.selection),
                placement(input.at, "at"),
            )

        return await rearranged(info, input, add)  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Takes media out of a collection.")
    async def remove_from_collection(self, info: Info, input: RemoveFromCollectionInput) -> CollectionPayload:
        async def remove(work: Work, key: domain.Id) -> tuple[int, list[domain.Id]]:
            return await remove_from_collection(work.collections, key, await chosen(work, input.selection))

        return await rearranged(info, input, remove)  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Moves media of a collection to one place, in the order given.")
    async def move_in_collection(self, info: Info, input: MoveInCollectionInput) -> CollectionPayload:

        async def move(work: Work, key: domain.Id) -> tuple[int, list[domain.Id]]:
            ids = limited("Media", input.media_ids, "input", "mediaIds")
            return await move_in_collection(work.collections, key, ids, placement(input.to, "to"))

        return await rearranged(info, input, move)  # pyright: ignore[reportReturnType]

"""Collections over GraphQL."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import strawberry

import domain
from domain.collection import (
    LAST,
    Placement,
    add_to_collection,
    create_collection,
    delete_collections,
    move_in_collection,
    remove_from_collection,
    update_collection,
)  # fmt: skip
from domain.errors import Fault, Invalid
from domain.ports import Work
from domain.search import Compare
from domain.text import comparable
from graphql_api.bulk import MediaSelection, limited, selected
from graphql_api.connection import Connection, Edge, NamedAsEntity
from graphql_api.context import Info
from graphql_api.declare import count, id_of, linked, relation, relation_one
from graphql_api.errors import Done, Payload, done
from graphql_api.fields import Wish
from graphql_api.input import changes, present
from graphql_api.media import Media
from graphql_api.relay import Node
from graphql_api.tag import DeletePayload, deleted


@strawberry.type(description="Media put together, in an order people chose.")
class Collection(NamedAsEntity, Node):
    id = id_of("Collection")
    name: str = strawberry.field(description="Unique beside its siblings, whatever its case.")
    slug: str = strawberry.field(description="The name for use in an address, unique in the library.")
    description: str | None = strawberry.field(description="What it is about.")
    parent: "Collection | None" = relation_one(
        "collection.Collection", "collection.itself", key="parent_id", description="The collection it lies in."
    )
    children = relation(
        "collection.CollectionConnection", "collection.children", page=50, description="Those inside it, by name."
    )
    media = relation("collection.CollectionMediaConnection", "collection.media", description="What is in it, in its order.")
    media_count = count("collection.media", description="How many media are in it that are not in the trash.")
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
class CollectionMediaConnection(Connection):
    edges: list[CollectionMediaEdge] = strawberry.field(description="The media of this page with their places.")
    nodes: list[Media] = strawberry.field(description="The media of this page.")


def collection_wish(id: strawberry.ID | None = None, slug: str | None = None) -> Wish:
    """The one collection an id or a slug names. Raises Invalid unless one of them is given."""
    if (id is None) == (slug is None):
        raise Invalid("Give an id or a slug.")
    sought = ("slug", comparable(slug, "slug")) if slug is not None else ("id", domain.key_of("Collection", id or ""))
    return Wish(first=1, filter=Compare(sought[0], "eq", sought[1]))


@strawberry.type
class CollectionQuery:
    collection = relation_one(
        "collection.Collection", "library.collections", wish=collection_wish, description="One collection, by its id or its slug."
    )
    collections = relation("collection.CollectionConnection", "library.collections", description="All collections, by name.")


@strawberry.input(description="A collection to be.")
class CreateCollectionInput:
    name: str = strawberry.field(description="1 to 200 characters; white space is folded.")
    description: str | None = None
    parent: strawberry.ID | None = strawberry.field(default=None, description="The collection it is to lie in.")
    media_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="What to put in it, in this order.")


@strawberry.input(description="What to change: absent leaves a value, null clears it.")
class CollectionPatch:
    name: strawberry.Maybe[str | None]
    description: strawberry.Maybe[str | None]


@strawberry.input(description="One collection and what to change of it.")
class UpdateCollectionInput:
    id: strawberry.ID
    patch: CollectionPatch
    if_version: int | None = strawberry.field(default=None, description="Refuse if it is at another version.")


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


@strawberry.input(description="A collection, and media to take out.")
class RemoveFromCollectionInput:
    collection: strawberry.ID
    selection: MediaSelection


@strawberry.input(description="A collection, and media of it to move to one place, in the order given.")
class MoveInCollectionInput:
    collection: strawberry.ID
    media_ids: list[strawberry.ID]
    to: PlacementInput


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
    info: Info, text: str, change: Callable[[Work, domain.Id], Awaitable[tuple[int, list[domain.Id]]]]
) -> Done:  # fmt: skip
    """The payload of a change of what is in a collection."""
    key = domain.key_of("Collection", text)
    result = await info.context.write(lambda work: change(work, key))
    moved, skipped = (0, []) if isinstance(result, Fault) else result
    return done(
        result if isinstance(result, Fault) else key, changed=moved,
        skipped=[domain.global_id(b"Media", one) for one in skipped],
    )  # fmt: skip


@strawberry.type
class CollectionMutation:
    @strawberry.mutation(description="Adds a collection, perhaps with media in it.")
    async def create_collection(self, info: Info, input: CreateCollectionInput) -> CollectionPayload:
        values: dict[str, Any] = present(input, "name", "description")
        values |= {"parent_id": domain.key_of("Collection", input.parent)} if input.parent else {}

        async def create(work: Work) -> tuple[domain.Id, int, list[domain.Id]]:
            ids = limited("Media", input.media_ids or [], "input", "mediaIds")
            made = await create_collection(work.collections, values)
            return made.id, *await add_to_collection(work.collections, work.media, made.id, ids)

        result = await info.context.write(create)
        if isinstance(result, Fault):
            return done(result, changed=0, skipped=[])  # pyright: ignore[reportReturnType]
        key, changed, skipped = result
        return done(key, changed=changed, skipped=[domain.global_id(b"Media", one) for one in skipped])  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Edits a collection.")
    async def update_collection(self, info: Info, input: UpdateCollectionInput) -> CollectionPayload:
        key, patch = domain.key_of("Collection", input.id), changes(input.patch)
        result = await info.context.write(lambda work: update_collection(work.collections, key, patch, input.if_version))
        return done(result if isinstance(result, Fault) else key, changed=0, skipped=[])  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Deletes collections, never the media in them; not while other collections lie inside.")
    async def delete_collections(self, info: Info, ids: list[strawberry.ID]) -> DeletePayload:
        async def delete(work: Work) -> list[domain.Id]:
            return await delete_collections(work.collections, limited("Collection", ids, "ids"))

        return await deleted(info, "Collection", delete)  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Puts media into a collection; those in it already stay where they are.")
    async def add_to_collection(self, info: Info, input: AddToCollectionInput) -> CollectionPayload:
        async def add(work: Work, key: domain.Id) -> tuple[int, list[domain.Id]]:
            return await add_to_collection(
                work.collections, work.media, key, selected(input.selection), placement(input.at, "at")
            )

        return await rearranged(info, input.collection, add)  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Takes media out of a collection.")
    async def remove_from_collection(self, info: Info, input: RemoveFromCollectionInput) -> CollectionPayload:
        async def remove(work: Work, key: domain.Id) -> tuple[int, list[domain.Id]]:
            return await remove_from_collection(work.collections, key, selected(input.selection))

        return await rearranged(info, input.collection, remove)  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Moves media of a collection to one place, in the order given.")
    async def move_in_collection(self, info: Info, input: MoveInCollectionInput) -> CollectionPayload:

        async def move(work: Work, key: domain.Id) -> tuple[int, list[domain.Id]]:
            ids = limited("Media", input.media_ids, "input", "mediaIds")
            return await move_in_collection(work.collections, key, ids, placement(input.to, "to"))

        return await rearranged(info, input.collection, move)  # pyright: ignore[reportReturnType]

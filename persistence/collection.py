"""Collection rows, where they lie in each other, and what is in them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, literal, select, update

from domain import Collection, CollectionItem, Id
from domain.changelog import ChangeAction
from domain.changes import Changes
from domain.reading import Ask
from domain.text import fold
from persistence import closure
from persistence.expressions import of_library
from persistence.lookups import Linked, Lookup
from persistence.matching import Crossed
from persistence.media import MEDIA
from persistence.reading import answers
from persistence.rows import Kept, Selected, in_pieces
from persistence.search import each
from persistence.tables import collection_closure_table, collection_item_table, collection_table, media_table
from persistence.writing import NamedRepository

COLLECTION = Kept(collection_table, (Collection,))
BY_NAME = (collection_table.c.folded_name,)
answers("collection.itself", COLLECTION, parent=collection_table.c.id, key=collection_table.c.id)
answers("library.collections", COLLECTION, parent=collection_table.c.library_id, key=collection_table.c.id, order=BY_NAME)
answers("collection.children", COLLECTION, parent=collection_table.c.parent_id, key=collection_table.c.id, order=BY_NAME)
answers(
    "media.collections", COLLECTION, parent=collection_item_table.c.media_id, key=collection_item_table.c.collection_id,
    order=BY_NAME,
)  # fmt: skip
answers(
    "collection.media", MEDIA, parent=collection_item_table.c.collection_id, key=collection_item_table.c.media_id,
    order=(collection_item_table.c.position,), link=CollectionItem,
)  # fmt: skip


def beside(ask: Ask) -> Selected:
    """Media, with the collection they may be within."""
    return select(*MEDIA.columns(ask)).where(media_table.c.library_id == collection_table.c.library_id)


def within() -> Linked:
    """Media of a collection and of all inside it, each once."""
    item, pairs = collection_item_table, collection_closure_table
    inside, own = item.c.collection_id == pairs.c.descendant_id, (of_library(pairs), of_library(item))
    named = pairs.c.ancestor_id.in_([bindparam("key", type_=pairs.c.ancestor_id.type)])
    found = select(item.c.media_id.label("few")).select_from(Crossed(pairs, item, inside))
    this = pairs.c.ancestor_id == collection_table.c.id
    one = each().select_from(Crossed(item, pairs, inside)).where(item.c.media_id == media_table.c.id, this, *own)
    return Linked(
        lookup=Lookup(rank=3, places=frozenset(), keys=found.where(named, *own).distinct(), probe=found.where(named, *own)),
        each=one.correlate(media_table, collection_table),
        among=media_table.c.id.in_(found.where(this, *own).correlate(collection_table)),
    )


answers(
    "collection.media_within", MEDIA, parent=collection_table.c.id, key=media_table.c.id, order=(media_table.c.created_at,),
    descending=True, select=beside, linked=within,
)  # fmt: skip


class SqlCollectionRepository(NamedRepository[Collection]):
    """The collections of one library, and what is in them."""

    table, kept, node = collection_table, COLLECTION, "Collection"

    async def named(self, parent_id: Id | None, name: str) -> Collection | None:
        beside = collection_table.c.parent_id == parent_id if parent_id else collection_table.c.parent_id.is_(None)
        return await self.first(self.mine().where(beside, collection_table.c.folded_name == fold(name)))

    async def children(self, ids: Sequence[Id]) -> list[Id]:
        rows = await self.run(self.mine().where(collection_table.c.parent_id.in_(ids)))
        return [row["id"] for row in rows]

    async def above(self, key: Id) -> list[Id]:
        rows = await self.run(closure.above(collection_closure_table, self.library, key))
        return [row["ancestor_id"] for row in rows]

    async def levels(self, key: Id) -> int:
        (row,) = await self.run(closure.deepest(collection_closure_table, self.library, key))
        return 0 if row["depth"] is None else row["depth"] + 1

    async def add(self, entity: Collection) -> None:
        await super().add(entity)
        await self.run(closure.rooted(collection_closure_table, self.library, entity.id))
        if entity.parent_id is not None:
            await self.run(closure.hung(collection_closure_table, self.library, entity.id, entity.parent_id))

    async def change(self, key: Id, changes: Changes) -> None:
        if "path" in changes:
            await self.rename(key, changes["path"])
        if "parent_id" in changes:
            for statement in closure.moved(collection_closure_table, self.library, key, changes["parent_id"]):
                await self.run(statement)
        await super().change(key, changes)

    async def rename(self, key: Id, path: str) -> None:
        """Begins the paths of all that lies inside with another one."""
        table = collection_table
        found = await self.find([key])
        if key in found and found[key].path != path:
            inside = closure.below(collection_closure_table, self.library, key)
            rest = func.substr(table.c.path, func.length(found[key].path) + 1)
            await self.run(
                update(table)
                .where(table.c.id.in_(inside), *self.within(table))
                .values(path=literal(path, table.c.path.type).concat(rest))
            )

    async def positions(self, key: Id, media_ids: Sequence[Id]) -> dict[Id, str]:
        item, found = collection_item_table, dict[Id, str]()
        for some in in_pieces(media_ids):
            those = (item.c.collection_id == key, item.c.media_id.in_(some), *self.within(item))
            rows = await self.run(select(item.c.media_id, item.c.position).where(*those))
            found |= {row["media_id"]: row["position"] for row in rows}
        return found

    async def holding(self, media_ids: Sequence[Id]) -> set[tuple[Id, Id]]:
        item, found = collection_item_table, set[tuple[Id, Id]]()
        for some in in_pieces(media_ids):
            those = (item.c.media_id.in_(some), *self.within(item))
            rows = await self.run(select(item.c.media_id, item.c.collection_id).where(*those))
            found |= {(row["media_id"], row["collection_id"]) for row in rows}
        return found

    async def beside(
        self, key: Id, position: str | None, count: int, *, above: bool, ignoring: Sequence[Id]
    ) -> list[tuple[Id, str]]:  # fmt: skip
        item = collection_item_table
        others = (item.c.collection_id == key, item.c.media_id.not_in(ignoring), *self.within(item))
        beyond = select(item.c.media_id, item.c.position).where(*others)
        if position is not None:
            beyond = beyond.where(item.c.position > position if above else item.c.position < position)
        rows = await self.run(beyond.order_by(item.c.position.asc() if above else item.c.position.desc()).limit(count))
        return [(row["media_id"], row["position"]) for row in rows]

    async def put(self, key: Id, positions: Mapping[Id, str], added_at: datetime) -> None:
        item = collection_item_table
        own = {"collection_id": key, "library_id": self.library, "added_at": added_at}
        rows = [own | {"media_id": media, "position": position} for media, position in positions.items()]
        if rows:
            await self.run(insert(item), rows)
            self.note(ChangeAction.UPDATED, key, ["media"])

    async def move(self, key: Id, positions: Mapping[Id, str]) -> None:
        item = collection_item_table
        one = (item.c.collection_id == key, item.c.media_id == bindparam("moved", type_=item.c.media_id.type))
        rows = [{"moved": media, "to": position} for media, position in positions.items()]
        if rows:
            await self.run(update(item).where(*one, *self.within(item)).values(position=bindparam("to")), rows)
            self.note(ChangeAction.UPDATED, key, ["media"])

    async def take(self, key: Id, media_ids: Sequence[Id]) -> None:
        item = collection_item_table
        for some in in_pieces(media_ids):
            await self.run(delete(item).where(item.c.collection_id == key, item.c.media_id.in_(some), *self.within(item)))
            self.note(ChangeAction.UPDATED, key, ["media"])

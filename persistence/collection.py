"""Collection rows, and what is in them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select

from domain import Collection, CollectionItem, Id
from domain.text import fold
from persistence.media import MEDIA
from persistence.reading import answers
from persistence.rows import Kept, in_pieces
from persistence.tables import collection_item_table, collection_table
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


class SqlCollectionRepository(NamedRepository[Collection]):
    """The collections of one library, and what is in them."""

    table, kept = collection_table, COLLECTION

    async def named(self, parent_id: Id | None, name: str) -> Collection | None:
        beside = collection_table.c.parent_id == parent_id if parent_id else collection_table.c.parent_id.is_(None)
        return await self.first(self.mine().where(beside, collection_table.c.folded_name == fold(name)))

    async def children(self, ids: Sequence[Id]) -> list[Id]:
        rows = await self.run(self.mine().where(collection_table.c.parent_id.in_(ids)))
        return [row["id"] for row in rows]

    async def positions(self, key: Id, media_ids: Sequence[Id]) -> dict[Id, str]:
        item, found = collection_item_table, dict[Id, str]()
        for some in in_pieces(media_ids):
            those = (item.c.collection_id == key, item.c.media_id.in_(some), *self.within(item))
            rows = await self.run(select(item.c.media_id, item.c.position).where(*those))
            found |= {row["media_id"]: row["position"] for row in rows}
        return found

    async def neighbour(self, key: Id, position: str | None, *, above: bool, ignoring: Sequence[Id]) -> str | None:
        item = collection_item_table
        beyond = select(item.c.position).where(item.c.collection_id == key, item.c.media_id.not_in(ignoring), *self.within(item))
        if position is not None:
            beyond = beyond.where(item.c.position > position if above else item.c.position < position)
        nearest = beyond.order_by(item.c.position.asc() if above else item.c.position.desc()).limit(1)
        rows = await self.run(nearest)
        return rows[0]["position"] if rows else None

    async def put(self, key: Id, positions: Mapping[Id, str], added_at: datetime) -> None:
        item = collection_item_table
        those = (item.c.collection_id == key, item.c.media_id.in_(positions), *self.within(item))
        known = await self.run(select(item.c.media_id, item.c.added_at).where(*those))
        since = {row["media_id"]: row["added_at"] for row in known}
        await self.take(key, list(positions))
        rows = [
            {"collection_id": key, "media_id": media, "library_id": self.library, "position": position,
             "added_at": since.get(media, added_at)}
            for media, position in positions.items()
        ]  # fmt: skip
        if rows:
            await self.run(insert(item), rows)

    async def take(self, key: Id, media_ids: Sequence[Id]) -> None:
        item = collection_item_table
        for some in in_pieces(media_ids):
            await self.run(delete(item).where(item.c.collection_id == key, item.c.media_id.in_(some), *self.within(item)))

"""Bytes that no row needs any more, until they are gone."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, tuple_

from domain import Id
from domain.changes import now
from domain.storage import StoredObject
from persistence.rows import in_pieces
from persistence.tables import blob_table, leftover_table, rendition_table
from persistence.writing import Rows

leftover = leftover_table.c
PIECE = 200


async def leave(rows: Rows, objects: Sequence[StoredObject]) -> None:
    """Writes down bytes whose rows go in this transaction."""
    own = {"library_id": rows.library, "since": now()}
    many = [own | {"storage_id": one.storage_id, "key": one.key} for one in objects]
    if many:
        await rows.run(insert(leftover_table), many)


def needed(rows: Rows) -> ColumnElement[bool]:
    """Whether a row has the key of a leftover."""
    found: list[Any] = []
    for table in (blob_table, rendition_table):
        same = (table.c.storage_id == leftover.storage_id, table.c.key == leftover.key, *rows.within(table))
        found.append(select(table.c.key).where(*same).exists())
    return found[0] | found[1]


class SqlLeftoverRepository(Rows):
    """What the sweep collects."""

    async def add(self, objects: Sequence[StoredObject]) -> None:
        await leave(self, objects)

    async def some(self, after: StoredObject | None, limit: int) -> list[StoredObject]:
        """A key that a row has, which should not be, is no leftover: its bytes are needed."""
        found = select(leftover.storage_id, leftover.key).where(*self.within(leftover_table), ~needed(self))
        if after:
            place = (leftover.storage_id > after.storage_id, leftover.key > after.key)
            found = found.where(place[0] | ((leftover.storage_id == after.storage_id) & place[1]))
        rows = await self.run(found.order_by(leftover.storage_id, leftover.key).limit(limit))
        return [StoredObject(storage_id=row["storage_id"], key=row["key"]) for row in rows]

    async def among(self, objects: Sequence[StoredObject]) -> list[StoredObject]:
        found: set[tuple[Id, str]] = set()
        for some in in_pieces(objects, PIECE):
            those = tuple_(leftover.storage_id, leftover.key).in_([(one.storage_id, one.key) for one in some])
            written = select(leftover.storage_id, leftover.key).where(those, *self.within(leftover_table), ~needed(self))
            found |= {(row["storage_id"], row["key"]) for row in await self.run(written)}
        return [one for one in objects if (one.storage_id, one.key) in found]

    async def forget(self, objects: Sequence[StoredObject]) -> None:
        for some in in_pieces(objects, PIECE):
            those = tuple_(leftover.storage_id, leftover.key).in_([(one.storage_id, one.key) for one in some])
            await self.run(delete(leftover_table).where(those, *self.within(leftover_table)))

    async def unneeded(self, storage_id: Id, keys: Sequence[str]) -> list[str]:
        known = set[str]()
        for some in in_pieces(keys):
            for table in (blob_table, rendition_table):
                those = (table.c.storage_id == storage_id, table.c.key.in_(some), *self.within(table))
                known |= {row["key"] for row in await self.run(select(table.c.key).where(*those))}
        return [key for key in keys if key not in known]

"""Reads what a library's rows say, each time as of one moment, and mends rows."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Integer, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import Id, Principal
from domain.ids import NOBODY
from domain.storage import StoredObject
from domain.verify import Expected, Flaw, Place, Wrong
from persistence.database import SqlDatabase
from persistence.failures import told
from persistence.indexing import on_postgresql, on_sqlite, texts
from persistence.rows import in_pieces
from persistence.tables import blob_table, leftover_table, media_search_table, media_table, rendition_table, storage_table
from persistence.types import Key
from persistence.verify.checks import MOST, Check, checks
from persistence.verify.mending import MENDED_BY

blob, picture, media, storage = blob_table.c, rendition_table.c, media_table.c, storage_table.c
PIECE = 100
SOURCES: dict[Place, tuple[Any, Any, Any]] = {
    Place.BLOB: (blob.id, blob.key, select(
        blob.id.label("thing"), blob.key.label("name"), blob.storage_id, blob.key, blob.size, blob.sha256
    ).join_from(blob_table, storage_table).where(~storage.is_read_only, storage.library_id == blob.library_id)),
    Place.RENDITION: (picture.media_id, picture.name, select(
        picture.media_id.label("thing"), picture.name, picture.storage_id, picture.key, picture.size, picture.sha256
    ).select_from(rendition_table)),
    Place.FILE: (media.id, media.path, select(
        media.id.label("thing"), media.path.label("name"), media.storage_id, media.path.label("key"), media.size, media.sha256
    ).join_from(media_table, storage_table).where(
        storage.is_read_only, storage.library_id == media.library_id, media.path.is_not(None)
    )),
}  # fmt: skip
LIBRARIES = {Place.BLOB: blob.library_id, Place.RENDITION: picture.library_id, Place.FILE: media.library_id}


class SqlVerifier:
    """Looks into one library at a time."""

    def __init__(self, database: SqlDatabase) -> None:
        self.database = database

    async def count(self, principal: Principal) -> int:
        """How many bytes are expected, by key."""
        found = 0
        for place, (_, _, source) in SOURCES.items():
            mine = source.where(LIBRARIES[place] == principal.library_id).subquery()
            (row,) = await self.read(select(func.count().label("many")).select_from(mine))
            found += row["many"]
        return found

    async def expected(self, principal: Principal, place: Place, after: Expected | None, limit: int) -> list[Expected]:
        key, name, source = SOURCES[place]
        mine = source.where(LIBRARIES[place] == principal.library_id)
        if after:
            mine = mine.where((key > after.thing) | ((key == after.thing) & (name > after.name)))
        return [Expected(**row) for row in await self.read(mine.order_by(key, name).limit(limit))]

    async def still(self, principal: Principal, place: Place, those: Sequence[Expected]) -> list[Expected]:
        key, _, source = SOURCES[place]
        found: set[Expected] = set()
        for some in in_pieces(those):
            mine = source.where(LIBRARIES[place] == principal.library_id, key.in_([one.thing for one in some]))
            found |= {Expected(**row) for row in await self.read(mine)}
        return [one for one in those if one in found]

    async def unknown(self, storages: Sequence[Id], keys: Sequence[str]) -> list[str]:
        known = set[str]()
        for some in in_pieces(keys):
            parts = [
                select(table.c.key).where(table.c.storage_id.in_(storages), table.c.key.in_(some))
                for table in (blob_table, rendition_table, leftover_table)
            ]
            known |= {row["key"] for row in await self.read(parts[0].union_all(*parts[1:]))}
        return [key for key in keys if key not in known]

    async def flaws(self, principal: Principal, *, deep: bool) -> AsyncIterator[tuple[str, list[Flaw]]]:
        for check in checks("sqlite" if self.database.is_sqlite else "postgresql"):
            yield check.table, await self.of_check(check, principal.library_id)
        if deep:
            async for found in self.wrong_words(principal.library_id):
                yield "media_search", found

    async def of_check(self, check: Check, library: Id) -> list[Flaw]:
        mine, most = bindparam("library", library, type_=Key), bindparam("most", MOST, type_=Integer)
        sql: Any = text(check.sql).bindparams(mine, most).columns(thing=Key, storage_id=Key)
        return [flaw_of(check, row) for row in await self.read(sql)]

    async def wrong_words(self, library: Id) -> AsyncIterator[list[Flaw]]:
        """Media whose words are others than those that are indexed."""
        after = NOBODY
        while True:
            with told():
                async with self.database.reader.connect() as connection:
                    keys, found = await differing(connection, library, after)
            if not keys:
                return
            yield found
            after = keys[-1]

    async def mend(self, principal: Principal, wrong: Wrong, flaws: Sequence[Flaw]) -> list[Flaw]:
        async with self.database.transaction() as connection:
            await self.database.wait_for_turn(connection, principal.library_id)
            return await MENDED_BY[wrong](connection, principal.library_id, flaws)

    async def read(self, found: Any) -> Sequence[Mapping[Any, Any]]:
        with told():
            async with self.database.reader.connect() as connection:
                return (await connection.execute(found)).mappings().all()


def flaw_of(check: Check, row: Mapping[Any, Any]) -> Flaw:
    place = StoredObject(storage_id=row["storage_id"], key=row["key"]) if "storage_id" in row else None
    return Flaw(wrong=check.wrong, what=row["what"], thing=row.get("thing"), place=place, table=check.table)


async def differing(connection: AsyncConnection, library: Id, after: Id) -> tuple[list[Id], list[Flaw]]:
    """The next media that are indexed, and those of them whose words are not as they should be."""
    search = media_search_table.c
    those = select(search.media_id).where(search.library_id == library, search.media_id > after, ~search.stale)
    keys = list((await connection.execute(those.order_by(search.media_id).limit(PIECE))).scalars())
    found = await texts(connection, library, keys) if keys else {}
    made = on_sqlite if connection.dialect.name == "sqlite" else on_postgresql
    wrong: list[Flaw] = []
    for key, written in found.items():
        words = {name: search[name] == value for name, value in made(written).items()}
        same = select(search.media_id).where(search.media_id == key, search.library_id == library, *words.values())
        if not (await connection.execute(same)).first():
            wrong.append(Flaw(wrong=Wrong.WRONG_WORDS, what=" ".join(written_title(written)), thing=key, table="media_search"))
    return keys, wrong


def written_title(written: Any) -> list[str]:
    """What a media is called, for people."""
    return next((values for values in written.values() if values), ["?"])

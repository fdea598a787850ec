"""The index of words follows every write: after any of them it is what an index made anew would be."""

from random import Random
from typing import Any

import pytest
from sqlalchemy import delete, select, text

from domain import MediaTag, MetadataEntry, MetadataSource, Principal, ValueType, new_id
from domain.changes import now
from domain.matching import SearchField, SearchMode, sought
from persistence import indexing
from persistence.database import SqlDatabase, SqlWork
from persistence.matching import FTS
from persistence.tables import media_search_table, media_table
from tests.persistence.builders import EPOCH, add_media, add_tag

WORDS = ["harbour", "Größe", "東京タワー", "red car", "IMG_1234.jpg", "", "½ ﬁ", "a-b_c", "x" * 120]
LINK = MediaTag(source=MetadataSource.MANUAL, confidence=None, tagged_at=EPOCH)
search = media_search_table.c


async def indexed(database: SqlDatabase, principal: Principal) -> dict[bytes, tuple[Any, ...]]:
    """The rows of the index by media, without their numbers; and on SQLite they are those of the full-text index."""
    columns = [search.media_id, search.stale, *(search[name.lower()] for name in SearchField), search.lexemes]
    async with database.transaction() as connection:
        if database.is_sqlite:  # raises where the full-text index has other words than the table
            await connection.execute(text(f"INSERT INTO {FTS}({FTS}, rank) VALUES ('integrity-check', 1)"))  # noqa: S608
        rows = (await connection.execute(select(*columns).where(search.library_id == principal.library_id))).all()
    return {row[0]: tuple(row[1:]) for row in rows}


async def made_anew(database: SqlDatabase, principal: Principal) -> dict[bytes, tuple[Any, ...]]:
    """The same after all of it is thrown away and made again."""
    async with database.transaction() as connection:
        await connection.execute(delete(media_search_table).where(search.library_id == principal.library_id))
        keys = select(media_table.c.id).where(media_table.c.library_id == principal.library_id)
        await indexing.index(connection, principal.library_id, list((await connection.execute(keys)).scalars()))
    return await indexed(database, principal)


class Writer:
    """Writes by chance."""

    def __init__(self, chance: Random) -> None:
        self.chance, self.media, self.tags, self.number = chance, [], [], 0

    async def write(self, work: SqlWork) -> None:
        if len(self.media) < 3 or not self.tags:
            await self.add(work)
        names = (
            "add",
            "edit",
            "entitle",
            "tell",
            "put_text",
            "name",
            "tag",
            "untag",
            "rename",
            "drop",
            "trash",
            "purge",
            "clear",
        )
        await getattr(self, self.chance.choice(names))(work)

    def word(self) -> str:
        return self.chance.choice(WORDS)

    def one(self) -> Any:
        return self.chance.choice(self.media)

    async def add(self, work: SqlWork) -> None:
        self.number += 1
        self.media.append(await add_media(work, self.number, title=self.word() or None, description=self.word()))
        self.tags.append((await add_tag(work, f"{self.word()} {self.number}")).id)

    async def edit(self, work: SqlWork) -> None:
        field = self.chance.choice(["title", "description", "alt_text", "filename"])
        await work.media.change(self.one().id, {field: self.word()})

    async def entitle(self, work: SqlWork) -> None:
        await work.metadata.change(self.one().id, {self.chance.choice(["artist", "album", "make", "author"]): self.word()})

    async def tell(self, work: SqlWork) -> None:
        media, value = self.one(), self.word()
        entry = MetadataEntry(
            id=new_id(), media_id=media.id, namespace="xmp", key=self.word(), type=ValueType.STRING, value=value, text=value,
            source=MetadataSource.EXTRACTED, updated_at=EPOCH,
        )  # fmt: skip
        await work.metadata.replace_entries(media.id, ["xmp"], [entry] * self.chance.randrange(2))

    async def put_text(self, work: SqlWork) -> None:
        await work.metadata.put_text(self.one().id, self.word() * 3)

    async def name(self, work: SqlWork) -> None:
        await self.edit(work)
        await self.rename(work)

    async def tag(self, work: SqlWork) -> None:
        media, tag = self.one(), self.chance.choice(self.tags)
        if (media.id, tag) not in await work.tags.worn([media.id]):
            await work.tags.attach({(media.id, tag): LINK}, {media.id: media})

    async def untag(self, work: SqlWork) -> None:
        worn = await work.tags.worn([one.id for one in self.media])
        await work.tags.detach(sorted(worn)[:2])

    async def rename(self, work: SqlWork) -> None:
        await work.tags.change(self.chance.choice(self.tags), {"name": f"{self.word()} {new_id().hex()}"})

    async def drop(self, work: SqlWork) -> None:
        if len(self.tags) > 2:
            await work.tags.delete([self.tags.pop(self.chance.randrange(len(self.tags)))])

    async def trash(self, work: SqlWork) -> None:
        await work.media.change(self.one().id, {"trashed_at": now()})

    async def purge(self, work: SqlWork) -> None:
        await work.media.purge([self.media.pop().id])

    async def clear(self, work: SqlWork) -> None:
        media = self.one()
        await work.metadata.clear(media.id, media.kind)


@pytest.mark.parametrize("seed", range(3))
async def test_after_any_writes_the_index_is_as_one_made_anew(database: SqlDatabase, principal: Principal, seed: int) -> None:
    writer = Writer(Random(seed))
    for _ in range(25):
        async with database.writing(principal) as work:
            for _ in range(writer.chance.randrange(1, 4)):
                await writer.write(work)
        found = await indexed(database, principal)
        assert found.keys() == {one.id for one in writer.media}
    assert found == await made_anew(database, principal)


async def test_a_write_that_fails_leaves_the_index_as_it_was(database: SqlDatabase, principal: Principal) -> None:
    async with database.writing(principal) as work:
        media = await add_media(work, 1, title="old")
        tag = await add_tag(work, "worn")
        await work.tags.attach({(media.id, tag.id): LINK}, {media.id: media})
    before = await indexed(database, principal)
    with pytest.raises(ZeroDivisionError):
        async with database.writing(principal) as work:
            await work.media.change(media.id, {"title": "new"})
            await work.tags.delete([tag.id])
            await add_media(work, 2, title="another")
            raise ZeroDivisionError
    assert await indexed(database, principal) == before


async def test_renaming_a_tag_of_many_media_indexes_them_piece_by_piece(database: SqlDatabase, principal: Principal) -> None:
    count = 2 * indexing.PIECE + 3
    async with database.writing(principal) as work:
        tag = await add_tag(work, "before")
        media = [await add_media(work, number) for number in range(count)]
        await work.tags.attach({(one.id, tag.id): LINK for one in media}, {one.id: one for one in media})
    async with database.writing(principal) as work:
        await work.tags.change(tag.id, {"name": "after"})
    rows = (await indexed(database, principal)).values()
    assert len(rows) == count
    assert all("after" in str(row) and "before" not in str(row) and not row[0] for row in rows)


async def test_indexing_anew_beside_others_finds_what_is_missing_in_every_library(
    database: SqlDatabase, principal: Principal, stranger: Principal
) -> None:
    for whose in (principal, stranger):
        async with database.writing(whose) as work:
            for number in range(3):
                await add_media(work, number, title="lost")
    before = [await indexed(database, whose) for whose in (principal, stranger)]
    async with database.transaction() as connection:
        await connection.execute(delete(media_search_table).where(search.library_id == principal.library_id))
    assert await database.media_count(only_missing=True) == 3
    after, done = b"\0" * 16, 0
    while True:
        last, count = await database.indexed(after, only_missing=True)
        if last is None:
            break
        after, done = last, done + count
    assert done == 3
    assert [await indexed(database, whose) for whose in (principal, stranger)] == before


def test_every_mode_makes_queries_of_quoted_words_alone() -> None:
    for mode in SearchMode:
        for clause in sought('a "b c" -d OR e* AND NEAR(f)', mode).clauses:
            assert all(word.isalnum() for term in (*clause.wanted, *clause.excluded) for word in term.words)

"""Writers wait for each other and lose nothing; a failed transaction keeps nothing; readers see one moment and cannot write."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from domain import Media, Principal, Tag
from domain.editing import MediaEdit, edit_media
from domain.errors import Fault, Unavailable, VersionConflict
from domain.reading import Ask, Load
from persistence.database import SqlDatabase
from persistence.readers import SqlReader
from persistence.tables import tag_table
from tests.persistence.builders import add_media, add_tag

WRITERS = 16


async def add_one(database: SqlDatabase, principal: Principal, key: bytes) -> None:
    """Reads a figure and writes it one larger: what gets lost if anybody writes between."""
    async with database.writing(principal) as work:
        found = (await work.media.find([key]))[key]
        await asyncio.sleep(0)
        await work.media.change(key, {"version": found.version + 1})


async def tags_of(reader: SqlReader, principal: Principal) -> set[str]:
    found = await reader.find(Load(ask=Ask(relation="library.tags"), first=100, keys=(principal.library_id,)))
    return {row.entity.name for row in found}


async def counted(databases: list[SqlDatabase], principal: Principal) -> int:
    async with databases[0].writing(principal) as work:
        media: Media = await add_media(work)
    await asyncio.gather(*(add_one(databases[n % len(databases)], principal, media.id) for n in range(WRITERS)))
    async with databases[0].writing(principal) as work:
        return (await work.media.find([media.id]))[media.id].version - media.version


async def test_sixteen_writers_lose_nothing(database: SqlDatabase, principal: Principal) -> None:
    assert await counted([database], principal) == WRITERS


async def test_writers_of_two_processes_lose_nothing(database: SqlDatabase, principal: Principal) -> None:
    other = SqlDatabase(database.url.render_as_string(hide_password=False))
    try:
        assert await counted([database, other], principal) == WRITERS
    finally:
        await other.close()


async def test_of_two_edits_of_one_version_one_is_refused(database: SqlDatabase, principal: Principal) -> None:
    async with database.writing(principal) as work:
        media = await add_media(work)

    async def edit(title: str) -> str | Fault:
        try:
            async with database.writing(principal) as work:
                await edit_media(work, [media.id], MediaEdit(values={"title": title}), media.version)
                await asyncio.sleep(0.02)
        except VersionConflict as fault:
            return fault
        return title

    done = await asyncio.gather(*(edit(str(number)) for number in range(4)))
    (kept,) = [one for one in done if isinstance(one, str)]
    async with database.writing(principal) as work:
        assert (await work.media.find([media.id]))[media.id].title == kept


async def test_a_transaction_that_fails_keeps_nothing(database: SqlDatabase, principal: Principal) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.writing(principal) as work:
            await add_tag(work, "lost")
            raise ZeroDivisionError
    async with database.reading(principal) as reader:
        assert await tags_of(reader, principal) == set()


async def test_a_transaction_that_is_cancelled_keeps_nothing_and_frees_the_writer(
    database: SqlDatabase, principal: Principal
) -> None:
    started = asyncio.Event()

    async def hang() -> None:
        async with database.writing(principal) as work:
            await add_tag(work, "lost")
            started.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(hang())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5), database.writing(principal) as work:
        await add_tag(work, "kept")
    async with database.reading(principal) as reader:
        assert await tags_of(reader, principal) == {"kept"}


async def test_a_reader_cannot_write(database: SqlDatabase, principal: Principal) -> None:
    async with database.writing(principal) as work:
        tag: Tag = await add_tag(work, "one")
    async with database.reader.connect() as connection:
        with pytest.raises(DBAPIError, match="readonly|read-only"):
            row = {"id": bytes(16), "library_id": principal.library_id, "folded_name": "x", "name": "x", "slug": "x"}
            times = {"version": 1, "created_at": tag.created_at, "updated_at": tag.updated_at}
            await connection.execute(insert(tag_table).values(row | times))


async def test_a_reader_sees_one_moment_while_others_write(database: SqlDatabase, principal: Principal) -> None:
    async with database.writing(principal) as work:
        await add_tag(work, "before")
    async with database.reading(principal) as reader:
        assert await tags_of(reader, principal) == {"before"}
        async with database.writing(principal) as work:
            await add_tag(work, "after")
            async with database.reading(principal) as other:
                assert await tags_of(other, principal) == {"before"}
        assert await tags_of(reader, principal) == {"before"}
    async with database.reading(principal) as reader:
        assert await tags_of(reader, principal) == {"before", "after"}


async def test_a_database_that_is_not_there_or_has_no_tables_is_unavailable(fresh_url: str, tmp_path: Path) -> None:
    for url in (fresh_url, f"sqlite:///{tmp_path / 'no such folder' / 'mediagraph.db'}", "postgresql://nobody@127.0.0.1:1/none"):
        database = SqlDatabase(url)
        with pytest.raises(Unavailable):
            await database.probe()
        await database.close()


async def test_what_sqlite_plans_by_is_counted_only_of_a_large_library(database: SqlDatabase, principal: Principal) -> None:
    async with database.writing(principal) as work:
        for number in range(3):
            await add_media(work, number)

    async def counted() -> int:
        async with database.reader.connect() as connection:
            found = await connection.execute(text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'"))
            return found.scalar_one()

    await database.tend()
    if database.is_sqlite:
        assert await counted() == 0
        await database.tend(least=3)
        assert await counted() == 1


async def test_a_transaction_reads_what_it_has_written_and_nothing_of_another_library(
    database: SqlDatabase, principal: Principal, stranger: Principal
) -> None:  # fmt: skip
    async with database.writing(stranger) as work:
        await add_media(work)
    async with database.writing(principal) as work:
        mine = await add_media(work)
        load = Load(ask=Ask(relation="library.media"), first=10, keys=(principal.library_id, stranger.library_id))
        assert [found.entity.id for found in await work.reader.find(load)] == [mine.id]

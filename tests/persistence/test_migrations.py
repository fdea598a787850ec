"""Migrations go up and down on both databases and end at the tables the code has; a backup of a live database is whole."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Connection, Integer, MetaData, inspect

from domain import Principal
from domain.reading import Ask, Load
from persistence import migrate
from persistence.database import SqlDatabase
from persistence.matching import is_ours
from persistence.tables import schema
from tests.persistence.builders import add_tag, fill


async def tables_of(url: str) -> set[str]:
    found = await migrate.with_connection(url, lambda connection: inspect(connection).get_table_names())
    return {name for name in found if is_ours(name, "table", None)}


async def test_an_empty_database_becomes_what_the_code_expects(fresh_url: str) -> None:
    assert await migrate.current(fresh_url) is None
    await migrate.upgrade(fresh_url)
    assert await migrate.current(fresh_url) == migrate.newest()
    assert await migrate.differences(fresh_url) == []
    assert await tables_of(fresh_url) == {*schema.tables, "alembic_version"}
    await migrate.upgrade(fresh_url)  # once more changes nothing
    assert await migrate.differences(fresh_url) == []


async def test_of_several_that_migrate_at_once_each_finds_it_done(fresh_url: str) -> None:
    await asyncio.wait_for(asyncio.gather(*(migrate.upgrade(fresh_url) for _ in range(4))), 30)
    assert await migrate.current(fresh_url) == migrate.newest()
    assert await migrate.differences(fresh_url) == []


async def test_going_down_leaves_no_table_and_going_up_again_works(fresh_url: str) -> None:
    await migrate.upgrade(fresh_url)
    await migrate.downgrade(fresh_url, "base")
    assert await tables_of(fresh_url) <= {"alembic_version"}
    assert await migrate.current(fresh_url) is None
    await migrate.upgrade(fresh_url)
    assert await migrate.differences(fresh_url) == []
    database = SqlDatabase(fresh_url)
    async with database.writing(Principal(library=await database.library())) as work:
        await fill(work)
    await database.close()


async def test_rows_are_still_there_after_an_upgrade_that_has_nothing_to_do(fresh_url: str) -> None:
    await migrate.upgrade(fresh_url)
    database = SqlDatabase(fresh_url)
    principal = Principal(library=await database.library())
    async with database.writing(principal) as work:
        it = await fill(work)
    await database.close()
    await migrate.upgrade(fresh_url)
    database = SqlDatabase(fresh_url)
    async with database.reading(principal) as reader:
        (found,) = await reader.find(Load(ask=Ask(relation="media.itself"), keys=(it.media.id,)))
    assert found.entity == it.media
    await database.close()


async def test_a_column_or_an_index_the_migrations_do_not_know_is_told(fresh_url: str) -> None:
    await migrate.upgrade(fresh_url)
    copy = MetaData(naming_convention=schema.naming_convention)
    for table in schema.tables.values():
        table.to_metadata(copy)
    copy.tables["tag"].append_column(Column("weight", Integer))
    copy.tables["media"].indexes.remove(next(one for one in copy.tables["media"].indexes if one.name == "ix_media_title"))

    def compared(connection: Connection) -> list[object]:
        return compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_ours}), copy
        )

    told = {str(difference[0]) for difference in await migrate.with_connection(fresh_url, compared)}
    assert told == {"add_column", "remove_index"}


async def test_differences_are_told_when_a_migrated_database_has_lost_a_column(fresh_url: str) -> None:
    await migrate.upgrade(fresh_url)
    await migrate.with_connection(fresh_url, lambda connection: connection.exec_driver_sql("ALTER TABLE tag DROP COLUMN color"))
    assert [difference[0] for difference in await migrate.differences(fresh_url)] == ["add_column"]


async def test_a_backup_taken_while_a_writer_is_busy_is_whole(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'mediagraph.db'}"
    await migrate.upgrade(url)
    database = SqlDatabase(url)
    principal = Principal(library=await database.library())
    async with database.writing(principal) as work:
        await fill(work)
    async with database.writing(principal) as work:
        await add_tag(work, "not committed")
        copy = migrate.back_up(url)
    assert copy is not None
    assert copy.parent == tmp_path
    await database.close()
    with closing(sqlite3.connect(copy)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert opened.execute("PRAGMA foreign_key_check").fetchall() == []
        assert set(opened.execute("SELECT name FROM tag")) == {("Colour",), ("Red",), ("Crimson",)}
        assert opened.execute("SELECT count(*) FROM media").fetchone() == (3,)


def test_there_is_no_backup_of_what_is_no_file(tmp_path: Path) -> None:
    assert migrate.back_up(f"sqlite:///{tmp_path / 'nothing.db'}") is None
    assert migrate.back_up("postgresql://127.0.0.1/library") is None

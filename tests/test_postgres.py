"""Tests on PostgreSQL leave nothing to each other, and runs that were killed leave nothing for long."""

import os
from collections.abc import AsyncIterator

import asyncpg
import pytest_asyncio
from sqlalchemy.engine import make_url

from persistence.database import SqlDatabase
from tests.postgres import POSTGRES, PREFIX, OnePostgres, connected, postgres_database


@pytest_asyncio.fixture
async def one() -> AsyncIterator[OnePostgres]:
    made = OnePostgres()
    yield made
    await made.close()


async def names() -> set[str]:
    async with connected(POSTGRES) as server:
        return {row["datname"] for row in await server.fetch("SELECT datname FROM pg_database")}


async def test_what_a_test_wrote_is_gone_for_the_next_one(one: OnePostgres) -> None:
    url = await one.emptied()
    database = SqlDatabase(url)
    await database.library()
    await database.close()
    assert await one.emptied() == url
    async with connected(url) as connection:
        assert await connection.fetchval("SELECT count(*) FROM library") == 0


async def test_a_test_that_changes_the_tables_is_the_last_that_has_the_database(one: OnePostgres) -> None:
    for change in ("ALTER TABLE tag ADD weight int", "ALTER TABLE media RENAME TO lost", "DROP INDEX ix_media_title"):
        url = await one.emptied()
        async with connected(url) as connection:
            await connection.execute(change)
        assert await one.emptied() != url
        assert make_url(url).database not in await names()


async def test_a_transaction_left_open_does_not_hold_up_the_next_test(one: OnePostgres) -> None:
    url = await one.emptied()
    left = await asyncpg.connect(url)
    await left.execute("BEGIN; LOCK TABLE media")
    assert await one.emptied() != url
    left.terminate()


async def test_leftovers_of_yesterday_are_dropped_unless_somebody_uses_them() -> None:
    old, used = (f"{PREFIX}{number:012x}{os.urandom(10).hex()}" for number in (1, 2))
    async with postgres_database() as young, connected(POSTGRES) as server:
        for name in (old, used):
            await server.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        async with connected(make_url(POSTGRES).set(database=used).render_as_string(hide_password=False)), postgres_database():
            assert {old, used, make_url(young).database} & await names() == {used, make_url(young).database}
        async with postgres_database():
            assert used not in await names()

"""PostgreSQL databases that a test run makes and drops: new ones, and one that is emptied for test after test."""

import os
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import asyncpg
from sqlalchemy.engine import make_url

from domain import new_id
from persistence import migrate
from persistence.tables import schema
from tests.needs import needs

KINDS = ("sqlite", "postgresql")
"""The databases that tests run on."""
POSTGRES = os.environ.get("MEDIAGRAPH_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
PREFIX = "mediagraph_test_"
LONGEST_RUN = 24 * 60 * 60
"""Seconds after which a database of a test belongs to no run any more."""
EMPTY = ";".join(f'DELETE FROM "{table.name}"' for table in reversed(schema.sorted_tables))  # noqa: S608 - our own names
REVISION = "SELECT version_num FROM alembic_version"
SHAPE = """SELECT string_agg(concat_ws(' ', c.relname, c.oid, a.attname, a.atttypid, a.attnotnull), ',' ORDER BY c.oid, a.attnum)
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relnamespace = 'public'::regnamespace"""
"""Every column of every table and index; who has it twice alike has had no table changed in between."""


@asynccontextmanager
async def connected(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(url, timeout=5)
    try:
        yield connection
    finally:
        await connection.close()


async def reached() -> bool:
    """Whether there is a server."""
    try:
        async with connected(POSTGRES):
            return True
    except (OSError, asyncpg.PostgresError, TimeoutError):
        return False


@asynccontextmanager
async def postgres_database() -> AsyncIterator[str]:
    """The URL of a new, empty database; the test that asks for one needs a server."""
    needs(f"PostgreSQL, and none answers at {make_url(POSTGRES).render_as_string()}", await reached())
    name = f"{PREFIX}{new_id().hex()}"
    async with connected(POSTGRES) as server:
        await drop_leftovers(server)
        await server.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        try:
            await server.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')  # nothing here outlives a crash
            yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
        finally:
            await server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


async def drop_leftovers(server: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Drops what runs that were killed left behind, never a database in use: names tell when they were made."""
    oldest = f"{PREFIX}{int((time.time() - LONGEST_RUN) * 1000):012x}"
    for row in await server.fetch("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", PREFIX):
        if row["datname"] < oldest:
            with suppress(asyncpg.PostgresError):  # another run drops it too, or somebody looks into it
                await server.execute(f'DROP DATABASE IF EXISTS "{row["datname"]}"')


class OnePostgres:
    """A migrated database that tests have one after the other, each of them empty.

    Emptying it takes two milliseconds, a copy of a template thirty and more. A test that changes the tables, or leaves
    a transaction open, is the last that has this database: the next one is given a new one.
    """

    def __init__(self) -> None:
        self.opened = AsyncExitStack()
        self.url: str | None = None
        self.shape: str | None = None

    async def emptied(self) -> str:
        """The URL of a database with tables and no rows."""
        if self.url is None or not await self.is_emptied(self.url):
            await self.close()
            self.url = await self.opened.enter_async_context(postgres_database())
            await migrate.upgrade(self.url)
            async with connected(self.url) as database:
                self.shape = await database.fetchval(SHAPE)
        return self.url

    async def is_emptied(self, url: str) -> bool:
        """Empties the tables if they are what they were."""
        async with connected(url) as database:
            if await database.fetchval(SHAPE) != self.shape or await database.fetchval(REVISION) != migrate.newest():
                return False
            try:
                await database.execute(f"SET lock_timeout = '2s'; {EMPTY}")
            except asyncpg.LockNotAvailableError:
                return False
        return True

    async def close(self) -> None:
        await self.opened.aclose()
        self.url = None

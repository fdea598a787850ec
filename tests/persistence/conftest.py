"""A migrated database of each kind for the whole run, and a library of its own for every test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from domain import Principal, new_id
from persistence import migrate
from persistence.database import SqlDatabase
from tests.postgres import KINDS, postgres_database


async def opened(url: str) -> AsyncIterator[SqlDatabase]:
    await migrate.upgrade(url)
    made = SqlDatabase(url)
    yield made
    await made.close()


@pytest_asyncio.fixture(scope="session", params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SqlDatabase]:
    """Each test that asks for it runs on both."""
    if request.param == "sqlite":
        async for made in opened(f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'mediagraph.db'}"):
            yield made
    else:
        async with postgres_database() as url:
            async for made in opened(url):
                yield made


@pytest_asyncio.fixture(params=KINDS)
async def fresh_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A database that no migration has seen."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'fresh.db'}"
    else:
        async with postgres_database() as url:
            yield url


@pytest_asyncio.fixture
async def principal(database: SqlDatabase) -> Principal:
    """Everything is kept per library, so a new one is as good as a new database."""
    return Principal(library=await database.library(f"library {new_id().hex()}"))


@pytest_asyncio.fixture
async def stranger(database: SqlDatabase) -> Principal:
    """Somebody of another library in the same database."""
    return Principal(library=await database.library(f"library {new_id().hex()}"))

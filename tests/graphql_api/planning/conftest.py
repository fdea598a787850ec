"""One server over a full library on each database, for all tests of this folder that change nothing."""

from collections.abc import AsyncIterator

import pytest_asyncio

from domain.processors.sandbox import ForkingSandbox
from graphql_api.bootstrap import Server, opened
from graphql_api.settings import Settings
from tests.graphql_api.planning.library import fill
from tests.graphql_api.planning.ways import Ways


async def filled(server: Server, seed: int = 0) -> Ways:
    async with server.database.writing(server.principal) as work:
        await fill(work, seed)
    return Ways(server)


@pytest_asyncio.fixture(scope="module")
async def ways(shared_settings: Settings, sandbox: ForkingSandbox) -> AsyncIterator[Ways]:
    """Both ways over a library of everything."""
    async with opened(shared_settings, sandbox) as server:
        yield await filled(server)


@pytest_asyncio.fixture
async def own(settings: Settings, sandbox: ForkingSandbox) -> AsyncIterator[Ways]:
    """The same for one test alone, which may break it."""
    async with opened(settings, sandbox) as server:
        yield await filled(server)

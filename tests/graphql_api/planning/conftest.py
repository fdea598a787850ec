"""One server over a full library on each database, for all tests of this folder that change nothing."""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from domain.processors.sandbox import ForkingSandbox
from graphql_api.bootstrap import Server, opened
from graphql_api.settings import Settings
from tests.graphql_api.planning.library import fill
from tests.graphql_api.planning.ways import Ways
from tests.postgres import KINDS, postgres_database


async def filled(server: Server, seed: int = 0) -> Ways:
    async with server.database.writing(server.principal) as work:
        await fill(work, seed)
    return Ways(server)


@pytest_asyncio.fixture(params=KINDS, scope="module")
async def ways(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, empty_database: Path, sandbox: ForkingSandbox
) -> AsyncIterator[Ways]:
    """Both ways over a library of everything."""
    folder = tmp_path_factory.mktemp("planning")
    plain = Settings(data_dir=folder, public_url="http://site", upload_rate="")
    async with AsyncExitStack() as stack:
        if request.param == "sqlite":
            shutil.copy(empty_database, folder / "mediagraph.db")
        else:
            plain = plain.model_copy(update={"database_url": await stack.enter_async_context(postgres_database())})
        yield await filled(await stack.enter_async_context(opened(plain, sandbox)))


@pytest_asyncio.fixture
async def own(settings: Settings, sandbox: ForkingSandbox) -> AsyncIterator[Ways]:
    """The same for one test alone, which may break it."""
    async with opened(settings, sandbox) as server:
        yield await filled(server)

"""Sites that the catalog has joined."""

from collections.abc import AsyncIterator

import pytest_asyncio
from mediagraph_catalog import CATALOG

from domain.processors.sandbox import ForkingSandbox
from graphql_api.bootstrap import opened
from graphql_api.settings import Settings
from tests.conftest import Site, client_of


@pytest_asyncio.fixture
async def shop(settings: Settings, sandbox: ForkingSandbox) -> AsyncIterator[Site]:
    """A server over an empty library and an empty catalog."""
    async with opened(settings, sandbox, [CATALOG]) as server, client_of(server) as client:
        made = Site(server, client)
        server.database.on_statement(made.statements.append)
        yield made

"""What a request reads on: one connection at a time, given back whoever is in the midst of it."""

import asyncio
from typing import Any

from graphql_api.context import Context
from tests.conftest import Site


async def test_a_reader_that_is_opened_while_the_last_is_closed_stays_open(site: Site) -> None:
    pool: Any = site.server.database.reader.pool
    context = Context(site.server.parts, site.server.principal, site.server.site, "")
    first = asyncio.ensure_future(context.reading())
    await asyncio.sleep(0)  # the first is being opened
    forgotten = asyncio.ensure_future(context.forget())
    await asyncio.sleep(0)
    second = await context.reading()
    assert await first is not second
    await forgotten
    assert pool.checkedout() == 1
    await context.end()
    assert pool.checkedout() == 0

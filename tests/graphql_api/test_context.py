"""What a request reads on: one connection at a time, given back whoever is in the midst of it."""

import asyncio
from typing import Any

from graphql_api.context import Context
from graphql_api.fields import Relation, Wish
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


async def test_a_field_that_is_given_up_does_not_take_what_is_loaded_from_others(site: Site) -> None:
    context = Context(site.server.parts, site.server.principal, site.server.site, "")
    of_library = Relation("library.tags"), site.server.principal.library_id, Wish()
    first = asyncio.ensure_future(context.count(*of_library))
    second = asyncio.ensure_future(context.count(*of_library))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == 0
    await context.end()

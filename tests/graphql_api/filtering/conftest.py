"""One server over the same small library on each database, for all tests of this folder: they change nothing."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest_asyncio

from domain.processors.sandbox import ForkingSandbox
from graphql_api.bootstrap import opened
from graphql_api.settings import Settings
from tests.graphql_api.filtering.stock import Stock, fill
from tests.graphql_api.planning.ways import Ways

FOUND = """query($f: MediaFilter, $t: TrashScope) { media(filter: $f, trash: $t, first: 100, orderBy: [{field: FILENAME}]) {
  totalCount nodes { filename } } }"""


@dataclass
class Shelf:
    """Both ways over a stock."""

    ways: Ways
    stock: Stock

    async def found(self, given: Any, trash: str = "INCLUDE") -> str:
        """The letters of the media that a filter finds, which is as many as it counts."""
        body = await self.ways.both(FOUND, {"f": given, "t": trash})
        found = orjson.loads(body)["data"]["media"]
        letters = "".join(one["filename"][0].lower() for one in found["nodes"])
        assert found["totalCount"] == len(letters)
        return "".join(sorted(letters))


@pytest_asyncio.fixture(scope="module")
async def shelf(shared_settings: Settings, sandbox: ForkingSandbox) -> AsyncIterator[Shelf]:
    async with opened(shared_settings, sandbox) as server:
        async with server.database.writing(server.principal) as work:
            stock = await fill(work)
        yield Shelf(Ways(server), stock)

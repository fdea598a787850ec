"""Row 3 of the acceptance list, over a hundred thousand media: what a page costs is told by the database, not by a clock."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest_asyncio

from benchmarks.copying import copy, put_off
from benchmarks.filling import filling
from benchmarks.library import Library
from benchmarks.viewing import VIEWS, Shelf
from domain import DEFAULT_LIBRARY
from domain.processors.sandbox import ForkingSandbox
from graphql_api.bootstrap import opened
from graphql_api.settings import Settings
from persistence import migrate

MEDIA = 100_000
DEEP = [view for view in VIEWS if view.name in ("deep page", "grid by date")]
EXPLAIN = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "


@pytest_asyncio.fixture(scope="module")
async def shelf(shared_settings: Settings, sandbox: ForkingSandbox) -> AsyncIterator[Shelf]:
    """A library of a hundred thousand media, and nothing else."""
    await fill(shared_settings.database)
    async with opened(shared_settings, sandbox) as server:
        yield Shelf(server)


async def fill(url: str) -> None:
    await migrate.upgrade(url)
    async with filling(url) as connection:
        indexes, triggers = await put_off(connection)
        for table, rows in Library(DEFAULT_LIBRARY, MEDIA, 3).bare():
            await copy(connection, table, rows)
        for sql in [*indexes, *triggers, "ANALYZE"]:
            await connection.exec_driver_sql(sql)


async def work(shelf: Shelf, query: str, variables: dict[str, Any]) -> int:
    """What the database did for an answer of fifty rows: steps of SQLite's machine, pages that PostgreSQL looked at."""
    counted = steps if shelf.server.database.is_sqlite else pages
    body = orjson.loads((await shelf.answer(query, variables)).body)
    assert len(body["data"]["media"]["nodes"]) == 50
    return await counted(shelf, query, variables)


async def steps(shelf: Shelf, query: str, variables: dict[str, Any]) -> int:
    """Of the first answer that comes from a connection which counts: a thread that is new has one of its own."""
    threads, made = shelf.server.database.threads, [0]
    assert threads

    def step() -> None:
        made[0] += 1

    while not made[0]:
        for connection in threads.opened:
            connection.set_progress_handler(step, 1)
        await shelf.answer(query, variables)
        for connection in threads.opened:
            connection.set_progress_handler(None, 1)
    return made[0]


async def pages(shelf: Shelf, query: str, variables: dict[str, Any]) -> int:
    seen: list[Any] = []
    async with shelf.server.database.reader.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        driver.add_query_logger(seen.append)
    await shelf.answer(query, variables)
    await asyncio.sleep(0.01)  # it is told on the next turn of the loop
    driver.remove_query_logger(seen.append)
    asked = [one for one in seen if one.query.startswith("SELECT")]
    assert asked
    async with shelf.server.database.reader.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        plans = [(await driver.fetchval(EXPLAIN + one.query, *one.args)) for one in asked]
    told = [(orjson.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"] for plan in plans]
    return sum(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] for plan in told)


async def test_03_a_page_of_fifty_at_row_one_and_at_the_last_tenth_cost_within_twice(shelf: Shelf) -> None:
    first, deep = sorted(DEEP, key=lambda view: view.name == "deep page")
    (after,) = await deep.variables(shelf)
    at_row_one, at_the_end = await work(shelf, first.query, {}), await work(shelf, deep.query, after)
    assert 0 < at_the_end <= 2 * at_row_one, (at_row_one, at_the_end)

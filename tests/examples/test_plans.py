"""What SQLite looks up for products and usages, in a library that it has no statistics of: never all rows there are."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio
from mediagraph_catalog.persistence.product import KEEPING

from domain import Principal, new_id
from domain.reading import Ask, Load
from graphql_api.bootstrap import ready
from persistence.database import SqlDatabase, give_functions
from persistence.extension import Keeping
from persistence.reading import statements

LIBRARY = new_id()
WHOLE = "(library_id=?)"
"""What the plan says where all of a library is read."""


@pytest_asyncio.fixture
async def url(tmp_path: Path) -> str:
    await ready(f"sqlite:///{tmp_path / 'plans.db'}", [KEEPING])
    return f"sqlite:///{tmp_path / 'plans.db'}"


@pytest.fixture
def opened(url: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        give_functions(connection)
        yield connection


@pytest_asyncio.fixture(params=[(), (KEEPING,)], ids=["the core alone", "with the catalog"])
async def database(request: pytest.FixtureRequest, url: str) -> AsyncIterator[SqlDatabase]:
    keepings: tuple[Keeping, ...] = request.param
    made = SqlDatabase(url, keepings)
    yield made
    await made.close()


def plan(connection: sqlite3.Connection, sql: str, binds: object) -> list[str]:
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", binds)]


@pytest.mark.parametrize("size", [1, 10, 100])
@pytest.mark.parametrize("counted", [True, False])
async def test_usages_are_looked_up_by_their_media(
    opened: sqlite3.Connection, database: SqlDatabase, size: int, counted: bool
) -> None:
    load = Load(ask=Ask(relation="media.usages", counted=counted), first=20, keys=tuple(new_id() for _ in range(size)))
    ((made, binds),) = statements(load, LIBRARY, "sqlite", database.providers)
    told = plan(opened, made.sql, binds)
    assert any("media_usage USING" in line and "ix_media_usage_media (media_id=?" in line for line in told), told
    assert not any(WHOLE in line for line in told), told
    joined = any("product_media USING INDEX ix_product_media_media (media_id=?)" in line for line in told)
    assert joined == (len(database.providers) == 2), told


async def test_what_holds_media_back_is_looked_up_by_these(opened: sqlite3.Connection, database: SqlDatabase) -> None:
    heard: list[str] = []
    database.on_statement(heard.append)
    async with database.writing(Principal(library=await database.library())) as work:
        await work.usages.holding([new_id() for _ in range(100)], lasting=False)
    (sql,) = [one for one in heard if "row_number" in one]
    told = plan(opened, sql, [b""] * sql.count("?"))
    assert any("media_usage USING INDEX ix_media_usage_media (media_id=?)" in line for line in told), told
    assert not any(WHOLE in line for line in told), told


@pytest.mark.parametrize(
    ("relation", "index"),
    [
        ("product.media", "ix_product_media_product (product_id=?)"),
        ("media.product_media", "ix_product_media_media (media_id=?)"),
        ("library.products", "ix_product_name (library_id=?)"),
    ],
)
@pytest.mark.parametrize("size", [1, 10])
def test_lists_of_the_catalog_are_read_in_the_order_of_their_indexes(
    opened: sqlite3.Connection, relation: str, index: str, size: int
) -> None:  # fmt: skip
    load = Load(ask=Ask(relation=relation), first=20, keys=tuple(new_id() for _ in range(size)))
    ((made, binds),) = statements(load, LIBRARY, "sqlite")
    told = plan(opened, made.sql, binds)
    assert sum(index in line for line in told) == size, told
    assert "TEMP B-TREE" not in str(told), told

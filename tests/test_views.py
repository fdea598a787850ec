"""The library views that are measured show what they should: on both databases, by plans, with the bytes of graphql-core."""

from collections.abc import AsyncIterator

import orjson
import pytest
import pytest_asyncio
from sqlalchemy import func, select

from benchmarks.explained import indexes
from benchmarks.filling import fill
from benchmarks.viewing import FOLDER, VIEWS, Shelf, View
from domain import NOBODY
from domain.processors.sandbox import ForkingSandbox
from graphql_api.bootstrap import Server, opened
from graphql_api.settings import Settings
from persistence.tables import media_search_table, media_table
from tests.graphql_api.planning.ways import Ways

SIZE = 2_000
KNOWN = [view for view in VIEWS if view.is_known()]


@pytest_asyncio.fixture(scope="module")
async def ways(shared_settings: Settings, sandbox: ForkingSandbox) -> AsyncIterator[Ways]:
    """Both ways over the library of the benchmarks, in small."""
    await fill(shared_settings.database, SIZE)
    async with opened(shared_settings, sandbox) as server:
        yield Ways(server)


@pytest.mark.parametrize("view", KNOWN, ids=lambda view: view.name)
async def test_a_view_shows_rows_that_a_plan_and_graphql_core_agree_about(ways: Ways, view: View) -> None:
    values = await view.variables(Shelf(ways.server))
    assert values
    for variables in values:
        body = await ways.both(view.query, variables)
        assert view.shown(orjson.loads(body)["data"]), (variables, body[:300])


async def test_an_index_is_told_for_a_page_in_order(ways: Ways) -> None:
    (grid,) = [view for view in VIEWS if view.name == "grid by date"]
    await ways.both(grid.query)
    ways.statements.clear()
    await ways.answer(ways.planning, grid.query)
    assert "ix_media_taken" in await indexes(ways.server.database, ways.statements)


async def test_the_words_of_made_up_media_are_as_indexing_makes_them(ways: Ways) -> None:
    made, database = await indexed(ways.server), ways.server.database
    after, count = await database.indexed(NOBODY)
    while after:
        after, some = await database.indexed(after)
        count += some
    assert len(made) == count
    assert await indexed(ways.server) == made


async def indexed(server: Server) -> list[tuple[object, ...]]:
    async with server.database.reader.connect() as connection:
        rows = await connection.execute(select(media_search_table).order_by(media_search_table.c.media_id))
        return [tuple(row) for row in rows]


async def test_every_column_that_is_made_of_another_is_filled(ways: Ways) -> None:
    media = media_table.c
    async with ways.server.database.reader.connect() as connection:
        for name in ("title", "filename", "folder"):
            without = select(func.count()).where(media[name].is_not(None), media[f"folded_{name}"].is_(None))
            assert (await connection.execute(without)).scalar_one() == 0


def test_every_document_is_a_view_and_there_are_twenty_at_least() -> None:
    documents = {path.stem.replace("_", " ") for path in FOLDER.glob("*.graphql")} - {"card"}
    assert documents == {view.name for view in VIEWS}
    assert len(VIEWS) >= 20

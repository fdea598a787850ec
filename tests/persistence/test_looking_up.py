"""PostgreSQL looks up the media that a search finds one by one, whatever it takes their number for."""

from dataclasses import replace

import pytest

from domain import Principal
from domain.matching import Matching, SearchMode, sought
from domain.reading import Ask, Load
from domain.search import All, Compare, Filter, shape, values
from domain.summary import Shape
from persistence.database import SqlDatabase
from persistence.reading import statements

FEW: dict[str, Filter] = {
    "a search": All((Matching(sought("river", SearchMode.WEB)),)),
    "a search and a filter": All((Matching(sought("river", SearchMode.WEB)), Compare("kind", "eq", "IMAGE"))),
}


@pytest.mark.parametrize("summary", [None, Shape("count")])
@pytest.mark.parametrize("name", FEW)
async def test_the_media_are_never_read_to_be_joined(
    database: SqlDatabase, principal: Principal, name: str, summary: Shape | None
) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite joins in the order it is told.")
    ask = Ask(relation="library.media", where=shape(FEW[name]), summary=summary)
    load = Load(ask=ask, values=tuple(values(FEW[name])), keys=(principal.library_id,))
    ((made, binds),) = statements(load, principal.library_id, "postgresql")
    async with database.transaction() as connection:
        await connection.exec_driver_sql("SET LOCAL enable_nestloop = off")  # which it cannot do without where it looks up
        told = await connection.execute(replace(made, sql=f"EXPLAIN {made.sql}", columns=[]).typed, binds)
        plan = "\n".join(str(row[0]) for row in told)
    assert "Nested Loop" in plan, plan
    assert "Hash Join" not in plan, plan
    assert "Merge Join" not in plan, plan

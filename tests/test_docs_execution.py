"""The worked example of docs/execution.md is what the code makes of that document now, on both databases."""

import ast
import re
from collections.abc import AsyncIterator, Generator
from pathlib import Path
from typing import Any

import orjson
import pytest_asyncio
from graphql.execution.values import VariableValues

from domain import Id, MediaKind
from domain.processors.sandbox import ForkingSandbox
from domain.reading import Row, Wanted
from graphql_api.bootstrap import opened
from graphql_api.execution.plans import MOST_PLANS
from graphql_api.settings import Settings
from persistence.raw import MOST_AT_ONCE
from tests.graphql_api.planning.ways import Ways
from tests.persistence.builders import add_media, add_tag
from tests.test_docs import ROOT, blocks

PAGE = ROOT / "docs/execution.md"
(QUERY,) = blocks(PAGE, "graphql")
GIVEN, ANSWER = (orjson.loads(text) for text in blocks(PAGE, "json"))
ASKS, SOURCE = blocks(PAGE, "python")
(TABLE, ROWS) = blocks(PAGE, "text")
STATEMENTS = dict(zip(("sqlite", "postgresql"), (text.split("\n\n") for text in blocks(PAGE, "sql")), strict=True))
KEYS: dict[str, Id] = {f"M{number}": bytes([number]) * 16 for number in range(1, 5)}
Steps = Generator[list[Wanted], list[list[Row]], bytes]


@pytest_asyncio.fixture
async def ways(settings: Settings, sandbox: ForkingSandbox) -> AsyncIterator[Ways]:
    """Both ways over the library that the page tells of."""
    async with opened(settings, sandbox) as server:
        async with server.database.writing(server.principal) as work:
            kinds = (MediaKind.IMAGE, MediaKind.IMAGE, MediaKind.AUDIO, MediaKind.IMAGE)
            titles = ("Old harbour", "Harbour at dusk", "Harbour bells", "Acacias")
            made = [
                await add_media(work, number, kind, id=key, title=title, **{"width": 1620} if kind is MediaKind.IMAGE else {})
                for number, (key, kind, title) in enumerate(zip(KEYS.values(), kinds, titles, strict=True))
            ]
            await add_tag(work, "Sea", *made)
            await add_tag(work, "Evening", made[1])
        yield Ways(server)


def plain(sql: str) -> str:
    """The text in one line."""
    return " ".join(sql.split())


def noted(steps: Any, seen: list[list[Row]]) -> Steps:
    """The same steps, and the rows of every load."""
    wanted = next(steps)
    while True:
        rows = yield wanted
        seen += rows
        try:
            wanted = steps.send(rows)
        except StopIteration as ended:
            return ended.value


def told(row: Row, names: dict[Any, str]) -> str:
    return f"({', '.join(names.get(cell, repr(cell)) for cell in row)})"


async def test_the_answer_is_that_of_both_ways(ways: Ways) -> None:
    assert orjson.loads(await ways.both(QUERY, GIVEN)) == ANSWER


async def test_the_source_and_its_constants_are_those_of_the_plan(ways: Ways) -> None:
    await ways.both(QUERY, GIVEN)
    plan = ways.plan(QUERY)
    assert ast.dump(ast.parse(plan.source)) == ast.dump(ast.parse(SOURCE))
    table: dict[str, Any] = plan.assemble.__globals__  # type: ignore[attr-defined]
    constants = {name: repr(value) for name, value in table.items() if re.fullmatch(r"c\d+", name)}
    assert dict(line.split(" = ") for line in TABLE.splitlines()) == constants


async def test_the_asks_are_those_of_the_plan(ways: Ways) -> None:
    await ways.both(QUERY, GIVEN)
    pages = ways.plan(QUERY).bind(VariableValues({}, GIVEN)).pages
    said: dict[str, Any] = {}
    exec(ASKS, said)  # noqa: S102 - our own page
    assert [page.load.ask for page in pages] == [said["FOUND"], said["TAGS"]]
    assert [(page.load.first, page.load.beyond) for page in pages] == [(2, 1), (50, 0)]


async def test_the_statements_and_rows_are_those_of_the_plan(ways: Ways) -> None:
    await ways.both(QUERY, GIVEN)
    server, seen = ways.server, list[list[Row]]()
    plan = ways.plan(QUERY)
    ways.statements.clear()
    steps = plan.steps(server.principal.library_id, plan.bind(VariableValues({}, GIVEN)), server.site)
    await server.database.answered(server.principal, noted(steps, seen))
    dialect = "sqlite" if server.database.is_sqlite else "postgresql"
    assert [plain(sql) for sql in ways.statements] == [plain(sql) for sql in STATEMENTS[dialect]]
    names = {key: name for name, key in KEYS.items()} | {server.principal.library_id: "LIBRARY"}
    assert [told(row, names) for rows in seen for row in rows] == ROWS.split("\n")[:-1]


def test_the_bounds_and_files_are_those_of_the_code() -> None:
    text = PAGE.read_text("utf-8")
    assert f"{MOST_PLANS} outcomes" in text
    assert f"{MOST_AT_ONCE:,} rows" in text
    for path in sorted((ROOT / "graphql_api/execution").glob("[a-z]*.py")):
        assert f"`{path.name}`" in text, path.name
    for name in re.findall(r"`((?:tests|persistence|domain|graphql_api)/[\w/]+\.py)`", text):
        assert Path(ROOT / name).exists(), name

"""Where a plan meets what it cannot say, graphql-core answers, errors and all, and it is counted."""

import math
from typing import Any

import pytest

from domain.processing import PROCESSORS
from graphql_api.bootstrap import Server
from graphql_api.execution.operation import Path
from tests.graphql_api.planning.ways import Ways

ALL = "media(first: 100) { nodes {"
ENTRIES = f"{{ {ALL} metadata {{ entries {{ key value confidence source }} }} }} }} }}"
LOSE_ONE = """DELETE FROM media_metadata
  WHERE media_id = (SELECT id FROM media WHERE kind = 'AUDIO' ORDER BY id LIMIT 1)"""
CHAPTER = f"{{ {ALL} ... on Audio {{ metadata {{ chapters {{ startMs }} }} }} }} }} }}"
GENRE = f"{{ {ALL} ... on Audio {{ metadata {{ genre }} }} }} }} }}"
CHAPTERS = "UPDATE media_metadata SET chapters = '[{\"start_ms\": %s, \"end_ms\": 1}]' WHERE kind = 'AUDIO'"
BROKEN = {
    "a null where none may be": ("UPDATE metadata_entry SET value = NULL", ENTRIES),
    "half a place": ("UPDATE media SET latitude = 1, longitude = NULL", f"{{ {ALL} location {{ latitude longitude }} }} }} }}"),
    "a missing row": (
        LOSE_ONE, f"{{ {ALL} id metadata {{ extra }} }} }} }}",
    ),
    "a missing row of one kind": (
        LOSE_ONE, GENRE,
    ),
    "a row of another kind": (
        "UPDATE media_metadata SET kind = 'IMAGE' WHERE kind = 'AUDIO'", GENRE,
    ),
    "a word of a newer version": ("UPDATE media SET status = 'DREAMING' WHERE kind = 'IMAGE'", f"{{ {ALL} id status }} }} }}"),
    "a kind of a newer version": ("UPDATE media SET kind = 'DREAM' WHERE kind = 'IMAGE'", f"{{ {ALL} __typename kind }} }} }}"),
    "a word in a link": ("UPDATE media_tag SET source = 'DREAM'", f"{{ {ALL} tags {{ edges {{ source }} }} }} }} }}"),
    "a null in a list of parts": (CHAPTERS % "null", CHAPTER),
    "a number that no Int is": (CHAPTERS % 2**31, CHAPTER),
    "a text that no Int is": (CHAPTERS % '"x"', CHAPTER),
    "a part that is not known": (CHAPTERS.replace("end_ms", "more") % 1, CHAPTER),
}  # fmt: skip
LOUD = ("a part that is not known",)
"""What looks like a fault of our own: a function that fails."""
ARGUMENTS: list[tuple[str, dict[str, Any]]] = [
    ('{ media(after: "x") { nodes { id } } tags { totalCount } }', {}),
    ("query($a: String) { media(after: $a) { totalCount } }", {"a": "WyJ4Il0"}),
    ("{ media(first: 2, orderBy: [{field: TITLE}]) { totalCount } }", {}),
    ("query($n: Int) { tags { nodes { media(first: $n) { nodes { id } } } } }", {"n": -1}),
    ("{ tag { id } }", {}),
    ('{ collection(id: "x", slug: "y") { id } }', {}),
    ("{ media(first: 100) { nodes { ... on Document { metadata { textExcerpt(maxChars: 10001) } } } } }", {}),
    ('{ media(filter: {tags: {any: ["x"]}}) { nodes { id } } }', {}),
    ('{ mediaByPath(storage: "\\u0000", path: "") { id } }', {}),
]


async def run(server: Server, sql: str) -> None:
    async with server.database.transaction() as connection:
        await connection.exec_driver_sql(sql)


@pytest.mark.parametrize("name", BROKEN)
async def test_what_a_row_should_not_hold_is_told_as_graphql_core_tells_it(
    own: Ways, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    sql, query = BROKEN[name]
    await own.both(query)
    await run(own.server, sql)
    body = await own.aside(query)
    assert b'"errors"' in body
    assert own.planning.paths == {Path.PLAN: 1, Path.ASIDE: 1}
    loud = [one for one in caplog.records if one.levelname == "WARNING" and "plan failed" in one.getMessage()]
    assert bool(loud) == (name in LOUD)


async def test_a_type_of_a_newer_version_is_other_media_in_both_ways(own: Ways) -> None:
    await run(own.server, "UPDATE media SET kind = 'DREAM' WHERE kind = 'IMAGE'")
    more = "... on OtherMedia { tags { totalCount } } ... on Video { tags { nodes { name } } }"
    body = await own.both(f"{{ {ALL} __typename id {more} }} }} }}")
    assert b'"__typename":"OtherMedia"' in body
    assert b"Image" not in body


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
async def test_a_number_that_json_cannot_say_is_not_told(own: Ways, value: float) -> None:
    is_sqlite = own.server.database.is_sqlite
    if is_sqlite and math.isnan(value):
        pytest.skip("SQLite keeps no NaN")
    word = f"{value:+}".replace("inf", "9e999") if is_sqlite else f"'{value}'"
    await run(own.server, f"UPDATE media SET altitude = {word}, latitude = 1, longitude = 1")  # noqa: S608
    await own.aside(f"{{ {ALL} location {{ altitude }} }} }} }}")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("value", [2**31, -(2**31) - 1, 3.5, "'x'"])
async def test_what_sqlite_lets_into_a_column_of_numbers_is_told_as_graphql_core_tells_it(own: Ways, value: Any) -> None:
    await run(own.server, f"UPDATE media SET width = {value}, version = {value} WHERE kind = 'IMAGE'")  # noqa: S608
    await own.aside(f"{{ {ALL} version }} }} }}")
    await own.aside(f"{{ {ALL} ... on Image {{ width }} }} }} }}")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("value", [2**53, -1, 3.5, 2**63 - 1])
async def test_sizes_that_should_not_be_are_told_alike(own: Ways, value: Any) -> None:
    await run(own.server, "PRAGMA ignore_check_constraints = ON")
    await run(own.server, f"UPDATE media_metadata SET bitrate = {value}")  # noqa: S608
    planned, stock = await own.answers(f"{{ {ALL} ... on Audio {{ metadata {{ bitrate }} }} }} }} }}")
    assert planned.body == stock.body


@pytest.mark.parametrize(("query", "variables"), ARGUMENTS)
async def test_arguments_that_break_a_rule_are_refused_alike(ways: Ways, query: str, variables: dict[str, Any]) -> None:
    planned, stock = await ways.answers(query, variables)
    assert planned.body == stock.body
    assert planned.path in {Path.ASIDE, Path.PLAN}


async def test_a_function_that_fails_is_told_by_graphql_core(own: Ways, monkeypatch: pytest.MonkeyPatch) -> None:
    query = f"{{ {ALL} processing {{ processor {{ key }} }} }} }} }}"
    await own.both(query)
    monkeypatch.setattr(PROCESSORS, "known", None)
    assert b"INTERNAL" in await own.aside(query)


async def test_a_database_that_fails_on_the_way_is_told_by_graphql_core(own: Ways) -> None:
    query = f"{{ {ALL} id tags {{ nodes {{ name }} }} }} }} }}"
    await own.both(query)
    await run(own.server, "ALTER TABLE tag RENAME TO gone")
    planned, stock = await own.answers(query)
    assert (planned.path, planned.body) == (Path.ASIDE, stock.body)
    await run(own.server, "ALTER TABLE gone RENAME TO tag")
    await own.both(query)


async def test_a_plan_that_steps_aside_again_and_again_rests_and_comes_back(own: Ways) -> None:
    query = ENTRIES
    await run(own.server, "UPDATE metadata_entry SET value = NULL")
    seen = [(await own.answer(own.planning, query)).path for _ in range(12)]
    aside, core = Path.ASIDE, Path.CORE
    assert seen == [aside, aside, core, core, aside, *[core] * 6, aside]
    assert own.planning.paths == {aside: 4, core: 8}
    await run(own.server, "UPDATE metadata_entry SET value = '1'")
    seen = [(await own.answer(own.planning, query)).path for _ in range(16)]
    assert seen == [*[core] * 14, Path.PLAN, Path.PLAN]


async def test_introspection_and_mutations_have_no_plan(ways: Ways) -> None:
    mutation = 'mutation { createTag(input: {name: ""}) { userErrors { code } } }'
    for query in ("{ __schema { queryType { name } } }", '{ media { totalCount } __type(name: "Tag") { name } }', mutation):
        planned, stock = await ways.answers(query)
        assert (planned.path, planned.body) == (Path.CORE, stock.body)

"""SMART collections by plans: a level mixes them with others, each distinct rule is read once, and answers are those of
graphql-core.
"""

from typing import Any

import orjson
import pytest

from graphql_api.smart import parts_of
from tests.graphql_api.planning.ways import Ways

MEDIA = """totalCount aggregate { count totalSize } facets(keys: [KIND]) { buckets { value count } }
  edges { cursor position addedAt node { id filename tags { nodes { name } } } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"""
LEVEL = f"""query($n: Int, $filter: MediaFilter, $order: [MediaOrder!], $trash: TrashScope, $deep: Boolean) {{
  collections {{ nodes {{ name kind rule {{ filter orderBy limit }} mediaCount aggregate {{ count }}
    media(first: $n, filter: $filter, orderBy: $order, trash: $trash, withChildren: $deep) {{ {MEDIA} }} }} }} }}"""
ONE = f"""query($name: String, $n: Int, $a: String, $l: Int, $b: String) {{ collections(first: 2, filter: {{ search: $name }}) {{
  nodes {{ name media(first: $n, after: $a, last: $l, before: $b) {{ {MEDIA} }} }} }} }}"""


def collections(body: bytes) -> dict[str, Any]:
    return {one["name"]: one for one in orjson.loads(body)["data"]["collections"]["nodes"]}


@pytest.mark.parametrize("given", [
    {}, {"n": 3}, {"n": 0}, {"filter": {"size": {"isNull": False}}}, {"filter": {"tags": {"isEmpty": True}}, "n": 2},
    {"order": [{"field": "FILENAME", "direction": "DESC"}]}, {"order": [{"field": "POSITION", "direction": "DESC"}]},
    {"order": [{"field": "RANDOM", "seed": 9}]}, {"trash": "INCLUDE"}, {"trash": "ONLY"}, {"deep": True},
])  # fmt: skip
async def test_a_level_that_mixes_them_is_answered_alike(ways: Ways, given: dict[str, Any]) -> None:
    found = collections(await ways.both(LEVEL, given))
    assert {one["kind"] for one in found.values()} == {"MANUAL", "SMART"}
    assert found["Pictures"]["media"] == found["Pictures too"]["media"]
    for one in found.values():
        assert one["aggregate"]["count"] == one["mediaCount"]
        if given.keys() <= {"n", "order"}:
            assert one["media"]["totalCount"] == one["mediaCount"]
    assert found["Largest"]["media"]["totalCount"] <= 7
    assert found["Nothing"]["mediaCount"] == 0


async def test_manual_ones_are_one_statement_and_each_distinct_rule_is_another(ways: Ways) -> None:
    plain = "{ collections { nodes { media(first: 2) { nodes { id } } } } }"
    some = "{ collections(filter: { kind: MANUAL }) { nodes { media(first: 2) { nodes { id } } } } }"
    rules = "{ collections(filter: { kind: SMART }) { nodes { media(first: 2) { nodes { id } } } } }"
    ends = 2 if ways.server.database.is_at_hand else 3  # on PostgreSQL the transaction is set up besides
    taken = [await ways.counted(query) for query in (some, rules, plain)]
    assert taken[2] - taken[0] == 4
    assert taken[1] == taken[2] - 1
    assert taken[0] <= 2 + ends
    counts = [await ways.counted(f"{{ collections(filter: {{ kind: {kind} }}) {{ nodes {{ mediaCount }} }} }}")
              for kind in ("MANUAL", "SMART")]  # fmt: skip
    assert counts[1] - counts[0] == 4


@pytest.mark.parametrize("name", ["Pictures", "Largest", "By chance", "Outer"])
async def test_pages_lead_on_both_ways(ways: Ways, name: str) -> None:
    whole = collections(await ways.both(ONE, {"name": name, "n": 100}))[name]["media"]
    ids = [edge["node"]["id"] for edge in whole["edges"]]
    assert len(ids) == whole["totalCount"] > 4
    seen: list[str] = []
    given: dict[str, Any] = {"name": name, "n": 3}
    while len(seen) < 100:
        planned, stock = await ways.answers(ONE, given)
        assert planned.body == stock.body
        page = collections(planned.body)[name]["media"]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        given["a"] = page["pageInfo"]["endCursor"]
    assert seen == ids
    back = collections(await ways.both(ONE, {"name": name, "l": 4}))[name]["media"]
    assert [edge["node"]["id"] for edge in back["edges"]] == ids[-4:]


async def test_the_second_page_of_a_smart_collection_is_planned(ways: Ways) -> None:
    first = collections(await ways.both(ONE, {"name": "Largest", "n": 3}))["Largest"]["media"]
    await ways.both(ONE, {"name": "Largest", "n": 3, "a": first["pageInfo"]["endCursor"]})


async def test_a_cursor_of_another_order_is_refused_alike(ways: Ways) -> None:
    first = collections(await ways.both(ONE, {"name": "Largest", "n": 3}))["Largest"]["media"]
    given = {"name": "By chance", "n": 3, "a": first["pageInfo"]["endCursor"]}
    planned, stock = await ways.answers(ONE, given)
    assert planned.body == stock.body
    assert b"INVALID" in planned.body


async def test_a_rule_that_is_none_any_more_is_an_error_of_its_collection(own: Ways) -> None:
    ask = "{ collections { nodes { name media { totalCount } } } }"
    async with own.server.database.writing(own.server.principal) as work:
        found = await work.collections.named(None, "Largest")
        assert found
        await work.collections.change(found.id, {"rule": '{"filter":{"gone":1},"orderBy":[],"limit":null}'})
    parts_of.cache_clear()
    planned, stock = await own.answers(ask)
    assert planned.body == stock.body
    assert b"INVALID" in planned.body

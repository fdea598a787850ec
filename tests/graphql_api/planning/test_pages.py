"""Pages by plans: cursors of one way lead on in the other, through every order, until nothing is left."""

from typing import Any

import orjson
import pytest

from tests.graphql_api.planning.ways import Ways

ORDERS = [
    [], *([{"field": field, "direction": direction}] for field in ("CREATED_AT", "TAKEN_AT", "TITLE", "FILENAME", "SIZE")
          for direction in ("ASC", "DESC")),
    [{"field": "TITLE", "direction": "DESC", "nulls": "FIRST"}, {"field": "SIZE", "direction": "ASC"}],
]  # fmt: skip
WALK = """query($after: String, $n: Int, $order: [MediaOrder!]) { media(first: $n, after: $after, orderBy: $order) {
  totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
MIXED = ["first: 1, last: 1", 'last: 1, after: "x"', 'first: 1, before: "x"', 'last: 1, before: "x"']
BACK = WALK.replace("after", "before").replace("first", "last")
LISTS = [
    "media { nodes { tags", "media { nodes { collections", "tags { nodes { media",
    "collections(filter: {kind: MANUAL}) { nodes { media",
    "collections { nodes { children", "tags", "collections",
]  # fmt: skip
INNER = "edges { cursor node { id } } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1, 7])
async def test_pages_walk_through_every_media_once(ways: Ways, order: list[dict[str, Any]], size: int) -> None:
    seen: list[str] = []
    variables: dict[str, Any] = {"n": size, "order": order, "after": None}
    for _ in range(100):
        page = orjson.loads(await ways.both(WALK, variables))["data"]["media"]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        assert page["pageInfo"]["hasPreviousPage"] == (variables["after"] is not None)
        variables["after"] = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(seen) == len(set(seen)) == page["totalCount"]
    every = orjson.loads(await ways.both(WALK, {"n": 100, "order": order}))["data"]["media"]
    assert seen == [edge["node"]["id"] for edge in every["edges"]]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1, 7])
async def test_pages_walk_backward_through_the_same_media(ways: Ways, order: list[dict[str, Any]], size: int) -> None:
    every = orjson.loads(await ways.both(WALK, {"n": 100, "order": order}))["data"]["media"]
    seen: list[str] = []
    variables: dict[str, Any] = {"n": size, "order": order, "before": None}
    for _ in range(100):
        page = orjson.loads(await ways.both(BACK, variables))["data"]["media"]
        seen = [edge["node"]["id"] for edge in page["edges"]] + seen
        assert page["pageInfo"]["hasNextPage"] == (variables["before"] is not None)
        variables["before"] = page["pageInfo"]["startCursor"]
        if not page["pageInfo"]["hasPreviousPage"]:
            break
    assert seen == [edge["node"]["id"] for edge in every["edges"]]


@pytest.mark.parametrize("path", ["tags { nodes { media", "collections { nodes { media"])
@pytest.mark.parametrize("size", [0, 1, 3])
async def test_the_last_of_every_parent_are_the_end_of_its_list(ways: Ways, path: str, size: int) -> None:
    query = f"query($last: Int, $first: Int) {{ {path}(last: $last, first: $first) {{ {INNER} }} }} }} }}"
    (name,) = (answered := orjson.loads(await ways.both(query, {"last": size}))["data"]).keys()
    whole = orjson.loads(await ways.both(query, {"first": 100}))["data"][name]["nodes"]
    for page, every in zip([one["media"] for one in answered[name]["nodes"]], [one["media"] for one in whole], strict=True):
        ids = [edge["node"]["id"] for edge in every["edges"]]
        assert [edge["node"]["id"] for edge in page["edges"]] == (ids[-size:] if size else [])
        assert page["pageInfo"]["hasPreviousPage"] == (len(ids) > size)


@pytest.mark.parametrize("arguments", MIXED)
async def test_a_page_is_read_forward_or_backward_and_by_its_own_cursors(ways: Ways, arguments: str) -> None:
    found = orjson.loads(await ways.aside(f"{{ media({arguments}) {{ totalCount }} }}"))
    assert found["errors"][0]["extensions"]["code"] == "INVALID"


def cursors_in(value: Any) -> set[str]:
    if isinstance(value, list):
        return set[str]().union(*map(cursors_in, value))
    if not isinstance(value, dict):
        return set()
    return set[str]().union(*map(cursors_in, value.values())) | ({value["cursor"]} if "cursor" in value else set())


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("size", [0, 1, 3])
async def test_a_page_behind_every_cursor_of_every_parent(ways: Ways, path: str, size: int) -> None:
    query = f"query($after: String) {{ {path}(first: {size}, after: $after) {{ {INNER} }} {'} }' if '{' in path else ''} }}"
    whole = query.replace(f"first: {size}", "first: 100").replace("media {", "media(first: 5) {")
    found = sorted(cursors_in(orjson.loads(await ways.both(whole))))
    assert found
    for cursor in found[:: max(len(found) // 12, 1)]:
        await ways.both(query, {"after": cursor})

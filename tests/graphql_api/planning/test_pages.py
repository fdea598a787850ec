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
LISTS = [
    "media { nodes { tags", "media { nodes { collections", "tags { nodes { media", "collections { nodes { media",
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

"""Completions by a plan and by graphql-core: equal answers, whatever they are of and whatever is selected."""

import json
from typing import Any

import pytest

from tests.graphql_api.planning.ways import Ways

SUGGEST = """query($prefix: String!, $first: Int) { suggest(prefix: $prefix, first: $first) { text count node { __typename id
  ... on Media { title tags(first: 2) { nodes { name } } ... on Image { width } } ... on Tag { name aliases mediaCount }
  ... on Collection { name mediaCount parent { name } } } } }"""


async def suggested(ways: Ways, **given: Any) -> list[dict[str, Any]]:
    return json.loads(await ways.both(SUGGEST, given))["data"]["suggest"]


@pytest.mark.parametrize("first", [None, 0, 1, 3, 100])
async def test_completions_are_answered_alike(ways: Ways, first: int | None) -> None:
    met = set[str]()
    for prefix in ("t", "TAG 1", "ali", "äl", "o", "in", "p", "日", "İst", "it's", "x" * 300, "nowhere", "line break"):
        found = await suggested(ways, prefix=prefix, first=first)
        counts = [one["count"] for one in found]
        assert counts == sorted(counts, reverse=True)
        assert len(found) <= (10 if first is None else first)
        met |= {one["node"]["__typename"] for one in found}
    assert met >= ({"Tag", "Collection", "Image"} if first in (None, 100) else set())


async def test_things_are_read_by_the_keys_that_are_there_and_only_if_they_are_selected(ways: Ways) -> None:
    assert await ways.counted('{ suggest(prefix: "o") { text count } }') == 1
    assert await ways.counted('{ suggest(prefix: "alias") { node { ... on Tag { name } } } }') == 2
    assert await ways.counted('{ suggest(prefix: "nowhere") { node { id } } }') == 1


async def test_a_suggestion_that_is_selected_in_parts_is_one(ways: Ways) -> None:
    fragment = "fragment F on Suggestion { n: count node { __typename } }"
    parts = f"{{ text node {{ id }} again: node {{ ... on Node {{ id }} }} ...F }} }} {fragment}"
    assert json.loads(await ways.both(f'{{ suggest(prefix: "tag") {parts}'))["data"]["suggest"]
    both = '{ a: suggest(prefix: "tag") { text } b: suggest(prefix: "alias") { text } c: suggest(prefix: "tag") { count } }'
    found = json.loads(await ways.both(both))["data"]
    assert len(found["a"]) == len(found["c"]) != len(found["b"])
    assert await ways.counted(both) == 2


async def test_an_empty_prefix_is_told_alike(ways: Ways) -> None:
    (error,) = json.loads(await ways.aside(SUGGEST, {"prefix": " "}))["errors"]
    assert (error["extensions"]["code"], error["path"]) == ("INVALID", ["suggest"])

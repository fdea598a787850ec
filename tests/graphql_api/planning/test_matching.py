"""Searches by a plan and by graphql-core: equal answers, whatever is asked of them."""

import json
from typing import Any

import pytest

from tests.graphql_api.planning.ways import Ways

PAGE = """query(
  $search: SearchInput, $order: [MediaOrder!], $filter: MediaFilter, $first: Int, $after: String, $last: Int,
  $before: String, $trash: TrashScope) {
  media(search: $search, orderBy: $order, filter: $filter, first: $first, after: $after, last: $last, before: $before,
    trash: $trash) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor score highlights { __typename field fragments }
      node { id title ... on Audio { tags { nodes { name } } } } } } }"""
SEARCHES = [
    {"query": "words"}, {"query": "tag 0", "mode": "PHRASE"}, {"query": "ord", "mode": "PREFIX"}, {"query": "tag -words"},
    {"query": "日本", "fields": ["TITLE"]}, {"query": "istanbul OR 0001"}, {"query": '"made by hand"', "fields": ["METADATA"]},
    {"query": "words of", "fields": ["EXTRACTED_TEXT", "DESCRIPTION"]}, {"query": "nowhere"},
]  # fmt: skip


async def page(ways: Ways, **given: Any) -> dict[str, Any]:
    return json.loads(await ways.both(PAGE, given))["data"]["media"]


@pytest.mark.parametrize("trash", ["EXCLUDE", "INCLUDE", "ONLY"])
async def test_searches_are_answered_alike(ways: Ways, trash: str) -> None:
    met = 0
    for search in SEARCHES:
        found = await page(ways, search=search, first=100, trash=trash)
        assert found["totalCount"] == len(found["edges"])
        met += sum(bool(edge["highlights"]) for edge in found["edges"])
    assert met > (30 if trash != "ONLY" else 0)


async def test_without_a_search_there_are_neither_scores_nor_highlights_and_their_texts_are_not_read(ways: Ways) -> None:
    edges = "edges { score highlights { fragments } node { id } }"
    found = json.loads(await ways.both(f"{{ media(first: 2) {{ {edges} }} tags {{ nodes {{ media {{ {edges} }} }} }} }}"))
    assert {(edge["score"], len(edge["highlights"])) for edge in found["data"]["media"]["edges"]} == {(None, 0)}
    assert await ways.counted(f"{{ media(first: 2) {{ {edges} }} }}") == 1
    assert await ways.counted(f'{{ media(first: 2, search: {{query: "tag"}}) {{ {edges} }} }}') == 2


@pytest.mark.parametrize("order", [None, [{"field": "RELEVANCE"}], [{"field": "RELEVANCE"}, {"field": "TITLE"}]])
async def test_a_walk_through_a_search_meets_everything_once(ways: Ways, order: Any) -> None:
    whole = [edge["node"]["id"] for edge in (await page(ways, search={"query": "tag"}, order=order, first=100))["edges"]]
    for forward in (True, False):
        seen: list[str] = []
        at = None
        more = True
        while more:
            given = {"first": 4, "after": at} if forward else {"last": 4, "before": at}
            found = await page(ways, search={"query": "tag"}, order=order, **given)
            ids = [edge["node"]["id"] for edge in found["edges"]]
            seen = seen + ids if forward else ids + seen
            info = found["pageInfo"]
            at, more = (info["endCursor"], info["hasNextPage"]) if forward else (info["startCursor"], info["hasPreviousPage"])
        assert seen == whole
    assert len(whole) > 8

"""Searches of all of a library by a plan and by graphql-core: equal answers, whatever is selected of them."""

import json
from typing import Any

import pytest

from tests.graphql_api.planning.ways import Ways

SEARCH = """query($query: String!, $first: Int, $filter: MediaFilter, $after: String, $order: [MediaOrder!]) {
  search(query: $query, first: $first) {
    hits { __typename ... on Node { id } ... on Media { title tags(first: 2) { nodes { name } } } ... on Image { width }
      ... on Tag { name aliases mediaCount parent { name } } ... on Collection { name mediaCount parent { name } } }
    media(first: 3, after: $after, filter: $filter, orderBy: $order) {
      totalCount facets(keys: [KIND]) { buckets { value count } } aggregate { count } pageInfo { hasNextPage endCursor }
      edges { cursor score highlights { field fragments } node { id title } } }
    tags { name media(first: 1) { nodes { title } } } collections { name media(first: 1) { nodes { title } } } suggestions } }"""
TEXTS = ("tag", "TAG 1", "alias", "äl", "words", "outer", "in", "p", "日本", "istanbul", "it's", "nowhere", '"tag 0" -words')


async def found(ways: Ways, **given: Any) -> dict[str, Any]:
    return json.loads(await ways.both(SEARCH, given))["data"]["search"]


@pytest.mark.parametrize("first", [None, 0, 1, 3, 100])
async def test_searches_are_answered_alike(ways: Ways, first: int | None) -> None:
    met = set[str]()
    for text in TEXTS:
        results = await found(ways, query=text, first=first)
        for name in ("hits", "tags", "collections", "suggestions"):
            assert len(results[name]) <= (10 if first is None else first)
        ids = [one["id"] for one in results["hits"]]
        assert len(ids) == len(set(ids))
        met |= {one["__typename"] for one in results["hits"]}
    assert met >= ({"Tag", "Collection", "Image", "Audio"} if first in (None, 100) else set())


async def test_the_media_of_a_search_are_narrowed_ordered_and_walked_like_any_list(ways: Ways) -> None:
    whole = json.loads(await ways.both('{ media(search: {query: "tag"}, first: 100) { totalCount nodes { id } } }'))["data"][
        "media"
    ]
    seen: list[str] = []
    after = None
    while after or not seen:
        page = (await found(ways, query="tag", after=after))["media"]
        assert page["totalCount"] == page["aggregate"]["count"] == whole["totalCount"]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None
    assert seen == [one["id"] for one in whole["nodes"]]
    given = {"filter": {"kind": {"eq": "IMAGE"}}, "order": [{"field": "TITLE"}, {"field": "RELEVANCE", "direction": "DESC"}]}
    narrow = (await found(ways, query="tag", **given))["media"]
    assert [bucket["value"] for facet in narrow["facets"] for bucket in facet["buckets"]] == ["IMAGE"]


async def test_only_what_is_selected_is_read_and_what_says_the_same_once(ways: Ways) -> None:
    for selected, statements in {
        "__typename": 0, "tags { name }": 1, "collections { name }": 1, "suggestions": 1, "media { totalCount }": 2,
        "hits { __typename }": 3, "tags { name } hits { __typename } again: tags { id }": 3,
    }.items():  # fmt: skip
        assert await ways.counted(f'{{ search(query: "tag") {{ {selected} }} }}') == statements, selected
    texts = {"a": "tag", "b": "outer", "c": "tag"}
    part = '{key}: search(query: "{text}") {{ tags {{ id }} }}'
    both = f"{{ {' '.join(part.format(key=key, text=text) for key, text in texts.items())} }}"
    found = json.loads(await ways.both(both))["data"]
    assert len(found["a"]["tags"]) == len(found["c"]["tags"]) > len(found["b"]["tags"]) == 0
    assert await ways.counted(both) == 2


async def test_a_search_that_is_selected_in_parts_is_one(ways: Ways) -> None:
    query = """query($q: String!) { search(query: $q) { tags { name } ...F hits { ... on Tag { id } } } }
      fragment F on SearchResults { tags { id } n: hits { __typename ...G } hits { ...G } } fragment G on Tag { name }"""
    results = json.loads(await ways.both(query, {"q": "tag 1"}))["data"]["search"]
    assert results["hits"] == [{"id": results["tags"][0]["id"], "name": "tag 1"}, *({} for _ in results["hits"][1:])]


@pytest.mark.parametrize("query", ["", " ", "...!?", "-without", "x" * 10_000, "a\0", "😀", "word " * 33, "\ud800"])
async def test_a_text_without_a_word_is_refused_like_that_of_media(ways: Ways, query: str) -> None:
    told: list[Any] = []
    for asked in (
        "query($q: String!) { search(query: $q) { hits { __typename } } }",
        "query($q: String!) { search(query: $q) { __typename } }",
        "query($q: String!) { media(search: {query: $q}) { nodes { id } } }",
    ):
        (error,) = json.loads(await ways.aside(asked, {"q": query}))["errors"]
        told.append((error["message"], error["extensions"]["code"], error["path"]))
    assert told[0] == told[1] == (*told[2][:2], ["search"])
    assert told[2][2] == ["media"]


@pytest.mark.parametrize(("first", "code"), [(-1, "INVALID"), (101, "LIMIT_EXCEEDED")])
async def test_a_page_that_is_none_is_refused(ways: Ways, first: int, code: str) -> None:
    planned, stock = await ways.answers('query($n: Int) { search(query: "a", first: $n) { media { totalCount } } }', {"n": first})
    assert planned.body == stock.body
    (error,) = json.loads(stock.body)["errors"]
    assert error["extensions"]["code"] == code

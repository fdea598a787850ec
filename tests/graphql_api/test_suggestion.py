"""Completions of a prefix over the API: of what, in which order, and of which library."""

from typing import Any

from tests.conftest import Site
from tests.graphql_api.asking import bulk, collection, tag
from tests.graphql_api.test_matching import titled

SUGGEST = """query($prefix: String!, $first: Int) { suggest(prefix: $prefix, first: $first) {
  text count node { __typename id ... on Media { title } ... on Tag { name } ... on Collection { slug } } } }"""


async def suggested(site: Site, prefix: str, **more: Any) -> list[tuple[str, int, str]]:
    """Text, count and type of each, in their order."""
    found = (await site.ask(SUGGEST, prefix=prefix, **more))["suggest"]
    return [(one["text"], one["count"], one["node"]["__typename"]) for one in found]


async def test_a_prefix_is_completed_to_tags_aliases_collections_and_titles_those_of_the_most_media_first(site: Site) -> None:
    ids = await titled(site, "Harbour at dusk", "Harbour at dusk", "harbour bells", "Old harbour", "x")
    await tag(site, "Harbour")
    await tag(site, "Port", aliases=["HÄRBERGE", "Harbor"])
    await bulk(site, "tagMedia", ids, tagNames=["Port"])
    await collection(site, "Harvest", ids[:3])
    assert await suggested(site, "  HAR") == [
        ("Harbor", 5, "Tag"), ("Harvest", 3, "Collection"), ("Harbour at dusk", 2, "OtherMedia"),
        ("harbour bells", 1, "OtherMedia"), ("Harbour", 0, "Tag"),
    ]  # fmt: skip
    assert await suggested(site, "hÄ") == [("HÄRBERGE", 5, "Tag")]
    assert await suggested(site, "har", first=2) == [("Harbor", 5, "Tag"), ("Harvest", 3, "Collection")]
    assert await suggested(site, "har", first=0) == []
    assert await suggested(site, "arbour") == []


async def test_a_suggestion_leads_to_what_is_called_so_and_a_title_to_the_newest_of_its_media(site: Site) -> None:
    ids = await titled(site, "Pier", "Pier", "pier")
    port = await tag(site, "Port", aliases=["pi"])
    place = await collection(site, "Pillar")
    nodes = [one["node"] for one in (await site.ask(SUGGEST, prefix="pi"))["suggest"]]
    assert nodes == [
        {"__typename": "OtherMedia", "id": ids[1], "title": "Pier"}, {"__typename": "OtherMedia", "id": ids[2], "title": "pier"},
        {"__typename": "Tag", "id": port, "name": "Port"}, {"__typename": "Collection", "id": place, "slug": "pillar"},
    ]  # fmt: skip


async def test_what_lies_in_the_trash_is_not_suggested(site: Site) -> None:
    ids = await titled(site, "pier", "pier", "pillar")
    await bulk(site, "trashMedia", [ids[0], ids[2]])
    assert await suggested(site, "pi") == [("pier", 1, "OtherMedia")]


async def test_no_character_of_a_prefix_is_a_wildcard(site: Site) -> None:
    await titled(site, "100% wool", "100 wool", "a_b", "axb", "\\ back", "日本語", "😀 smile", "İstanbul")
    for prefix, text in {
        "100%": "100% wool",
        "a_": "a_b",
        "\\": "\\ back",
        "日": "日本語",
        "😀": "😀 smile",
        "İS": "İstanbul",
    }.items():
        assert [one[0] for one in await suggested(site, prefix)] == [text]


async def test_a_prefix_without_a_character_or_too_long_and_a_page_too_large_are_refused(site: Site) -> None:
    for given, code in [
        ({"prefix": ""}, "INVALID"), ({"prefix": " \t "}, "INVALID"), ({"prefix": "a" * 2_001}, "INVALID"),
        ({"prefix": "a\0"}, "INVALID"), ({"prefix": "a", "first": -1}, "INVALID"),
        ({"prefix": "a", "first": 101}, "LIMIT_EXCEEDED"),
    ]:  # fmt: skip
        (error,) = (await site.answer(SUGGEST, **given))["errors"]
        assert (error["extensions"]["code"], error["path"]) == (code, ["suggest"]), error

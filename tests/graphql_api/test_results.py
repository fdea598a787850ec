"""Searching all of a library over the API: what is found, in which order, and of which library."""

from dataclasses import replace
from typing import Any

import domain
from tests.conftest import Site, client_of
from tests.graphql_api.asking import bulk, collection, tag
from tests.graphql_api.test_matching import titled
from tests.graphql_api.test_suggestion import suggested

SEARCH = """query($text: String!, $first: Int) { search(query: $text, first: $first) {
  hits { __typename ... on Media { title } ... on Tag { name } ... on Collection { name } }
  media { totalCount nodes { title } } tags { name } collections { name } suggestions } }"""


async def searched(site: Site, query: str, **more: Any) -> dict[str, Any]:
    return (await site.ask(SEARCH, text=query, **more))["search"]


def names(hits: list[dict[str, Any]]) -> list[str]:
    return [one.get("name") or one["title"] for one in hits]


async def stocked(site: Site) -> list[str]:
    """A harbour in every sense."""
    ids = await titled(site, "Harbour", "Old harbour", "harbour bells", "The sea")
    for name, worn in {"Harbour seals": 3, "Harbour": 0, "Quay": 2}.items():
        made = await tag(site, name, aliases=["Harbour wall"] if name == "Quay" else [])
        assert made
        if worn:
            await bulk(site, "tagMedia", ids[:worn], tagNames=[name])
    await collection(site, "HARBOUR", ids[:1])
    await collection(site, "Harbours of Europe", ids)
    return ids


async def test_names_come_first_those_that_are_all_of_the_text_ahead_and_leave_half_of_the_places_to_media(site: Site) -> None:
    await stocked(site)
    found = await searched(site, " harbour ")
    assert names(found["tags"]) == ["Harbour", "Harbour seals", "Quay"]
    assert names(found["collections"]) == ["HARBOUR", "Harbours of Europe"]
    assert names(found["hits"]) == [
        "HARBOUR", "Harbour", "Harbours of Europe", "Harbour seals", "Quay",
        *[one["title"] for one in found["media"]["nodes"]],
    ]  # fmt: skip
    assert found["media"] == {"totalCount": 3, "nodes": [{"title": title} for title in names(found["hits"])[5:]]}
    assert found["suggestions"] == list(dict.fromkeys(one[0] for one in await suggested(site, "harbour")))
    assert names((await searched(site, "harbour", first=4))["hits"])[:2] == ["HARBOUR", "Harbour"]
    assert [one["__typename"] for one in (await searched(site, "harbour", first=3))["hits"]][2:] == ["OtherMedia"]


async def test_places_that_media_do_not_need_are_left_to_names_and_the_other_way_round(site: Site) -> None:
    ids = await stocked(site)
    await bulk(site, "trashMedia", ids[:2])
    assert len((await searched(site, "harbour", first=4))["hits"]) == 4
    await bulk(site, "trashMedia", ids)
    found = await searched(site, "harbour", first=4)
    assert (names(found["hits"])[2:], found["media"]["totalCount"]) == (["Harbour seals", "Quay"], 0)
    await bulk(site, "restoreMedia", ids)
    assert names((await searched(site, "sea", first=4))["hits"]) == ["The sea"]


async def test_words_are_found_anywhere_in_media_and_names_by_their_beginning_only(site: Site) -> None:
    await stocked(site)
    found = await searched(site, "bells harbour")
    assert (names(found["hits"]), found["tags"], found["collections"], found["suggestions"]) == (["harbour bells"], [], [], [])


async def test_nothing_of_another_library_is_ever_found(site: Site) -> None:
    await stocked(site)
    other_library = await site.server.database.library("other")
    theirs = replace(site.server, principal=domain.Principal(library=other_library))
    async with client_of(theirs) as client:
        other = Site(theirs, client)
        nothing = {"hits": [], "media": {"totalCount": 0, "nodes": []}, "tags": [], "collections": [], "suggestions": []}
        assert await searched(other, "harbour") == nothing
        await tag(other, "Harbour of theirs")
        assert names((await searched(other, "harbour"))["hits"]) == ["Harbour of theirs"]
    assert "Harbour of theirs" not in str(await searched(site, "harbour", first=100))


async def test_no_character_of_a_text_is_a_wildcard(site: Site) -> None:
    await tag(site, "100% wool")
    await tag(site, "100 wool")
    await tag(site, "a_b")
    await tag(site, "axb")
    assert names((await searched(site, "100%"))["tags"]) == ["100% wool"]
    assert names((await searched(site, "a_"))["tags"]) == ["a_b"]

"""Searching media by words over the API: modes, fields, order, highlights, and queries nobody would write."""

from typing import Any

from tests import media
from tests.conftest import Site
from tests.graphql_api.asking import bulk, filled, wrote

FOUND = """query(
  $search: SearchInput, $filter: MediaFilter, $order: [MediaOrder!], $first: Int, $after: String, $trash: TrashScope) {
  media(search: $search, filter: $filter, orderBy: $order, first: $first, after: $after, trash: $trash) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { score highlights { field fragments } node { title filename } } } }"""


async def titled(site: Site, *titles: str) -> list[str]:
    """The ids of new media of these titles."""
    ids = await filled(site, len(titles))
    for key, title in zip(ids, titles, strict=True):
        await patched(site, key, title=title)
    return ids


async def patched(site: Site, key: str, **patch: Any) -> None:
    payload = await wrote(site, "updateMedia", "media { id }", {"id": key, "patch": patch})
    assert payload["userErrors"] == []


async def found(site: Site, query: str, **more: Any) -> list[str]:
    """The titles that a search finds, in its order."""
    search = {"query": query, **{name: more.pop(name) for name in ("mode", "fields") if name in more}}
    edges = (await site.ask(FOUND, search=search, **more))["media"]["edges"]
    return [edge["node"]["title"] for edge in edges]


async def test_all_words_are_looked_for_whatever_their_case_and_accents(site: Site) -> None:
    await titled(site, "Old Harbour", "Größe der Stadt", "Hárbour bells", "İstanbul 東京タワー")
    assert await found(site, "HARBOUR") == ["Hárbour bells", "Old Harbour"]
    assert await found(site, "härbour old") == ["Old Harbour"]
    assert await found(site, "grosse") == ["Größe der Stadt"]
    assert await found(site, "京タ istanbul") == ["İstanbul 東京タワー"]
    assert await found(site, "harbo") == []


async def test_a_query_as_people_type_it_has_phrases_exclusions_and_alternatives(site: Site) -> None:
    await titled(site, "red old car", "old red car", "blue car", "green boat")
    assert await found(site, '"old red"') == ["old red car"]
    assert await found(site, "car -red") == ["blue car"]
    assert await found(site, 'car -"old red" -blue') == ["red old car"]
    assert await found(site, "boat OR blue car") == ["green boat", "blue car"]
    assert await found(site, "car or boat") == []


async def test_a_prefix_finds_what_begins_so_and_a_phrase_words_in_a_row(site: Site) -> None:
    await titled(site, "harbour bells", "bells of the harbour")
    assert await found(site, "bells harb", mode="PREFIX") == ["bells of the harbour", "harbour bells"]
    assert await found(site, "harb bells", mode="PREFIX") == []
    assert await found(site, "harbour bells", mode="PHRASE") == ["harbour bells"]
    assert await found(site, "b", mode="PREFIX") == ["bells of the harbour", "harbour bells"]


async def test_a_search_can_be_narrowed_to_fields_and_the_best_field_comes_first(site: Site) -> None:
    described, _, worn = await titled(site, "one", "Harbour", "three")
    await patched(site, described, description="At the harbour.")
    await bulk(site, "tagMedia", [worn], tagNames=["harbour"])
    assert await found(site, "harbour") == ["Harbour", "three", "one"]
    assert await found(site, "harbour", fields=["DESCRIPTION", "TAGS"]) == ["three", "one"]
    assert await found(site, "harbour", fields=["EXTRACTED_TEXT"]) == []
    worst = [{"field": "RELEVANCE", "direction": "ASC"}]
    assert await found(site, "harbour", order=worst) == ["one", "three", "Harbour"]
    edges = (await site.ask(FOUND, search={"query": "harbour"}))["media"]["edges"]
    assert [edge["score"] for edge in edges] == [64 / 127, 32 / 127, 4 / 127]


async def test_a_file_name_is_found_by_its_parts_and_a_document_by_its_words(site: Site) -> None:
    await site.uploaded(media.binary(1), "IMG_1234.bin")
    await site.uploaded(media.EACH_KIND["DOCUMENT"](), media.NAMES["DOCUMENT"])
    for query in ("img", "1234", "IMG_1234.bin", "img_1234"):
        (edge,) = (await site.ask(FOUND, search={"query": query}))["media"]["edges"]
        assert edge["node"]["filename"] == "IMG_1234.bin"
    (edge,) = (await site.ask(FOUND, search={"query": "brave", "fields": ["EXTRACTED_TEXT"]}))["media"]["edges"]
    assert edge["highlights"][0]["field"] == "EXTRACTED_TEXT"


async def test_what_lies_in_the_trash_is_found_only_where_that_is_asked_for(site: Site) -> None:
    kept, gone = await titled(site, "harbour kept", "harbour gone")
    await bulk(site, "trashMedia", [gone])
    assert await found(site, "harbour") == ["harbour kept"]
    assert await found(site, "harbour", trash="ONLY") == ["harbour gone"]
    assert await found(site, "harbour", trash="INCLUDE") == ["harbour gone", "harbour kept"]
    await bulk(site, "purgeMedia", [gone])
    assert await found(site, "harbour", trash="INCLUDE") == ["harbour kept"]
    await bulk(site, "trashMedia", [kept])
    assert await found(site, "harbour") == []


async def test_highlights_mark_what_was_met_and_are_safe_to_show(site: Site) -> None:
    (key,) = await titled(site, 'The <b>old</b> "harbour" & more')
    await bulk(site, "tagMedia", [key], tagNames=["Old town", "new"])
    (edge,) = (await site.ask(FOUND, search={"query": "OLD"}))["media"]["edges"]
    assert edge["highlights"] == [
        {"field": "TITLE", "fragments": ["The &lt;b&gt;<mark>old</mark>&lt;/b&gt; &quot;harbour&quot; &amp; more"]},
        {"field": "TAGS", "fragments": ["<mark>Old</mark> town"]},
    ]
    (edge,) = (await site.ask(FOUND))["media"]["edges"]
    assert (edge["score"], edge["highlights"]) == (None, [])


async def test_a_search_is_filtered_ordered_counted_and_paged_as_any_list(site: Site) -> None:
    await titled(site, *(f"harbour {at}" for at in range(5)), "bells")
    by_title = [{"field": "TITLE", "direction": "DESC"}]
    assert await found(site, "harbour", order=by_title, filter={"title": {"ne": "harbour 3"}}) == [
        "harbour 4", "harbour 2", "harbour 1", "harbour 0",
    ]  # fmt: skip
    seen: list[str] = []
    after = None
    for _ in range(3):
        page = (await site.ask(FOUND, search={"query": "harbour"}, first=2, after=after))["media"]
        assert page["totalCount"] == 5
        seen += [edge["node"]["title"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
    assert seen == [f"harbour {at}" for at in reversed(range(5))]
    assert not page["pageInfo"]["hasNextPage"]


HOSTILE = [
    '"', '""', "'", "*", "a*", 'a"b', "NEAR(a b)", "a NEAR/2 b", "{title} : a", "title:a", "^a", "a AND", "NOT a", "((((", "a:*",
    "a <-> b", "!a", "a & b | c", "\\", "\\'", "%", "_", "--", "-- a", "a OR OR b", "a\tb\nc", "\u2028a", "a" * 2_000,
    "\u0301", '-"a" b', "x'; DROP TABLE media; --", "\u00b7", "\u00b7 a", "\U0001f39e", "1e4 12e4 123abc", "\u212a \u00bd \ufdfa",
]  # fmt: skip


async def test_no_query_is_a_fault_of_the_server(site: Site) -> None:
    await titled(site, "a")
    for mode in ("WEB", "PREFIX", "PHRASE"):
        for query in HOSTILE:
            answer = await site.answer(FOUND, search={"query": query, "mode": mode, "fields": ["TITLE", "TAGS"]})
            assert {error["extensions"]["code"] for error in answer.get("errors", ())} <= {"INVALID"}, (answer, query)


async def test_a_query_without_a_word_to_look_for_or_with_too_many_is_refused(site: Site) -> None:
    too_long = {"": "INVALID", "-a": "INVALID", "a OR -b": "INVALID", "a" * 10_000: "INVALID", "a " * 33: "LIMIT_EXCEEDED"}
    for query, code in too_long.items():
        (error,) = (await site.answer(FOUND, search={"query": query}))["errors"]
        assert error["extensions"]["code"] == code


async def test_only_a_search_has_an_order_of_relevance(site: Site) -> None:
    (error,) = (await site.answer(FOUND, order=[{"field": "RELEVANCE"}]))["errors"]
    assert error["extensions"]["code"] == "INVALID"

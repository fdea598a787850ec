"""Lists of media over GraphQL: every filter has an effect, orders are exact, and pages join without a gap."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest

from tests import media
from tests.conftest import Site
from tests.graphql_api.asking import NOWHERE, bulk, collection, filled, tag, wrote

FOUND = "query($f: MediaFilter) { media(filter: $f, first: 100, orderBy: [{field: FILENAME}]) { totalCount nodes { filename } } }"
LIST = """query($o: [MediaOrder!], $n: Int, $a: String, $f: MediaFilter) { media(orderBy: $o, first: $n, after: $a, filter: $f) {
  nodes { filename } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
EARLY, LATE = "2001-01-01T00:00:00Z", "2030-01-01T00:00:00Z"
TEXTS = {
    "filename": [
        ({"eq": "B.PNG"}, "b"), ({"ne": "b.png"}, "acd"), ({"in": ["a.png", "C.bin"]}, "ac"), ({"notIn": ["a.png", "c.bin"]},
        "bd"),
        ({"contains": ".P"}, "ab"), ({"startsWith": "C"}, "c"), ({"endsWith": "BIN"}, "cd"), ({"isNull": True}, ""),
        ({"isNull": False}, "abcd"),
        ({"eq": "B.PNG", "caseSensitive": True}, ""), ({"contains": ".p", "caseSensitive": True}, "ab"), ({"contains": "%"},
        ""), ({"contains": "_"}, ""),
    ],
    "title": [
        ({"eq": "SPÄT"}, "a"), ({"ne": "spät"}, "bcd"), ({"in": ["spät", "Früh"]}, "ab"), ({"notIn": ["spät"]}, "bcd"),
        ({"contains": "Ä"}, "a"),
        ({"startsWith": "FR"}, "b"), ({"endsWith": "ÄT"}, "a"), ({"isNull": True}, "cd"), ({"isNull": False}, "ab"),
        ({"eq": "SPÄT", "caseSensitive": True}, ""), ({"eq": "spät", "caseSensitive": True}, "a"),
    ],
    "mimeType": [
        ({"eq": "IMAGE/PNG"}, "ab"), ({"ne": "image/png"}, "cd"), ({"in": ["image/png"]}, "ab"), ({"notIn": ["image/png"]}, "cd"),
        ({"contains": "octet"}, "cd"), ({"startsWith": "image/"}, "ab"), ({"endsWith": "STREAM"}, "cd"), ({"isNull": True}, ""),
        ({"eq": "IMAGE/PNG", "caseSensitive": True}, ""),
    ],
    "folder": [
        ({"eq": "X/Y"}, "a"), ({"ne": "x"}, "acd"), ({"in": ["x", "x/y"]}, "ab"), ({"notIn": ["x"]}, "acd"),
        ({"contains": "/"}, "a"),
        ({"startsWith": "x"}, "ab"), ({"endsWith": "Y"}, "a"), ({"isNull": True}, ""), ({"eq": ""}, "cd"), ({"eq": "X",
        "caseSensitive": True}, ""),
    ],
}  # fmt: skip
OTHERS = {
    "kind": [({"eq": "IMAGE"}, "ab"), ({"in": ["IMAGE", "OTHER"]}, "abcd"), ({"notIn": ["IMAGE"]}, "cd"), ({"in": []}, "")],
    "status": [({"eq": "FAILED"}, ""), ({"eq": "READY"}, "abcd"), ({"in": ["READY", "FAILED"]}, "abcd"),
    ({"in": ["PROCESSING"]}, "")],
    "size": [
        ({"eq": 64}, "c"), ({"gt": 64}, "abd"), ({"gte": 64}, "abcd"), ({"lt": 65}, "c"), ({"lte": 64}, "c"),
        ({"isNull": True}, ""),
        ({"isNull": False}, "abcd"), ({"gt": 2**52}, ""), ({"gte": 64, "lt": 65}, "c"),
    ],
    "takenAt": [
        ({"eq": EARLY}, "a"), ({"gt": EARLY}, "bcd"), ({"gte": EARLY}, "abcd"), ({"lt": LATE}, "acd"), ({"lte": LATE}, "abcd"),
        ({"isNull": True}, ""), ({"eq": "2001-01-01T01:00:00+01:00"}, "a"),
    ],
    "createdAt": [
        ({"eq": EARLY}, ""), ({"gt": EARLY}, "abcd"), ({"gte": LATE}, ""), ({"lt": LATE}, "abcd"), ({"lte": EARLY}, ""),
        ({"isNull": True}, ""),
    ],
    "tags": [
        ({"any": ["one", "two"]}, "ab"), ({"all": ["one", "two"]}, "a"), ({"none": ["two"]}, "bcd"), ({"isEmpty": True},
        "cd"), ({"isEmpty": False}, "ab"),
        ({"any": ["x"]}, ""), ({"any": []}, ""), ({"all": []}, "abcd"),
    ],
    "collections": [
        ({"any": ["in", "out"]}, "ac"), ({"all": ["in", "out"]}, "c"), ({"none": ["in"]}, "bd"), ({"isEmpty": True}, "bd"),
        ({"isEmpty": False}, "ac"),
    ],
    "and": [([{"kind": {"eq": "IMAGE"}}, {"filename": {"contains": "a"}}], "a"), ([], "abcd")],
    "or": [([{"kind": {"eq": "OTHER"}}, {"filename": {"startsWith": "a"}}], "acd"), ([], "")],
    "not": [({"kind": {"eq": "IMAGE"}}, "cd"), ({"title": {"eq": "spät"}}, "bcd"), ({}, "")],
}  # fmt: skip
CASES = {**TEXTS, **OTHERS}


async def library(site: Site) -> dict[str, str]:
    """Four media a, b, c and d, and the ids of what they are linked to."""
    a = await site.uploaded(media.png("red"), "a.png", title="spät", folder="x/y", takenAt=EARLY)
    b = await site.uploaded(media.png("blue"), "b.png", title="Früh", folder="x", takenAt=LATE)
    c = await site.uploaded(media.binary(1, 64), "c.bin")
    await site.uploaded(media.binary(2, 1000), "d.bin")
    ids = {"one": await tag(site, "one"), "two": await tag(site, "two")}
    await bulk(site, "tagMedia", [a["id"], b["id"]], tagIds=[ids["one"]])
    await bulk(site, "tagMedia", [a["id"]], tagIds=[ids["two"]])
    ids |= {"in": await collection(site, "in", [a["id"], c["id"]]), "out": await collection(site, "out", [c["id"]]), "x": NOWHERE}
    return ids


async def test_every_operator_of_every_filter_finds_exactly_what_it_says(site: Site) -> None:
    ids = await library(site)
    wrong: list[Any] = []
    for name, cases in CASES.items():
        for given, expected in cases:
            linked = name in ("tags", "collections")
            value = (
                {key: [ids[one] for one in many] if isinstance(many, list) else many for key, many in given.items()}
                if linked
                else given
            )
            found = (await site.ask(FOUND, f={name: value}))["media"]
            names = "".join(one["filename"][0] for one in found["nodes"])
            if names != expected or found["totalCount"] != len(expected):
                wrong.append((name, given, expected, names, found["totalCount"]))
    assert wrong == []


async def test_all_that_a_filter_says_must_hold(site: Site) -> None:
    await library(site)
    found = await site.ask(FOUND, f={"kind": {"eq": "IMAGE"}, "filename": {"startsWith": "b"}, "not": {"title": {"eq": "x"}}})
    assert found["media"] == {"totalCount": 1, "nodes": [{"filename": "b.png"}]}


@pytest.mark.parametrize(("order", "expected"), [
    ([], "dcba"), ([{"field": "CREATED_AT"}], "abcd"), ([{"field": "CREATED_AT", "direction": "DESC"}], "dcba"),
    ([{"field": "FILENAME", "direction": "DESC"}], "dcba"), ([{"field": "TITLE"}], "bacd"), ([{"field": "TITLE",
    "nulls": "FIRST"}], "cdba"),
    ([{"field": "TITLE", "direction": "DESC"}], "abdc"), ([{"field": "TITLE", "direction": "DESC", "nulls": "FIRST"}], "dcab"),
    ([{"field": "TAKEN_AT"}], "acdb"), ([{"field": "SIZE", "direction": "DESC"}, {"field": "FILENAME"}], "dbac"),
])  # fmt: skip
async def test_an_order_is_exact_and_its_pages_join_without_a_gap(site: Site, order: list[dict[str, str]], expected: str) -> None:
    await library(site)
    names, after = "", None
    for step in range(4):
        page = (await site.ask(LIST, o=order, n=1, a=after))["media"]
        names += page["nodes"][0]["filename"][0]
        info = page["pageInfo"]
        assert (info["hasNextPage"], info["hasPreviousPage"]) == (step < 3, step > 0)
        assert info["startCursor"] == info["endCursor"]
        after = info["endCursor"]
    assert names == expected
    end = (await site.ask(LIST, o=order, n=1, a=after))["media"]
    assert (end["nodes"], end["pageInfo"]["hasNextPage"], end["pageInfo"]["endCursor"]) == ([], False, None)


async def test_what_arrives_between_two_pages_neither_repeats_nor_hides_anything(site: Site) -> None:
    await filled(site, 4)
    first = (await site.ask(LIST, n=2))["media"]
    await site.uploaded(media.binary(99), "new.bin")
    second = (await site.ask(LIST, n=2, a=first["pageInfo"]["endCursor"]))["media"]
    assert [one["filename"] for one in first["nodes"] + second["nodes"]] == ["003.bin", "002.bin", "001.bin", "000.bin"]


@pytest.mark.parametrize("first", [101, -1, 2**31 - 1])
@pytest.mark.parametrize("field", ["media", "tags", "collections"])
async def test_a_page_of_more_than_a_hundred_or_less_than_none_is_refused(site: Site, field: str, first: int) -> None:
    answer = await site.answer(f"query($n: Int!) {{ {field}(first: $n) {{ nodes {{ id }} }} }}", n=first)
    code = "INVALID" if first < 0 else "LIMIT_EXCEEDED"
    assert (answer.get("data"), answer["errors"][0]["extensions"]["code"]) == (None, code)


async def test_a_page_of_none_is_empty_and_says_that_there_are_more(site: Site) -> None:
    await filled(site, 1)
    assert (await site.ask("{ media(first: 0) { nodes { id } pageInfo { hasNextPage } } }"))["media"] == {
        "nodes": [], "pageInfo": {"hasNextPage": True},
    }  # fmt: skip


async def test_a_cursor_of_another_order_or_of_nothing_is_refused(site: Site) -> None:
    await filled(site, 2)
    cursor = (await site.ask(LIST, n=1))["media"]["pageInfo"]["endCursor"]
    for order in ([{"field": "TITLE"}], [{"field": "CREATED_AT"}], [{"field": "CREATED_AT", "direction": "DESC"}]):
        answer = await site.answer(LIST, o=order, a=cursor)
        assert answer["errors"][0]["extensions"]["code"] == "INVALID"
    for bad in ("", "x", "é", "bnVsbA", "W10", cursor[:-3], cursor + "AAAA"):
        answer = await site.answer(LIST, a=bad)
        assert answer["errors"][0]["extensions"]["code"] == "INVALID", bad
    assert (await site.answer("query($a: String) { tags(after: $a) { nodes { id } } }", a=cursor))["errors"][0]["extensions"][
        "code"
    ] == "INVALID"


@pytest.mark.parametrize("value", [{"a": 1}, [1], 10**30, "no time", 1.5, True])
@pytest.mark.parametrize("order", [[], [{"field": "SIZE"}], [{"field": "TITLE"}], [{"field": "TAKEN_AT"}]])
async def test_a_forged_cursor_is_never_an_internal_error(site: Site, order: list[Any], value: Any) -> None:
    name = f"+{order[0]['field'].lower()}" if order else "library.media"
    for key in ("00" * 16, "ab", ""):
        cursor = urlsafe_b64encode(json.dumps([name, value, key]).encode()).decode().rstrip("=")
        answer = await site.answer(LIST, o=order, a=cursor)
        assert answer.get("errors", [{"extensions": {"code": "INVALID"}}])[0]["extensions"]["code"] == "INVALID"


async def test_a_list_of_more_values_than_a_filter_takes_is_refused(site: Site) -> None:
    for given in ({"title": {"in": ["x"] * 251}}, {"tags": {"any": ["x"] * 251}}):
        assert (await site.answer(FOUND, f=given))["errors"][0]["extensions"]["code"] == "INVALID"
    assert (await site.ask(FOUND, f={"title": {"in": ["x"] * 250}}))["media"]["totalCount"] == 0


@pytest.mark.parametrize("depth", [30, 60, 150])
async def test_a_filter_nested_too_deep_is_refused_as_such(site: Site, depth: int) -> None:
    nested: dict[str, Any] = {"kind": {"eq": "OTHER"}}
    for _ in range(depth):
        nested = {"not": nested}
    codes = {error["extensions"]["code"] for error in (await site.answer(FOUND, f=nested)).get("errors", [])}
    assert codes <= {"INVALID", "LIMIT_EXCEEDED", "BAD_USER_INPUT"}


@pytest.mark.parametrize("given", [
    {"size": {"gt": 2**60}}, {"size": {"gt": "1"}}, {"size": {"gt": 1.5}}, {"takenAt": {"eq": "yesterday"}},
    {"takenAt": {"eq": "2020-01-01"}},
    {"takenAt": {"eq": "0001-01-01T00:00:00+05:00"}}, {"kind": {"eq": "SONG"}}, {"kind": {"in": [None]}}, {"nope": 1},
    {"title": "x"}, [[]], 7,
])  # fmt: skip
async def test_a_malformed_variable_is_told_as_the_clients_mistake(site: Site, given: Any) -> None:
    answer = await site.answer(FOUND, f=given)
    assert "data" not in answer
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_USER_INPUT"}


def counts(sql: str) -> bool:
    return "count(" in sql.lower() or "media_tally" in sql


async def test_a_total_is_counted_only_where_it_is_selected(site: Site) -> None:
    await filled(site, 2)
    for field in ("media", "tags", "collections"):
        with site.counted() as plain:
            await site.ask(f"{{ {field} {{ nodes {{ id }} }} }}")
        with site.counted() as counted:
            await site.ask(f"{{ {field} {{ totalCount }} }}")
        assert [counts(sql) for sql in plain] == [False]
        assert sum(map(counts, counted)) == 1


async def test_the_same_filter_narrows_the_total(site: Site) -> None:
    ids = await filled(site, 3)
    await wrote(site, "updateMedia", "media { id }", {"id": ids[0], "patch": {"title": "x"}})
    query = "query($f: MediaFilter) { media(first: 1, filter: $f) { totalCount } }"
    assert (await site.ask(query, f={"title": {"isNull": True}}))["media"]["totalCount"] == 2

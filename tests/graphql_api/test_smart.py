"""SMART collections over GraphQL: what a rule finds, narrowed, ordered, limited and counted; and what it may not say."""

from typing import Any

import pytest

import domain
from tests.conftest import Site
from tests.graphql_api.asking import NOWHERE, bulk, collection, fault, filled, tag, wrote

FIELDS = "collection { id kind version mediaCount rule { filter orderBy limit } media { nodes { id } } } changed skipped"
ITEMS = """query($id: ID!, $n: Int, $a: String, $l: Int, $b: String, $filter: MediaFilter, $order: [MediaOrder!]) {
  collection(id: $id) { mediaCount aggregate { count } media(first: $n, after: $a, last: $l, before: $b, filter: $filter,
    orderBy: $order) { totalCount aggregate { count } edges { position addedAt cursor node { filename } }
    pageInfo { hasNextPage hasPreviousPage endCursor } } } }"""
NAMES = {"contains": "0"}


async def smart(site: Site, **rule: Any) -> str:
    done = await wrote(site, "createCollection", FIELDS, {"name": "Smart", "rule": {"filter": {}, **rule}})
    assert done["userErrors"] == [], done
    assert done["collection"]["kind"] == "SMART"
    return done["collection"]["id"]


async def items(site: Site, key: str, **given: Any) -> dict[str, Any]:
    return (await site.ask(ITEMS, id=key, **given))["collection"]["media"]


async def names(site: Site, key: str, **given: Any) -> list[str]:
    return [edge["node"]["filename"][:3] for edge in (await items(site, key, **given))["edges"]]


async def test_a_rule_is_answered_as_it_was_given_and_finds_what_its_filter_does(site: Site) -> None:
    ids = await filled(site, 4)
    tagged = await tag(site, "red")
    await bulk(site, "tagMedia", ids[:2], tagIds=[tagged])
    given = {"tags": {"any": [tagged]}, "or": [{"kind": {"in": ["OTHER"]}}, {"size": {"gt": 2**40}}]}
    rule = {"filter": given, "orderBy": [{"field": "FILENAME", "direction": "DESC"}], "limit": 10}
    done = await wrote(site, "createCollection", FIELDS, {"name": "Smart", "rule": rule})
    made = done["collection"]
    assert (done["changed"], done["skipped"], made["mediaCount"]) == (0, [], 2)
    assert made["rule"]["limit"] == 10
    assert made["rule"]["orderBy"][0]["field"] == "FILENAME"
    assert [one["id"] for one in made["media"]["nodes"]] == [ids[1], ids[0]]
    again = "query($f: MediaFilter, $o: [MediaOrder!]) { media(filter: $f, orderBy: $o) { nodes { id } } }"
    found = await site.ask(again, f=made["rule"]["filter"], o=made["rule"]["orderBy"])
    assert found["media"]["nodes"] == made["media"]["nodes"]


async def test_a_smart_collection_is_newest_first_narrowed_and_ordered_as_asked(site: Site) -> None:
    await filled(site, 4)
    key = await smart(site)
    assert await names(site, key) == ["003", "002", "001", "000"]
    assert await names(site, key, filter={"filename": {"contains": "02"}}) == ["002"]
    assert await names(site, key, order=[{"field": "FILENAME"}]) == ["000", "001", "002", "003"]
    page = await items(site, key)
    assert {(edge["position"], edge["addedAt"]) for edge in page["edges"]} == {(None, None)}


async def test_a_limit_is_over_all_pages_and_before_what_narrows(site: Site) -> None:
    await filled(site, 6)
    key = await smart(site, limit=4, orderBy=[{"field": "FILENAME", "direction": "DESC"}])
    first = await items(site, key, n=3)
    rest = await items(site, key, n=3, a=first["pageInfo"]["endCursor"])
    assert [edge["node"]["filename"][:3] for edge in first["edges"] + rest["edges"]] == ["005", "004", "003", "002"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (4, True, False)
    assert (rest["pageInfo"]["hasPreviousPage"], first["aggregate"]["count"]) == (True, 4)
    assert await names(site, key, l=2) == ["003", "002"]
    assert await names(site, key, l=2, b=rest["edges"][0]["cursor"]) == ["004", "003"]
    assert await names(site, key, filter={"filename": {"contains": "001"}}) == []
    assert await names(site, key, order=[{"field": "FILENAME"}]) == ["002", "003", "004", "005"]
    assert await names(site, key, order=[{"field": "POSITION", "direction": "DESC"}]) == ["002", "003", "004", "005"]
    found = (await site.ask(ITEMS, id=key))["collection"]
    assert (found["mediaCount"], found["aggregate"]["count"]) == (4, 4)


async def test_what_a_rule_finds_changes_with_the_library(site: Site) -> None:
    ids = await filled(site, 4)
    key = await smart(site, limit=3)
    assert await names(site, key) == ["003", "002", "001"]
    await bulk(site, "trashMedia", ids[3:])
    assert await names(site, key) == ["002", "001", "000"]
    await bulk(site, "purgeMedia", ids[2:3])
    assert (await items(site, key))["totalCount"] == 2


async def test_times_in_a_rule_stay_relative(site: Site) -> None:
    await filled(site, 2)
    key = await smart(site, filter={"createdAt": {"since": "P1D"}})
    ask = "query($id: ID!) { collection(id: $id) { rule { filter } media { totalCount } } }"
    found = (await site.ask(ask, id=key))["collection"]
    assert found == {"rule": {"filter": {"createdAt": {"since": "P1D"}}}, "media": {"totalCount": 2}}
    done = await wrote(
        site, "updateCollection", FIELDS, {"id": key, "patch": {"rule": {"filter": {"createdAt": {"until": "P1D"}}}}}
    )
    assert (done["collection"]["version"], done["collection"]["mediaCount"]) == (2, 0)


@pytest.mark.parametrize(("rule", "path"), [
    ({"filter": {}, "limit": 0}, ["limit"]), ({"filter": {}, "limit": 10_001}, ["limit"]),
    ({"filter": {"tags": {"any": [NOWHERE]}}}, ["filter", "tags", "any", "0"]),
    ({"filter": {"and": [{}, {"not": {"id": {"eq": "x"}}}]}}, ["filter", "and", "1", "not", "id", "eq"]),
    ({"filter": {"or": [{"collections": {"none": [domain.global_id(b"Collection", domain.new_id())]}}]}},
     ["filter", "or", "0", "collections", "none", "0"]),
    ({"filter": {"createdAt": {"since": "soon"}}}, ["filter", "createdAt", "since"]),
    ({"filter": {}, "orderBy": [{"field": "POSITION"}]}, ["orderBy"]),
    ({"filter": {}, "orderBy": [{"field": "RANDOM"}]}, ["orderBy", "seed"]),
    ({"filter": {}, "orderBy": [{"field": "RANDOM", "seed": 1}], "limit": 3}, ["orderBy"]),
])  # fmt: skip
@pytest.mark.parametrize("name", ["createCollection", "updateCollection"])
async def test_a_rule_that_breaks_one_is_refused_where_it_does(
    site: Site, name: str, rule: dict[str, Any], path: list[str]
) -> None:
    if name == "createCollection":
        given, before = {"name": "n", "rule": rule}, ["input", "rule"]
    else:
        given, before = {"id": await collection(site, "n"), "patch": {"rule": rule}}, ["input", "patch", "rule"]
    assert fault(await wrote(site, name, FIELDS, given)) == ("InputError", "INVALID", [*before, *path])


async def test_a_rule_is_bounded_so_that_it_can_still_be_narrowed(site: Site) -> None:
    deep: dict[str, Any] = {}
    for _ in range(7):
        deep = {"not": deep}
    key = await smart(site, filter=deep, limit=3)
    assert await names(site, key, filter={"not": {}}) == []
    for _ in range(4):
        deep = {"not": deep}
    for rule in ({"filter": deep}, {"filter": {"or": [{"title": {"contains": "x" * 1_990}}] * 11}}):
        done = await wrote(site, "createCollection", FIELDS, {"name": "n", "rule": rule})
        assert fault(done)[:2] == ("LimitError", "LIMIT_EXCEEDED")


async def test_a_smart_collection_holds_nothing_by_hand(site: Site) -> None:
    ids = await filled(site, 2)
    key, other = await smart(site), await collection(site, "Album", ids[:1])
    refused = ("InputError", "INVALID", ["input", "collection"])
    selection = {"collection": key, "selection": {"ids": ids}}
    assert fault(await wrote(site, "addToCollection", FIELDS, selection)) == refused
    assert fault(await wrote(site, "removeFromCollection", FIELDS, selection)) == refused
    moved = {"collection": key, "mediaIds": ids, "to": {"first": True}}
    assert fault(await wrote(site, "moveInCollection", FIELDS, moved)) == refused
    done = await wrote(site, "createCollection", FIELDS, {"name": "n", "rule": {"filter": {}}, "mediaIds": ids})
    assert fault(done) == ("InputError", "INVALID", ["input", "mediaIds"])
    done = await wrote(site, "createCollection", FIELDS, {"name": "n", "parent": key})
    assert fault(done) == ("InputError", "INVALID", ["input", "parent"])
    rule = {"id": other, "patch": {"rule": {"filter": {}}}}
    assert fault(await wrote(site, "updateCollection", FIELDS, rule)) == ("InputError", "IN_USE", ["input", "patch", "rule"])
    parent = await collection(site, "Parent")
    await collection(site, "Inside", parent=parent)
    done = await wrote(site, "updateCollection", FIELDS, rule | {"id": parent})
    assert fault(done) == ("InputError", "IN_USE", ["input", "patch", "rule"])


async def test_a_collection_becomes_smart_and_manual_again(site: Site) -> None:
    ids = await filled(site, 2)
    key = await collection(site, "Album")
    done = await wrote(site, "updateCollection", FIELDS, {"id": key, "patch": {"rule": {"filter": {}}}})
    assert (done["collection"]["kind"], done["collection"]["mediaCount"]) == ("SMART", 2)
    done = await wrote(site, "updateCollection", FIELDS, {"id": key, "patch": {"rule": None}})
    assert (done["collection"]["kind"], done["collection"]["mediaCount"], done["collection"]["rule"]) == ("MANUAL", 0, None)
    done = await wrote(site, "addToCollection", FIELDS, {"collection": key, "selection": {"ids": ids}})
    assert done["changed"] == 2


async def test_smart_ones_are_told_apart_and_are_not_among_the_collections_of_a_media(site: Site) -> None:
    (one,) = await filled(site, 1)
    await smart(site)
    await collection(site, "Album", [one])
    ask = """query($f: CollectionFilter, $id: ID!) { collections(filter: $f) { nodes { name } }
      mediaItem(id: $id) { collections { nodes { name } } } }"""
    for given, expected in (({"kind": "SMART"}, ["Smart"]), ({"kind": "MANUAL"}, ["Album"]), ({"empty": True}, [])):
        found = await site.ask(ask, f=given, id=one)
        assert [each["name"] for each in found["collections"]["nodes"]] == expected
        assert found["mediaItem"]["collections"]["nodes"] == [{"name": "Album"}]

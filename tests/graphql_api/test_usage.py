"""Usages over GraphQL: what consumers use, what providers tell, and what becomes of media that are used."""

import asyncio
from typing import Any

import orjson
import pytest
from sqlalchemy import select

import domain
from persistence.tables import media_usage_table
from tests.conftest import Site
from tests.graphql_api.asking import HELD, NOWHERE, bulk, consumer, fault, filled, on_disk, use
from tests.graphql_api.planning.ways import Ways

OF_MEDIA = """{ media(first: 50, orderBy: [{field: CREATED_AT}], trash: INCLUDE) { nodes { id usageCount
  usages(first: 100) { totalCount nodes { id field position createdAt consumer { app entityType entityId } } } } } }"""
OF_CONSUMER = """query($app: String!, $entityType: String!, $entityId: String!, $first: Int = 20, $after: String) {
  usages(app: $app, entityType: $entityType, entityId: $entityId, first: $first, after: $after) { totalCount
    pageInfo { hasNextPage endCursor }
    nodes { id field position altText caption crop focalPoint { x y } consumer { label url } media { id trashedAt } } } }"""
FOUND = "query($f: MediaFilter) { media(filter: $f, orderBy: [{field: CREATED_AT}]) { totalCount nodes { id } } }"
FACET = """query($f: MediaFilter) { media(filter: $f) { facets(keys: [KIND, USED_BY]) { key missingCount
  buckets { value label count filter } } } }"""
NODE = "query($id: ID!) { node(id: $id) { ... on MediaUsage { field media { id } } } }"


async def read(site: Site, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
    """What both ways of answering say."""
    return orjson.loads(await Ways(site.server).both(query, variables))["data"]


async def counts(site: Site) -> dict[str, int]:
    """How often each media is used, by both ways and by what is listed."""
    nodes = (await read(site, OF_MEDIA))["media"]["nodes"]
    assert all(one["usageCount"] == one["usages"]["totalCount"] == len(one["usages"]["nodes"]) for one in nodes)
    return {one["id"]: one["usageCount"] for one in nodes}


async def used(site: Site, who: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    named = {name: who[name] for name in ("app", "entityType", "entityId")}
    return (await read(site, OF_CONSUMER, {**named, **more}))["usages"]["nodes"]


async def test_a_consumer_says_all_that_it_uses(site: Site) -> None:
    a, b, c = await filled(site, 3)
    shop = consumer(label="Home", url="https://shop.example/1")
    full = {
        "media": b,
        "field": "gallery",
        "altText": "a",
        "caption": "c",
        "crop": {"width": 0.5, "x": 1},
        "focalPoint": {"x": 0, "y": 1},
    }
    first = await use(site, shop, a, full, {"media": a, "field": "gallery"})
    assert (first["attached"], first["detached"], first["userErrors"]) == (3, 0, [])
    assert [(one["field"], one["position"], one["media"]["id"]) for one in first["usages"]] == [
        ("main", 0, a), ("gallery", 0, b), ("gallery", 1, a),
    ]  # fmt: skip
    assert first["usages"][0]["consumer"] == shop
    listed = await used(site, shop)
    assert [(one["field"], one["position"]) for one in listed] == [("gallery", 0), ("gallery", 1), ("main", 0)]
    assert listed[0] | {"id": "", "media": {}} == {
        "id": "", "media": {}, "field": "gallery", "position": 0, "altText": "a", "caption": "c", "crop": {"x": 1, "width": 0.5},
        "focalPoint": {"x": 0, "y": 1}, "consumer": {"label": "Home", "url": "https://shop.example/1"},
    }  # fmt: skip
    second = await use(site, shop, {"media": a, "field": "main", "position": 7}, c)
    assert (second["attached"], second["detached"]) == (1, 2)
    kept = ("id", "createdAt", "field")
    assert [second["usages"][0][name] for name in kept] == [first["usages"][0][name] for name in kept]
    assert await counts(site) == {a: 1, b: 0, c: 1}
    assert (await read(site, NODE, {"id": first["usages"][0]["id"]}))["node"] == {"field": "main", "media": {"id": a}}
    assert (await use(site, shop))["detached"] == 2
    assert await used(site, shop) == []


async def test_saying_the_same_again_changes_nothing_and_a_rehearsal_neither(site: Site) -> None:
    a, b = await filled(site, 2)
    await use(site, consumer(), a)
    before = await read(site, OF_MEDIA)
    dry = await use(site, consumer(), b, {"media": b, "field": "more"}, dryRun=True)
    assert await read(site, OF_MEDIA) == before
    again = await use(site, consumer(), a)
    assert (again["attached"], again["detached"]) == (0, 0)
    assert await read(site, OF_MEDIA) == before
    done = await use(site, consumer(), b, {"media": b, "field": "more"})
    assert (dry["attached"], dry["detached"]) == (done["attached"], done["detached"]) == (2, 1)
    named = ("field", "position", "media", "consumer")
    assert [[one[name] for name in named] for one in dry["usages"]] == [[one[name] for name in named] for one in done["usages"]]


AT = ("input", "items", "1")
BAD: list[tuple[dict[str, Any], dict[str, Any], tuple[str, str, list[str]]]] = [
    ({"app": ""}, {}, ("InputError", "INVALID", ["input", "consumer", "app"])),
    ({"entityType": "x" * 101}, {}, ("InputError", "INVALID", ["input", "consumer", "entityType"])),
    ({"entityId": " 1"}, {}, ("InputError", "INVALID", ["input", "consumer", "entityId"])),
    ({"entityId": "1\x00"}, {}, ("InputError", "INVALID", ["input", "consumer", "entityId"])),
    ({"label": "x" * 501}, {}, ("InputError", "INVALID", ["input", "consumer", "label"])),
    ({"url": "javascript:alert(1)"}, {}, ("InputError", "INVALID", ["input", "consumer", "url"])),
    ({"url": "https://user@h/"}, {}, ("InputError", "INVALID", ["input", "consumer", "url"])),
    ({}, {"media": NOWHERE}, ("NotFoundError", "NOT_FOUND", [*AT, "media"])),
    ({}, {"media": "x"}, ("NotFoundError", "NOT_FOUND", [*AT, "media"])),
    ({}, {"field": "a\nb"}, ("InputError", "INVALID", [*AT, "field"])),
    ({}, {"field": "first"}, ("InputError", "INVALID", [*AT, "media"])),
    ({}, {"position": -1}, ("InputError", "INVALID", [*AT, "position"])),
    ({}, {"altText": "x" * 10_001}, ("InputError", "INVALID", [*AT, "altText"])),
    ({}, {"focalPoint": {"x": 0, "y": 1.1}}, ("InputError", "INVALID", [*AT, "focalPoint"])),
    *(({}, {"crop": crop}, ("InputError", "INVALID", [*AT, "crop"]))
      for crop in ([1], 1, {"x": {}}, {"x": 2**60}, {"x": "y" * 101}, {"\x00": 1}, {f"{n}": n for n in range(21)})),
]  # fmt: skip


async def test_what_breaks_a_rule_changes_nothing(site: Site) -> None:
    a, b = await filled(site, 2)
    await use(site, consumer(), b)
    for who, item, expected in BAD:
        done = await use(site, consumer() | who, {"media": a, "field": "first"}, {"media": a, "field": "second", **item})
        assert (fault(done), done["attached"], done["usages"]) == (expected, 0, []), (who, item)
    many = await use(site, consumer(), *({"media": a, "field": str(number)} for number in range(1_001)))
    assert fault(many) == ("LimitError", "LIMIT_EXCEEDED", ["input", "items"])
    assert await counts(site) == {a: 0, b: 1}


async def test_a_consumer_with_very_many_is_read_in_pages(site: Site) -> None:
    (a,) = await filled(site, 1)
    assert (await use(site, consumer(), *({"media": a, "field": f"{n:04}"} for n in range(1_000))))["attached"] == 1_000
    seen, after = list[str](), None
    for _ in range(10):
        page = (await read(site, OF_CONSUMER, {**consumer(), "first": 100, "after": after}))["usages"]
        seen, after = [*seen, *(one["field"] for one in page["nodes"])], page["pageInfo"]["endCursor"]
    assert (seen, page["totalCount"], page["pageInfo"]["hasNextPage"]) == ([f"{n:04}" for n in range(1_000)], 1_000, False)


async def test_names_are_compared_as_they_are(site: Site) -> None:
    a, b = await filled(site, 2)
    await use(site, consumer("Ä"), a)
    await use(site, consumer("ä"), b)
    assert [one["media"]["id"] for one in await used(site, consumer("ä"))] == [b]
    assert await used(site, consumer("a\u0308")) == []


async def test_the_filter_and_the_facet_tell_by_what_media_are_used(site: Site) -> None:
    a, b, c, _ = ids = await filled(site, 4)
    await use(site, consumer(), a, {"media": a, "field": "gallery"}, b)
    await use(site, consumer(app="Blog", kind="post"), {"media": c, "field": "gallery"}, a)

    async def found(**usage: Any) -> list[str]:
        return [one["id"] for one in (await read(site, FOUND, {"f": {"usage": usage}}))["media"]["nodes"]]

    assert await found(isUsed=True) == [a, b, c]
    assert await found(isUsed=False) == ids[3:]
    assert await found() == ids
    assert await found(app={"eq": "blog"}) == [a, c]
    assert await found(app={"eq": "blog", "caseSensitive": True}) == []
    assert await found(app={"eq": "Blog", "caseSensitive": True}) == [a, c]
    assert await found(isUsed=False, app={"eq": "shop"}) == [c, ids[3]]
    assert await found(app={"eq": "shop"}, field={"eq": "gallery"}) == [a]  # both of one usage
    assert await found(app={"eq": "Blog"}, entityType={"eq": "page"}) == []
    for narrowed in (None, {"kind": {"eq": "OTHER"}}):
        kinds, facet = (await read(site, FACET, {"f": narrowed}))["media"]["facets"]
        assert [one["count"] for one in kinds["buckets"]] == [4]
        assert facet["missingCount"] == 1
        assert [(one["value"], one["label"], one["count"]) for one in facet["buckets"]] == [
            ("Blog", "Blog", 2),
            ("shop", "shop", 2),
        ]
        for bucket in facet["buckets"]:
            assert (await read(site, FOUND, {"f": bucket["filter"]}))["media"]["totalCount"] == bucket["count"]
    await bulk(site, "trashMedia", [b, c], inUse="FORCE")
    (_, facet) = (await read(site, FACET))["media"]["facets"]
    assert [(one["value"], one["count"]) for one in facet["buckets"]] == [("Blog", 1), ("shop", 1)]


async def test_counts_of_a_page_are_one_statement(site: Site) -> None:
    ids = await filled(site, 30)
    for number in range(3):
        await use(site, consumer(str(number)), *ids[number:])
    ways = Ways(site.server)
    taken = [await ways.counted(f"{{ media(first: {first}) {{ nodes {{ id usageCount }} }} }}") for first in (1, 30)]
    assert taken == [2, 2]


async def in_use(site: Site, name: str, key: str, policy: str | None) -> tuple[bool, list[Any]]:
    """Whether a media is another than before, and why not."""
    done = await bulk(site, name, [key], fields=HELD, **({"inUse": policy} if policy else {}))
    (result,) = done["results"]
    assert done["failed"] == len(result["userErrors"])
    return result["changed"], [(one["__typename"], one["code"], one["usageCount"]) for one in result["userErrors"]]


REFUSED = ("MediaInUseError", "IN_USE", 1)


@pytest.mark.parametrize("name", ["trashMedia", "purgeMedia"])
async def test_used_media_are_deleted_as_the_policy_says(site: Site, name: str) -> None:
    a, b, c, free = await filled(site, 4)
    await use(site, consumer(), a, b, c)
    for policy in (None, "RESTRICT"):
        assert await in_use(site, name, a, policy) == (False, [REFUSED])
    assert await counts(site) == {a: 1, b: 1, c: 1, free: 0}
    assert await in_use(site, name, b, "DETACH") == (True, [])
    assert [one["media"]["id"] for one in await used(site, consumer())] == [a, c]
    assert await in_use(site, name, c, "FORCE") == (True, [])
    still = [one["media"] for one in await used(site, consumer())]
    assert [one["id"] for one in still] == ([a, c] if name == "trashMedia" else [a])
    assert [bool(one["trashedAt"]) for one in still] == [False, True][: len(still)]
    assert await in_use(site, name, free, None) == (True, [])
    mixed = await bulk(site, name, [NOWHERE, a])
    assert [one["userErrors"][0]["code"] for one in mixed["results"]] == ["NOT_FOUND", "IN_USE"]


async def test_what_lies_in_the_trash_already_is_not_asked_about(site: Site) -> None:
    (a,) = await filled(site, 1)
    await use(site, consumer(), a)
    assert await in_use(site, "trashMedia", a, "FORCE") == (True, [])
    for policy in ("RESTRICT", "DETACH"):
        assert await in_use(site, "trashMedia", a, policy) == (False, [])
    assert await counts(site) == {a: 1}
    assert await in_use(site, "purgeMedia", a, None) == (False, [REFUSED])
    assert (await bulk(site, "restoreMedia", [a]))["changed"] == 1


async def test_thirty_two_at_once_never_use_what_is_gone(site: Site) -> None:
    """A media is purged before anybody uses it, or not at all."""
    ids = await filled(site, 8)
    users = [use(site, consumer(str(number)), ids[number % 8], ids[(number + 3) % 8]) for number in range(32)]
    purges = [bulk(site, "purgeMedia", [key]) for key in ids]
    work = [*users[:4], *purges, *users[4:]]
    answers = await asyncio.gather(*work)
    done = [one for one in answers if "attached" in one]
    gone = {ids[number] for number, one in enumerate(answers[4:12]) if one["changed"]}
    held = {one["media"]["id"] for payload in done for one in payload["usages"]}
    assert not held & gone
    assert held | gone == set(ids)
    assert {one["__typename"] for payload in done for one in payload["userErrors"]} <= {"NotFoundError"}
    assert sum((await counts(site)).values()) == sum(payload["attached"] for payload in done)
    async with site.server.database.reader.connect() as connection:
        rows = await connection.execute(select(media_usage_table.c.media_id))
        assert {row.media_id for row in rows} <= {domain.key_of("Media", one) for one in held}


async def test_another_library_sees_none_of_it(site: Site) -> None:
    (ours,) = await filled(site, 1)
    await use(site, consumer(), ours)
    stranger = domain.Principal(library=await site.server.database.library("other"))
    (usage,) = await used(site, consumer())
    ways = Ways(site.server)
    for query, variables in ((OF_CONSUMER, consumer()), (NODE, {"id": usage["id"]}), (OF_MEDIA, {}), (FACET, {})):
        found = orjson.loads(await ways.both(query, variables, stranger))
        assert usage["id"] not in str(found)
        assert '"shop"' not in str(found)
    async with site.server.database.writing(stranger) as work:
        key = domain.key_of("Media", ours)
        assert await work.usages.holding([key], lasting=False) == {}
        await work.usages.detach([key])
    assert await counts(site) == {ours: 1}


async def test_a_purge_of_all_or_nothing_that_is_refused_keeps_the_bytes(site: Site) -> None:
    held, free = await filled(site, 2)
    await use(site, consumer(), held)
    before = on_disk(site)
    done = await bulk(site, "purgeMedia", [free, held], fields=HELD, errorPolicy="ALL_OR_NOTHING")
    assert (done["changed"], done["failed"], on_disk(site)) == (0, 1, before)
    assert (await bulk(site, "purgeMedia", [free, held], fields=HELD, dryRun=True))["changed"] == 1
    assert on_disk(site) == before
    assert (await bulk(site, "purgeMedia", [free, held], fields=HELD))["changed"] == 1
    assert len(on_disk(site)) == len(before) - 1

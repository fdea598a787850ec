"""Duplicates are resolved in one transaction: one media gets what the others have, and these go, or are known to be none."""

from typing import Any

from tests.conftest import Site
from tests.graphql_api.asking import NOWHERE, bulk, collection, consumer, fault, tag, use, wrote
from tests.graphql_api.test_duplicate import copies, members

SEEN = """query($id: ID!) { mediaItem(id: $id) { title description altText rating isFavorite lockedFields
  version trashedAt usageCount
  location { latitude longitude } tags { edges { source node { name } } } collections { nodes { name } }
  usages { nodes { field consumer { app entityId } } } } }"""
LOG = """query($after: String) { changes(first: 100, after: $after) { nodes { action nodeType nodeId changedFields }
  pageInfo { endCursor } } }"""


async def resolve(site: Site, keep: str, discard: list[str], **more: Any) -> dict[str, Any]:
    fields = "matched changed failed results { id: nodeId changed }"
    return await wrote(site, "resolveDuplicates", fields, {"keep": keep, "discard": discard, **more})


async def seen(site: Site, key: str) -> dict[str, Any]:
    return (await site.ask(SEEN, id=key))["mediaItem"]


async def names(site: Site, key: str) -> set[str]:
    return {edge["node"]["name"] for edge in (await seen(site, key))["tags"]["edges"]}


async def listed(site: Site, key: str) -> list[str]:
    found = await site.ask("query($id: ID!) { collection(id: $id) { media { nodes { id } } } }", id=key)
    return [one["id"] for one in found["collection"]["media"]["nodes"]]


async def edit(site: Site, key: str, **patch: Any) -> None:
    payload = await wrote(site, "updateMedia", "media { id }", {"id": key, "patch": patch})
    assert payload["userErrors"] == []


async def test_what_is_kept_gets_the_tags_the_places_and_the_usages_of_the_others(site: Site) -> None:
    keep, second, third = await copies(site, 1, 3)
    (beside,) = await copies(site, 2, 1)
    await bulk(site, "tagMedia", [keep, second], tagIds=[await tag(site, "both")])
    await bulk(site, "tagMedia", [third], tagIds=[await tag(site, "theirs")])
    shared, own = await collection(site, "Shared", [beside, third, keep]), await collection(site, "Own", [second, beside])
    await use(site, consumer("1"), {"media": second, "field": "hero"}, {"media": third, "field": "hero"})
    await use(site, consumer("2"), {"media": keep, "field": "hero"}, {"media": third, "field": "hero"})
    payload = await resolve(site, keep, [second, third])
    assert payload == {
        "matched": 3, "changed": 3, "failed": 0, "userErrors": [],
        "results": [{"id": one, "changed": True} for one in (keep, second, third)],
    }  # fmt: skip
    assert await names(site, keep) == {"both", "theirs"}
    assert (await listed(site, shared), await listed(site, own)) == ([beside, keep], [keep, beside])
    found = await seen(site, keep)
    assert sorted(one["consumer"]["entityId"] for one in found["usages"]["nodes"]) == ["1", "2"]
    for one in (second, third):
        gone = await seen(site, one)
        assert (bool(gone["trashedAt"]), gone["usageCount"]) == (True, 0)
    assert await members(site) == []


async def test_only_what_is_empty_is_filled(site: Site) -> None:
    keep, second, third = await copies(site, 1, 3)
    await edit(site, keep, title="Mine", altText="")
    await edit(site, second, title="Theirs", description="Second", rating=2)
    await edit(site, third, description="Third", altText="A", rating=5, isFavorite=True, location={"latitude": 1, "longitude": 2})
    await resolve(site, keep, [second, third])
    found = await seen(site, keep)
    names = ("title", "description", "altText", "rating", "isFavorite", "location")
    place = {"latitude": 1.0, "longitude": 2.0}
    assert [found[name] for name in names] == ["Mine", "Second", "A", 2, True, place]
    assert found["lockedFields"] == ["DESCRIPTION", "LOCATION", "TITLE"], "no processor takes back what was given"


async def test_what_is_not_to_be_merged_stays_with_the_others(site: Site) -> None:
    keep, second = await copies(site, 1)
    await bulk(site, "tagMedia", [second], tagIds=[await tag(site, "theirs")])
    await edit(site, second, description="Theirs", rating=3)
    album = await collection(site, "Album", [second])
    before = await seen(site, keep)
    merge = {"tags": False, "collections": False, "usages": False, "rating": False, "description": False}
    payload = await resolve(site, keep, [second], merge=merge)
    assert [one["changed"] for one in payload["results"]] == [False, True]
    assert await seen(site, keep) == before
    await bulk(site, "restoreMedia", [second])
    assert await listed(site, album) == [second]


async def test_where_a_usage_is_not_handed_on_nothing_is_changed(site: Site) -> None:
    keep, second, third = await copies(site, 1, 3)
    await bulk(site, "tagMedia", [second], tagIds=[await tag(site, "theirs")])
    await use(site, consumer(), third)
    payload = await resolve(site, keep, [second, third], merge={"usages": False})
    assert fault(payload) == ("MediaInUseError", "IN_USE", ["input", "discard", "1"])
    assert (payload["matched"], payload["results"]) == (0, [])
    assert await members(site) == [[keep, second, third]]
    assert await names(site, keep) == set()


async def test_what_is_dismissed_stays_and_is_not_grouped_again(site: Site) -> None:
    keep, second, third = await copies(site, 1, 3)
    await bulk(site, "tagMedia", [second], tagIds=[await tag(site, "theirs")])
    payload = await resolve(site, keep, [second], discardAction="DISMISS")
    assert [one["changed"] for one in payload["results"]] == [True, True]
    assert await members(site) == [[keep, third]]
    assert (await names(site, keep), (await seen(site, second))["trashedAt"]) == (set(), None)
    again = await resolve(site, keep, [second], discardAction="DISMISS")
    assert [one["changed"] for one in again["results"]] == [False, False]


async def test_a_rehearsal_answers_the_same_and_changes_nothing(site: Site) -> None:
    keep, second = await copies(site, 1)
    await bulk(site, "tagMedia", [second], tagIds=[await tag(site, "theirs")])
    for action in ("TRASH", "DISMISS"):
        rehearsed = await resolve(site, keep, [second], dryRun=True, discardAction=action)
        assert [one["changed"] for one in rehearsed["results"]] == [True, True]
        assert await members(site) == [[keep, second]]
    assert await names(site, keep) == set()
    await resolve(site, keep, [second])
    assert await members(site) == []


async def test_a_key_resolves_once(site: Site) -> None:
    keep, second = await copies(site, 1)
    first = await resolve(site, keep, [second], idempotencyKey="k")
    await bulk(site, "restoreMedia", [second])
    assert await resolve(site, keep, [second], idempotencyKey="k") == first
    assert await members(site) == [[keep, second]]
    assert fault(await resolve(site, second, [keep], idempotencyKey="k"))[1] == "CONFLICT"


async def test_every_change_is_in_the_log(site: Site) -> None:
    keep, second = await copies(site, 1)
    await bulk(site, "tagMedia", [second], tagIds=[await tag(site, "theirs")])
    album = await collection(site, "Album", [second])
    await use(site, consumer(), second)
    await edit(site, second, rating=3)
    after = (await site.ask(LOG))["changes"]["pageInfo"]["endCursor"]
    await resolve(site, keep, [second])
    told = {(one["action"], one["nodeId"]) for one in (await site.ask(LOG, after=after))["changes"]["nodes"]}
    wanted = {
        ("TAGGED", keep),
        ("UPDATED", keep),
        ("ATTACHED", keep),
        ("UPDATED", album),
        ("DETACHED", second),
        ("TRASHED", second),
    }
    assert told >= wanted, told
    (dismissed, other) = await copies(site, 2)
    after = (await site.ask(LOG, after=after))["changes"]["pageInfo"]["endCursor"]
    await resolve(site, dismissed, [other], discardAction="DISMISS")
    told = {(one["nodeId"], *one["changedFields"]) for one in (await site.ask(LOG, after=after))["changes"]["nodes"]}
    assert told == {(dismissed, "duplicates"), (other, "duplicates")}


async def test_what_cannot_be_kept_or_discarded_is_told_where_it_stands(site: Site) -> None:
    keep, second = await copies(site, 1)
    assert fault(await resolve(site, NOWHERE, [second])) == ("NotFoundError", "NOT_FOUND", ["input", "keep"])
    assert fault(await resolve(site, keep, [second, NOWHERE])) == ("NotFoundError", "NOT_FOUND", ["input", "discard", "1"])
    assert fault(await resolve(site, keep, [second, keep])) == ("InputError", "INVALID", ["input", "discard", "1"])
    assert fault(await resolve(site, keep, [second] * 101)) == ("LimitError", "LIMIT_EXCEEDED", ["input", "discard"])
    await bulk(site, "trashMedia", [keep])
    assert fault(await resolve(site, keep, [second])) == ("InputError", "INVALID", ["input", "keep"])
    assert (await seen(site, second))["trashedAt"] is None

"""Every committed change is in the log, once, in the order of commits, and is read on from where one was."""

import asyncio
from typing import Any

from persistence.tables import change_table
from tests import media
from tests.conftest import Site
from tests.graphql_api.asking import ERRORS, bulk, collection, filled, tag, wrote

LOG = """query($after: String, $first: Int, $types: [String!]) { changes(after: $after, first: $first, nodeTypes: $types) {
  edges { cursor node { action nodeType nodeId changedFields at actor node { id __typename } } }
  pageInfo { hasNextPage endCursor } totalCount } }"""


async def log(site: Site, **more: Any) -> list[dict[str, Any]]:
    return [edge["node"] for edge in (await site.ask(LOG, **more))["changes"]["edges"]]


async def since(site: Site, count: int) -> list[tuple[str, str, list[str]]]:
    """Action, type and fields of all changes but the first so many."""
    return [(one["action"], one["nodeType"], one["changedFields"]) for one in (await log(site))[count:]]


async def test_an_upload_is_made_and_then_processed(site: Site) -> None:
    key = (await site.uploaded(media.photo(), "a.jpg"))["id"]
    made, processed = await log(site)
    assert (made["action"], made["nodeType"], made["nodeId"], made["actor"]) == ("CREATED", "Media", key, "anonymous")
    assert made["node"] == {"id": key, "__typename": "Image"}
    assert processed["action"] == "PROCESSED"
    assert {"width", "title", "takenAt", "location"} <= set(processed["changedFields"])
    assert made["at"] <= processed["at"]


async def test_each_change_of_a_media_is_told_with_its_fields(site: Site) -> None:
    (key,) = await filled(site, 1)
    before = len(await log(site))
    place = {"latitude": 1.0, "longitude": 2.0}
    await wrote(site, "updateMedia", "media { id }", {"id": key, "patch": {"title": "T", "rating": 3, "location": place}})
    await wrote(site, "updateMedia", "media { id }", {"id": key, "patch": {"title": "T"}})
    await bulk(site, "tagMedia", [key], tagNames=["Red"])
    await bulk(site, "untagMedia", [key], tagNames=["Red"])
    await bulk(site, "trashMedia", [key])
    await bulk(site, "restoreMedia", [key])
    await bulk(site, "purgeMedia", [key])
    assert await since(site, before) == [
        ("UPDATED", "Media", ["title", "rating", "location", "lockedFields"]), ("CREATED", "Tag", []),
        ("TAGGED", "Media", ["tags"]),
        ("UNTAGGED", "Media", ["tags"]), ("TRASHED", "Media", ["trashedAt"]), ("RESTORED", "Media", ["trashedAt"]),
        ("PURGED", "Media", []),
    ]  # fmt: skip


async def test_tags_and_collections_are_told_of_too(site: Site) -> None:
    (key,) = await filled(site, 1)
    before = len(await log(site))
    parent, child = await tag(site, "Parent"), await tag(site, "Child")
    await wrote(site, "updateTag", "tag { id }", {"id": child, "patch": {"parent": parent, "color": "#ff0000"}})
    await site.ask("mutation($id: [ID!]!) { deleteTags(input: {ids: $id}) { deletedIds } }", id=[child])
    held = await collection(site, "C", [key])
    await wrote(site, "updateCollection", "collection { id }", {"id": held, "patch": {"cover": key}})
    await site.ask(f"mutation($id: ID!) {{ deleteCollections(ids: [$id]) {{ deletedIds {ERRORS} }} }}", id=held)
    assert await since(site, before) == [
        ("CREATED", "Tag", []), ("CREATED", "Tag", []), ("UPDATED", "Tag", ["parent", "path", "depth", "color"]),
        ("DELETED", "Tag", []), ("CREATED", "Collection", []), ("UPDATED", "Collection", ["cover"]),
        ("DELETED", "Collection", []),
    ]  # fmt: skip


async def test_what_is_refused_or_rehearsed_is_not_in_the_log(site: Site) -> None:
    (key,) = await filled(site, 1)
    before = len(await log(site))
    await bulk(site, "trashMedia", [key], dryRun=True)
    await wrote(site, "updateMedia", "media { id }", {"id": key, "patch": {"title": "T", "rating": 9}})
    assert await since(site, before) == []


async def test_the_log_is_read_on_from_a_cursor_and_narrowed_by_type(site: Site) -> None:
    for name in ("A", "B", "C"):
        await tag(site, name)
    await collection(site, "D")
    page = (await site.ask(LOG, first=2))["changes"]
    assert (len(page["edges"]), page["pageInfo"]["hasNextPage"], page["totalCount"]) == (2, True, 4)
    rest = await log(site, after=page["pageInfo"]["endCursor"])
    assert [(one["action"], one["nodeType"]) for one in rest] == [("CREATED", "Tag"), ("CREATED", "Collection")]
    assert [one["nodeType"] for one in await log(site, types=["Collection"])] == ["Collection"]


async def test_who_follows_the_log_beside_writers_misses_nothing_and_sees_nothing_twice(site: Site) -> None:
    seen: list[str] = []
    after: str | None = None

    async def follow() -> None:
        nonlocal after
        page = (await site.ask(LOG, after=after, first=7))["changes"]
        seen.extend(edge["node"]["nodeId"] for edge in page["edges"])
        after = page["pageInfo"]["endCursor"] or after

    async def write(name: str) -> list[str]:
        return [await tag(site, f"{name} {number}") for number in range(10)]

    writing = asyncio.gather(*(write(name) for name in "abcd"))
    while not writing.done():
        await follow()
    for _ in range(10):
        await follow()
    made = [key for keys in await writing for key in keys]
    assert len(made) == 40
    assert sorted(seen) == sorted(made)


async def test_a_cursor_leads_on_where_the_log_before_it_was_removed(site: Site) -> None:
    for name in ("A", "B"):
        await tag(site, name)
    after = (await site.ask(LOG))["changes"]["pageInfo"]["endCursor"]
    async with site.server.database.transaction() as connection:
        await connection.execute(change_table.delete())
    key = await tag(site, "C")
    assert [one["nodeId"] for one in await log(site, after=after)] == [key]

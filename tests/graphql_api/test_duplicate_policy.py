"""What becomes of bytes that the library has already: reused, refused, kept beside, or put in the place of what has them."""

import asyncio
from typing import Any

import httpx2
import pytest

from domain.duplicate import DuplicatePolicy
from domain.importing import Summary, candidates, import_files
from graphql_api.app import create_app
from tests import media
from tests.conftest import Site
from tests.graphql_api.asking import bulk, collection, consumer, fault, on_disk, tag, use
from tests.graphql_api.sending import send

BYTES = media.binary(1)
OTHERS = [DuplicatePolicy.REJECT, DuplicatePolicy.KEEP_BOTH, DuplicatePolicy.REPLACE]
AT_ONCE = 64
KEPT = (
    """query($id: ID!) { mediaItem(id: $id) { trashedAt tags { edges { source node { id } } } collections { nodes { id } } } }"""
)


def blobs(site: Site) -> set[str]:
    return {name for name in on_disk(site) if name.startswith("blobs/")}


async def at_once(site: Site, policy: DuplicatePolicy, count: int = AT_ONCE) -> list[dict[str, Any]]:
    """The payloads of as many uploads of the same bytes, of clients at several addresses: one has a share of the line only."""
    app = create_app(site.server)
    transports = [httpx2.ASGITransport(app, client=(f"203.0.113.{number % 4}", 1)) for number in range(count)]
    sites = [Site(site.server, httpx2.AsyncClient(transport=one, base_url="http://site")) for one in transports]
    return await asyncio.gather(*(send(one, BYTES, duplicatePolicy=policy) for one in sites))


async def sent(site: Site, policy: DuplicatePolicy | None = None, **more: Any) -> str:
    """The id that an upload of the same bytes answers."""
    given = {"duplicatePolicy": policy} if policy else {}
    payload = await send(site, BYTES, **given, **more)
    assert payload["userErrors"] == []
    return payload["media"]["id"]


async def kept(site: Site, key: str) -> dict[str, Any]:
    return (await site.ask(KEPT, id=key))["mediaItem"]


async def listed(site: Site, trash: str = "EXCLUDE") -> list[str]:
    found = await site.ask("query($t: TrashScope) { media(first: 100, trash: $t) { nodes { id } } }", t=trash)
    return [one["id"] for one in found["media"]["nodes"]]


async def in_collection(site: Site, key: str) -> list[str]:
    found = await site.ask("query($id: ID!) { collection(id: $id) { media { nodes { id } } } }", id=key)
    return [one["id"] for one in found["collection"]["media"]["nodes"]]


async def test_the_same_bytes_sent_sixty_four_times_at_once_are_one_media_and_one_blob(site: Site) -> None:
    payloads = await at_once(site, DuplicatePolicy.REUSE)
    assert len({one["media"]["id"] for one in payloads}) == 1
    assert len(await listed(site, "INCLUDE")) == len(blobs(site)) == 1


async def test_of_many_at_once_that_reject_others_one_is_taken(site: Site) -> None:
    payloads = await at_once(site, DuplicatePolicy.REJECT)
    (taken,) = [one["media"] for one in payloads if one["media"]]
    assert sum(bool(one["userErrors"]) for one in payloads) == AT_ONCE - 1
    assert await listed(site, "INCLUDE") == [taken["id"]]
    assert len(blobs(site)) == 1


async def test_many_at_once_that_are_to_be_kept_are_as_many_media_that_share_one_blob(site: Site) -> None:
    payloads = await at_once(site, DuplicatePolicy.KEEP_BOTH)
    assert len({one["media"]["id"] for one in payloads}) == AT_ONCE
    assert len(blobs(site)) == 1


async def test_of_many_at_once_that_replace_each_other_one_is_not_in_the_trash(site: Site) -> None:
    await at_once(site, DuplicatePolicy.REPLACE, 10)
    assert len(await listed(site)) == len(blobs(site)) == 1
    assert len(await listed(site, "INCLUDE")) == 10


@pytest.mark.parametrize("policy", [DuplicatePolicy.REUSE, *OTHERS])
async def test_bytes_that_only_the_trash_has_are_new_under_every_policy(site: Site, policy: DuplicatePolicy) -> None:
    first = await sent(site)
    await bulk(site, "trashMedia", [first])
    second = await sent(site, policy)
    assert second != first
    assert await listed(site) == [second]
    assert await listed(site, "ONLY") == [first]
    assert len(blobs(site)) == 1


async def test_who_rejects_duplicates_is_told_which_media_has_the_bytes_and_nothing_is_kept(site: Site) -> None:
    first = await sent(site)
    operation = """mutation($input: UploadMediaInput!) { uploadMedia(input: $input) { media { id }
      userErrors { __typename code message path ... on DuplicateMediaError { existing { id filename } } } } }"""
    payload = await send(site, BYTES, "two.bin", query=operation, duplicatePolicy="REJECT")
    assert fault(payload) == ("DuplicateMediaError", "DUPLICATE", ["input", "file"])
    assert (payload["media"], payload["userErrors"][0]["existing"]) == (None, {"id": first, "filename": "file.bin"})
    assert await listed(site, "INCLUDE") == [first]
    assert len(blobs(site)) == 1


async def test_of_several_that_have_the_bytes_the_oldest_is_reused(site: Site) -> None:
    first = await sent(site)
    second = await sent(site, DuplicatePolicy.KEEP_BOTH)
    assert await sent(site) == first
    await bulk(site, "trashMedia", [first])
    assert await sent(site, DuplicatePolicy.REUSE) == second


async def test_what_replaces_others_has_their_tags_and_their_places_in_collections(site: Site) -> None:
    word, own = await tag(site, "word"), await tag(site, "own")
    first = await sent(site, attributes={"tagIds": [word]})
    before, behind = [(await site.uploaded(media.binary(number)))["id"] for number in (2, 3)]
    album = await collection(site, "Album", [before, first, behind])
    second = await sent(site, DuplicatePolicy.REPLACE, attributes={"tagIds": [own]})
    found = await kept(site, second)
    assert {edge["node"]["id"] for edge in found["tags"]["edges"]} == {word, own}
    assert await in_collection(site, album) == [before, second, behind]
    assert (await kept(site, first))["trashedAt"]
    await bulk(site, "restoreMedia", [first])
    assert await in_collection(site, album) == [before, first, second, behind], "what is restored has all that it had"


async def test_what_is_used_is_not_replaced(site: Site) -> None:
    first = await sent(site)
    await use(site, consumer(), first)
    payload = await send(site, BYTES, duplicatePolicy="REPLACE")
    assert fault(payload) == ("MediaInUseError", "IN_USE", ["input", "file"])
    assert await listed(site, "INCLUDE") == [first]


async def test_a_key_answers_the_upload_that_was_made_whatever_the_policy(site: Site) -> None:
    for policy in OTHERS:
        ids = [await sent(site, policy, idempotencyKey=policy) for _ in range(2)]
        assert len(set(ids)) == 1
        await bulk(site, "trashMedia", ids[:1])


@pytest.mark.parametrize("in_place", [False, True])
@pytest.mark.parametrize(("policy", "counts"), [
    (DuplicatePolicy.KEEP_BOTH, (2, 0, 0)), (DuplicatePolicy.REUSE, (1, 1, 0)), (DuplicatePolicy.REJECT, (1, 0, 1)),
    (DuplicatePolicy.REPLACE, (2, 0, 0)),
])  # fmt: skip
async def test_files_that_are_imported_are_held_to_a_policy_too(
    site: Site, tmp_path: Any, in_place: bool, policy: DuplicatePolicy, counts: tuple[int, int, int]
) -> None:
    folder = tmp_path / "shelf"
    folder.mkdir()
    for name in ("a.bin", "b.bin"):
        (folder / name).write_bytes(BYTES)

    async def imported() -> Summary:
        found = list(candidates([folder]))
        return await import_files(site.server.parts, site.server.operator, found, in_place=in_place, policy=policy)

    first = (await imported()).counts
    assert (first["added"], first["known"], first["refused"]) == counts, first
    assert len(await listed(site)) == (2 if policy is DuplicatePolicy.KEEP_BOTH else 1)
    again = (await imported()).counts
    assert again["added"] == again["updated"] == 0, "what was imported before adds nothing"

"""Uploads: bytes become media, once; and media that stay where they are."""

import gc
import warnings
from typing import Any

import pytest

from tests import media
from tests.conftest import HEADERS, Site
from tests.graphql_api.asking import NOWHERE, bulk, collection, fault, on_disk, tag, wrote
from tests.graphql_api.sending import send

REGISTERED = """media { __typename id kind status url size sha256 mimeType filename title description altText thumbnail { url }
  processing { processor { key } state error { code } } }"""


async def test_a_picture_becomes_an_image_with_its_facts(site: Site) -> None:
    made = await site.uploaded(media.png(), "red.png", title="Red")
    assert (made["__typename"], made["status"], made["title"], made["mimeType"]) == ("Image", "READY", "Red", "image/png")
    assert {run["state"] for run in made["processing"]} == {"SUCCEEDED"}


async def test_the_same_bytes_again_return_the_media_that_has_them(site: Site) -> None:
    first = await site.uploaded(media.png(), "one.png")
    again = await site.uploaded(media.png(), "two.png", title="Another")
    assert (again["id"], again["title"]) == (first["id"], first["title"])
    assert (await site.ask("{media {totalCount}}"))["media"]["totalCount"] == 1
    assert len(on_disk(site)) == 2


async def test_bytes_whose_media_lies_in_the_trash_become_a_new_one_that_shares_them(site: Site) -> None:
    first = await site.uploaded(media.png(), "one.png")
    await bulk(site, "trashMedia", [first["id"]])
    second = await site.uploaded(media.png(), "two.png")
    assert second["id"] != first["id"]
    blobs = {name for name in on_disk(site) if name.startswith("blobs/")}
    assert len(blobs) == 1
    await bulk(site, "purgeMedia", [first["id"]])
    assert {name for name in on_disk(site) if name.startswith("blobs/")} == blobs
    url = (await site.ask("query($id: ID!) { mediaItem(id: $id) { url } }", id=second["id"]))["mediaItem"]["url"]
    assert (await site.client.get(url)).content == media.png()
    await bulk(site, "purgeMedia", [second["id"]])
    assert on_disk(site) == set()


async def test_every_attribute_is_kept(site: Site) -> None:
    word, album = await tag(site, "word"), await collection(site, "Album")
    given = {
        "title": "T", "description": "D", "altText": "A", "takenAt": "2001-02-03T04:05:06Z", "folder": "/a//b/../c d/",
        "tagIds": [word], "collectionIds": [album],
    }  # fmt: skip
    made = await site.uploaded(media.photo(), "p.jpg", **given)
    ask = """query($id: ID!) { mediaItem(id: $id) { title description altText takenAt folder tags { edges { source node { id } } }
      collections { nodes { id } } } }"""
    assert (await site.ask(ask, id=made["id"]))["mediaItem"] == {
        "title": "T", "description": "D", "altText": "A", "takenAt": "2001-02-03T04:05:06.000000Z", "folder": "a/b/c d",
        "tags": {"edges": [{"source": "MANUAL", "node": {"id": word}}]}, "collections": {"nodes": [{"id": album}]},
    }  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), [
    ({"title": "x" * 501}, ("InputError", "INVALID", ["input", "attributes", "title"])),
    ({"altText": "x" * 10_001}, ("InputError", "INVALID", ["input", "attributes", "altText"])),
    ({"tagIds": ["x"]}, ("NotFoundError", "NOT_FOUND", ["input", "attributes", "tagIds", "0"])),
    ({"collectionIds": [NOWHERE]}, ("NotFoundError", "NOT_FOUND", ["input", "attributes", "collectionIds", "0"])),
])  # fmt: skip
async def test_what_cannot_be_said_of_a_file_is_refused_and_nothing_is_kept(
    site: Site, given: dict[str, Any], expected: Any
) -> None:
    payload = await site.upload(media.png(), "a.png", **given)
    assert (fault(payload), payload["media"]) == (expected, None)
    assert on_disk(site) == set()
    assert (await site.ask("{media {totalCount}}"))["media"]["totalCount"] == 0


async def test_an_empty_file_is_no_media(site: Site) -> None:
    assert fault(await site.upload(b"", "a.png")) == ("InputError", "INVALID", ["input", "file"])
    assert on_disk(site) == set()


async def test_a_file_above_the_limit_is_told_its_limit_and_leaves_nothing(site: Site) -> None:
    limit = site.server.settings.upload_limit
    payload = await site.upload(bytes(limit + 1), "zeros.bin")
    assert fault(payload)[:2] == ("LimitError", "TOO_LARGE")
    assert on_disk(site) == set()


@pytest.mark.parametrize("upper", [False, True])
async def test_a_hash_is_checked_in_any_case(site: Site, upper: bool) -> None:
    sha = (await site.uploaded(media.wav(), "a.wav"))["sha256"]
    ok = await send(site, media.wav(), sha256=sha.upper() if upper else sha)
    assert ok["userErrors"] == []
    bad = await send(site, media.png(), sha256=sha)
    assert fault(bad) == ("InputError", "INVALID", ["input", "sha256"])
    assert (await site.ask("{media {totalCount}}"))["media"]["totalCount"] == 1


@pytest.mark.parametrize(("content", "failed", "code"), [
    (media.truncated_photo, "image.probe", "UNREADABLE"), (media.bomb, "image.probe", "TOO_LARGE"),
    (media.locked_pdf, "document.preview", "ENCRYPTED"),
])  # fmt: skip
async def test_a_file_that_cannot_be_read_is_kept_and_says_why(site: Site, content: Any, failed: str, code: str) -> None:
    made = await site.uploaded(content(), "broken")
    assert made["status"] == "FAILED"
    errors = {run["processor"]["key"]: run["error"] and run["error"]["code"] for run in made["processing"]}
    assert errors[failed] == code


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "..", "C:\\x\\passwd", "a" * 300 + ".png", "line\u2028.png", "é🎉.png"]
)
async def test_no_name_a_client_sends_becomes_a_path(site: Site, name: str) -> None:
    made = await site.uploaded(media.png(), name)
    assert "/" not in made["filename"]
    assert 0 < len(made["filename"]) <= 255
    for kept in on_disk(site):
        assert set(kept) <= set("abcdefghijklmnopqrstuvwxyz0123456789/")


async def test_a_registered_media_is_skipped_by_processors_and_nothing_is_fetched(site: Site) -> None:
    url = "http://127.0.0.1:9/a%20b.png?x=1"  # nobody listens there: a fetch would fail
    given = {"url": url, "kind": "IMAGE", "title": "T", "description": "D", "altText": "A"}
    made = (await wrote(site, "registerMedia", REGISTERED, given))["media"]
    assert (made["__typename"], made["kind"], made["status"], made["url"]) == ("Image", "IMAGE", "READY", url)
    assert (made["size"], made["sha256"], made["thumbnail"], made["filename"]) == (None, None, None, "a b.png")
    assert (made["title"], made["description"], made["altText"]) == ("T", "D", "A")
    assert {(run["state"], run["error"]["code"]) for run in made["processing"]} == {("SKIPPED", "NO_BYTES")}
    assert on_disk(site) == set()


@pytest.mark.parametrize(
    "url",
    ["ftp://h/a", "file:///etc/passwd", "javascript:alert(1)", "/a", "http://", "http://u:p@h/", "http://[", "h" * 3000, ""],
)
async def test_an_address_of_another_scheme_or_with_a_user_is_refused(site: Site, url: str) -> None:
    payload = await wrote(site, "registerMedia", REGISTERED, {"url": url, "kind": "IMAGE"})
    assert (fault(payload), payload["media"]) == (("InputError", "INVALID", ["input", "url"]), None)


async def test_a_title_too_long_is_refused_for_a_registered_media_too(site: Site) -> None:
    payload = await wrote(site, "registerMedia", REGISTERED, {"url": "https://h/a", "kind": "AUDIO", "title": "x" * 501})
    assert fault(payload) == ("InputError", "INVALID", ["input", "title"])


async def test_what_an_upload_keeps_on_disk_while_it_comes_is_closed_behind_it(site: Site) -> None:
    large = media.binary(1) + bytes(2 << 20)  # smaller files are kept in memory
    gc.collect()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ResourceWarning)
        await site.uploaded(large)
        form = {"operations": '{"query": "{ __typename }", "variables": {}}', "map": '{"0": ["variables.nowhere.file"]}'}
        refused = await site.client.post("/graphql", data=form, files={"0": ("a", large)}, headers=HEADERS)
        gc.collect()
    assert refused.status_code == 400
    assert [str(one.message) for one in told] == []

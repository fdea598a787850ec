"""Files over HTTP: ranges, validators, and headers under which nothing uploaded runs in a browser."""

from typing import Any
from urllib.parse import unquote

import pytest

from domain.importing import candidates, import_files
from tests import media
from tests.conftest import Site
from tests.graphql_api.asking import key_in, wrote

URLS = "query($id: ID!) { mediaItem(id: $id) { url filename thumbnail { url } } }"


async def urls(site: Site, content: bytes, name: str = "a.bin") -> tuple[str, str | None]:
    """Where the original and the thumbnail of a new media are served."""
    found = (await site.ask(URLS, id=(await site.uploaded(content, name))["id"]))["mediaItem"]
    return key_in(found["url"]), found["thumbnail"] and key_in(found["thumbnail"]["url"])


@pytest.mark.parametrize(("asked", "start", "end"), [
    ("bytes=0-9", 0, 10), ("bytes=10-", 10, 500), ("bytes=-5", 495, 500), ("bytes=-9999", 0, 500), ("bytes=499-499", 499,
    500), ("bytes=490-9999", 490, 500),
])  # fmt: skip
async def test_a_range_is_answered_exactly(site: Site, asked: str, start: int, end: int) -> None:
    content = media.binary(1, 500)
    url, _ = await urls(site, content)
    response = await site.client.get(url, headers={"range": asked})
    assert (response.status_code, response.content) == (206, content[start:end])
    assert response.headers["content-range"] == f"bytes {start}-{end - 1}/500"
    assert response.headers["content-length"] == str(end - start)


@pytest.mark.parametrize("asked", ["bytes=500-", "bytes=9-3", "bytes=-0", "bytes=99999999999999999999-"])
async def test_a_range_outside_is_416_and_tells_the_size(site: Site, asked: str) -> None:
    url, _ = await urls(site, media.binary(1, 500))
    response = await site.client.get(url, headers={"range": asked})
    assert (response.status_code, response.headers["content-range"], response.content) == (416, "bytes */500", b"")


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "bytes=", "bytes=-", "lines=0-1", "bytes=a-b", "x"])
async def test_several_ranges_and_malformed_ones_are_answered_by_the_whole(site: Site, asked: str) -> None:
    url, _ = await urls(site, media.binary(1, 500))
    response = await site.client.get(url, headers={"range": asked})
    assert (response.status_code, response.content) == (200, media.binary(1, 500))


async def test_validators_spare_bytes_and_guard_ranges(site: Site) -> None:
    url, _ = await urls(site, media.binary(1, 500))
    whole = await site.client.get(url)
    tag = whole.headers["etag"]
    assert (whole.headers["accept-ranges"], whole.headers["content-length"], tag[0]) == ("bytes", "500", '"')
    for match in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        response = await site.client.get(url, headers={"if-none-match": match})
        assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", tag)
    assert (await site.client.get(url, headers={"if-none-match": '"x"'})).status_code == 200
    assert (await site.client.get(url, headers={"range": "bytes=0-1", "if-range": tag})).status_code == 206
    assert (await site.client.get(url, headers={"range": "bytes=0-1", "if-range": '"x"'})).status_code == 200


async def test_head_tells_what_get_would_without_the_bytes(site: Site) -> None:
    for url in await urls(site, media.png(), "a.png"):
        assert url
        head, get = await site.client.head(url), await site.client.get(url)
        assert (head.status_code, head.content) == (200, b"")
        assert {name: head.headers[name] for name in ("etag", "content-length", "content-type")} == {
            name: get.headers[name] for name in ("etag", "content-length", "content-type")
        }
    part = await site.client.head(url, headers={"range": "bytes=0-1"})
    assert (part.status_code, part.headers["content-length"]) == (206, "2")


@pytest.mark.parametrize(("content", "name", "kind"), [
    (media.svg, "a.svg", "attachment"), (media.html, "a.html", "attachment"), (media.binary, "a.png", "attachment"),
    (media.png, "a.html", "inline"),
    (media.pdf, "a.pdf", "inline"), (media.song, "a.mp3", "inline"),
])  # fmt: skip
async def test_nothing_uploaded_runs_in_a_browser(site: Site, content: Any, name: str, kind: str) -> None:
    served = [url for url in await urls(site, content(), name) if url]
    for response in [await site.client.get(url) for url in served]:
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert (await site.client.get(served[0])).headers["content-disposition"].split(";")[0] == kind


async def test_a_client_can_ask_for_a_download(site: Site) -> None:
    url, _ = await urls(site, media.png(), "a.png")
    assert (await site.client.get(f"{url}?download")).headers["content-disposition"].startswith("attachment;")
    assert (await site.client.get(url)).headers["content-disposition"].startswith("inline;")


@pytest.mark.parametrize("name", ['a"b.png', "é 🎉.png", "a;b=c.png", "100%.png", "'q'.png", "Ω" * 80 + ".png"])
async def test_a_name_comes_back_whole_and_cannot_break_out_of_its_header(site: Site, name: str) -> None:
    made = await site.uploaded(media.png(), "plain.png")
    await wrote(site, "updateMedia", "media { id }", {"id": made["id"], "patch": {"filename": name}})
    found = (await site.ask(URLS, id=made["id"]))["mediaItem"]
    header = (await site.client.get(key_in(found["url"]))).headers["content-disposition"]
    assert header.isascii()
    assert '"' not in header
    assert unquote(header.partition("filename*=UTF-8''")[2]) == found["filename"] == name


async def test_a_name_cannot_lead_into_a_folder_or_turn_its_text_around(site: Site) -> None:
    made = await site.uploaded(media.png(), "plain.png")
    await wrote(site, "updateMedia", "media { id }", {"id": made["id"], "patch": {"filename": "..\\a/\u202egpj.exe"}})
    assert (await site.ask(URLS, id=made["id"]))["mediaItem"]["filename"] == "gpj.exe"


async def test_a_newline_in_a_name_never_reaches_a_header(site: Site) -> None:
    made = await site.uploaded(media.png(), "plain.png")
    await wrote(site, "updateMedia", "media { id }", {"id": made["id"], "patch": {"filename": "a\r\nSet-Cookie: x=1\n.png"}})
    found = (await site.ask(URLS, id=made["id"]))["mediaItem"]
    response = await site.client.get(key_in(found["url"]))
    assert "set-cookie" not in response.headers
    assert not set("\r\n") & set(found["filename"] + response.headers["content-disposition"])


async def test_a_thumbnail_is_immutable_only_under_its_own_hash(site: Site) -> None:
    original, url = await urls(site, media.photo(), "p.jpg")
    assert url
    assert "immutable" in (await site.client.get(url)).headers["cache-control"]
    bare = url.partition("?")[0]
    for other in (bare, f"{bare}?v=", f"{bare}?v=0000", original):
        assert "immutable" not in (await site.client.get(other)).headers["cache-control"]


@pytest.mark.parametrize("key", ["0" * 32, "x", "0" * 31, "..%2f..%2fetc", "G" * 32, "0" * 32 + "/thumbnail"])
async def test_an_unknown_file_is_404_in_the_one_shape_of_errors(site: Site, key: str) -> None:
    response = await site.client.get(f"/files/{key}")
    assert response.status_code == 404
    assert response.json()["errors"][0]["extensions"] == {"code": "NOT_FOUND"}
    assert str(site.server.settings.data_dir) not in response.text


async def test_a_registered_media_and_one_without_a_still_have_no_file(site: Site) -> None:
    url, thumbnail = await urls(site, media.binary(), "a.bin")
    assert thumbnail is None
    assert (await site.client.get(f"{url}/thumbnail")).status_code == 404


async def test_a_file_edited_where_it_lies_is_not_served_under_the_old_hash(site: Site, tmp_path: Any) -> None:
    file = tmp_path / "pictures" / "a.bin"
    file.parent.mkdir()
    file.write_bytes(media.binary(1, 500))
    await import_files(site.server.parts, site.server.principal, list(candidates([file.parent])), in_place=True)
    (node,) = (await site.ask("{ media { nodes { url } } }"))["media"]["nodes"]
    url = key_in(node["url"])
    assert (await site.client.get(url)).content == media.binary(1, 500)
    file.write_bytes(b"other length")
    assert (await site.client.get(url)).status_code == 404
    file.unlink()
    assert (await site.client.get(url)).status_code == 404


async def test_a_storage_that_is_gone_is_503_and_says_when_to_come_back(site: Site) -> None:
    url, _ = await urls(site, media.png(), "a.png")
    site.server.settings.files.rename(site.server.settings.files.with_name("elsewhere"))
    response = await site.client.get(url)
    assert (response.status_code, response.headers["retry-after"]) == (503, "10")
    assert response.json()["errors"][0]["extensions"] == {"code": "UNAVAILABLE"}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_a_database_that_is_gone_is_503_and_says_when_to_come_back(site: Site) -> None:
    url, _ = await urls(site, media.png(), "a.png")
    await site.server.database.close()
    folder = site.server.settings.data_dir
    folder.rename(folder.with_name("elsewhere"))
    for path in (url, "/"):
        response = await site.client.get(path)
        assert (response.status_code, response.headers["retry-after"]) == (503, "10")
        assert response.json()["errors"][0]["extensions"] == {"code": "UNAVAILABLE"}

"""What an attacker sent once, each refused or contained since."""

import asyncio
import gc
import time
from pathlib import Path
from typing import Any

import pytest

from domain.importing import Result, candidates, import_files
from domain.reading import LARGEST_PAGE
from graphql_api.bootstrap import opened
from graphql_api.settings import Settings
from persistence.database import READERS
from tests import media
from tests.conftest import HEADERS, Site, client_of
from tests.graphql_api.asking import filled

MARKS = "a" + "\u0300\u0316" * 50_000


async def seconds(work: Any) -> float:
    start = time.perf_counter()
    await work
    return time.perf_counter() - start


@pytest.mark.parametrize("charset", ["punycode", "idna", "utf-16", "rot13"])
async def test_a_form_is_read_in_utf_8_and_no_codec_a_client_names(site: Site, charset: str) -> None:
    body = b'--XX\r\nContent-Disposition: form-data; name="operations"\r\n\r\na-' + b"b" * 200_000 + b"\r\n--XX--\r\n"
    headers = {**HEADERS, "content-type": f"multipart/form-data; boundary=XX; charset={charset}"}
    assert (await site.client.post("/graphql", content=body, headers=headers)).status_code == 415


async def test_texts_that_take_long_to_normalise_are_refused_before(site: Site) -> None:
    for text in (
        "query($s: String!) { media(filter: {title: {eq: $s}}) { totalCount } }",
        "query($s: String!) { tags(filter: {prefix: $s}) { totalCount } }",
        "mutation($s: String!) { createTag(input: {name: $s}) { userErrors { code } } }",
        "mutation($s: String!) { createCollection(input: {name: $s}) { userErrors { code } } }",
    ):
        assert await seconds(site.answer(text, s=MARKS)) < 0.5, text


@pytest.mark.parametrize(("headers", "status"), [
    ({"accept": "," * 640_000}, 406), ({"content-type": f"multipart/form-data; boundary=X{';' * 600_000}"}, 415),
    ({"content-type": "multipart/form-data; boundary=X"}, 200),
])  # fmt: skip
async def test_what_is_long_is_no_long_work(site: Site, headers: dict[str, str], status: int) -> None:
    """Headers that are taken apart, and operations of a form: 340,000 lists, which take half a second to copy."""
    operations = b'{"query": "{ __typename }", "x": [' + b",".join([b"[]"] * 340_000) + b"]}"
    parts = ((b"operations", operations), (b"map", b"{}"))
    lines = (b'--X\r\ncontent-disposition: form-data; name="%s"\r\n\r\n%s\r\n' % part for part in parts)
    body = b"".join(lines) + b"--X--\r\n"
    taken: list[float] = []
    gc.disable()  # a server looks through what it has far less often than a test
    try:
        for _ in range(4):
            started = time.process_time()
            response = await site.client.post("/graphql", content=body, headers=HEADERS | headers)
            taken.append(time.process_time() - started)
            assert response.status_code == status
    finally:
        gc.enable()
    assert min(taken) < 0.15


async def test_a_server_is_known_by_its_names_and_addresses_only(site: Site) -> None:
    ask = {"query": "{ __typename }"}
    for host, status in (
        ("site", 200),
        ("localhost:8000", 200),
        ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200),
        ("evil.example", 421),
    ):
        response = await site.client.post("/graphql", json=ask, headers={"host": host})
        assert response.status_code == status, host


async def test_a_text_with_nul_is_told_as_the_clients_mistake(site: Site) -> None:
    for ask in (
        '{ media(filter: {title: {contains: "\\u0000"}}) { totalCount } }', '{ tag(slug: "\\u0000") { id } }',
        '{ mediaBySha256(sha256: "\\u0000") { id } }', '{ mediaByPath(storage: "local", path: "\\u0000") { id } }',
    ):  # fmt: skip
        assert (await site.answer(ask))["errors"][0]["extensions"]["code"] == "INVALID", ask


async def test_addresses_with_what_no_address_has_are_refused(site: Site) -> None:
    register = "mutation($u: URL!) { registerMedia(input: {url: $u, kind: IMAGE}) { media { url } userErrors { code } } }"
    for url in (" http://x/a", "http://x/a\r\nb", 'http://x/"', "http://x/<script>", "http://:pw@host/", "http://u@host/"):
        payload = (await site.ask(register, u=url))["registerMedia"]
        assert payload == {"media": None, "userErrors": [{"code": "INVALID"}]}, url


async def test_an_answer_nested_deeper_than_json_encoders_go_is_an_error_and_no_crash(site: Site) -> None:
    ids = await filled(site, 1)
    make = 'mutation($i: [ID!]) { createCollection(input: {name: "a", mediaIds: $i}) { collection { id } } }'
    key = (await site.ask(make, i=ids))["createCollection"]["collection"]["id"]
    depth = 49
    ask = "query($id: ID!) { collection(id: $id) { media { nodes { " + "collections { nodes { media { nodes { " * depth
    response = await site.client.post(
        "/graphql", json={"query": f"{ask} id {'} } } }' * depth} }} }} }} }}", "variables": {"id": key}}
    )
    assert response.status_code in (200, 400)
    assert response.json()["errors"][0]["extensions"]["code"] in ("LIMIT_EXCEEDED", "GRAPHQL_PARSE_FAILED")


async def test_one_file_nobody_can_take_does_not_end_an_import(site: Site, tmp_path: Path) -> None:
    root = tmp_path / "in"
    root.mkdir()
    (root / "a.txt").write_bytes(b"a")
    (root / "z.txt").write_bytes(b"z")
    Path(bytes(root).decode() + "/" + b"m\xff\xfe.txt".decode(errors="surrogateescape")).write_bytes(b"m")
    deep = root
    for _ in range(60):
        deep /= "d" * 40
        deep.mkdir()
    (deep / "too-long.txt").write_bytes(b"d")
    summary = await import_files(site.server.parts, site.server.principal, list(candidates([root])))
    assert (summary.counts[Result.ADDED], summary.counts[Result.REFUSED]) == (2, 2)


async def test_a_link_put_in_the_place_of_a_file_is_not_followed(site: Site, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "in/a.txt").write_bytes(b"a")
    found = list(candidates([tmp_path / "in"]))
    (tmp_path / "in/a.txt").unlink()
    (tmp_path / "in/a.txt").symlink_to(tmp_path / "secret")
    summary = await import_files(site.server.parts, site.server.principal, found)
    assert summary.counts[Result.REFUSED] == 1


async def test_a_file_edited_where_it_lies_tells_nothing_of_what_it_was(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(media.photo())
    ask = """{ media { nodes { location { latitude } takenAt createdAt ... on Image { width metadata {
      location { latitude } exif { make } entries { key } } } } } }"""
    await import_files(site.server.parts, site.server.principal, list(candidates([folder])), in_place=True)
    (before,) = (await site.ask(ask))["media"]["nodes"]
    assert before["location"]
    assert before["metadata"]["exif"]["make"]
    (folder / "a.jpg").write_bytes(media.png())
    await import_files(site.server.parts, site.server.principal, list(candidates([folder])), in_place=True)
    (after,) = (await site.ask(ask))["media"]["nodes"]
    assert (after["location"], after["metadata"]["location"], after["metadata"]["exif"]) == (None, None, None)
    assert (after["metadata"]["entries"], after["takenAt"]) == ([], after["createdAt"])
    assert after["width"]
    async with site.server.database.reader.connect() as connection:
        assert (await connection.exec_driver_sql("SELECT count(*) FROM blob")).scalar() == 1


async def test_requests_that_are_cut_off_give_their_connections_back(site: Site) -> None:
    await filled(site, 3)
    ask = {"query": "{ media(first: 3) { nodes { tags { nodes { id } } collections { nodes { id } } } } }"}
    for turn in range(120):
        task = asyncio.ensure_future(site.client.post("/graphql", json=ask))
        await asyncio.sleep(turn % 7 / 1000)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await asyncio.sleep(0.2)
    pool: Any = site.server.database.reader.pool
    assert pool.checkedout() == 0
    answers = await asyncio.gather(*(site.client.post("/graphql", json=ask) for _ in range(READERS * 2)))
    assert {answer.status_code for answer in answers} == {200}
    assert LARGEST_PAGE == 100


async def test_bytes_sent_again_after_a_crash_are_processed(site: Site) -> None:
    made = await site.uploaded(media.png(), "a.png")
    async with site.server.database.transaction() as connection:
        await connection.exec_driver_sql(
            "UPDATE processing_run SET state = 'RUNNING', started_at = '2020-01-01T00:00:00.000000Z'"
        )
        await connection.exec_driver_sql("UPDATE media SET status = 'PROCESSING'")
    again = await site.uploaded(media.png(), "a.png")
    assert (again["id"], again["status"]) == (made["id"], "READY")


async def test_pages_of_other_sites_call_the_server_only_where_the_settings_name_their_site(settings: Any, sandbox: Any) -> None:
    ask = {
        "origin": "http://localhost:5173",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    for origins, allowed in (([], None), (["http://localhost:5173"], "http://localhost:5173")):
        async with opened(settings.model_copy(update={"origins": origins}), sandbox) as server, client_of(server) as client:
            preflight = await client.options("/graphql", headers=ask)
            assert preflight.headers.get("access-control-allow-origin") == allowed
            answer = await client.post("/graphql", json={"query": "{__typename}"}, headers={"origin": "http://localhost:5173"})
            assert answer.headers.get("access-control-allow-origin") == allowed


REFUSED_POSTS: list[tuple[int, dict[str, Any]]] = [
    (400, {"json": []}),
    (400, {"data": {"operations": "{}"}, "files": {"0": b""}}),
    (406, {"json": {"query": "{__typename}"}, "headers": {"accept": "text/plain"}}),
    (413, {"json": {"query": "x" * 2_000}}),
    (415, {"content": b"{}", "headers": {"content-type": "text/plain"}}),
    (429, {"data": {"operations": "{}"}, "files": {"0": b""}, "headers": {"x-requested-with": "page"}}),
]


async def test_a_page_of_a_named_site_can_read_why_its_request_was_refused(settings: Any, sandbox: Any) -> None:
    site = "http://localhost:5173"
    narrow = settings.model_copy(update={"origins": [site], "body_limit": 1_000, "upload_rate": "1/hour"})
    async with opened(narrow, sandbox) as server, client_of(server) as client:
        await client.post("/graphql", data={"operations": "{}"}, files={"0": b""}, headers={"x-requested-with": "page"})
        for status, sent in REFUSED_POSTS:
            answer = await client.post("/graphql", **sent | {"headers": sent.get("headers", {}) | {"origin": site}})
            assert (answer.status_code, answer.headers.get("access-control-allow-origin")) == (status, site)
            assert answer.headers["x-request-id"]
        assert "retry-after" in answer.headers["access-control-expose-headers"]


def test_a_site_is_written_with_or_without_its_last_slash() -> None:
    assert Settings(origins=["http://localhost:5173/", "*"]).origins == ["http://localhost:5173", "*"]

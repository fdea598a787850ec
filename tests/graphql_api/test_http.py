"""GraphQL over HTTP: what is accepted, what is refused, in which words, and that nothing malformed is a crash or a write."""

import json
from pathlib import Path
from typing import Any

import pytest

from domain.errors import Unavailable
from domain.processors.sandbox import ForkingSandbox
from graphql_api.bootstrap import opened
from graphql_api.settings import Settings
from tests import media
from tests.conftest import HEADERS, Site, client_of
from tests.graphql_api import served
from tests.graphql_api.asking import filled, on_disk

MODERN, PLAIN = "application/graphql-response+json", "application/json"
ASK = {"query": "{ __typename }"}
MAKE = 'mutation { createTag(input: {name: "x"}) { tag { id } } }'
UPLOAD = "mutation($f: Upload!) { uploadMedia(input: {file: $f}) { media { id } userErrors { code } } }"


def code(response: Any) -> str:
    """The code of the one error, in the one shape there is."""
    body = response.json()
    (error,) = body["errors"]
    assert isinstance(error["message"], str)
    assert response.headers["content-type"].split(";")[0] in (MODERN, PLAIN)
    assert response.headers["x-request-id"]
    return error["extensions"]["code"]


@pytest.mark.parametrize(("accept", "kind"), [
    (MODERN, MODERN), (PLAIN, PLAIN), (f"{MODERN}, {PLAIN};q=0.9", MODERN), (f"{PLAIN}, {MODERN};q=0.5", PLAIN), ("*/*", PLAIN),
    ("application/*", PLAIN), (f"text/html;q=0.9, {MODERN}", MODERN), (f"{MODERN};q=0, {PLAIN}", PLAIN), ("text/html, */*",
    PLAIN),
])  # fmt: skip
async def test_the_answer_has_the_type_the_client_likes_best(site: Site, accept: str, kind: str) -> None:
    response = await site.client.post("/graphql", json=ASK, headers={"accept": accept})
    assert (response.status_code, response.headers["content-type"]) == (200, f"{kind}; charset=utf-8")


@pytest.mark.parametrize("accept", ["text/html", "image/png", f"{MODERN};q=0", "*/*;q=\xb2", ";;;", "application/json;q=zero"])
async def test_a_client_that_takes_none_of_our_types_is_told_406(site: Site, accept: str) -> None:
    response = await site.client.post("/graphql", json=ASK, headers=[(b"accept", accept.encode("latin-1"))])
    assert (response.status_code, code(response)) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonx",
        "",
        "application/json; charset=latin-1",
        "application/graphql",
    ],
)
async def test_a_body_of_another_type_is_told_415_and_writes_nothing(site: Site, kind: str) -> None:
    response = await site.client.post("/graphql", content=json.dumps({"query": MAKE}), headers={"content-type": kind})
    assert (response.status_code, code(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert (await site.ask("{ tags { totalCount } }"))["tags"]["totalCount"] == 0


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_another_method_is_told_405_and_which_there_are(site: Site, method: str) -> None:
    response = await site.client.request(method, "/graphql")
    assert response.status_code == 405
    assert {"GET", "POST"} <= {one.strip() for one in response.headers["allow"].split(",")}


async def test_a_query_is_answered_by_get_and_a_mutation_is_not(site: Site) -> None:
    given = {
        "query": "query A($n: Int) { media(first: $n) { totalCount } } query B { __typename }",
        "operationName": "A",
        "variables": '{"n": 1}',
    }
    response = await site.client.get("/graphql", params=given)
    assert response.json() == {"data": {"media": {"totalCount": 0}}}
    for accept in (MODERN, PLAIN):
        response = await site.client.get("/graphql", params={"query": MAKE}, headers={"accept": accept})
        assert (response.status_code, code(response)) == (405, "METHOD_NOT_ALLOWED")
    assert (await site.ask("{ tags { totalCount } }"))["tags"]["totalCount"] == 0


@pytest.mark.parametrize(("query", "expected"), [
    ("{", "GRAPHQL_PARSE_FAILED"), ("{ nope }", "GRAPHQL_VALIDATION_FAILED"),
    ("query A { __typename } query B { __typename }", "OPERATION_RESOLUTION_FAILURE"),
    ("fragment F on Query { __typename }", "OPERATION_RESOLUTION_FAILURE"), ("{" + "a{" * 5000, "LIMIT_EXCEEDED"),
    ("{" + " __typename" * 2999 + "}", "LIMIT_EXCEEDED"), ("{" + "a{" * 900, "GRAPHQL_PARSE_FAILED"),
])  # fmt: skip
async def test_a_document_that_cannot_be_run_is_400_in_the_modern_type_and_200_in_the_plain(
    site: Site, query: str, expected: str
) -> None:
    for accept, status in ((MODERN, 400), (PLAIN, 200)):
        response = await site.client.post("/graphql", json={"query": query}, headers={"accept": accept})
        assert response.status_code == status
        assert "data" not in response.json()
        assert {one["extensions"]["code"] for one in response.json()["errors"]} == {expected}


BODIES = [
    b"", b"{", b"[]", b"[{}]", b"null", b"1", b'"x"', b"{}", b'{"query": null}', b'{"query": 1}', b'{"query": ""}',
    b'{"query": " "}', b'{"query": {}}',
    b'{"query": "{ __typename }", "variables": []}', b'{"query": "{ __typename }", "variables": "x"}',
    b'{"query": "{ __typename }", "operationName": 1}',
    b'{"query": "{ __typename }", "extensions": []}', b"\xff\xfe", b'{"query": "\\ud800"}', b"\x00" * 10,
    b'{"query": "{ __typename }"', b"[" * 5000,
    b'{"a":' * 2000, b"NaN", b"{'query': 'x'}", b'{"query": "{ __typename }"} x', b"\xef\xbb\xbf{}",
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
async def test_a_malformed_body_is_told_400(site: Site, body: bytes) -> None:
    response = await site.client.post("/graphql", content=body, headers={"content-type": PLAIN})
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


OPERATIONS = json.dumps({"query": UPLOAD, "variables": {"f": None}})
FORMS: list[dict[str, str]] = [
    {}, {"operations": OPERATIONS}, {"map": "{}"}, {"operations": "{", "map": "{}"}, {"operations": OPERATIONS, "map": "{"},
    *({"operations": OPERATIONS, "map": text} for text in (
        "null", "[]", "1", '""', '{"0": null}', '{"0": "variables.f"}', '{"0": [1]}', '{"0": ["x.y"]}',
        '{"9": ["variables.f"]}', '{"0": ["variables"]}',
        '{"0": [""]}', '{"0": ["variables.f.g"]}', '{"0": ["query"]}', '{"0": {"a": 1}}', '{"0": [["variables", "f"]]}',
        "{}", '{"0": ["variables.__class__"]}',
    )),
    *({"operations": text, "map": '{"0": ["variables.f"]}'} for text in (
        "null", "[]", "[null]", "1", "{}", '{"query": 1}', '{"variables": {"f": null}}',
        '{"query": "{ __typename }", "variables": null}',
    )),
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS, ids=range(len(FORMS)))
async def test_a_malformed_form_is_never_a_crash_and_never_a_write(site: Site, form: dict[str, str]) -> None:
    response = await site.client.post("/graphql", data=form, files={"0": ("a.png", media.png())}, headers=HEADERS)
    assert response.status_code in (200, 400), response.text
    assert response.json()["errors"][0]["extensions"]["code"] in ("BAD_REQUEST", "BAD_USER_INPUT")
    assert (await site.ask("{ media { totalCount } }"))["media"]["totalCount"] == 0
    assert on_disk(site) == set()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x",
        b"--x\r\n\r\n--x--",
        b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n",
        b"\xff" * 100,
        b"--y\r\n",
        b'--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{}',
    ],
)
@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "multipart/form-data; boundary=",
        'multipart/form-data; boundary="x',
    ],
)
async def test_malformed_multipart_bytes_are_told_400(site: Site, kind: str, body: bytes) -> None:
    response = await site.client.post("/graphql", content=body, headers={**HEADERS, "content-type": kind})
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


async def test_a_form_without_a_preflight_header_is_refused(site: Site) -> None:
    form = {"operations": OPERATIONS, "map": '{"0": ["variables.f"]}'}
    response = await site.client.post("/graphql", data=form, files={"0": ("a.png", media.png())})
    assert (response.status_code, code(response), on_disk(site)) == (400, "CSRF", set())
    for name in ("apollo-require-preflight", "graphql-require-preflight", "x-requested-with"):
        response = await site.client.post("/graphql", data=form, files={"0": ("a.png", media.png())}, headers={name: "1"})
        assert response.json()["data"]["uploadMedia"]["userErrors"] == []


async def test_too_many_files_are_refused(site: Site) -> None:
    files = {str(number): (f"{number}.bin", b"x") for number in range(21)}
    response = await site.client.post(
        "/graphql", data={"operations": OPERATIONS, "map": '{"0": ["variables.f"]}'}, files=files, headers=HEADERS
    )
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


async def test_a_body_above_its_limit_is_told_413(site: Site) -> None:
    limit = site.server.settings.body_limit
    fits = json.dumps(ASK).encode().ljust(limit)
    assert (await site.client.post("/graphql", content=fits, headers={"content-type": PLAIN})).status_code == 200
    response = await site.client.post("/graphql", content=fits + b" ", headers={"content-type": PLAIN})
    assert (response.status_code, code(response)) == (413, "PAYLOAD_TOO_LARGE")


async def test_a_file_above_the_limit_is_an_error_of_its_payload_and_a_form_above_it_413(
    settings: Settings, sandbox: ForkingSandbox
) -> None:
    small = settings.model_copy(update={"upload_limit": 1000, "body_limit": 2000})
    async with opened(small, sandbox) as server, client_of(server) as client:
        site = Site(server, client)
        assert (await site.upload(bytes(range(250)) * 4))["userErrors"] == []
        payload = await site.upload(bytes(1001))
        assert payload["userErrors"][0]["code"] == "TOO_LARGE"
        form = {"operations": OPERATIONS, "map": '{"0": ["variables.f"]}'}
        response = await client.post("/graphql", data=form, files={"0": ("a", bytes(4000))}, headers=HEADERS)
        assert (response.status_code, code(response)) == (413, "PAYLOAD_TOO_LARGE")
        assert len(on_disk(site)) == 1


async def test_graphiql_is_for_those_who_ask_for_html_by_name(site: Site) -> None:
    page = await site.client.get("/graphql", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (page.status_code, page.headers["content-type"].split(";")[0]) == (200, "text/html")
    assert "NestedPage" in page.text
    for accept in ("*/*", MODERN, PLAIN):
        response = await site.client.get("/graphql", headers={"accept": accept})
        assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


async def test_the_pages_beside_the_graph_answer(site: Site) -> None:
    assert "mediagraph" in (await site.client.get("/")).text
    assert (await site.client.get("/schema.graphql")).text == Path(served.HERE / "schema.graphql").read_text("utf-8")
    assert (await site.client.get("/health/live")).json()["status"] == "HEALTHY"
    await site.server.parts.sandbox.probe()
    ready = await site.client.get("/health/ready")
    assert (ready.status_code, ready.json()["status"], [one["name"] for one in ready.json()["checks"]]) == (
        200,
        "HEALTHY",
        ["database", "storage", "sandbox"],
    )
    assert (await site.client.get("/nope")).status_code == 404


async def test_without_its_folder_the_server_is_alive_and_not_ready(site: Site) -> None:
    site.server.settings.files.rename(site.server.settings.files.with_name("elsewhere"))
    await site.server.parts.sandbox.probe()
    ready = await site.client.get("/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (503, "UNHEALTHY")
    assert {one["name"]: one["status"] for one in ready.json()["checks"]} == {
        "database": "HEALTHY",
        "storage": "UNHEALTHY",
        "sandbox": "HEALTHY",
    }
    assert str(site.server.settings.data_dir) not in ready.text
    assert (await site.client.get("/health/live")).status_code == 200
    assert (await site.upload(media.png()))["userErrors"][0]["code"] == "UNAVAILABLE"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_what_is_out_of_reach_within_graphql_is_logged_with_its_cause(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: Any, **__: Any) -> Any:
        raise Unavailable("The database does not answer.") from OSError("the disk of the library is gone")

    for way, query in (("reading", "{ media { totalCount } }"), ("writing", MAKE)):
        caplog.clear()
        monkeypatch.setattr(site.server.database, way, away)
        monkeypatch.setattr(site.server.database, "answered", away)
        response = await site.client.post("/graphql", json={"query": query})
        assert "the disk of the library is gone" in caplog.text
        assert response.headers["x-request-id"] in caplog.text
        assert "disk" not in response.text


async def test_a_broken_database_is_masked_and_its_id_is_that_of_the_request(site: Site) -> None:
    await filled(site, 1)
    async with site.server.database.transaction() as connection:
        await connection.exec_driver_sql("ALTER TABLE media RENAME TO lost")
    response = await site.client.post("/graphql", json={"query": "{ media { nodes { id } } }"})
    assert (response.status_code, response.json()["data"]) == (200, None)
    error = response.json()["errors"][0]
    assert set(error) == {"message", "locations", "path", "extensions"}
    assert error["extensions"]["code"] in ("INTERNAL", "UNAVAILABLE")
    assert "lost" not in response.text
    assert "SELECT" not in response.text
    if error["extensions"]["code"] == "INTERNAL":
        assert error["extensions"]["id"] == response.headers["x-request-id"]
    front = await site.client.get("/")
    assert (front.status_code, code(front)) in ((500, "INTERNAL"), (503, "UNAVAILABLE"))  # SQLite tells one state for many
    assert code(front) == error["extensions"]["code"]


async def test_without_its_tables_the_server_is_not_ready(site: Site) -> None:
    async with site.server.database.transaction() as connection:
        await connection.exec_driver_sql("ALTER TABLE library RENAME TO lost")
    assert (await site.client.get("/health/ready")).status_code == 503


async def test_every_answer_has_a_request_id_of_its_own(site: Site) -> None:
    ids = [
        (await site.client.get(path)).headers["x-request-id"] for path in ("/", "/nope", "/graphql", "/health/live", "/files/x")
    ]
    assert len(set(ids)) == 5


@pytest.mark.parametrize(("query", "stable", "draft"), [
    ("{ __typename }", 200, 200), ("{", 400, 400), ("{ nope }", 400, 422), ("{" + "a{" * 5000, 400, 400),
    ("query A { __typename } query B { __typename }", 400, 422),
    ("query($n: Int!) { media(first: $n) { totalCount } }", 400, 422),
    ('{ __typename media(after: "x") { totalCount nodes { id } } }', 200, 294), ("subscription { x }", 400, 400),
])  # fmt: skip
async def test_the_draft_has_statuses_of_its_own_for_the_modern_type(
    settings: Settings, sandbox: ForkingSandbox, query: str, stable: int, draft: int
) -> None:
    for form, modern in (("stable", stable), ("draft", draft)):
        async with opened(settings.model_copy(update={"http_status": form}), sandbox) as server, client_of(server) as client:
            answer = await client.post("/graphql", json={"query": query}, headers={"accept": MODERN})
            assert (form, answer.status_code) == (form, modern), answer.text
            plain = await client.post("/graphql", json={"query": query}, headers={"accept": PLAIN})
            assert plain.status_code == (400 if "subscription" in query else 200)


async def test_a_subscription_is_told_what_it_needs(site: Site) -> None:
    for accept in (MODERN, PLAIN, "*/*"):
        asked = {"query": "subscription { media { id } }"}
        posted = await site.client.post("/graphql", json=asked, headers={"accept": accept})
        got = await site.client.get("/graphql", params=asked, headers={"accept": accept})
        for answer in (posted, got):
            assert (answer.status_code, code(answer)) == (400, "SUBSCRIPTION_UNSUPPORTED")
            assert "event-stream" in answer.json()["errors"][0]["message"]

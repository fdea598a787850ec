"""Documents that are named instead of sent: those the operator trusts, and those a client has sent before with their hash."""

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import ValidationError

from domain.processors.sandbox import ForkingSandbox
from graphql_api.bootstrap import opened
from graphql_api.execution.documents import MOST_KEPT, Documents
from graphql_api.execution.executor import MOST_TOKENS, REMEMBERED
from graphql_api.execution.remembered import Remembered
from graphql_api.manifest import documents_in
from graphql_api.settings import BadSettings, Settings
from tests import media
from tests.conftest import HEADERS, Site, client_of

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
MODERN = "application/graphql-response+json"
ASK = "query Count($n: Int) { media(first: $n) { totalCount } }"
MAKE = 'mutation Make { createTag(input: {name: "x"}) { tag { name } } }'
WRONG = "{ nothingSuch }"
KEY = "k" * 16


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def automatic(text: str, **more: Any) -> dict[str, Any]:
    """A request of a client that hopes the server knows the document."""
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256(text)}}, **more}


@asynccontextmanager
async def trusting(
    settings: Settings, sandbox: ForkingSandbox, given: Any, **more: Any
) -> AsyncIterator[httpx2.AsyncClient]:  # fmt: skip
    """A client of a server with this manifest."""
    manifest = settings.data_dir / "documents.json"
    manifest.write_text(json.dumps(given), "utf-8")
    known = settings.model_dump() | {"documents": manifest} | more
    async with opened(Settings(**known), sandbox) as server, client_of(server) as client:
        yield client


async def told(client: httpx2.AsyncClient, request: dict[str, Any], **headers: str) -> tuple[int, str, str]:
    """Status, message and code of the one error."""
    response = await client.post("/graphql", json=request, headers=headers)
    (error,) = response.json()["errors"]
    assert "data" not in response.json()
    return response.status_code, error["message"], error["extensions"]["code"]


async def data(client: httpx2.AsyncClient, request: dict[str, Any], **headers: str) -> Any:
    response = await client.post("/graphql", json=request, headers=headers)
    assert (response.status_code, "errors" in response.json()) == (200, False), response.text
    return response.json()["data"]


@pytest.mark.parametrize("given", [
    {sha256(ASK): ASK}, {f"sha256:{sha256(ASK)}": ASK}, {hashlib.sha1(ASK.encode(), usedforsecurity=False).hexdigest(): ASK},
    {hashlib.md5(ASK.encode(), usedforsecurity=False).hexdigest(): ASK}, {"app~1.0~count": ASK},
    {"format": "apollo-persisted-query-manifest", "version": 1, "operations": [
        {"id": sha256(ASK), "name": "Count", "type": "query", "body": ASK}]},
])  # fmt: skip
async def test_a_trusted_document_is_run_by_its_hash_and_by_the_name_it_was_given(
    settings: Settings, sandbox: ForkingSandbox, given: dict[str, Any]
) -> None:
    async with trusting(settings, sandbox, given) as client:
        name = next(iter(given)) if "format" not in given else sha256(ASK)
        names = {f"sha256:{sha256(ASK)}", name if len(name) != 64 else f"sha256:{name}"}
        for one in names:
            found = await data(client, {"documentId": one, "query": None, "variables": {"n": 3}, "operationName": "Count"})
            assert found == {"media": {"totalCount": 0}}
        got = await client.get("/graphql", params={"documentId": f"sha256:{sha256(ASK)}", "variables": '{"n": 1}'})
        assert got.json() == {"data": {"media": {"totalCount": 0}}}
        assert await data(client, automatic(ASK)) == {"media": {"totalCount": 0}}


async def test_a_mutation_and_an_upload_are_named_too_and_a_mutation_not_by_get(
    settings: Settings, sandbox: ForkingSandbox
) -> None:  # fmt: skip
    upload = "mutation($f: Upload!) { uploadMedia(input: {file: $f}) { media { size } userErrors { code } } }"
    async with trusting(settings, sandbox, {sha256(MAKE): MAKE, sha256(upload): upload}) as client:
        assert await data(client, {"documentId": f"sha256:{sha256(MAKE)}"}) == {"createTag": {"tag": {"name": "x"}}}
        by_get = await client.get("/graphql", params={"documentId": f"sha256:{sha256(MAKE)}"})
        assert (by_get.status_code, by_get.headers["allow"]) == (405, "POST")
        operations = json.dumps({"documentId": f"sha256:{sha256(upload)}", "variables": {"f": None}})
        form = {"operations": operations, "map": '{"0": ["variables.f"]}'}
        response = await client.post("/graphql", data=form, files={"0": ("a.bin", media.binary(1))}, headers=HEADERS)
        assert response.json()["data"]["uploadMedia"]["media"]["size"] == len(media.binary(1))


@on_sqlite
async def test_a_document_nobody_has_is_told_in_one_error_that_nobody_keeps(site: Site) -> None:
    missing = {"documentId": f"sha256:{'0' * 64}"}
    assert await told(site.client, missing) == (200, "There is no document of that `documentId`.", "PERSISTED_DOCUMENT_NOT_FOUND")
    assert (await told(site.client, missing, accept=MODERN))[0] == 400
    assert (await told(site.client, {"documentId": "app~1"}))[2] == "PERSISTED_DOCUMENT_NOT_FOUND"
    by_get = await site.client.get("/graphql", params=missing)
    assert by_get.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("request_of", [
    {"documentId": f"sha256:{sha256(ASK)}", "query": ASK}, {"documentId": f"sha256:{sha256(ASK)}", "query": ""},
    {"documentId": sha256(ASK).upper().join(["sha256:", ""])}, {"documentId": "sha256:1"}, {"documentId": "md5:abc"},
    {"documentId": ""}, {"documentId": 1}, {"documentId": "a b"}, {"documentId": "x" * 300}, {"documentId": ["x"]},
    {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": sha256(ASK)}}}, {"extensions": {"persistedQuery": []}},
    {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "abc"}}, "query": ASK}, {"extensions": {"persistedQuery": 1}},
    {"extensions": {"persistedQuery": {"version": 1}}}, {"extensions": []}, {"query": None}, automatic(ASK, query=ASK + " "),
    automatic(ASK, query=1), automatic(ASK, query=" "),
])  # fmt: skip
@on_sqlite
async def test_a_malformed_name_a_name_beside_a_text_and_a_wrong_hash_are_bad_requests(
    site: Site, request_of: dict[str, Any]
) -> None:  # fmt: skip
    status, _, code = await told(site.client, request_of)
    assert (status, code) == (400, "BAD_REQUEST")
    assert len(site.server.executor.documents.kept.kept) == 0


@on_sqlite
async def test_a_document_is_kept_by_its_hash_once_a_client_sends_both(site: Site) -> None:
    miss = (200, "PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
    assert await told(site.client, automatic(ASK)) == miss
    assert (await told(site.client, automatic(ASK), accept=MODERN))[0] == 400
    assert await data(site.client, automatic(ASK, query=ASK)) == {"media": {"totalCount": 0}}
    assert await data(site.client, automatic(ASK)) == {"media": {"totalCount": 0}}
    assert await data(site.client, {"documentId": f"sha256:{sha256(ASK)}"}) == {"media": {"totalCount": 0}}
    by_get = await site.client.get("/graphql", params={"extensions": json.dumps(automatic(ASK)["extensions"])})
    assert by_get.json() == {"data": {"media": {"totalCount": 0}}}


@on_sqlite
async def test_a_document_that_was_sent_before_without_its_hash_is_kept_as_well(site: Site) -> None:
    await site.ask(ASK)
    assert await data(site.client, automatic(ASK, query=ASK))
    assert await data(site.client, automatic(ASK))


@on_sqlite
async def test_only_documents_that_are_valid_are_kept(site: Site) -> None:
    for wrong in (WRONG, "{", "subscription { x }", "{" + " a" * 3_000 + "}"):
        assert "errors" in (await site.client.post("/graphql", json=automatic(wrong, query=wrong))).json()
        assert (await told(site.client, automatic(wrong)))[2] == "PERSISTED_QUERY_NOT_FOUND"


@on_sqlite
async def test_clients_are_told_where_nothing_is_kept_by_its_hash(settings: Settings, sandbox: ForkingSandbox) -> None:
    async with trusting(settings, sandbox, {sha256(MAKE): MAKE}, automatic_documents=False) as client:
        assert await data(client, automatic(ASK, query=ASK))
        assert await told(client, automatic(ASK)) == (200, "PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED")
        assert await data(client, automatic(MAKE))


@on_sqlite
async def test_production_may_run_trusted_documents_alone_but_for_operators(
    settings: Settings, sandbox: ForkingSandbox
) -> None:  # fmt: skip
    hardened = {"trusted_documents_only": True, "env": "production", "operator_key": KEY}
    other, key = "{ media { totalCount } }", {"authorization": f"Bearer {KEY}"}
    async with trusting(settings, sandbox, {sha256(ASK): ASK}, **hardened) as client:
        for request in ({"documentId": f"sha256:{sha256(ASK)}"}, automatic(ASK), {"query": ASK}, automatic(ASK, query=ASK)):
            assert await data(client, request)
        untrusted = ({"query": other}, automatic(other, query=other), automatic(other), {"documentId": f"sha256:{sha256(other)}"})
        for turn in range(2):  # what an operator ran is remembered, and still for operators
            for request in untrusted:
                status, _, code = await told(client, request)
                assert (status, code) == (200, "PERSISTED_DOCUMENT_REQUIRED"), (turn, request)
            for request in untrusted[:2]:
                assert await data(client, request, **key)
        assert (await told(client, {"query": other}, accept=MODERN))[0] == 400


@on_sqlite
def test_trusting_nothing_is_no_setting(settings: Settings) -> None:
    with pytest.raises(ValidationError, match="documents"):
        Settings(**settings.model_dump() | {"trusted_documents_only": True})


@pytest.mark.parametrize("text", [
    "", "[]", "1", '{"a": 1}', '{"": "{ x }"}', '{"a": " "}', '{"' + "0" * 64 + '": "{ x }"}',
    '{"sha256:' + "0" * 64 + '": "{ x }"}',
    '{"' + "0" * 40 + '": "{ x }"}', '{"' + "0" * 32 + '": "{ x }"}',
    '{"format": "apollo-persisted-query-manifest", "operations": [1]}',
])  # fmt: skip
def test_a_manifest_that_cannot_be_right_stops_the_start(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.json").write_text(text, "utf-8")
    with pytest.raises(BadSettings, match=r"m\.json"):
        documents_in(tmp_path / "m.json")
    with pytest.raises(BadSettings, match=r"gone\.json"):
        documents_in(tmp_path / "gone.json")


def test_what_is_remembered_is_bounded_in_number_and_in_weight() -> None:
    kept = Remembered[str](3, 100)
    for name in "abcd":
        kept.keep(name, name, 10)
    assert (list(kept.kept), kept.weight) == (["b", "c", "d"], 30)
    assert kept.get("b") == "b"
    kept.keep("e", "e", 85)
    assert (list(kept.kept), kept.weight) == (["b", "e"], 95)
    kept.keep("e", "E", 5)
    kept.keep("f", "f", 101)
    assert (list(kept.kept), kept.weight, kept.get("e"), kept.get("f")) == (["b", "e"], 15, "E", None)


def test_documents_that_clients_have_kept_are_bounded() -> None:
    documents = Documents()
    for number in range(2 * MOST_KEPT):
        documents.keep(f"sha256:{number}", "x" * 10_000)
    assert documents.kept.weight <= 4 * 1024 * 1024
    assert len(documents.kept.kept) <= MOST_KEPT


@on_sqlite
async def test_operations_are_remembered_up_to_a_sum_of_tokens(site: Site) -> None:
    fields = " ".join(f"a{one}: title" for one in range(29))
    spread = " ".join(f"... {{ {fields} }}" for _ in range(15))
    for number in range(90):
        await site.ask(f"{{ x{number}: media {{ nodes {{ {spread} }} }} }}")
    known = site.server.executor.known
    assert MOST_TOKENS / 2 < known.weight <= MOST_TOKENS
    assert len(known.kept) < 90 < REMEMBERED


@on_sqlite
async def test_a_document_that_is_named_is_not_read_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    await data(site.client, automatic(ASK, query=ASK))
    await data(site.client, automatic(ASK))

    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("It is known.")

    monkeypatch.setattr("graphql_api.execution.documents.sha256_of", never)
    monkeypatch.setattr(site.server.executor, "read", never)
    for request in (automatic(ASK), automatic(ASK, query=ASK), {"documentId": f"sha256:{sha256(ASK)}"}, {"query": ASK}):
        assert await data(site.client, request) == {"media": {"totalCount": 0}}

"""What auditors of GraphQL servers look for: GraphQL over HTTP to the letter, and in production nothing told to strangers."""

import base64
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest

from tests.clients.recipes import installed, said
from tests.graphql_api.served import serving
from tests.needs import needs
from tests.packages import by_npm

AUDIT = Path(__file__).parent / "audit"
AUDITS = 61
KEY = "the key of an operator"
PREFLIGHT = {"graphql-require-preflight": "1"}
BROWSER = {"accept": "text/html"}
INTROSPECTION = "{ __schema { types { name } } }"
CIRCULAR = "{ __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }"
MISSPELT = "query($f: MediaFilter) { media(filter: $f) { totalCount } }"


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}".strip()}


def basic(password: str) -> dict[str, str]:
    return {"authorization": f"Basic {base64.b64encode(f'operator:{password}'.encode()).decode()}"}


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    told = {"MEDIAGRAPH_ENV": "production", "MEDIAGRAPH_OPERATOR_KEY": KEY}
    with serving(tmp_path_factory.mktemp("production") / "data", **told) as (_, client):
        yield client


@pytest.fixture(scope="module")
def keyless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    """In production, and nobody has said a key."""
    with serving(tmp_path_factory.mktemp("keyless") / "data", MEDIAGRAPH_ENV="production") as (_, client):
        yield client


def asked(client: httpx2.Client, query: str, caller: dict[str, str] | None = None, **variables: Any) -> dict[str, Any]:
    """The answer to a caller, by its headers; nobody in particular without."""
    return client.post("/graphql", json={"query": query, "variables": variables}, headers=caller).json()


def messages(answer: dict[str, Any]) -> list[str]:
    return [one["message"] for one in answer["errors"]]


def codes(answer: dict[str, Any]) -> set[str]:
    """The codes of an answer that has no data."""
    assert "data" not in answer, answer
    return {one["extensions"]["code"] for one in answer["errors"]}


def test_graphql_over_http_is_kept_to_the_letter(tmp_path: Path) -> None:
    needs("node and npm", bool(shutil.which("node") and shutil.which("npm")))
    packages = installed(AUDIT / "package.json", by_npm)
    (tmp_path / "node_modules").symlink_to(packages / "node_modules")
    shutil.copy(AUDIT / "audit.mjs", tmp_path)
    with serving(tmp_path / "data") as (_, client):
        found = orjson.loads(said(tmp_path, "node", "audit.mjs", f"{client.base_url}/graphql"))
    assert [one for one in found if one["status"] != "ok"] == []
    assert len({one["id"] for one in found}) == AUDITS


@pytest.mark.parametrize("query", [INTROSPECTION, '{ __type(name: "Query") { name } }', f"query A {INTROSPECTION}",
    "fragment F on Query { __schema { types { name } } } { ...F }", "{ ... on Query { a: __schema { types { name } } } }",
])  # fmt: skip
def test_a_stranger_may_not_read_the_schema(production: httpx2.Client, query: str) -> None:
    assert codes(asked(production, query)) == {"GRAPHQL_VALIDATION_FAILED"}
    got = production.get("/graphql", params={"query": query}, headers=PREFLIGHT).json()
    assert codes(got) == {"GRAPHQL_VALIDATION_FAILED"}


@pytest.mark.parametrize("query", ["{ medai { totalCount } }", "{ __schema { directive } }", "{ media(frist: 1) { totalCount } }",
    "{ media { nodes { ... on Imag { id } } } }", "{ media(filter: {knd: 1}) { totalCount } }",
    "{ media(filter: {kind: {eq: IMGE}}) { totalCount } }",
])  # fmt: skip
def test_a_misspelt_document_is_not_mended_for_a_stranger(production: httpx2.Client, query: str) -> None:
    assert not [text for text in messages(asked(production, query)) if "Did you mean" in text]
    assert [text for text in messages(asked(production, query, bearer(KEY))) if "Did you mean" in text]


@pytest.mark.parametrize("given", [{"kind": {"eq": "IMGE"}}, {"knd": 1}])
def test_a_misspelt_variable_is_not_mended_for_a_stranger(production: httpx2.Client, given: dict[str, Any]) -> None:
    assert not [text for text in messages(asked(production, MISSPELT, f=given)) if "Did you mean" in text]
    assert [text for text in messages(asked(production, MISSPELT, bearer(KEY), f=given)) if "Did you mean" in text]


def test_a_stranger_is_shown_no_page_to_ask_by(production: httpx2.Client) -> None:
    page = production.get("/graphql", headers=BROWSER)
    assert (page.status_code, page.headers["www-authenticate"].split()[0]) == (401, "Basic")
    assert "graphiql" not in page.text.lower()
    assert "playground" not in page.text.lower()


def test_a_get_that_any_page_can_send_is_refused(production: httpx2.Client) -> None:
    plain = production.get("/graphql", params={"query": "{ __typename }"})
    assert (plain.status_code, codes(plain.json())) == (400, {"CSRF"})
    asking = production.get("/graphql", params={"query": "{ __typename }"}, headers=PREFLIGHT)
    assert asking.json() == {"data": {"__typename": "Query"}}


def test_a_mutation_by_get_is_refused_whoever_sends_it(production: httpx2.Client) -> None:
    for query in ("mutation { __typename }", 'mutation { createTag(input: {name: "got"}) { tag { id } } }'):
        got = production.get("/graphql", params={"query": query}, headers=PREFLIGHT | bearer(KEY))
        assert (got.status_code, got.headers["allow"], codes(got.json())) == (405, "POST", {"METHOD_NOT_ALLOWED"})
    assert asked(production, '{ tag(slug: "got") { id } }') == {"data": {"tag": None}}


def test_a_batch_is_refused(production: httpx2.Client) -> None:
    for count in (1, 10):
        answer = production.post("/graphql", json=[{"query": "{ __typename }"}] * count)
        assert (answer.status_code, codes(answer.json())) == (400, {"BAD_REQUEST"})


@pytest.mark.parametrize(("query", "budget"), [
    ("{" + " ".join(f"a{number}: __typename" for number in range(101)) + "}", "aliases"),
    ("{" + "__typename " * 500 + "}", "aliases"), (CIRCULAR, "introspection_cost"),
    ("{ __typename " + "@a" * 51 + "}", "directives"),
])  # fmt: skip
def test_what_wears_a_server_out_is_refused_whoever_asks(production: httpx2.Client, query: str, budget: str) -> None:
    for caller in (None, bearer(KEY)):
        answer = asked(production, query, caller)
        assert codes(answer) == {"LIMIT_EXCEEDED"}
        assert answer["errors"][0]["extensions"]["budget"] == budget


def test_ten_wrong_directives_are_not_told_one_by_one(production: httpx2.Client) -> None:
    assert 0 < len(messages(asked(production, "{ __typename " + "@aa" * 10 + "}"))) <= 6


def test_no_answer_traces_what_the_server_does(production: httpx2.Client) -> None:
    assert asked(production, "query cop { __typename }") == {"data": {"__typename": "Query"}}
    for query in ("{", "qwerty cop { abc }", "{ nope }"):
        for one in asked(production, query)["errors"]:
            assert set(one["extensions"]) == {"code"}


def test_a_form_that_any_page_can_send_is_refused(production: httpx2.Client) -> None:
    for caller in ({}, PREFLIGHT, bearer(KEY)):
        answer = production.post("/graphql", data={"query": "{ __typename }"}, headers=caller)
        assert (answer.status_code, codes(answer.json())) == (415, {"UNSUPPORTED_MEDIA_TYPE"})


def opened(client: httpx2.Client, caller: dict[str, str]) -> list[bool]:
    """Which doors open to this caller: introspection, suggestions, the schema's text, and GraphiQL."""
    found = asked(client, INTROSPECTION, caller)
    mended = "Did you mean" in messages(asked(client, "{ medai { totalCount } }", caller))[0]
    text = client.get("/schema.graphql", headers=caller)
    page = client.get("/graphql", headers=BROWSER | caller)
    assert {text.status_code, page.status_code} <= {200, 401}
    return ["data" in found, mended, "type Query" in text.text, "GraphiQL" in page.text]


@pytest.mark.parametrize(
    "caller", [bearer(KEY), basic(KEY), {"authorization": f"bearer  {KEY}"}], ids=["bearer", "basic", "loose"]
)
def test_the_key_opens_all_doors(production: httpx2.Client, caller: dict[str, str]) -> None:
    assert opened(production, caller) == [True] * 4


WRONG: list[Any] = [
    {}, bearer(""), bearer(KEY[:-1]), bearer(f"{KEY}x"), bearer(KEY.upper()), basic(""), basic("wrong"), {"authorization": KEY},
    {"authorization": "Basic !"}, {"authorization": "Basic"}, {"authorization": "Basic /w=="}, {"authorization": f"Digest {KEY}"},
    {"authorization": ""}, {"x-operator-key": KEY}, {"authorization": b"Basic \xe9"}, {"authorization": b"Bearer \xe9"},
]  # fmt: skip


@pytest.mark.parametrize("caller", WRONG, ids=range(len(WRONG)))
def test_a_wrong_key_opens_none(production: httpx2.Client, caller: dict[str, str]) -> None:
    assert opened(production, caller) == [False] * 4


@pytest.mark.parametrize("caller", [{}, bearer(""), basic(""), bearer(KEY), bearer("None")], ids=range(5))
def test_production_without_a_key_opens_none_to_anybody(keyless: httpx2.Client, caller: dict[str, str]) -> None:
    assert opened(keyless, caller) == [False] * 4

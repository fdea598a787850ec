"""GraphiQL: its page, its examples, and the scripts it is made of. tests/browser/ opens it in a browser."""

import re
from typing import Any

import orjson
import pytest
from graphql import parse, validate

from graphql_api import graphiql, graphiql_assets
from graphql_api.core import core_of
from graphql_api.schema import schema
from tests import media
from tests.conftest import Site

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"}
BAD = "</script><script>alert(1)</script>"


def first(answer: Any) -> Any:
    """The first scalar of an answer, as the page finds it."""
    while isinstance(answer, dict | list):
        answer = next(iter(answer.values() if isinstance(answer, dict) else answer))
    return answer


def test_the_examples_are_of_this_schema_and_the_page_holds_each_for_itself() -> None:
    text = graphiql.EXAMPLES.read_text("utf-8")
    assert validate(core_of(schema), parse(text)) == []
    examples = list(graphiql.examples())
    assert "".join(one["query"] for one in examples).split() == text.split()
    assert [len(parse(one["query"]).definitions) for one in examples] == [1] * len(examples)


async def test_every_example_runs_with_the_variables_the_page_gives_it(site: Site) -> None:
    for kind, content in media.EACH_KIND.items():
        await site.uploaded(content(), media.NAMES[kind])
    for example in graphiql.examples():
        variables = {name: first(await site.ask(graphiql.ASKED[name])) for name in example["variables"]}
        data = await site.ask(example["query"], **variables)
        assert [payload["userErrors"] for payload in data.values() if "userErrors" in payload] in ([], [[]])


def test_every_package_the_page_loads_has_a_hash() -> None:
    assert {one.package for one in graphiql_assets.assets()} == graphiql_assets.SHA512.keys()
    assert all(one.integrity.startswith("sha384-") for one in graphiql_assets.assets())


async def test_a_browser_is_shown_the_page_and_the_page_finds_its_scripts(site: Site) -> None:
    response = await site.client.get("/graphql", headers=BROWSER)
    assert response.headers["content-type"].startswith("text/html")
    for path in re.findall(r'(?:src|href)="(/assets/[^"]+)"', response.text):
        assert (await site.client.get(path)).status_code == 200, path


async def test_an_address_with_a_query_is_a_page_for_a_browser_and_an_answer_for_a_program(site: Site) -> None:
    asked = {"query": "{ __typename }"}
    assert (await site.client.get("/graphql", params=asked, headers=BROWSER)).text.startswith("<!doctype html>")
    for accept in ("*/*", "application/json", "application/graphql-response+json", "text/html;q=0.5, application/json", "text/*"):
        response = await site.client.get("/graphql", params=asked, headers={"accept": accept})
        assert "html" not in response.headers["content-type"]
        assert response.status_code == (406 if accept == "text/*" else 200)
    posted = await site.client.post("/graphql", json=asked, headers=BROWSER)
    assert posted.json() == {"data": {"__typename": "Query"}}


async def test_no_word_of_the_address_is_in_the_page(site: Site) -> None:
    plain = (await site.client.get("/graphql", headers=BROWSER)).text
    asked = (await site.client.get("/graphql", params=dict.fromkeys(("query", "variables", "x"), BAD), headers=BROWSER)).text
    assert without_nonce(asked) == without_nonce(plain)
    assert "alert" not in asked


def without_nonce(page: str) -> str:
    return re.sub(r'nonce="[^"]+"', "", page)


def test_examples_cannot_end_the_script_that_holds_them() -> None:
    assert "<" not in graphiql.embedded({"query": BAD})
    assert orjson.loads(graphiql.embedded({"query": BAD})) == {"query": BAD}
    (data,) = re.findall(r'<script type="application/json" id="given">(.*?)</script>', graphiql.template())
    assert data == graphiql.embedded({"examples": list(graphiql.examples()), "asked": graphiql.ASKED})


@pytest.mark.parametrize("local", [True, False])
def test_only_what_the_page_names_may_run_in_it_and_nobody_may_frame_it(local: bool) -> None:
    page = graphiql.page_with(local=local)
    policy = dict(part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";"))
    (nonce,) = set(re.findall(r'nonce="([^"]+)"', bytes(page.body).decode()))
    assert policy["script-src"] == f"'nonce-{nonce}'"
    assert (policy["default-src"], policy["frame-ancestors"], policy["base-uri"]) == ("'none'", "'none'", "'none'")
    styles = re.findall(r'rel="stylesheet" href="(https:[^"]+)"', bytes(page.body).decode())
    assert policy["style-src"].split() == ["'self'", "'unsafe-inline'", *styles]
    assert len(styles) == (0 if local else 2)
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"


def test_no_two_pages_have_the_same_nonce() -> None:
    policies = {graphiql.page().headers["content-security-policy"] for _ in range(10)}
    assert len(policies) == 10


async def test_nothing_but_the_scripts_of_the_page_is_served_beside_it(site: Site) -> None:
    for path in (
        "examples.graphql",
        "../settings.py",
        "%2e%2e/settings.py",
        "react@18.2.0/../../../settings.py",
        "react@18.2.0/umd",
    ):
        response = await site.client.get(f"/assets/{path}")
        assert (response.status_code, response.json()["errors"][0]["extensions"]) == (404, {"code": "NOT_FOUND"})

"""GraphiQL: its page, and the scripts it is made of."""

import re

from graphql import parse, validate

from graphql_api import graphiql
from graphql_api.core import core_of
from graphql_api.schema import schema
from tests.conftest import Site


def test_the_page_holds_examples_that_are_of_this_schema() -> None:
    text = graphiql.EXAMPLES.read_text("utf-8")
    assert validate(core_of(schema), parse(text)) == []
    assert "query NestedPage" in graphiql.page()


def test_every_package_the_page_loads_has_a_hash() -> None:
    assert {package for package, _ in graphiql.files()} == graphiql.SHA512.keys()


async def test_a_browser_is_shown_the_page_and_the_page_finds_its_scripts(site: Site) -> None:
    response = await site.client.get("/graphql", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert response.headers["content-type"].startswith("text/html")
    for path in re.findall(r'(?:src|href)="(/assets/[^"]+)"', response.text):
        assert (await site.client.get(path)).status_code == 200, path


async def test_nothing_but_the_scripts_of_the_page_is_served_beside_it(site: Site) -> None:
    for path in (
        "examples.graphql",
        "../settings.py",
        "%2e%2e/settings.py",
        "react@18.2.0/../../../settings.py",
        "react@18.2.0/umd",
    ):
        assert (await site.client.get(f"/assets/{path}")).status_code == 404

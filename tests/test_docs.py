"""What the documents say is so: their code runs, their tables are whole, their answers are the server's."""

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from graphql import parse, validate
from mediagraph_catalog import CATALOG

from domain.errors import FailureCode, FaultCode
from domain.processors.sandbox import ForkingSandbox
from graphql_api.bootstrap import opened
from graphql_api.core import core_of
from graphql_api.demo.telling import demo_is_made, make_demo
from graphql_api.schema import schema, schema_with
from graphql_api.settings import Settings
from tests.conftest import Site, client_of

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
CODE_OF = {"Refused": 2, "error": 1, "coded": 1, "Unknown": 1}
"""Which argument of what tells an error is its code."""
README = (ROOT / "README.md").read_text("utf-8")


def blocks(path: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", path.read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_graphql_of_the_documents_is_of_this_schema(path: Path) -> None:
    known = schema_with((CATALOG,)) if path.name == "catalog.md" else schema
    for text in blocks(path, "graphql"):
        assert validate(core_of(known), parse(text)) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_python_of_the_documents_runs(path: Path) -> None:
    for text in blocks(path, "python"):
        subprocess.run([sys.executable, "-c", text], cwd=ROOT, check=True, timeout=60)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8")):
        assert target.startswith("https://") or (path.parent / target).exists(), target


def test_the_readme_names_every_setting() -> None:
    for name in Settings.model_fields:
        assert f"`MEDIAGRAPH_{name.upper()}`" in README


def told_codes(path: Path) -> set[str]:
    """The codes that a file writes where it tells an error."""
    calls = [one for one in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(one, ast.Call)]
    places = [(one, CODE_OF[one.func.id]) for one in calls if isinstance(one.func, ast.Name) and one.func.id in CODE_OF]
    words = [one.args[place] for one, place in places if len(one.args) > place]
    return {str(one.value) for one in words if isinstance(one, ast.Constant)}


def test_the_table_of_errors_is_whole() -> None:
    text = (ROOT / "docs/errors.md").read_text("utf-8")
    written = set[str]().union(*(told_codes(path) for path in (ROOT / "graphql_api").rglob("*.py")))
    assert written >= {"CSRF", "RATE_LIMITED", "GRAPHQL_PARSE_FAILED", "UNAVAILABLE"}
    assert {code for code in {*map(str, FaultCode), *map(str, FailureCode), *written} if f"`{code}`" not in text} == set()


async def test_the_demo_answers_the_readmes_first_question_as_it_says(settings: Settings, sandbox: ForkingSandbox) -> None:
    async with opened(settings, sandbox) as server, client_of(server) as client:
        site = Site(server, client)
        server.database.on_statement(site.statements.append)
        summary = await make_demo(server, drawn=lambda *_: None, imported=lambda *_: None)
        assert demo_is_made(settings)
        assert (summary.refused, summary.failed) == ([], [])
        (question,) = blocks(ROOT / "README.md", "graphql")
        (answer,) = blocks(ROOT / "README.md", "json")
        with site.counted() as statements:
            assert {"data": await site.ask(question)} == orjson.loads(answer)
        words = {5: "five", 6: "six", 7: "seven"}
        assert f"That took {words[len(statements)]} SQL statements" in README
        for operation in re.findall(r"^query (\w+)", (ROOT / "graphql_api/examples.graphql").read_text("utf-8"), re.MULTILINE):
            text = (ROOT / "graphql_api/examples.graphql").read_text("utf-8")
            response = await client.post("/graphql", json={"query": text, "operationName": operation})
            assert "errors" not in response.json(), operation
            if operation == "TagTree":
                check_tree(response.json()["data"])


def check_tree(shown: dict[str, Any]) -> None:
    """The demo has something to show of trees, aliases, implied tags, covers and rules."""
    europe = next(one for one in shown["tags"]["nodes"] if one["name"] == "Europe")
    assert {one["name"] for one in europe["children"]["nodes"]} == {"Portugal", "Iceland"}
    assert europe["mediaCount"] == sum(one["mediaCount"] for one in europe["children"]["nodes"]) > 0
    assert any(one["aliases"] and one["implies"] for one in shown["tags"]["nodes"])
    assert all(one["mediaCount"] == len(one["media"]["nodes"]) or one["mediaCount"] > 3 for one in shown["collections"]["nodes"])
    assert any(one["cover"] for one in shown["collections"]["nodes"])

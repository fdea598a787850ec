"""The recipes of Python do what they say against a server, and refuse fields that are not there."""

import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from tests.clients import served
from tests.clients.recipes import Recipe, said, with_python
from tests.packages import Done, run

GQL, ARIADNE = Recipe("gql"), Recipe("ariadne_codegen")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[served.Library]:
    with served.library(tmp_path_factory.mktemp("library")) as made:
        yield made


def misspelt(file: Path, right: str, wrong: str) -> None:
    text = file.read_text("utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong), "utf-8")


def typed(folder: Path, programs: Path, *, check: bool = True) -> Done:
    """What mypy says of the recipe, with the packages of its own environment; what it knows of those it keeps beside them."""
    kept = ("--cache-dir", programs.parent.parent / "mypy", "--python-executable", programs / "python")
    return run(folder, sys.executable, "-m", "mypy", "--strict", *kept, "library.py", check=check)


def test_gql_pages_changes_and_uploads(library: served.Library, tmp_path: Path) -> None:
    folder, programs = with_python(GQL, tmp_path)
    before = library.cards()
    told = orjson.loads(said(folder, programs / "python", "run.py", library.endpoint, "gql"))
    served.assert_told(library, "gql", before, told)


def test_gql_sends_no_field_that_the_schema_does_not_have(tmp_path: Path) -> None:
    folder, programs = with_python(GQL, tmp_path)
    misspelt(folder / "media.graphql", "  takenAt\n", "  takenOn\n")
    nowhere = "http://127.0.0.1:9/graphql"  # nobody listens there: it is refused before it is sent
    done = run(folder, programs / "python", "run.py", nowhere, "gql", check=False)
    assert done.returncode != 0
    assert "Cannot query field 'takenOn' on type 'Media'" in done.stdout


def test_ariadne_codegen_makes_a_client_that_pages_changes_and_uploads(library: served.Library, tmp_path: Path) -> None:
    folder, programs = with_python(ARIADNE, tmp_path)
    run(folder, programs / "ariadne-codegen")
    typed(folder, programs)
    before = library.cards()
    told = orjson.loads(said(folder, programs / "python", "run.py", library.endpoint, "ariadne"))
    served.assert_told(library, "ariadne", before, told)
    misspelt(folder / "library.py", "found.page_info", "found.page_infos")
    done = typed(folder, programs, check=False)
    assert done.returncode != 0
    assert 'has no attribute "page_infos"' in done.stdout


def test_ariadne_codegen_refuses_a_field_that_the_schema_does_not_have(tmp_path: Path) -> None:
    folder, programs = with_python(ARIADNE, tmp_path)
    misspelt(folder / "media.graphql", "  takenAt\n", "  takenOn\n")
    done = run(folder, programs / "ariadne-codegen", check=False)
    assert done.returncode != 0
    assert "takenOn" in done.stdout

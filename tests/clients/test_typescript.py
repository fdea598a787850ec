"""The recipes of TypeScript compile strictly, do what they say against a server, and refuse fields that are not there."""

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from tests.clients import served
from tests.clients.recipes import Done, Recipe, run, said, with_node_modules

CODEGEN, APOLLO, RELAY, TADA = Recipe("codegen"), Recipe("apollo"), Recipe("relay"), Recipe("gql_tada")
URQL = Recipe("urql", upon=("gql_tada",))
FAULTS = {
    "a field of an operation, with codegen": (CODEGEN, "media.graphql", "  takenAt\n", "  takenOn\n", "takenOn"),
    "a field of an answer, with codegen": (CODEGEN, "src/library.ts", "media.pageInfo;", "media.pageInfos;", "pageInfos"),
    "a variable, with Apollo": (APOLLO, "src/library.ts", "{ first: 2, ", "{ frist: 2, ", "frist"),
    "a field of an operation, with gql.tada": (TADA, "src/documents.ts", "    takenAt\n", "    takenOn\n", "takenOn"),
    "a field of the schema, with gql.tada": (
        TADA,
        "schema.graphql",
        "  takenAt: DateTime!\n",
        "  takenAt: DateTime\n",
        "shape.ts",
    ),
    "a field of an answer, with urql": (URQL, "src/library.ts", "uploadMedia.media", "uploadMedia.medium", "medium"),
    "a field of a fragment, with Relay": (RELAY, "src/MediaGrid.tsx", "        takenAt\n", "        takenOn\n", "takenOn"),
    "a field of an answer, with Relay": (RELAY, "src/MediaGrid.tsx", "card.takenAt", "card.takenOn", "takenOn"),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[served.Library]:
    with served.library(tmp_path_factory.mktemp("library")) as made:
        yield made


def build(folder: Path, *, check: bool = True) -> Done:
    return run(folder, "npm", "run", "--silent", "build", check=check)


@pytest.mark.parametrize("recipe", [CODEGEN, APOLLO, URQL, RELAY], ids=lambda recipe: recipe.name)
def test_a_recipe_compiles_pages_changes_and_uploads(recipe: Recipe, library: served.Library, tmp_path: Path) -> None:
    folder = with_node_modules(recipe, tmp_path)
    build(folder)
    before = library.cards()
    told = orjson.loads(said(folder, "node", "run.mjs", library.endpoint, recipe.name))
    served.assert_told(library, recipe.name, before, told)


def test_gql_tada_infers_the_shapes_it_says(tmp_path: Path) -> None:
    build(with_node_modules(TADA, tmp_path))


@pytest.mark.parametrize("fault", FAULTS)
def test_what_the_schema_does_not_have_does_not_compile(fault: str, tmp_path: Path) -> None:
    recipe, name, right, wrong, named = FAULTS[fault]
    file = with_node_modules(recipe, tmp_path) / name
    text = file.read_text("utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong), "utf-8")
    done = build(tmp_path, check=False)
    assert done.returncode != 0
    assert named in done.stdout

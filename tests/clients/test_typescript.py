"""The recipes of TypeScript compile strictly, do what they say against a server, and refuse fields that are not there."""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import orjson
import pytest

from tests.clients import served
from tests.clients.recipes import Recipe, said, with_node_modules
from tests.packages import Done, run

CODEGEN, APOLLO, RELAY, TADA = Recipe("codegen"), Recipe("apollo"), Recipe("relay"), Recipe("gql_tada")
URQL = Recipe("urql", upon=("gql_tada",))
FAULTS = {
    "an operation, with codegen": (CODEGEN, ["graphql-codegen"], "media.graphql", "  takenAt\n", "  takenOn\n", "takenOn"),
    "an answer, with codegen": (CODEGEN, ["tsc"], "src/library.ts", "media.pageInfo;", "media.pageInfos;", "pageInfos"),
    "a variable, with Apollo": (APOLLO, ["tsc"], "src/library.ts", "{ first: 2, ", "{ frist: 2, ", "frist"),
    "an operation, with gql.tada": (TADA, ["gql.tada", "check"], "src/documents.ts", "    takenAt\n", "    takenOn\n", "takenOn"),
    "an answer, with urql": (URQL, ["tsc"], "src/library.ts", "uploadMedia.media", "uploadMedia.medium", "medium"),
    "an operation, with Relay": (RELAY, ["relay-compiler"], "src/MediaGrid.tsx", "  takenAt\n", "  takenOn\n", "takenOn"),
    "an answer, with Relay": (RELAY, ["tsc"], "src/MediaGrid.tsx", "card.takenAt", "card.takenOn", "takenOn"),
}
"""Where a field is misspelt: the recipe, what sees it, the file, the right and the wrong word, and what is then told."""
Projects = Callable[[Recipe], Path]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[served.Library]:
    with served.library(tmp_path_factory.mktemp("library")) as made:
        yield made


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Projects:
    """A recipe as a project that compiles; each is built once."""

    @cache
    def build(recipe: Recipe) -> Path:
        folder = with_node_modules(recipe, tmp_path_factory.mktemp(recipe.name))
        run(folder, "npm", "run", "--silent", "build")
        return folder

    return build


def changed(project: Path, folder: Path, file: str, right: str, wrong: str) -> Path:
    """A copy of a built project with another word in one file."""
    shutil.copytree(project, folder, symlinks=True, dirs_exist_ok=True)
    text = (folder / file).read_text("utf-8")
    assert right in text
    (folder / file).write_text(text.replace(right, wrong), "utf-8")
    return folder


def program(folder: Path, *words: str, check: bool = True) -> Done:
    return run(folder, folder / "node_modules/.bin" / words[0], *words[1:], check=check)


@pytest.mark.parametrize("recipe", [CODEGEN, APOLLO, URQL, RELAY], ids=lambda recipe: recipe.name)
def test_a_recipe_compiles_pages_changes_and_uploads(recipe: Recipe, library: served.Library, built: Projects) -> None:
    folder, before = built(recipe), library.cards()
    told = orjson.loads(said(folder, "node", "run.mjs", library.endpoint, recipe.name))
    served.assert_told(library, recipe.name, before, told)


def test_gql_tada_infers_the_shapes_of_this_schema_and_no_others(built: Projects, tmp_path: Path) -> None:
    folder = changed(built(TADA), tmp_path, "schema.graphql", "  takenAt: DateTime!\n", "  takenAt: DateTime\n")
    program(folder, "gql.tada", "generate-output")
    done = program(folder, "tsc", check=False)
    assert done.returncode != 0
    assert "src/shape.ts" in done.stdout


@pytest.mark.parametrize("fault", FAULTS)
def test_a_misspelt_field_does_not_compile(fault: str, built: Projects, tmp_path: Path) -> None:
    recipe, command, file, right, wrong, named = FAULTS[fault]
    done = program(changed(built(recipe), tmp_path, file, right, wrong), *command, check=False)
    assert done.returncode != 0
    assert named in done.stdout

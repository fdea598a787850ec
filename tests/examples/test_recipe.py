"""The recipe of docs/extensions.md, an art gallery in three steps: it runs as it stands there. And what may be imported."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import orjson
import pytest

from domain.processors.sandbox import ForkingSandbox
from graphql_api import schema_check
from graphql_api.bootstrap import opened
from graphql_api.core import core_of
from graphql_api.extension import installed
from graphql_api.settings import Settings
from tests.conftest import Site, client_of
from tests.graphql_api.asking import HELD, NOWHERE, bulk, fault, filled, wrote
from tests.graphql_api.planning.ways import Ways
from tests.graphql_api.served import HERE
from tests.graphql_api.test_extension import distribution

PAGE = (HERE / "docs/extensions.md").read_text("utf-8")
FILES: dict[str, str] = dict(re.findall(r"```py\n# (\S+)\n(.*?)```", PAGE, re.DOTALL))
(POINT,) = re.findall(r"```toml\n\[project.entry-points.\"mediagraph.extensions\"\]\n(.*?)\n```", PAGE, re.DOTALL)
SURFACE = {
    module: set(re.findall(r"`(\w+)`", names)) for module, names in re.findall(r"^\| `([\w.]+)` \| (.*) \|$", PAGE, re.MULTILINE)
}
CORE = ("domain", "persistence", "graphql_api")
ALL = """{ primaryPicture(gallery: "Left wing") { caption isPrimary media { title } }
  hangings { totalCount nodes { id gallery caption isPrimary media { id hangings(first: 3) { nodes { gallery } } } } } }"""


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder that the recipe was followed in, as if its package was installed."""
    folder = distribution(tmp_path_factory.mktemp("recipe"), POINT.replace('"', ""), "gallery")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(folder))
        yield folder


async def test_three_steps_make_a_gallery(gallery: Path, settings: Settings, sandbox: ForkingSandbox) -> None:
    async with opened(settings, sandbox) as server, client_of(server) as client:  # it is found by its entry point
        site, ways = Site(server, client), Ways(server)
        a, b = await filled(site, 2)
        for media, caption, primary in ((a, "First", True), (b, "Second", True), (a, None, False)):
            given = {"gallery": "Left wing", "media": media, "caption": caption, "primary": primary}
            done = await wrote(site, "hangPicture", "hanging { caption isPrimary media { id } }", given)
            assert done == {"hanging": {"caption": caption, "isPrimary": primary, "media": {"id": media}}, "userErrors": []}
        found = orjson.loads(await ways.both(ALL))["data"]
        assert found["primaryPicture"]["caption"] == "Second"
        assert [one["isPrimary"] for one in found["hangings"]["nodes"]] == [False, True, False]
        assert found["hangings"]["nodes"][0]["media"]["hangings"]["nodes"] == [{"gallery": "Left wing"}] * 2
        assert await ways.counted(ALL) == 6
        assert fault(await wrote(site, "hangPicture", "hanging { id }", {"gallery": "x", "media": NOWHERE}))[1] == "NOT_FOUND"
        (error,) = (await bulk(site, "purgeMedia", [a], fields=HELD))["results"][0]["userErrors"]
        bad = {"gallery": " ", "media": a}
        assert fault(await wrote(site, "hangPicture", "hanging { id }", bad)) == ("InputError", "INVALID", ["input", "gallery"])
        assert (error["usageCount"], error["usages"][0]["consumer"]) == (2, {"app": "gallery"})
        assert [one for one in schema_check.problems(core_of(server.schema)) if one not in schema_check.KNOWN] == []
    assert [one.name for one in installed()] == ["gallery"]


def imported(text: str) -> Iterator[tuple[str, str]]:
    """The names that a file imports from the core, with their modules."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] in CORE:
            yield from ((node.module, one.name) for one in node.names)
        if isinstance(node, ast.Import):
            yield from ((one.name, "") for one in node.names if one.name.partition(".")[0] in CORE)


def test_extensions_import_what_the_page_says_and_all_of_it_is_there() -> None:
    files = [*FILES.values(), *(path.read_text("utf-8") for path in (HERE / "examples").rglob("*.py"))]
    used = {pair for text in files for pair in imported(text)}
    assert len(used) > 40
    assert {
        (module, name) for module, name in used if name not in SURFACE.get(module, set()) and (module, name) != ("domain", "")
    } == set()
    for module, names in SURFACE.items():
        there = import_module(module)
        assert {name for name in names if not hasattr(there, name) and (module, name) != ("persistence", "types")} == set()

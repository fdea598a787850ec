"""Extensions: found by entry points, joined to one schema and no other, planned as the core's own fields are."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import strawberry

from domain.processors.sandbox import ForkingSandbox
from graphql_api import schema_check
from graphql_api.bootstrap import opened
from graphql_api.core import core_of
from graphql_api.declare import computed, relation
from graphql_api.extension import BadExtension, Extension, installed
from graphql_api.schema import schema_with, text_of
from graphql_api.settings import Settings
from tests.conftest import Site, client_of
from tests.graphql_api.asking import NOWHERE, filled, wrote
from tests.graphql_api.extending import SHELF
from tests.graphql_api.planning.conftest import filled as filled_ways
from tests.graphql_api.planning.test_every_field import queries
from tests.graphql_api.planning.ways import Path as Way
from tests.graphql_api.planning.ways import Ways
from tests.graphql_api.served import HERE, run

CORE = (HERE / "schema.graphql").read_text("utf-8")
JOINED = schema_with((SHELF,))


@pytest_asyncio.fixture(scope="module")
async def shelf(shared_settings: Settings, sandbox: ForkingSandbox) -> AsyncIterator[Ways]:
    """Both ways over a library of everything, with an extension."""
    async with opened(shared_settings, sandbox, [SHELF]) as server:
        yield await filled_ways(server)


@pytest_asyncio.fixture
async def shelf_site(settings: Settings, sandbox: ForkingSandbox) -> AsyncIterator[Site]:
    async with opened(settings, sandbox, [SHELF]) as server, client_of(server) as client:
        yield Site(server, client)


def added() -> dict[str, str]:
    """A smallest query of every field that the extension adds."""
    known = queries()
    return {name: query for name, query in queries(core_of(JOINED)).items() if name not in known}


async def test_every_field_that_joins_is_planned(shelf: Ways) -> None:
    asked = added()
    for query in asked.values():
        await shelf.both(query)
    of_media = {f"{kind}.{name}" for kind in ("Media", "Image", "Document") for name in ("loud", "words", "wordCount")}
    assert asked.keys() > {*of_media, "Tag.below", "Query.words", "Query.shelf"}


async def test_what_joins_is_read_in_batches_and_beside_what_was_there(shelf: Ways) -> None:
    inner = "title loud words(first: 2) { totalCount nodes { name below { nodes { name } } } } wordCount ... on Image { loud }"
    query = f"{{ media(first: %s) {{ nodes {{ {inner} }} }} words {{ nodes {{ name }} }} shelf }}"
    few, many = [await shelf.counted(query % size) for size in (2, 20)]
    assert few == many == 6
    assert b'"shelf":"of oak"' in await shelf.both(query % 2)


async def test_what_joins_is_reckoned_and_refused_as_what_was_there(shelf: Ways) -> None:
    for query in (
        "{ media(first: 100) { nodes { words(first: 100) { nodes { below(first: 100) { nodes { name } } } } } } }",
        "{ words(first: 101) { nodes { name } } }",
        "{ words(first: -1) { nodes { name } } }",
        '{ words(after: "x") { nodes { name } } }',
    ):
        planned, stock = await shelf.answers(query)
        assert planned.body == stock.body
        assert planned.path is not Way.PLAN
        assert b'"errors"' in planned.body, query


async def test_a_change_that_joins_is_a_transaction_of_the_library(shelf_site: Site) -> None:
    (media,) = await filled(shelf_site, 1)
    done = await wrote(shelf_site, "touchMedia", "media { isFavorite loud }", {"media": media})
    assert done == {"media": {"isFavorite": True, "loud": "OTHER: "}, "userErrors": []}
    assert (await wrote(shelf_site, "touchMedia", "media { id }", {"media": NOWHERE}))["media"] is None


async def test_a_server_without_it_knows_nothing_of_it(site: Site) -> None:
    answer = await site.client.post("/graphql", json={"query": "{ shelf }"})
    assert "Cannot query field 'shelf'" in answer.text
    assert (await site.client.get("/schema.graphql")).text == CORE


async def test_a_server_with_it_tells_so(shelf_site: Site) -> None:
    told = (await shelf_site.client.get("/schema.graphql")).text
    assert told == text_of(JOINED)
    assert told.count("loud: String!") == 6  # the interface, and each of its types
    assert set(CORE.splitlines()) < set(told.splitlines())


def test_the_schema_that_was_joined_is_in_the_form_of_the_core() -> None:
    assert [one for one in schema_check.problems(core_of(JOINED)) if one not in schema_check.KNOWN] == []


def distribution(folder: Path, points: str, name: str = "shelf") -> Path:
    """What an installer leaves of a package in a folder of the path."""
    made = folder / f"{name}-1.0.dist-info"
    made.mkdir(parents=True)
    (made / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")
    (made / "entry_points.txt").write_text(f"[mediagraph.extensions]\n{points}\n", "utf-8")
    return folder


SHELF_POINT = "shelf = tests.graphql_api.extending:SHELF"


def exported(tmp_path: Path, **more: str) -> str:
    """What a new process prints as its schema, with what is installed there."""
    path = f"{HERE}:{distribution(tmp_path / 'site', SHELF_POINT)}"
    done = run(tmp_path / "data", "export-schema", PYTHONPATH=path, **more)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_installed_package_is_found_by_its_entry_point(tmp_path: Path) -> None:
    assert exported(tmp_path) == text_of(JOINED)


def test_a_setting_says_which_of_the_installed_ones_join(tmp_path: Path) -> None:
    assert exported(tmp_path, MEDIAGRAPH_EXTENSIONS="[]") == CORE
    done = run(tmp_path / "data", "export-schema", MEDIAGRAPH_EXTENSIONS='["shelf"]')
    assert (done.returncode, done.stderr.strip()) == (1, "No installed package has an extension shelf; there are: none.")


@pytest.mark.parametrize(
    ("points", "reason"),
    [
        ("shelf = tests.no_such_module:SHELF", "cannot be loaded: No module named 'tests.no_such_module'"),
        ("shelf = tests.graphql_api.extending:LabelQuery", "is no extension called shelf"),
        ("other = tests.graphql_api.extending:SHELF", "is no extension called other"),
    ],
)
def test_an_entry_point_that_leads_nowhere_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, points: str, reason: str
) -> None:  # fmt: skip
    monkeypatch.setattr(sys, "path", [str(distribution(tmp_path, points)), *sys.path])
    with pytest.raises(BadExtension, match=reason):
        installed()


def test_two_packages_with_one_name_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    distribution(tmp_path, SHELF_POINT)
    distribution(tmp_path, "shelf = elsewhere:SHELF", "other")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    with pytest.raises(BadExtension, match="Two installed packages have an extension shelf"):
        installed()


@strawberry.type
class Plain:
    mood: str = strawberry.field(description="How it feels.")


@strawberry.type
class ByHand:
    @strawberry.field(description="How it feels.")
    def mood(self) -> str:
        return "well"


@strawberry.type
class Taken:
    title: str = computed(lambda key: key.hex(), needs=("id",), graphql_type=str, description="What is there already.")


@strawberry.type
class Unanswered:
    moods = relation("tag.TagConnection", "media.moods", description="How it feels.")


def with_field(kind: str, view: type[Any], name: str = "one") -> Extension:
    return Extension(name=name, fields={kind: view})


@pytest.mark.parametrize(
    ("extensions", "reason"),
    [
        ([with_field("Media", Plain)], r"Audio\.mood, Document\.mood, .*: a field that is read has one of the forms"),
        ([with_field("Tag", ByHand)], r"Tag\.mood: a field that is read has one of the forms"),
        ([Extension(name="one", queries=ByHand)], r"Query\.mood: a field that is read has one of the forms"),
        ([with_field("Media", Taken)], r"one adds Media\.title, which is there already"),
        ([with_field("Image", Taken)], r"one adds Image\.title, which is there already"),
        ([with_field("Moods", Taken)], r"one adds fields to Moods, which is no type of the core"),
        ([with_field("MediaFilter", Taken)], r"one adds fields to MediaFilter, which is no type of the core"),
        ([with_field("Media", int)], "is no Strawberry type"),
        ([with_field("Tag", Unanswered), with_field("Tag", Unanswered, "two")], r"two adds Tag\.moods, and so does another"),
        ([with_field("Media", Unanswered)], r"Nothing answers media\.moods"),
        ([SHELF, SHELF], "There are two extensions called shelf"),
    ],
)
async def test_what_does_not_fit_is_refused_before_anything_is_opened(
    tmp_path: Path, extensions: list[Extension], reason: str
) -> None:  # fmt: skip
    with pytest.raises(BadExtension, match=reason):
        async with opened(Settings(data_dir=tmp_path / "data"), extensions=extensions):
            pass
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("name", ["", "Shelf", "1a", "a-b", "a" * 31, "a\n"])
def test_a_name_is_one_that_a_table_can_have(name: str) -> None:
    with pytest.raises(BadExtension, match="is no name of an extension"):
        Extension(name=name)

"""Budgets: how many SQL statements an operation takes, and that it takes no more for a hundred rows than for one."""

from pathlib import Path
from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse

from domain.importing import candidates, import_files
from tests import media
from tests.conftest import Site
from tests.graphql_api.asking import bulk, collection

FIFTY = """{ media(first: 50) { nodes { id title kind size takenAt thumbnail { url } tags { nodes { name color } }
  collections { nodes { name } } } } }"""
BUDGET = {
    "NestedPage": 6,
    "FromCollections": 4,
    "SearchAll": 6,
    "TagTree": 5,
    "EachKind": 3,
    "Workings": 5,
    "TagByName": 12,
    "FiftyMedia": 4,
}
TEXT = (Path(__file__).parents[1] / "graphql_api" / "examples.graphql").read_text("utf-8")
NAMES = [one.name.value for one in parse(TEXT).definitions if isinstance(one, OperationDefinitionNode) and one.name]


async def filled(site: Site, folder: Path, count: int) -> list[str]:
    """So many pictures and recordings of each kind, imported, each tagged and in a collection; the ids."""
    folder.mkdir()
    for number, content in enumerate(media.pngs(count)):
        (folder / f"{number:03}.png").write_bytes(content)
    for name, content in (("s.mp3", media.song()), ("f.mp4", media.film()), ("d.pdf", media.pdf())):
        (folder / name).write_bytes(content)
    await import_files(site.server.parts, site.server.principal, list(candidates([folder])))
    ids = [one["id"] for one in (await site.ask("{ media(first: 100) { nodes { id } } }"))["media"]["nodes"]]
    await bulk(site, "tagMedia", ids, tagNames=[f"t{number}" for number in range(4)])
    await bulk(site, "tagMedia", ids[-1:], tagNames=["favourite"])
    for number in range(2):
        await collection(site, f"c{count}-{number}", ids)
    return ids


async def counts(site: Site, ids: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in [*NAMES, "FiftyMedia"]:
        query = FIFTY if name == "FiftyMedia" else TEXT
        given: dict[str, Any] = {
            "query": query,
            "operationName": None if name == "FiftyMedia" else name,
            "variables": {"id": ids[0]},
        }
        with site.counted() as seen:
            response = await site.client.post("/graphql", json=given)
        assert "errors" not in response.json(), response.json()
        found[name] = len(seen)
    return found


async def test_every_operation_takes_as_many_statements_for_a_hundred_rows_as_for_one(site: Site, tmp_path: Path) -> None:
    measured = {}
    for size in (1, 10, 100):
        ids = await filled(site, tmp_path / f"of{size}", size)
        measured[size] = await counts(site, ids)
    assert (measured[1], measured[10]) == (measured[100], measured[100]), measured
    assert measured[100] == BUDGET, measured


@pytest.mark.parametrize("name", ["trashMedia", "restoreMedia"])
async def test_a_bulk_change_without_a_change_takes_as_many_statements_for_many(site: Site, name: str) -> None:
    ids = [(await site.uploaded(media.binary(number)))["id"] for number in range(20)]
    await bulk(site, name, ids)
    seen_by_size = []
    for many in (ids[:1], ids):
        with site.counted() as seen:
            await bulk(site, name, many)
        seen_by_size.append(len(seen))
    assert seen_by_size[0] == seen_by_size[1]


async def test_an_import_takes_the_same_statements_for_each_file(site: Site, tmp_path: Path) -> None:
    taken = []
    for size in (1, 10, 40):
        folder = tmp_path / f"of{size}"
        folder.mkdir()
        for number in range(size):
            (folder / f"{number}.bin").write_bytes(media.binary(size * 1000 + number))
        with site.counted() as seen:
            await import_files(site.server.parts, site.server.principal, list(candidates([folder])))
        taken.append(len(seen) / size)
    assert taken[0] == taken[1] == taken[2]
    with site.counted() as seen:
        await import_files(site.server.parts, site.server.principal, list(candidates([folder])))
    assert len(seen) / 40 <= 2

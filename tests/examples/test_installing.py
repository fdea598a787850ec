"""How the catalog comes to a database and leaves it again, found by its entry point as an installed package is."""

import tomllib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from mediagraph_catalog import CATALOG
from mediagraph_catalog.persistence.product import KEEPING
from sqlalchemy import Column, Integer, MetaData, Table, text

from domain.processors.sandbox import ForkingSandbox
from graphql_api.bootstrap import NotMigrated, opened, ready, uninstalled
from graphql_api.extension import BadExtension, Extension
from graphql_api.schema import schema_with, text_of
from graphql_api.settings import Settings
from persistence import migrate
from persistence.extension import Keeping
from tests.conftest import Site, client_of
from tests.examples.selling import attach, product
from tests.graphql_api.asking import HELD, bulk, filled
from tests.graphql_api.served import HERE, run

CORE = (HERE / "schema.graphql").read_text("utf-8")
CATALOG_AT = HERE / "examples" / "catalog"


@pytest_asyncio.fixture
async def url(settings: Settings) -> AsyncIterator[str]:
    yield settings.database


async def tables_of(url: str) -> set[str]:
    return await migrate.with_connection(url, lambda connection: set(migrate.inspect(connection).get_table_names()))


async def test_its_tables_come_after_the_cores_and_are_those_of_its_code(url: str) -> None:
    before = await tables_of(url)
    await ready(url, [KEEPING])
    assert await tables_of(url) - before == {"product", "product_media", "alembic_version_catalog"}
    assert (await migrate.current(url, KEEPING), await migrate.current(url)) == ("0001", migrate.newest())
    assert await migrate.differences(url, KEEPING) == []
    await ready(url, [KEEPING])  # once more changes nothing


async def test_what_its_code_has_and_its_tables_have_not_is_told(url: str) -> None:
    await ready(url, [KEEPING])
    lost = text("ALTER TABLE product DROP COLUMN created_at")
    await migrate.with_connection(url, lambda connection: connection.execute(lost))
    assert [one[0] for one in await migrate.differences(url, KEEPING)] == ["add_column"]


async def test_its_revisions_go_down_and_up_beside_a_core_that_stays(url: str) -> None:
    await ready(url, [KEEPING])
    before = await tables_of(url)
    await migrate.downgrade(url, "base", KEEPING)
    assert before - await tables_of(url) == {"product", "product_media"}
    await migrate.upgrade(url, of=KEEPING)
    assert await migrate.differences(url, KEEPING) == []
    await migrate.uninstall(url, KEEPING)
    assert before - await tables_of(url) == {"product", "product_media", "alembic_version_catalog"}
    assert await migrate.differences(url) == []


async def test_a_server_does_not_start_over_tables_of_another_revision(url: str) -> None:
    await ready(url, [KEEPING])
    newer = "UPDATE alembic_version_catalog SET version_num = '9999'"
    await migrate.with_connection(url, lambda connection: connection.execute(text(newer)))
    with pytest.raises(NotMigrated, match="catalog keeps its tables at revision 9999, this version needs 0001"):
        await ready(url, [KEEPING])


async def test_the_core_works_on_where_its_tables_are_there_and_it_is_not(settings: Settings, sandbox: ForkingSandbox) -> None:
    """Then nothing asks it: media go unguarded, and its rows with them, so that none points to nothing."""
    async with opened(settings, sandbox, [CATALOG]) as server, client_of(server) as client:
        ids = await filled(Site(server, client), 2)
        await attach(Site(server, client), await product(Site(server, client)), *ids)
    async with opened(settings, sandbox, []) as server, client_of(server) as client:
        site = Site(server, client)
        assert (await site.client.get("/schema.graphql")).text == CORE
        nodes = (await site.ask("{ media { nodes { usageCount usages { totalCount } } } }"))["media"]["nodes"]
        assert nodes == [{"usageCount": 0, "usages": {"totalCount": 0}}] * 2
        assert (await bulk(site, "purgeMedia", ids[:1], fields=HELD))["changed"] == 1
    async with opened(settings, sandbox, [CATALOG]) as server, client_of(server) as client:
        found = await Site(server, client).ask("{ products { nodes { media { nodes { media { id } } } } } }")
        assert found["products"]["nodes"] == [{"media": {"nodes": [{"media": {"id": ids[1]}}]}}]


def test_what_keeps_rows_of_no_library_or_takes_a_name_of_the_core_is_refused() -> None:
    for name, reason in (("thing", "does not say which library its rows are of"), ("media", "The core has a table media")):
        own = MetaData()
        Table(name, own, Column("library_id" if name == "media" else "id", Integer))
        with pytest.raises(ValueError, match=reason):
            Keeping(name="x", tables=own)
    with pytest.raises(BadExtension, match="The extension other keeps what is called catalog"):
        Extension(name="other", keeping=KEEPING)


@pytest.fixture
def installed(tmp_path: Path) -> dict[str, str]:
    """The environment of a process in which the catalog is installed: what its pyproject says, as an installer leaves it."""
    project: dict[str, Any] = tomllib.loads((CATALOG_AT / "pyproject.toml").read_text("utf-8"))["project"]
    ((group, points),) = project["entry-points"].items()
    made = tmp_path / "site" / f"mediagraph_catalog-{project['version']}.dist-info"
    made.mkdir(parents=True)
    (made / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n", "utf-8")
    lines = [f"{name} = {value}" for name, value in points.items()]
    (made / "entry_points.txt").write_text("\n".join([f"[{group}]", *lines]), "utf-8")
    return {"PYTHONPATH": f"{HERE}:{CATALOG_AT}:{made.parent}"}


def said(folder: Path, *words: str, **more: str) -> str:
    done = run(folder, *words, **more)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_installed_it_joins_and_uninstalled_it_leaves_no_trace(tmp_path: Path, installed: dict[str, str]) -> None:
    data = tmp_path / "data"
    assert said(data, "export-schema", **installed) == text_of(schema_with((CATALOG,)))
    assert said(data, "export-schema") == CORE
    assert said(data, "migrate").strip() == f"Revision none -> {migrate.newest()}"
    told = said(data, "migrate", **installed).splitlines()
    assert told[1:] == [f"Revision {migrate.newest()} -> {migrate.newest()}", "Revision of catalog none -> 0001"]
    assert "Copied to" in told[0]
    assert len(said(data, "migrate", **installed).splitlines()) == 2
    assert row_of(said(data, "extensions", **installed)) == ["catalog", "joins", "0001", "0001"]
    left_out = said(data, "extensions", **installed, MEDIAGRAPH_EXTENSIONS="[]")
    assert row_of(left_out) == ["catalog", "left out by MEDIAGRAPH_EXTENSIONS", "0001", "0001"]
    gone = said(data, "extensions")
    assert row_of(gone) == ["catalog", "not installed: nothing asks it before media are deleted", "0001", "none"]
    refused = run(data, "extensions", "--uninstall", "catalog")
    assert (refused.returncode, "No installed package has an extension catalog" in refused.stderr) == (1, True)
    refused = run(data, "migrate", "--down", "base", **installed)
    assert (refused.returncode, "Uninstall first what leans on the tables: catalog" in refused.stderr) == (1, True)
    assert "catalog keeps nothing any more." in said(data, "extensions", "--uninstall", "catalog", **installed)
    refused = run(data, "extensions", "--uninstall", "catalog", **installed)
    assert (refused.returncode, refused.stderr.strip()) == (1, "catalog keeps nothing in this database.")
    assert "none left tables behind" in said(data, "extensions")


def row_of(table: str) -> list[str]:
    """The cells of a table's last row."""
    (row,) = [line for line in table.splitlines() if line.strip().startswith("catalog")]
    return [cell.strip() for cell in row.replace("|", "│").split("│")]


async def test_uninstalling_keeps_a_copy_and_all_of_the_core(
    settings: Settings, sandbox: ForkingSandbox, monkeypatch: pytest.MonkeyPatch, installed: dict[str, str]
) -> None:
    monkeypatch.syspath_prepend(installed["PYTHONPATH"].split(":")[-1])
    async with opened(settings, sandbox) as server, client_of(server) as client:
        site = Site(server, client)
        ids = await filled(site, 2)
        await attach(site, await product(site), *ids)
        before = await site.ask("{ media { nodes { id title createdAt } } }")
    copy = await uninstalled(settings, "catalog")
    assert (copy is not None) == settings.database.startswith("sqlite")
    assert copy is None or {"product", "product_media"} <= await tables_of(f"sqlite:///{copy}")
    assert not {"product", "product_media", "alembic_version_catalog"} & await tables_of(settings.database)
    async with opened(settings, sandbox, []) as server, client_of(server) as client:
        assert await Site(server, client).ask("{ media { nodes { id title createdAt } } }") == before

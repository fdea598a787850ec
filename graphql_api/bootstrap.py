"""The composition root: the one place where the API meets the database and the storages."""

import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from domain import Principal, StorageInfo, new_id
from domain.changes import now
from domain.ports import Parts
from domain.processing import Sandbox
from domain.processors import register_built_in
from domain.processors.sandbox import ForkingSandbox
from domain.storage import Storage
from graphql_api.execution.executor import Executor, count_statement
from graphql_api.fields import Site
from graphql_api.schema import schema, schema_text
from graphql_api.settings import MEMORY, Settings
from persistence import migrate
from persistence.database import SqlDatabase
from persistence.storage import open_storage


class NotMigrated(Exception):
    """The database is at another revision than the code expects."""


@dataclass(frozen=True)
class Server:
    """All that answers a request: the parts, the schema's executor, and whom an anonymous caller acts for."""

    settings: Settings
    parts: Parts
    database: SqlDatabase
    executor: Executor
    principal: Principal
    site: Site
    schema_text: str


@asynccontextmanager
async def opened(settings: Settings, shared: Sandbox | None = None) -> AsyncGenerator[Server]:
    """A server over the settings' database and storages; a database that has no tables yet is given them.

    Args:
        settings: what the operator decided.
        shared: a sandbox that somebody else closes; without one the server has its own.

    Raises:
        NotMigrated: the database is at another revision than the code expects.
    """
    register_built_in()
    with tempfile.TemporaryDirectory(prefix="mediagraph-") as folder:
        url = f"sqlite:///{folder}/mediagraph.db" if settings.database_url == MEMORY else settings.database
        await ready(settings, url)
        database, own = SqlDatabase(url), ForkingSandbox(size=settings.processors)
        database.on_statement(count_statement)
        try:
            parts = Parts(
                database=database, open_storage=lambda info: opened_storage(settings, info), sandbox=shared or own,
                upload_limit=settings.upload_limit,
            )  # fmt: skip
            principal = Principal(library=await database.library())
            await default_storage(parts, principal, settings)
            yield Server(settings, parts, database, Executor(schema), principal, Site(settings.site), schema_text())
        finally:
            await own.close()
            await database.close()


async def ready(settings: Settings, url: str) -> None:
    """Gives a new database its tables; refuses an old one, which is `migrate`'s to change."""
    make_room(url)
    at = await migrate.current(url)
    if at is None:
        await migrate.upgrade(url)
    elif at != migrate.newest():
        raise NotMigrated(f"The database is at revision {at}, this version needs {migrate.newest()}: run `mediagraph migrate`.")


def opened_storage(settings: Settings, info: StorageInfo) -> Storage:
    """The storage; the one of the data directory keeps no path, so that the directory can be moved."""
    return open_storage(info if info.root else replace(info, root=str(settings.files)))


async def default_storage(parts: Parts, principal: Principal, settings: Settings) -> None:
    """Gives a library without storages the one that new bytes go to. Its folder is made now, and never again: a folder
    that is gone later is a disk that is not mounted, not an empty storage.
    """
    protocol = "memory" if settings.database_url == MEMORY else "file"
    async with parts.database.writing(principal) as work:
        if not any(info.is_default for info in await work.storages.all()):
            if protocol == "file":
                settings.files.mkdir(parents=True, exist_ok=True)
            made = StorageInfo(
                id=new_id(), key="local", name="Files", protocol=protocol, root=None, is_read_only=False, is_default=True,
                created_at=now(),
            )  # fmt: skip
            await work.storages.add(made)


async def migrated(settings: Settings, down: str | None = None) -> tuple[Path | None, str | None, str | None]:
    """Migrates the database; the copy that was made first, and the revisions before and after."""
    url = settings.database
    make_room(url)
    before = await migrate.current(url)
    wanted = down or migrate.newest()
    if before == wanted:
        return None, before, before
    copy = migrate.back_up(url) if before else None
    await (migrate.downgrade(url, down) if down else migrate.upgrade(url))
    return copy, before, await migrate.current(url)


def file_of(url: str) -> Path | None:
    """The file of a SQLite database."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite") else None


def make_room(url: str) -> None:
    """Makes the folder a SQLite database is to lie in."""
    if file := file_of(url):
        file.parent.mkdir(parents=True, exist_ok=True)


def must_exist(settings: Settings) -> None:
    file = file_of(settings.database)
    if file and not file.is_file():
        raise NotMigrated(f"There is no library at {settings.data_dir.absolute()}: `mediagraph serve` or `import` makes one.")


async def glance(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """What is in the database, table by table, kind by kind.

    Raises:
        NotMigrated: there is none.
    """
    must_exist(settings)
    revision = await migrate.current(settings.database)
    database = SqlDatabase(settings.database)
    try:
        found = await database.glance() if revision else {}
    finally:
        await database.close()
    where: list[tuple[object, ...]] = [
        ("database", database.url.render_as_string()),  # without its password
        ("revision", revision or "none"),
        ("newest", migrate.newest()),
    ]
    return {"Database": where, **found}

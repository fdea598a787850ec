"""The composition root: the one place where the API meets the database and the storages."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path

from domain import Principal, StorageInfo, new_id
from domain.changes import now
from domain.errors import Unavailable
from domain.ids import NOBODY
from domain.ports import Parts
from domain.processing import Sandbox
from domain.processors import register_built_in
from domain.processors.sandbox import ForkingSandbox
from domain.storage import Storage
from domain.verify import Verifier
from graphql_api.admission import Admission
from graphql_api.execution.documents import Documents
from graphql_api.execution.executor import Executor, count_statement
from graphql_api.extension import BadExtension, Extension, installed
from graphql_api.fields import Site
from graphql_api.floors import must_be_safe
from graphql_api.joining import LibrarySchema, relations_of
from graphql_api.manifest import documents_in
from graphql_api.schema import schema_with
from graphql_api.settings import MEMORY, Settings
from persistence import migrate, soundness
from persistence.database import SqlDatabase
from persistence.extension import Keeping
from persistence.reading import SOURCES
from persistence.storage import open_storage
from persistence.verify import SqlVerifier


class NotMigrated(Exception):
    """The database is at another revision than the code expects."""


@dataclass(frozen=True)
class Server:
    """All that answers a request: the parts, the schema and its executor, and whom an anonymous caller acts for."""

    settings: Settings
    parts: Parts
    database: SqlDatabase
    executor: Executor
    admission: Admission
    principal: Principal
    site: Site
    schema: LibrarySchema

    @property
    def operator(self) -> Principal:
        """Who works with the same library at the machine."""
        return replace(self.principal, actor="command line")


@asynccontextmanager
async def opened(
    settings: Settings, shared: Sandbox | None = None, extensions: Sequence[Extension] | None = None
) -> AsyncGenerator[Server]:  # fmt: skip
    """A server over the settings' database and storages; a database that has no tables yet is given them.

    Args:
        settings: what the operator decided.
        shared: a sandbox that somebody else closes; without one the server has its own.
        extensions: what joins the core; None: what the settings name of the installed ones.

    Raises:
        BadExtension: an extension is not there, or does not fit.
        NotMigrated: the database is at another revision than the code expects.
        BadSettings: the documents that clients may name cannot be read.
        Outdated: a package is older than is safe.
    """
    must_be_safe()
    register_built_in()
    joining = tuple(extensions) if extensions is not None else installed(settings.extensions)
    schema = schema_with(joining)
    if joining:
        must_be_answered(schema)
    documents = Documents(
        documents_in(settings.documents), trusted_only=settings.trusted_documents_only, automatic=settings.automatic_documents
    )
    with tempfile.TemporaryDirectory(prefix="mediagraph-") as folder:
        url = f"sqlite:///{folder}/mediagraph.db" if settings.database_url == MEMORY else settings.database
        keepings = kept_by(joining)
        await ready(url, keepings)
        database, own = SqlDatabase(url, keepings), ForkingSandbox(size=settings.processors)
        database.on_statement(count_statement)
        try:
            parts = Parts(
                database=database, open_storage=lambda info: opened_storage(settings, info), sandbox=shared or own,
                upload_limit=settings.upload_limit,
            )  # fmt: skip
            principal = Principal(library=await database.library())
            await default_storage(parts, principal, settings)
            executor = Executor(schema, settings.budget, documents, planning=settings.planning)
            admission = Admission(slots=settings.upload_slots, wait=settings.upload_wait, rate=settings.upload_rate)
            yield Server(settings, parts, database, executor, admission, principal, Site(settings.site), schema)
        finally:
            await own.close()
            with suppress(Unavailable):
                await database.tend()
            await database.close()


def must_be_answered(schema: LibrarySchema) -> None:
    """Raises BadExtension for a relation that nothing answers: the module that says where its rows are was not imported."""
    if unknown := sorted(relations_of(schema) - SOURCES.keys()):
        raise BadExtension(f"Nothing answers {', '.join(unknown)}: see persistence.reading.answers.")


def kept_by(extensions: Sequence[Extension]) -> tuple[Keeping, ...]:
    """What extensions keep in the database."""
    return tuple(one.keeping for one in extensions if one.keeping is not None)


async def ready(url: str, keepings: Sequence[Keeping] = ()) -> None:
    """Gives a new database its tables, and one that an extension is new to the tables of that; refuses old ones, which are
    `migrate`'s to change.
    """
    make_room(url)
    for of in (None, *keepings):
        at = await migrate.current(url, of)
        if at is None:
            await migrate.upgrade(url, of=of)
        elif at != migrate.newest(of):
            whose = f"{of.name} keeps its tables" if of else "The database is"
            needs = migrate.newest(of)
            raise NotMigrated(f"{whose} at revision {at}, this version needs {needs}: run `mediagraph migrate`.")


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


@dataclass(frozen=True, slots=True)
class Migrated:
    """What a migration did, of the core or of an extension of this name: a revision is None where there are no tables."""

    name: str
    before: str | None
    after: str | None


async def migrated(settings: Settings, down: str | None = None) -> tuple[Path | None, list[Migrated]]:
    """Migrates the database, the core before the extensions, or the core alone down; the copy that was made first.

    Raises:
        NotMigrated: all tables are to go, and extensions still have some that lean on them.
    """
    url = settings.database
    make_room(url)
    steps = [(None, down)] if down else [(None, None), *((one, None) for one in kept_by(installed(settings.extensions)))]
    before = [await migrate.current(url, of) for of, _ in steps]
    if all(at == (to or migrate.newest(of)) for (of, to), at in zip(steps, before, strict=True)):
        return None, [Migrated(name_of(of), at, at) for (of, _), at in zip(steps, before, strict=True)]
    if down == "base" and (left := await migrate.kept_by_extensions(url)):
        raise NotMigrated(f"Uninstall first what leans on the tables: {', '.join(sorted(left))} (`mediagraph extensions`).")
    copy = migrate.back_up(url) if before[0] else None
    for of, to in steps:
        await (migrate.downgrade(url, to) if to else migrate.upgrade(url, of=of))
    return copy, [Migrated(name_of(of), at, await migrate.current(url, of)) for (of, _), at in zip(steps, before, strict=True)]


def name_of(keeping: Keeping | None) -> str:
    return keeping.name if keeping else "core"


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """How an extension stands with a database.

    Attributes:
        name: its own.
        installed: whether its package is here.
        joins: whether the settings let it join.
        revision: at which its tables are; None without any.
        newest: that its package expects; None where that is not installed, or keeps nothing.
    """

    name: str
    installed: bool
    joins: bool
    revision: str | None
    newest: str | None


async def extensions_of(settings: Settings) -> list[Joined]:
    """All that are installed, and those that left tables behind, by name."""
    url, there = settings.database, has_database(settings)
    left = await migrate.kept_by_extensions(url) if there else set[str]()
    found = {one.name: one for one in installed()}
    joining = found.keys() if settings.extensions is None else set(settings.extensions)
    rows: list[Joined] = []
    for name in sorted(found.keys() | left):
        keeping = found[name].keeping if name in found else None
        at = await revision_left(url, name) if name in left else None
        newest = migrate.newest(keeping) if keeping else None
        rows.append(Joined(name=name, installed=name in found, joins=name in joining, revision=at, newest=newest))
    return rows


async def revision_left(url: str, name: str) -> str | None:
    """The revision that the tables of an extension are at, also where its package is gone."""
    return await migrate.current(url, Keeping(name=name))


async def uninstalled(settings: Settings, name: str) -> Path | None:
    """Takes away the tables of an extension; the copy that was made first. Nothing of the core changes.

    Raises:
        BadExtension: its package is not here: only that knows how.
        NotMigrated: it has no tables here.
    """
    must_exist(settings)
    url = settings.database
    (keeping,) = kept_by(installed([name])) or (None,)
    if keeping is None or name not in await migrate.kept_by_extensions(url):
        raise NotMigrated(f"{name} keeps nothing in this database.")
    copy = migrate.back_up(url)
    await migrate.uninstall(url, keeping)
    return copy


async def reindexed(settings: Settings, progress: Callable[[int, int], None], *, only_missing: bool = False) -> int:
    """Makes the words of all media anew that they are found by, piece by piece; how many media.

    Raises:
        NotMigrated: there is no database.
    """
    must_exist(settings)
    async with looked_at(settings) as database:
        total, done, after = await database.media_count(only_missing=only_missing), 0, NOBODY
        while True:
            progress(done, max(total, done))
            last, count = await database.indexed(after, only_missing=only_missing)
            if last is None:
                return done
            after, done = last, done + count


@asynccontextmanager
async def verifying(settings: Settings) -> AsyncGenerator[tuple[Server, Verifier]]:
    """A server that serves nobody, and what looks at its rows.

    Raises:
        NotMigrated: there is no library.
    """
    must_exist(settings)
    async with opened(settings) as server:
        yield server, SqlVerifier(server.database)


newest_revision = cache(migrate.newest)
sqlite_version, missing_features = soundness.library_version, soundness.missing_features


async def probe_database(server: Server) -> None:
    """Raises Unavailable unless the tables can be read and are those of the newest revision."""
    await server.database.probe()
    if await server.database.revision() != newest_revision():
        raise Unavailable("The database is at another revision than this version needs.")


def wal_reset_warning() -> str | None:
    """What to tell whoever runs SQLite of a version that has the WAL-reset bug; None where it is fixed."""
    if not soundness.has_wal_reset_bug():
        return None
    fixed = ".".join(map(str, soundness.WAL_RESET_FIXED))
    return (
        f"SQLite {soundness.library_version()} has the WAL-reset bug (sqlite.org/wal.html#walresetbug), fixed in {fixed}: "
        "processes that write at the same moment can corrupt the database. One worker is safe; several, or an import beside it, "
        "are at risk."
    )


async def database_soundness(settings: Settings, seconds: float) -> soundness.Soundness | None:
    """What a look into a SQLite file finds within the time; None for PostgreSQL, which has tools of its own.

    Raises:
        NotMigrated: there is no file.
    """
    must_exist(settings)
    file = file_of(settings.database)
    return await asyncio.to_thread(soundness.looked_into, file, seconds) if file else None


async def revision_of(settings: Settings) -> str | None:
    """The revision a database is at, read as a server reads; raises Unavailable where it does not answer, or has none."""
    async with looked_at(settings) as database:
        return await database.revision()


async def newest_row(settings: Settings) -> datetime | None:
    """When the newest media came."""
    async with looked_at(settings) as database:
        return await database.newest_row()


@asynccontextmanager
async def looked_at(settings: Settings) -> AsyncGenerator[SqlDatabase]:
    """The database as it is, without what opening a server would make."""
    database = SqlDatabase(settings.database)
    try:
        yield database
    finally:
        await database.close()


def file_of(url: str) -> Path | None:
    """The file of a SQLite database."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite") else None


def make_room(url: str) -> None:
    """Makes the folder a SQLite database is to lie in."""
    if file := file_of(url):
        file.parent.mkdir(parents=True, exist_ok=True)


def is_sqlite(settings: Settings) -> bool:
    return file_of(settings.database) is not None


def has_database(settings: Settings) -> bool:
    """Whether there is one to connect to: a file that is missing would be made."""
    file = file_of(settings.database)
    return file is None or file.is_file()


def must_exist(settings: Settings) -> None:
    if not has_database(settings):
        raise NotMigrated(f"There is no library at {settings.data_dir.absolute()}: `mediagraph serve` or `import` makes one.")


async def glance(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """What is in the database, table by table, kind by kind.

    Raises:
        NotMigrated: there is none.
    """
    must_exist(settings)
    revision = await migrate.current(settings.database)
    async with looked_at(settings) as database:
        found = await database.glance() if revision else {}
    where: list[tuple[object, ...]] = [
        ("database", database.url.render_as_string()),  # without its password
        ("revision", revision or "none"),
        ("newest", migrate.newest()),
    ]
    return {"Database": where, **found}

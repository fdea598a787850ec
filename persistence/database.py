"""The database: one IMMEDIATE writer, read-only readers, each bound to a principal."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

import orjson
from sqlalchemy import URL, Connection, String, column, event, func, insert, make_url, select, table
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from domain import DEFAULT_LIBRARY, Library, Principal, new_id
from domain.changelog import ChangeLog
from domain.collection import CollectionRepository
from domain.duplicate import DuplicateRepository
from domain.errors import Unavailable
from domain.geo import distance
from domain.idempotency import AnswerRepository
from domain.ids import Id
from domain.media import BlobRepository, MediaRepository
from domain.metadata import MetadataRepository
from domain.processing import RunRepository
from domain.reading import Reader, Steps
from domain.storage import LeftoverRepository, StorageRepository
from domain.tag import TagRepository
from domain.text import fold
from domain.usage import UsageRepository
from persistence import changelog, features
from persistence.awaiting import AwaitingReader
from persistence.collection import SqlCollectionRepository
from persistence.duplicate import SqlDuplicateRepository
from persistence.extension import Keeping
from persistence.failures import told
from persistence.idempotency import SqlAnswerRepository
from persistence.indexing import Touched, bring_up_to_date, following, index, number
from persistence.leftover import SqlLeftoverRepository
from persistence.library import SqlStorageRepository
from persistence.likeness import compare_looks
from persistence.media import SqlMediaRepository
from persistence.metadata import SqlBlobRepository, SqlMetadataRepository
from persistence.processing import SqlRunRepository
from persistence.providers import OWN_ALONE, Providers, made_key
from persistence.readers import SqlReader
from persistence.rows import Kept
from persistence.star_keys import keeper_of, reach_of, star_key
from persistence.tables import library_table, media_table, schema
from persistence.tag import SqlTagRepository
from persistence.threads import ReaderThreads
from persistence.types import from_json
from persistence.usage import SqlUsageRepository

READERS = 8
FIRST_START = 1
"""The advisory lock of PostgreSQL under which tables and libraries are made: of several first starts one makes them."""
BUSY_MS = 10_000
AT = select(column("version_num", String)).select_from(table("alembic_version"))
PRAGMAS = ("synchronous = FULL", "foreign_keys = ON", f"busy_timeout = {BUSY_MS}", "cache_size = -32768")
TENDING, MANY = ("analysis_limit = 400", "optimize"), 10_000
TRIES = 100
LIBRARY = Kept(library_table, (Library,))
__all__ = ["SqlDatabase", "SqlWork", "engine_of", "features"]


class SqlWork:
    """One transaction of one principal, and the repositories in it."""

    def __init__(self, connection: AsyncConnection, principal: Principal, keepings: Sequence[Keeping] = ()) -> None:
        providers = providers_of(keepings)
        self.principal, self.connection, self.touched, self.log = principal, connection, Touched(), ChangeLog()
        own = (connection, principal, self.touched, self.log)
        self.reader: Reader = SqlReader(connection, principal, providers)
        self.media: MediaRepository = SqlMediaRepository(*own)
        self.metadata: MetadataRepository = SqlMetadataRepository(*own)
        self.blobs: BlobRepository = SqlBlobRepository(*own)
        self.runs: RunRepository = SqlRunRepository(*own)
        self.tags: TagRepository = SqlTagRepository(*own)
        self.collections: CollectionRepository = SqlCollectionRepository(*own)
        self.storages: StorageRepository = SqlStorageRepository(*own)
        self.answers: AnswerRepository = SqlAnswerRepository(*own)
        self.usages: UsageRepository = SqlUsageRepository(*own).told_by(providers)
        self.duplicates: DuplicateRepository = SqlDuplicateRepository(*own)
        self.leftovers: LeftoverRepository = SqlLeftoverRepository(*own)
        self.others = {one.name: one.repository(*own) for one in keepings if one.repository}

    def of(self, extension: str) -> Any:
        return self.others[extension]


def providers_of(keepings: Sequence[Keeping]) -> Providers:
    """Who tells of usages: the library itself, then what joins it."""
    return (*OWN_ALONE, *(one.provider for one in keepings if one.provider))


class SqlDatabase:
    """A library database on SQLite or PostgreSQL.

    On SQLite all writing goes through one connection that begins IMMEDIATE: a deferred transaction that starts to write
    while another does fails at once, however long it was told to wait.
    """

    def __init__(self, url: str, keepings: Sequence[Keeping] = ()) -> None:
        self.url, self.keepings, self.providers = make_url(url), tuple(keepings), providers_of(keepings)
        self.is_at_hand = self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.writer = engine_of(self.url, writes=True)
        self.reader = engine_of(self.url, writes=False)
        self.turn = asyncio.Lock()
        self.heard: list[Callable[[str], None]] = []
        self.threads = self.threads_of(self.url.database or "") if self.is_sqlite else None
        self.awaiting = AwaitingReader(self.reader, self.providers)

    def threads_of(self, file: str) -> ReaderThreads:
        return ReaderThreads(partial(connect_to_read, file), READERS, self.providers)

    async def answered(self, principal: Principal, steps: Steps) -> bytes:
        body, seen = await (self.threads or self.awaiting).drive(steps, principal.library_id)
        self.tell(seen)
        return body

    def answered_at_once(self, principal: Principal, steps: Steps) -> bytes:
        if self.threads is None:
            raise NotImplementedError
        body, seen = self.threads.drive_here(steps, principal.library_id)
        self.tell(seen)
        return body

    def tell(self, statements: list[str]) -> None:
        for heard in self.heard:
            for sql in statements:
                heard(sql)

    @asynccontextmanager
    async def reading(self, principal: Principal) -> AsyncGenerator[SqlReader]:
        with told():
            async with self.reader.connect() as connection:
                reader = SqlReader(connection, principal, self.providers)
                try:
                    yield reader
                finally:
                    await reader.end()

    @asynccontextmanager
    async def writing(self, principal: Principal) -> AsyncGenerator[SqlWork]:
        async with self.transaction() as connection:
            await self.wait_for_turn(connection, principal.library_id)
            work = SqlWork(connection, principal, self.keepings)
            yield work
            await bring_up_to_date(connection, principal.library_id, work.touched)
            await compare_looks(connection, principal.library_id, work.touched.looks)
            await changelog.write(connection, principal, work.log)

    async def wait_for_turn(self, connection: AsyncConnection, library: Id) -> None:
        """One writes in a library at a time, as BEGIN IMMEDIATE gives on SQLite."""
        if not self.is_sqlite:
            turn = int.from_bytes(library[-8:], "big", signed=True)
            await connection.execute(select(func.pg_advisory_xact_lock(turn)))

    async def indexed(self, after: Id, *, only_missing: bool = False) -> tuple[Id | None, int]:
        """Indexes the next media behind a key, of any library, in a short transaction; the last one's key, and how many.

        Whoever does it again and again has all of them indexed, beside a server that reads and writes.
        """
        async with self.transaction() as connection:
            found = await following(connection, after, only_missing=only_missing)
            for library in sorted(found):
                await self.wait_for_turn(connection, library)
                await index(connection, library, found[library])
        keys = [key for some in found.values() for key in some]
        return max(keys, default=None), len(keys)

    async def media_count(self, *, only_missing: bool = False) -> int:
        """How many media there are, in any library and in the trash or not; or how many are not indexed."""
        with told():
            async with self.reader.connect() as connection:
                return await number(connection, only_missing=only_missing)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncConnection]:
        with told():
            if self.is_sqlite:
                async with self.turn, self.writer.begin() as connection:
                    yield connection
            else:
                async with self.writer.begin() as connection:
                    yield connection

    async def library(self, name: str = DEFAULT_LIBRARY) -> Library:
        """The library of that name, made if there is none."""
        async with self.transaction() as connection:
            if not self.is_sqlite:
                await connection.execute(select(func.pg_advisory_xact_lock(FIRST_START)))
            rows = (await connection.execute(select(library_table).where(library_table.c.name == name))).mappings().all()
            if rows:
                return LIBRARY.entity(rows[0])
            made = Library(id=new_id(), name=name, created_at=datetime.now(UTC))
            row = {"id": made.id, "library_id": made.id, "name": name, "created_at": made.created_at}
            await connection.execute(insert(library_table).values(row))
            return made

    async def libraries(self) -> list[Library]:
        """All of them."""
        with told():
            async with self.reader.connect() as connection:
                rows = (await connection.execute(select(library_table).order_by(library_table.c.id))).mappings().all()
                return [LIBRARY.entity(row) for row in rows]

    async def probe(self) -> None:
        """Raises Unavailable unless the schema can be read."""
        with told():
            async with self.reader.connect() as connection:
                try:
                    await connection.execute(select(library_table.c.id).limit(1))
                except ProgrammingError as error:  # as PostgreSQL tells a missing table
                    raise Unavailable("The database has not been migrated.") from error

    async def revision(self) -> str | None:
        """The migration the database is at, by a plain read; raises Unavailable as `probe` does."""
        with told():
            async with self.reader.connect() as connection:
                try:
                    return (await connection.execute(AT)).scalar()
                except ProgrammingError as error:
                    raise Unavailable("The database has not been migrated.") from error

    async def newest_row(self) -> datetime | None:
        """When the media that came last came, in any library."""
        with told():
            async with self.reader.connect() as connection:
                newest = func.max(media_table.c.created_at, type_=media_table.c.created_at.type)
                return (await connection.execute(select(newest))).scalar()

    async def glance(self) -> dict[str, list[tuple[object, ...]]]:
        """What is in the database, for whoever operates it: over all libraries."""
        with told():
            async with self.reader.connect() as connection:
                return await glance(connection)

    def on_statement(self, heard: Callable[[str], None]) -> None:
        """Calls `heard` with the text of every statement, on the task that asks."""

        def before(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
            heard(sql)

        self.heard.append(heard)
        for engine in (self.reader, self.writer):
            event.listen(engine.sync_engine, "before_cursor_execute", before)

    async def tend(self, least: int = MANY) -> None:
        """Has SQLite count anew what it plans by, where that has changed a lot: a few rows of each index, so it is soon done.

        What it would learn of a small library, of less than so many media, would lead it astray in a large one.
        """
        if self.is_sqlite:
            async with self.transaction() as connection:
                enough = await connection.execute(select(media_table.c.id).limit(1).offset(least - 1))
                for pragma in TENDING if enough.first() else ():
                    await connection.exec_driver_sql(f"PRAGMA {pragma}")

    async def close(self) -> None:
        if self.threads:
            self.threads.close()
        await self.reader.dispose()
        await self.writer.dispose()


def engine_of(url: URL, *, writes: bool) -> AsyncEngine:
    """An engine whose connections are set up for writing, or can do nothing but read."""
    driver = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}[url.get_backend_name()]
    pool = {"pool_size": 1, "max_overflow": 0} if writes and "sqlite" in driver else {"pool_size": READERS, "max_overflow": 0}
    # compiling a statement takes PostgreSQL longer than running one that has a limit
    more = {} if "sqlite" in driver else {"connect_args": {"server_settings": {"jit": "off"}}}
    engine = create_async_engine(url.set(drivername=driver), json_serializer=to_json, json_deserializer=from_json, **pool, **more)
    if "sqlite" not in driver:
        return engine if writes else engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    event.listen(engine.sync_engine, "connect", set_up_for_writing if writes else set_up_for_reading)
    event.listen(engine.sync_engine, "begin", begin_to_write if writes else begin_to_read)
    return engine


def to_json(value: Any) -> str:
    return orjson.dumps(value).decode()


def begin_to_write(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def begin_to_read(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def folded(text: str | None) -> str | None:
    return fold(text) if text is not None else None


def apart(*places: float | None) -> float | None:
    return distance(*cast("tuple[float, float, float, float]", places)) if None not in places else None


def set_up_for_writing(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver would begin by itself, and too late
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    write_ahead(connection, cursor)
    cursor.close()
    give_functions(connection)


def give_functions(connection: Any) -> None:
    """Gives SQLite the functions that it lacks."""
    connection.create_function("fold", 1, folded, deterministic=True)
    connection.create_function("distance", 4, apart, deterministic=True)
    connection.create_function("made_key", -1, made_key, deterministic=True)
    connection.create_function("star_key", 2, star_key, deterministic=True)
    connection.create_function("reach_of", 1, reach_of, deterministic=True)
    connection.create_function("keeper_of", 1, keeper_of, deterministic=True)


def write_ahead(connection: Any, cursor: Any) -> None:
    """Turns on the write-ahead log. Several that open a new file at once are in each other's way there, and SQLite does
    not wait for this lock, whatever its timeout: so it is tried again, for a second.
    """
    for left in reversed(range(TRIES)):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if not left:
                raise
            connection.run_async(pause)
        else:
            return


async def pause(_driver: object) -> None:
    await asyncio.sleep(1 / TRIES)


def connect_to_read(file: str) -> sqlite3.Connection:
    """A connection for plans, set up as the others for reading are; the file is in WAL mode already."""
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    for pragma in (*PRAGMAS, "query_only = ON"):
        connection.execute(f"PRAGMA {pragma}")
    give_functions(connection)
    return connection


def set_up_for_reading(connection: Any, record: object) -> None:
    set_up_for_writing(connection, record)
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only = ON")
    cursor.close()


async def glance(connection: AsyncConnection) -> dict[str, list[tuple[object, ...]]]:
    """Rows of every table, and media by library, kind and status."""
    by = (library_table.c.name, media_table.c.kind, media_table.c.status)
    sums = select(*by, func.count(), func.coalesce(func.sum(media_table.c.size), 0)).join_from(media_table, library_table)
    kinds: list[tuple[object, ...]] = [tuple(row) for row in await connection.execute(sums.group_by(*by).order_by(*by))]
    counts: list[tuple[object, ...]] = [
        (table.name, (await connection.execute(select(func.count()).select_from(table))).scalar_one())
        for table in schema.sorted_tables
    ]
    return {"Rows": counts, "Library, kind, status, media, bytes": kinds}

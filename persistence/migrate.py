"""Migrations: up, down, and whether the tables in the code are the tables of the newest one."""

import asyncio
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeVar

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, event, func, inspect, select
from sqlalchemy.engine import make_url

from persistence.database import FIRST_START, engine_of
from persistence.extension import VERSION, Keeping
from persistence.failures import told
from persistence.matching import is_ours
from persistence.tables import schema
from persistence.types import JsonList, Word

T = TypeVar("T")


def config(of: Keeping | None = None) -> Config:
    """How Alembic runs the core's revisions, or those of an extension, which has a folder and a table of its own for them."""
    made = Config()
    made.attributes["of"] = of
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    made.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    made.set_main_option("path_separator", "os")
    if of:
        made.set_main_option("version_locations", str(of.versions))
    return made


def newest(of: Keeping | None = None) -> str | None:
    """The revision the code expects; of an extension where one is given, as everywhere here."""
    return ScriptDirectory.from_config(config(of)).get_current_head()


async def current(url: str, of: Keeping | None = None) -> str | None:
    """The revision a database is at; None if it has never been migrated."""
    return await with_connection(url, partial(revision_of, of=of))


async def upgrade(url: str, revision: str = "head", of: Keeping | None = None) -> None:
    def run(connection: Connection) -> None:
        command.upgrade(with_attribute(alone(connection), of), revision)

    await with_connection(url, run)


async def downgrade(url: str, revision: str, of: Keeping | None = None) -> None:
    def run(connection: Connection) -> None:
        command.downgrade(with_attribute(alone(connection), of), revision)

    await with_connection(url, run)


async def uninstall(url: str, of: Keeping) -> None:
    """Takes away the tables of an extension, and the one that says at which revision they are; in one transaction."""

    def run(connection: Connection) -> None:
        command.downgrade(with_attribute(alone(connection), of), "base")
        Table(of.version_table, MetaData()).drop(connection, checkfirst=True)

    await with_connection(url, run)


async def kept_by_extensions(url: str) -> set[str]:
    """The names of the extensions that have tables in a database, whether or not they are installed."""
    names = await with_connection(url, lambda connection: inspect(connection).get_table_names())
    return {name.removeprefix(f"{VERSION}_") for name in names if name.startswith(f"{VERSION}_")}


async def differences(url: str, of: Keeping | None = None) -> list[Any]:
    """What the tables in the code have that a migrated database has not, or the other way round."""
    return await with_connection(url, partial(compared, of=of))


def compared(connection: Connection, of: Keeping | None = None) -> list[Any]:
    tables = of.tables if of else schema
    options: dict[str, Any] = {"compare_type": True, "target_metadata": tables, "include_name": looked_at(of)}
    return compare_metadata(MigrationContext.configure(connection, opts=options), tables)


def looked_at(of: Keeping | None) -> Callable[[str | None, str, object], bool]:
    """Which tables and indexes of a database are compared with the code: of an extension its own alone."""

    def is_its_own(name: str | None, kind: str, _of: object) -> bool:
        return of is None or kind != "table" or name in of.tables.tables

    return is_its_own if of else is_ours


def with_attribute(connection: Connection, of: Keeping | None = None) -> Config:
    made = config(of)
    made.attributes["connection"] = connection
    return made


def revision_of(connection: Connection, of: Keeping | None = None) -> str | None:
    options = {"version_table": of.version_table} if of else {}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


def alone(connection: Connection) -> Connection:
    """The connection, when no other migrates: SQLite's has begun IMMEDIATE, PostgreSQL's waits for a lock."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(FIRST_START)))
    return connection


def without_foreign_keys(connection: Any, _record: object) -> None:
    connection.cursor().execute("PRAGMA foreign_keys = OFF")


async def with_connection(url: str, work: Callable[[Connection], T]) -> T:
    engine = engine_of(make_url(url), writes=True)
    if engine.dialect.name == "sqlite":  # tables are copied to be changed; their children must not go with the original
        event.listen(engine.sync_engine, "connect", without_foreign_keys)
    try:
        with told():
            async with engine.begin() as connection:
                return await connection.run_sync(work)
    finally:
        await engine.dispose()


def back_up(url: str) -> Path | None:
    """Copies a SQLite database beside itself, consistently even while it is written; the copy's path.

    PostgreSQL has tools of its own for this: there, and where there is no file yet, nothing is copied.
    """
    found = make_url(url)
    path = Path(found.database or "")
    if found.get_backend_name() != "sqlite" or not path.is_file():
        return None
    copy = path.with_name(f"{path.name}.{datetime.now(UTC):%Y%m%dT%H%M%S%f}.backup")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def render(what: str, item: Any, context: Any) -> str | Literal[False]:
    """How a migration writes our column types: by what they are today, whatever becomes of their enum or entity."""
    if what != "type" or not type(item).__module__.startswith("persistence"):
        return False
    context.imports.add("from persistence import types")
    if isinstance(item, Word):
        return "sa.String(20)"
    return "types.Json()" if isinstance(item, JsonList) else f"types.{type(item).__name__}()"


async def write_revision(message: str) -> None:
    """Writes a migration from the newest one to the tables of the code, numbered behind it."""

    def write(connection: Connection) -> None:
        made = with_attribute(connection)
        command.upgrade(made, "head")
        number = 1 + int(ScriptDirectory.from_config(made).get_current_head() or 0)
        command.revision(made, message=message, autogenerate=True, rev_id=f"{number:04}")

    with tempfile.TemporaryDirectory() as folder:
        await with_connection(f"sqlite:///{folder}/empty.db", write)


if __name__ == "__main__":
    asyncio.run(write_revision(sys.argv[1]))

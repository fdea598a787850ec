"""Rows into tables as fast as the driver takes them: by COPY on PostgreSQL, by one statement for many on SQLite.

What would be done for each row is put off until all are there: indexes and triggers, and PostgreSQL checks no references.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Any, cast

from sqlalchemy import Dialect, Table
from sqlalchemy.ext.asyncio import AsyncConnection

from persistence.types import Json

Row = dict[str, Any]
Bind = Callable[[Any], Any]
SQLITE = "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
POSTGRES = """SELECT 'index', c.relname, pg_get_indexdef(c.oid) FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
  WHERE c.relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = c.oid)"""
FAST = {
    "sqlite": (),
    "postgresql": (
        "SET LOCAL session_replication_role = replica", "SET LOCAL maintenance_work_mem = '1GB'",
        "SET LOCAL synchronous_commit = off", "SET LOCAL work_mem = '256MB'",
    ),
}  # fmt: skip
"""A replica runs no triggers, neither ours nor those that check references: only superusers may say so."""

MOST_KNOWN = 50_000


async def put_off(connection: AsyncConnection) -> tuple[list[str], list[str]]:
    """Drops what is faster made at the end; the statements that make it again, of indexes and of triggers."""
    name = connection.dialect.name
    for sql in FAST[name]:
        await connection.exec_driver_sql(sql)
    found = [tuple(map(str, row)) for row in await connection.exec_driver_sql(SQLITE if name == "sqlite" else POSTGRES)]
    for kind, called, _ in found:
        await connection.exec_driver_sql(f'DROP {kind.upper()} "{called}"')
    indexes, triggers = ([sql for one, _, sql in found if one == kind] for kind in ("index", "trigger"))
    return indexes, triggers


def titled(sql: str) -> str:
    """What a statement is called while it runs."""
    return re.split(r" ON |\n|\(", sql)[0][:60].lower()


async def copy(connection: AsyncConnection, table: Table, rows: list[Row]) -> None:
    """Adds rows, all of them with the same columns, within the connection's transaction; tables add what they make of a row."""
    if not rows:
        return
    for made in (one for one in table.columns if one.default and one.default.is_callable and one.name not in rows[0]):
        default: Any = made.default
        for row in rows:
            row[made.name] = default.arg(Given(row))
    dialect, names = connection.dialect, tuple(rows[0])
    records = list(zip(*(column(rows, table, name, dialect) for name in names), strict=True))
    driver: Any = (await connection.get_raw_connection()).driver_connection
    if dialect.name == "postgresql":
        await driver.copy_records_to_table(table.name, records=records, columns=names)
    else:
        marks = ", ".join("?" * len(names))
        await driver.executemany(f'INSERT INTO "{table.name}" ({", ".join(names)}) VALUES ({marks})', records)  # noqa: S608


def column(rows: list[Row], table: Table, name: str, dialect: Dialect) -> list[Any]:
    """The values of a column as the driver takes them."""
    values, bind = [row[name] for row in rows], bind_of(table, name, dialect)
    return list(map(bind, values)) if bind else values


@cache
def bind_of(table: Table, name: str, dialect: Dialect) -> Bind | None:
    """What makes the driver's value; None where that is nothing."""
    kind = table.c[name].type
    if dialect.name in getattr(kind, "as_is", ()):
        return None
    made = cast("Bind | None", kind.dialect_impl(dialect).bind_processor(dialect))
    return made if made is None or isinstance(kind, Json) else Known(made).__getitem__


class Given:
    """A row to a column whose default is made of it."""

    def __init__(self, row: Row) -> None:
        self.row = row

    def get_current_parameters(self) -> Row:
        return self.row


class Known(dict[Any, Any]):
    """What values are to the driver: each is made once, as many rows have the same."""

    def __init__(self, made: Bind) -> None:
        super().__init__()
        self.made = made

    def __missing__(self, value: Any) -> Any:
        if len(self) > MOST_KNOWN:
            self.clear()
        self[value] = found = self.made(value)
        return found

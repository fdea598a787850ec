"""Which indexes a statement goes through, as the database plans it without seeing values."""

import re
from collections.abc import Iterator
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from persistence.database import SqlDatabase
from persistence.tables import schema

INDEX = re.compile(r"USING (?:COVERING )?INDEX (\w+)")
KEYS = ("sqlite_autoindex_", "pk_")
"""Rows that are looked up by their keys, which is as it should be."""
MARKS = re.compile(r"\$(\d+)")


async def indexes(database: SqlDatabase, statements: list[str]) -> list[str]:
    """The names of indexes in the order they are used, each once; a whole table that is read is told as `all of` it."""
    found = dict[str, None]()
    async with database.reader.connect() as connection:
        for sql in tuple(statements):  # which grow while these are asked
            told = sqlite(connection, sql) if database.is_sqlite else postgres(connection, sql)
            found |= dict.fromkeys(name for name in await told if not name.startswith(KEYS))
    return list(found)


async def sqlite(connection: AsyncConnection, sql: str) -> list[str]:
    values = (None,) * sql.count("?")
    rows = (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)).all()
    return [name for row in rows if (name := used(str(row[3])))]


def used(told: str) -> str | None:
    """The index in a line of SQLite's."""
    if found := INDEX.search(told):
        return found[1]
    words = told.split()
    return f"all of {words[1]}" if words[0] == "SCAN" and words[1] in schema.tables and "VIRTUAL" not in words else None


async def postgres(connection: AsyncConnection, sql: str) -> list[str]:
    """By the plan that serves all values, as a prepared statement comes to have."""
    driver: Any = (await connection.get_raw_connection()).driver_connection
    count = len(set(MARKS.findall(sql)))
    await driver.execute(f"SET plan_cache_mode = force_generic_plan; PREPARE explained AS {sql}")
    try:
        values = f"({', '.join(['NULL'] * count)})" if count else ""
        plan = await driver.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE explained{values}")
    finally:
        await driver.execute("DEALLOCATE explained; RESET plan_cache_mode")
    return list(nodes((orjson.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]))


def nodes(plan: dict[str, Any]) -> Iterator[str]:
    """The indexes of a plan of PostgreSQL, from its top."""
    if name := plan.get("Index Name"):
        yield name
    elif plan["Node Type"] == "Seq Scan":
        yield f"all of {plan['Relation Name']}"
    for part in plan.get("Plans", ()):
        yield from nodes(part)

"""Threads that read for plans: one that is given up is broken off, and its thread reads on for others."""

import asyncio
import sqlite3
import time
from collections.abc import Generator
from functools import partial
from pathlib import Path

import pytest

from domain import new_id
from domain.reading import Ask, Load, Row, Steps, Wanted
from persistence import migrate
from persistence.database import connect_to_read
from persistence.threads import ReaderThreads

LIBRARY = new_id()
ENDLESS = """CREATE TEMP VIEW tag AS WITH RECURSIVE one(id, library_id, name, folded_name) AS
  (SELECT x'00', x'00', '', '' UNION ALL SELECT id, library_id, name, folded_name FROM one) SELECT * FROM one"""


def endless(file: str) -> sqlite3.Connection:
    """A connection on which tags never end."""
    connection = connect_to_read(file)
    connection.execute("PRAGMA query_only = OFF")
    connection.execute(ENDLESS)
    return connection


def reading(relation: str) -> Steps:
    """A plan of one list."""

    def steps() -> Generator[list[Wanted], list[list[Row]], bytes]:
        ((),) = yield [(Load(ask=Ask(relation=relation, fields=("name",), places=False), first=9), (LIBRARY,))]
        return b"nothing"

    return steps()


async def test_a_plan_that_is_given_up_is_broken_off(tmp_path: Path) -> None:
    file = tmp_path / "library.db"
    await migrate.upgrade(f"sqlite:///{file}")
    threads = ReaderThreads(partial(endless, str(file)), 1)
    try:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(threads.drive(reading("library.tags"), LIBRARY), 0.3)
        started = time.monotonic()
        body, seen = await asyncio.wait_for(threads.drive(reading("library.collections"), LIBRARY), 10)
        assert (body, len(seen)) == (b"nothing", 1)
        assert time.monotonic() - started < 5
    finally:
        threads.close()

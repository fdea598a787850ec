"""Threads that read for plans: one that is given up is broken off, and its thread reads on for others."""

import asyncio
import sqlite3
import time
from collections.abc import Generator, Iterator
from functools import partial
from pathlib import Path

import pytest

from domain import new_id
from domain.reading import Ask, Load, Row, Steps, TakesLong, Wanted
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


async def test_what_is_not_done_soon_on_the_thread_of_the_loop_is_broken_off_there(tmp_path: Path) -> None:
    file = tmp_path / "library.db"
    await migrate.upgrade(f"sqlite:///{file}")
    threads = ReaderThreads(partial(endless, str(file)), 1)
    try:
        started = time.monotonic()
        with pytest.raises(TakesLong):
            threads.drive_here(reading("library.tags"), LIBRARY)
        assert time.monotonic() - started < 5
        assert threads.drive_here(reading("library.collections"), LIBRARY)[0] == b"nothing"
    finally:
        threads.close()


def telling(name: str, seconds: float, told: list[str]) -> Steps:
    """A plan that takes so long, and tells when it begins and ends."""

    def steps() -> Generator[list[Wanted], list[list[Row]], bytes]:
        told.append(f"{name} begins")
        time.sleep(seconds)
        yield []
        told.append(f"{name} ends")
        return b"nothing"

    return steps()


@pytest.fixture
def threads(tmp_path: Path) -> Iterator[ReaderThreads]:
    made = ReaderThreads(partial(sqlite3.connect, tmp_path / "empty.db", check_same_thread=False, isolation_level=None), 4)
    yield made
    made.close()


async def test_short_plans_follow_each_other(threads: ReaderThreads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("persistence.threads.LONG", 60)
    told: list[str] = []
    await asyncio.gather(*(threads.drive(telling(name, 0.01, told), LIBRARY) for name in "abc"))
    assert told == [f"{name} {what}" for name in "abc" for what in ("begins", "ends")]


async def test_beside_a_long_plan_the_next_goes_on(threads: ReaderThreads) -> None:
    told: list[str] = []
    await asyncio.gather(*(threads.drive(telling(name, 1, told), LIBRARY) for name in "abc"))
    assert told[:3] == ["a begins", "b begins", "c begins"]


async def test_a_plan_that_is_given_up_before_its_turn_is_never_run(
    threads: ReaderThreads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("persistence.threads.LONG", 60)
    told: list[str] = []
    first = asyncio.create_task(threads.drive(telling("a", 0.2, told), LIBRARY))
    await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(threads.drive(telling("b", 0, told), LIBRARY), 0.02)
    await threads.drive(telling("c", 0, told), LIBRARY)
    await first
    assert told == ["a begins", "a ends", "c begins", "c ends"]


async def test_a_plan_that_fails_hands_on_its_turn(threads: ReaderThreads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("persistence.threads.LONG", 60)

    def failing() -> Generator[list[Wanted], list[list[Row]], bytes]:
        yield []
        raise ValueError

    with pytest.raises(ValueError):
        await threads.drive(failing(), LIBRARY)
    assert (await asyncio.wait_for(threads.drive(telling("a", 0, []), LIBRARY), 10))[0] == b"nothing"

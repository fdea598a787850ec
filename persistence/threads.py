"""Threads that read SQLite for plans: a whole plan, its bytes included, is one call, as of one moment."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from math import inf

from domain.ids import Id
from domain.reading import Load, Row, Steps, TakesLong
from persistence.raw import Statements

LONG = 0.02
"""Seconds that a plan has the threads to itself."""
SOON = 0.005
"""Seconds that a plan has on the loop's thread: nobody else is answered meanwhile."""
LOOK = 1_000
"""Steps of SQLite between two looks at the clock."""
Connect = Callable[[], sqlite3.Connection]
Driven = tuple[bytes, list[str]]


class ReaderThreads:
    """A few threads with a connection each, and one more connection for what is so short that a thread would cost more."""

    def __init__(self, connect: Connect, count: int) -> None:
        self.connect = connect
        self.statements = Statements("sqlite")
        self.pool = ThreadPoolExecutor(count, thread_name_prefix="mediagraph-reader")
        self.turn = asyncio.Lock()
        self.own = threading.local()
        self.opened: list[sqlite3.Connection] = []
        self.here: sqlite3.Connection | None = None
        self.cursor: sqlite3.Cursor | None = None  # while a view is open here
        self.until = inf

    async def drive(self, steps: Steps, library: Id) -> Driven:
        """The plan's bytes, and the statements it took; one that is given up is broken off.

        Plans follow each other, and go side by side only where one takes LONG: SQLite lets go of the interpreter at every row,
        and threads that take it from each other so often need a third more time for the same work.
        """
        running: list[sqlite3.Connection] = []
        held = [await self.turn.acquire()]

        def hand_on() -> None:
            if held:
                held.clear()
                self.turn.release()

        loop = asyncio.get_running_loop()
        timer = loop.call_later(LONG, hand_on)
        try:
            return await loop.run_in_executor(self.pool, self.driven, steps, library, running)
        except asyncio.CancelledError:
            for connection in running:
                connection.interrupt()
            raise
        finally:
            timer.cancel()
            hand_on()

    def drive_here(self, steps: Steps, library: Id) -> Driven:
        """The same on the loop's thread: for what reads a few rows by their keys.

        To open a view takes as long as to read from it, so requests that come in one turn of the loop share one: each came
        before anybody can have been told of a change that is not in it. A task, which may run in any turn, closes its own.

        Raises TakesLong where that is not done SOON: few rows are asked for, but many may have to be looked through.
        """
        if self.cursor:
            return self.driven_soon(self.cursor, steps, library)
        self.here = self.here or self.opened_here()
        self.cursor = self.here.execute("BEGIN")
        if asyncio.current_task() is None:
            asyncio.get_running_loop().call_soon(self.end_here)
            return self.driven_soon(self.cursor, steps, library)
        try:
            return self.driven_soon(self.cursor, steps, library)
        finally:
            self.end_here()

    def driven_soon(self, cursor: sqlite3.Cursor, steps: Steps, library: Id) -> Driven:
        self.until = time.perf_counter() + SOON
        try:
            return driven(cursor, self.statements, steps, library)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise TakesLong from error
            raise
        finally:
            self.until = inf

    def opened_here(self) -> sqlite3.Connection:
        """A connection that breaks off what takes too long."""
        connection = self.opened_one()
        connection.set_progress_handler(lambda: time.perf_counter() > self.until, LOOK)
        return connection

    def end_here(self) -> None:
        """The turn is over: what is read next sees what is there then."""
        cursor, self.cursor = self.cursor, None
        if cursor is not None and self.here is not None:
            cursor.execute("ROLLBACK")

    def driven(self, steps: Steps, library: Id, running: list[sqlite3.Connection]) -> Driven:
        if not hasattr(self.own, "connection"):
            self.own.connection = self.opened_one()
        running.append(self.own.connection)
        cursor = self.own.connection.execute("BEGIN")
        try:
            return driven(cursor, self.statements, steps, library)
        finally:
            running.clear()  # what is interrupted after this would be the next plan
            cursor.execute("ROLLBACK")

    def opened_one(self) -> sqlite3.Connection:
        connection = self.connect()
        self.opened.append(connection)
        return connection

    def close(self) -> None:
        self.pool.shutdown(cancel_futures=True)
        for connection in self.opened:
            connection.close()
        self.opened.clear()
        self.here = None


def driven(cursor: sqlite3.Cursor, statements: Statements, steps: Steps, library: Id) -> Driven:
    """Runs a plan to its end, in the view that is open."""
    seen: list[str] = []
    try:
        wanted = next(steps)
        while True:
            wanted = steps.send([rows(cursor, statements, load, keys, library, seen) for load, keys in wanted])
    except StopIteration as ended:
        return ended.value, seen


def rows(
    cursor: sqlite3.Cursor, statements: Statements, load: Load, keys: tuple[Id, ...], library: Id, seen: list[str]
) -> list[Row]:
    """The rows of one load; of no parents there are none, and no statement."""
    if len(keys) == 1:  # as most of small operations are
        made, values = statements.first(load, keys, library)
        seen.append(made.sql)
        return made.wired(cursor.execute(made.sql, values).fetchall())
    reading = statements.reading(load, keys, library)
    try:
        made, values = next(reading)
        while True:
            seen.append(made.sql)
            made, values = reading.send(cursor.execute(made.sql, values).fetchall())
    except StopIteration as ended:
        return ended.value

"""What SQLite can do here, and whether a file of it is sound; looking changes nothing."""

import sqlite3
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from persistence.database import folded

FIRST_WITH_WAL = (3, 7, 0)
WAL_RESET_FIXED = (3, 51, 3)
WAL_RESET_BACKPORTS = ((3, 44, 6), (3, 50, 7))
"""Of the WAL-reset bug (https://www.sqlite.org/wal.html#walresetbug): in 3.7.0 to 3.51.2, fixed in two older branches as well."""
STEPS = 100_000
"""Instructions of SQLite's machine between two looks at the clock."""
MOST_TOLD = 5
FEATURES = {
    "STRICT": ("CREATE TABLE one (a INTEGER) STRICT",),
    "RETURNING": ("CREATE TABLE one (a INTEGER)", "INSERT INTO one VALUES (1) RETURNING a"),
    "FTS5": ("CREATE VIRTUAL TABLE one USING fts5(a)",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Soundness:
    """What a look into a database file found.

    Attributes:
        journal_mode: as the file keeps it: `wal` once a server has opened it.
        errors: what the checks complain of, a few of it.
        checked: the names of the checks that came to their end in time.
    """

    journal_mode: str
    errors: list[str]
    checked: list[str]


def library_version() -> str:
    """Of the SQLite that Python is linked with."""
    return sqlite3.sqlite_version


def has_wal_reset_bug(version: str | None = None) -> bool:
    """Whether two connections that write or checkpoint at the same moment can corrupt a WAL database."""
    found = tuple(map(int, (version or library_version()).split(".")))[:3]
    if found < FIRST_WITH_WAL or found >= WAL_RESET_FIXED:
        return False
    return not any(found[:2] == fixed[:2] and found >= fixed for fixed in WAL_RESET_BACKPORTS)


def missing_features() -> list[str]:
    """What of SQLite the library needs and this one lacks, tried out in memory."""
    return [name for name, statements in FEATURES.items() if not can(statements)]


def can(statements: tuple[str, ...]) -> bool:
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            for statement in statements:
                connection.execute(statement)
        except sqlite3.Error:
            return False
    return True


def looked_into(path: Path, seconds: float) -> Soundness:
    """Checks a database file, each time more thoroughly, until the time is up.

    Raises:
        sqlite3.Error: it cannot be opened, or is no database.
    """
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as connection:
        connection.execute("PRAGMA query_only = ON")
        connection.create_function("fold", 1, folded, deterministic=True)
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        errors: list[str] = []
        checked: list[str] = []
        with stopped_after(connection, seconds), suppress(Stopped):
            for name, found in complaints(connection):
                errors += found
                checked.append(name)
    return Soundness(journal_mode=mode, errors=list(dict.fromkeys(errors))[:MOST_TOLD], checked=checked)


def complaints(connection: sqlite3.Connection) -> Iterator[tuple[str, list[str]]]:
    """Check by check, the quickest first."""
    yield "quick_check", [text for (text,) in connection.execute(f"PRAGMA quick_check({MOST_TOLD})") if text != "ok"]
    orphans = connection.execute("PRAGMA foreign_key_check").fetchmany(MOST_TOLD)
    yield (
        "foreign_key_check",
        [f"a row of {table} points to a row of {other} that is not there" for table, _, other, _ in orphans],
    )
    yield "integrity_check", [text for (text,) in connection.execute(f"PRAGMA integrity_check({MOST_TOLD})") if text != "ok"]


class Stopped(Exception):
    """The time was up."""


@contextmanager
def stopped_after(connection: sqlite3.Connection, seconds: float) -> Generator[None]:
    """Interrupts whatever the connection does then, and raises Stopped."""
    deadline = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > deadline, STEPS)
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        raise Stopped from error

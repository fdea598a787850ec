"""Fills a database with a library to measure on: `python -m benchmarks.filling --size 1m [--url postgresql://...]`.

Without an address it is a SQLite file in `benchmarks/.data`, which is made once and kept. A small library lies beside the
one that is measured, so that there are rows of another in every table.
"""

import asyncio
import hashlib
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

from cyclopts import App
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from sqlalchemy import event, func, insert, make_url, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.library import Library
from domain import DEFAULT_LIBRARY
from persistence import migrate
from persistence.database import engine_of
from persistence.tables import library_table, media_table

DATA = Path(__file__).parent / ".data"
SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}
Size = Literal["10k", "100k", "1m"]
FAST = ("foreign_keys = OFF", "synchronous = OFF", "journal_mode = MEMORY", "cache_size = -1000000", "temp_store = MEMORY")
SEED = 7
INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
app = App(help="Make the library that is measured on.")
err = Console(stderr=True)


def libraries(size: int) -> list[Library]:
    """The library of the server, and a small one beside it."""
    return [Library(DEFAULT_LIBRARY, size, SEED), Library("next door", size // 50, SEED + 1)]


def recipe() -> str:
    """Changes when the rows or the tables do."""
    source = (Path(__file__).parent / "library.py").read_bytes()
    return hashlib.sha256(source + str(migrate.newest()).encode()).hexdigest()[:8]


def data_folder(size: int) -> Path:
    """A data directory with a SQLite library of that size, made now unless it is there."""
    folder = DATA / f"{size}-{recipe()}"
    if not folder.exists():
        unfinished = folder.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        asyncio.run(fill(f"sqlite:///{unfinished / 'mediagraph.db'}", size))
        unfinished.rename(folder)
    return folder


async def fill(url: str, size: int) -> None:
    """Migrates a database and fills it, all or nothing; one that holds this library already is left as it is.

    Raises:
        SystemExit: it holds something else.
    """
    await migrate.upgrade(url)
    async with filling(url) as connection:
        if await is_full(connection, size):
            return
        dropped = await without_indexes(connection)
        with bar() as progress:
            for library in libraries(size):
                await insert_all(connection, library, progress)
            for sql in [*dropped, "ANALYZE"]:
                task = progress.add_task(sql.partition(" ON ")[0].lower(), total=1)
                await connection.execute(text(sql))
                progress.advance(task)


@asynccontextmanager
async def filling(url: str) -> AsyncGenerator[AsyncConnection]:
    """A connection that begins to write, on SQLite without what a crash would need."""
    engine = engine_of(make_url(url), writes=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", hasten)
    try:
        async with engine.begin() as connection:
            yield connection
    finally:
        await engine.dispose()


def hasten(connection: Any, _record: object) -> None:
    for pragma in FAST:
        connection.cursor().execute(f"PRAGMA {pragma}")


async def is_full(connection: AsyncConnection, size: int) -> bool:
    known = (await connection.execute(select(library_table.c.id, library_table.c.name))).all()
    if not known:
        return False
    wanted = {(library.id, library.name): library.size for library in libraries(size)}
    counts = dict.fromkeys(((row[0], row[1]) for row in known), 0)
    for key, name in counts:
        counted = select(func.count()).select_from(media_table).where(media_table.c.library_id == key)
        counts[key, name] = (await connection.execute(counted)).scalar_one()
    if counts != wanted:
        raise SystemExit("This database holds other libraries: give an empty one.")
    return True


async def without_indexes(connection: AsyncConnection) -> list[str]:
    """Drops what is faster made at the end, on SQLite; the statements that make it again."""
    if connection.dialect.name != "sqlite":
        return []
    found = [(str(row[0]), str(row[1])) for row in await connection.execute(text(INDEXES))]
    for name, _ in found:
        await connection.execute(text(f'DROP INDEX "{name}"'))
    return [sql for _, sql in found]


async def insert_all(connection: AsyncConnection, library: Library, progress: Progress) -> None:
    task = progress.add_task(f"media of {library.name}", total=library.size)
    for table, rows in library.rows():
        await connection.execute(insert(table), rows)
        if table is media_table:
            progress.advance(task, len(rows))


def bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    return Progress(*columns, console=err)


@app.default
def main(*, size: Size = "10k", url: str | None = None) -> None:
    """Fill a database.

    Args:
        size: how many media.
        url: an empty database; without it a SQLite file that is kept.
    """
    if url:
        asyncio.run(fill(url, SIZES[size]))
    print(url or data_folder(SIZES[size]))


if __name__ == "__main__":
    app()

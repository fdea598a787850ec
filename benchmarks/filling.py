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
from sqlalchemy import event, func, make_url, select
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.copying import copy, put_off, titled
from benchmarks.derived import derived
from benchmarks.indexed import REBUILT, copy_words, first_number
from benchmarks.library import Library
from domain import DEFAULT_LIBRARY
from persistence import migrate
from persistence.database import engine_of
from persistence.tables import collection_item_table, library_table, media_table

DATA = Path(__file__).parent / ".data"
SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}
Size = Literal["10k", "100k", "1m"]
FAST = ("foreign_keys = OFF", "synchronous = OFF", "journal_mode = MEMORY", "cache_size = -1000000", "temp_store = MEMORY")
SEED = 7
RECIPE = ("library", "described", "words", "derived", "indexed", "ruled")
app = App(help="Make the library that is measured on.")
err = Console(stderr=True)


def libraries(size: int) -> list[Library]:
    """The library of the server, and a small one beside it."""
    return [Library(DEFAULT_LIBRARY, size, SEED), Library("next door", size // 50, SEED + 1)]


def recipe() -> str:
    """Changes when the rows or the tables do."""
    source = b"".join((Path(__file__).parent / f"{name}.py").read_bytes() for name in RECIPE)
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
        indexes, triggers = await put_off(connection)
        dialect, before = connection.dialect.name, 0
        with bar() as progress:
            for number, library in enumerate(libraries(size), 1):
                await copy_all(connection, library, first_number(number, dialect, before), progress)
                before += library.size
            for sql in [*indexes, *derived(dialect), REBUILT[dialect], *triggers, *(["ANALYZE"] if dialect == "sqlite" else [])]:
                await told(connection, sql, progress)
    if make_url(url).get_backend_name() == "postgresql":
        async with settled(url) as connection:
            await connection.exec_driver_sql("VACUUM ANALYZE")


async def told(connection: AsyncConnection, sql: str, progress: Progress) -> None:
    task = progress.add_task(titled(sql), total=1)
    await connection.exec_driver_sql(sql)
    progress.advance(task)


@asynccontextmanager
async def settled(url: str) -> AsyncGenerator[AsyncConnection]:
    """A connection for what no transaction may hold."""
    engine = engine_of(make_url(url), writes=True)
    try:
        async with engine.connect() as connection:
            yield await connection.execution_options(isolation_level="AUTOCOMMIT")
    finally:
        await engine.dispose()


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


async def copy_all(connection: AsyncConnection, library: Library, number: int, progress: Progress) -> None:
    """Copies the rows of a library, and the words of its media, numbered from `number`."""
    task = progress.add_task(f"media of {library.name}", total=library.size)
    for table, rows in library.rows():
        await copy(connection, table, rows)
        if table is collection_item_table:
            await copy_words(connection, library.id, number, library.words)
            number += len(library.words)
            progress.advance(task, len(library.words))


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

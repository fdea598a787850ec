"""Measures library views in the process and prints them as one table: `python -m benchmarks.views --size 1m --database sqlite`.

Each is asked as a client would ask, through all but HTTP, by one caller; every answer has its rows, and is made by a plan.
"""

import asyncio
import gc
import logging
import sys
import time
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import orjson
import structlog
from cyclopts import App
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from benchmarks.databases import POSTGRES, Kind, library
from benchmarks.explained import indexes
from benchmarks.filling import Size
from benchmarks.listed import table
from benchmarks.viewing import VIEWS, Shelf, View
from graphql_api.bootstrap import Server
from graphql_api.execution.operation import Path as Way

RESULTS = Path(__file__).parent / "views.json"
WIDTH, WARM, SECONDS = 170, 8, 20
"""Answers before those that count: PostgreSQL keeps a plan from the sixth on."""
app = App(help="Measure library views.")
err = Console(stderr=True)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a view took."""

    view: str
    size: str
    database: str
    statements: int
    p50_ms: float
    p99_ms: float
    index: str
    values_ms: list[float]
    """The p50 of each of the values, in their order."""


async def measured(view: View, shelf: Shelf, runs: int) -> dict[str, Any]:
    """Milliseconds of `runs` answers, behind a few that do not count; and what they took of the database."""
    query, values = view.query, await view.variables(shelf)
    statements = await first(view, shelf, query, values)
    await repeated(shelf, query, values, WARM, SECONDS / 4)
    taken = await repeated(shelf, query, values, runs, SECONDS)
    kept, each = sorted(taken), [sorted(taken[at :: len(values)]) for at in range(len(values))]
    used = await indexes(shelf.server.database, statements)
    return {
        "statements": len(statements), "p50_ms": round(kept[len(kept) // 2], 2),
        "p99_ms": round(kept[len(kept) * 99 // 100], 2), "index": ", ".join(used),
        "values_ms": [round(one[len(one) // 2], 2) for one in each if one],
    }  # fmt: skip


async def repeated(shelf: Shelf, query: str, values: list[dict[str, Any]], times: int, most: float) -> list[float]:
    """Milliseconds of so many answers, or of fewer that took so many seconds."""
    taken: list[float] = []
    for variables in islice(cycle(values), times):
        started = time.perf_counter()
        await shelf.answer(query, variables)
        taken.append((time.perf_counter() - started) * 1e3)
        if sum(taken) > most * 1e3:
            break
    return taken


async def first(view: View, shelf: Shelf, query: str, values: list[dict[str, Any]]) -> list[str]:
    """The statements of the last of the answers, after all were found to be whole.

    Raises:
        ValueError: one has fewer rows than it must, or was not made by a plan.
    """
    seen: list[str] = []
    shelf.server.database.heard.append(seen.append)
    try:
        for variables in values:
            seen.clear()
            answer = await shelf.answer(query, variables)
            found = orjson.loads(answer.body)
            if "errors" in found or answer.path is not Way.PLAN or view.shown(found["data"]) < view.rows:
                told = f"{view.name}, {str(variables)[:100]}: no whole answer by a plan: {answer.path}"
                raise ValueError(f"{told} {answer.body[:300]!r}")
    finally:
        shelf.server.database.heard.remove(seen.append)
    return seen


async def all_of(server: Server, database: Kind, size: Size, views: list[View], runs: int) -> None:
    """Measures views, and keeps each result as soon as there is one."""
    shelf = Shelf(server)
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=err) as progress:
        task = progress.add_task("", total=None)
        for view in views:
            progress.update(task, description=f"{database}, {size}: {view.name}")
            gc.collect()
            try:
                made = Measured(view=view.name, size=size, database=database, **await measured(view, shelf, runs))
            except (ValueError, SystemExit) as fault:
                err.print(f"{database}, {size}: {fault}", markup=False)
            else:
                kept([made])


def kept(results: list[Measured]) -> list[dict[str, Any]]:
    """Writes the results in the place of older ones of the same view, size and database; all there are now."""
    known: list[dict[str, Any]] = orjson.loads(RESULTS.read_bytes()) if RESULTS.exists() else []
    every = {(one["view"], one["size"], one["database"]): one for one in [*known, *map(asdict, results)]}
    RESULTS.write_bytes(orjson.dumps(list(every.values()), option=orjson.OPT_INDENT_2))
    return list(every.values())


@app.default
def main(
    *, size: list[Size] | None = None, database: list[Kind] | None = None, view: list[str] | None = None, runs: int = 60,
    postgres: str = POSTGRES, keep: bool = False,
) -> None:  # fmt: skip
    """Measure library views.

    Args:
        size: how many media; 10k and 1m unless said.
        database: where; both unless said.
        view: names of views; all unless said.
        runs: how often each is asked.
        postgres: a server of which a superuser may make databases.
        keep: leave the databases on PostgreSQL for the next time.
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    wanted = [one for one in VIEWS if one.name in (view or [one.name])]
    views, awaited = [one for one in wanted if one.is_known()], [one.name for one in wanted if not one.is_known()]
    for where in database or ["sqlite", "postgresql"]:
        for many in size or ["10k", "1m"]:
            asyncio.run(one_library(where, many, views, runs, postgres, keep=keep))
    out = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    out.print(table(kept([]), [one.name for one in wanted]))
    print(f"Not in this schema: {', '.join(awaited)}." if awaited else "")


async def one_library(where: Kind, size: Size, views: list[View], runs: int, postgres: str, *, keep: bool) -> None:
    async with library(where, size, postgres, keep=keep) as server:
        await all_of(server, where, size, views, runs)


if __name__ == "__main__":
    app()

"""How much longer the ten-thousandth page takes than the first, and one at row 900,000 of a million than that at row one.

`python -m benchmarks.deep --size 1m` prints milliseconds for Q1's page and for the grid by date, one caller, in the process,
through all that a request goes through but HTTP: the median of many, in turns.
"""

import asyncio
import logging
import statistics
import time
from pathlib import Path
from typing import Any

import orjson
import structlog
from cyclopts import App
from rich.console import Console
from sqlalchemy import func, select

from benchmarks.filling import SIZES, Size, data_folder
from benchmarks.viewing import DEEP as SHARE
from benchmarks.viewing import VIEWS, Shelf
from domain.reading import to_cursor
from graphql_api.bootstrap import Server, opened
from graphql_api.context import Context
from graphql_api.execution.operation import Path as Way
from graphql_api.execution.operation import Request
from graphql_api.settings import Settings
from persistence.tables import media_table

PAGE, DEEP, TIMES = 50, 10_000, 200
TEXT = (Path(__file__).parent / "operations" / "q1.graphql").read_text("utf-8")
BEHIND = TEXT.replace("query NestedPage", "query NestedPage($after: String)").replace("first: 50,", "first: 50, after: $after,")
app = App(help="Measure a page deep in a list.")
out = Console()


def those(server: Server) -> tuple[Any, ...]:
    """The conditions of Q1's list."""
    media = media_table.c
    return media.library_id == server.principal.library_id, media.kind == "IMAGE", media.trashed_at.is_(None)


async def cursor_of(server: Server, page: int) -> str | None:
    """The cursor behind which a page begins; None for the first."""
    if page == 1:
        return None
    media, library = media_table.c, server.principal.library_id
    images = select(media.created_at, media.id).where(
        media.library_id == library, media.kind == "IMAGE", media.trashed_at.is_(None)
    )
    before = images.order_by(media.created_at.desc(), media.id.desc()).limit(1).offset((page - 1) * PAGE - 1)
    async with server.database.reader.connect() as connection:
        time, key = (await connection.execute(before)).one()
        return to_cursor("-created_at", (f"{time.isoformat(timespec='microseconds')[:26]}Z", key))


async def images(server: Server) -> int:
    counted = select(func.count()).select_from(media_table).where(*those(server))
    async with server.database.reader.connect() as connection:
        return (await connection.execute(counted)).scalar_one()


async def milliseconds(server: Server, text: str, variables: dict[str, Any]) -> float:
    """How long a page takes; it must be whole, and answered by its plan."""
    request = Request(text, None, variables)
    started = time.perf_counter()
    answer = await server.executor.answer(request, Context(server.parts, server.principal, server.site, "deep"))
    spent = (time.perf_counter() - started) * 1e3
    found: dict[str, Any] = orjson.loads(answer.body)
    if answer.path is not Way.PLAN or len(found["data"]["media"]["nodes"]) != PAGE:
        raise SystemExit(f"No whole page by a plan: {answer.body[:300]!r}")
    return spent


async def compared(server: Server, requests: list[tuple[str, dict[str, Any]]]) -> list[float]:
    """The median of each request, all asked in turns."""
    spent: list[list[float]] = [[] for _ in requests]
    for _ in range(TIMES):
        for taken, (text, variables) in zip(spent, requests, strict=True):
            taken.append(await milliseconds(server, text, variables))
    return [statistics.median(one[TIMES // 10 :]) for one in spent]


async def measured(size: int, folder: Path) -> None:
    async with opened(Settings(data_dir=folder)) as server:
        last = min(DEEP, await images(server) // PAGE - 1)
        pages = [(BEHIND, {"after": await cursor_of(server, page)}) for page in (1, last)]
        first, deep = await compared(server, pages)
        out.print(f"{size:,} media: page 1 {first:.2f} ms, page {last:,} {deep:.2f} ms, {deep / first:.2f} x")
        grid, behind = (next(view for view in VIEWS if view.name == name) for name in ("grid by date", "deep page"))
        (values,) = await behind.variables(Shelf(server))
        first, deep = await compared(server, [(grid.query, {}), (behind.query, values)])
        row = int(size * SHARE)
        out.print(f"{size:,} media: row 1 of the grid by date {first:.2f} ms, row {row:,} {deep:.2f} ms, {deep / first:.2f} x")


@app.default
def main(*, size: Size = "1m") -> None:
    """Prints both, and their ratio."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(measured(SIZES[size], data_folder(SIZES[size])))


if __name__ == "__main__":
    app()

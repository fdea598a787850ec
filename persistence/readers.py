"""Readers: whole entities over one connection, for one principal, as of one moment."""

import asyncio
from collections import defaultdict
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.exc import OperationalError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import Principal
from domain.errors import Invalid
from domain.ids import Id
from domain.reading import BAD_CURSOR, Found, Load, Match, Row
from domain.summary import COLUMNS
from domain.text import rfc3339
from persistence.failures import told
from persistence.providers import OWN_ALONE, Providers
from persistence.reading import SOURCES, Source, sorted_by, statements
from persistence.rows import Mapped, to_entity

PATIENCE = 0.2
"""Seconds that a statement nobody waits for any more may take before it is broken off, and its connection with it."""


class SqlReader:
    """Awaits each load on its connection, one statement at a time."""

    def __init__(self, connection: AsyncConnection, principal: Principal, providers: Providers = OWN_ALONE) -> None:
        self.connection, self.providers = connection, providers
        self.library = principal.library_id
        self.turn = asyncio.Lock()
        self.running: asyncio.Task[Any] | None = None
        self.is_over = False

    async def end(self) -> None:
        """Lets nothing run on the connection any more: one that is given back with a statement under way is of no use to
        anybody. A list that fails ends its request while others beside it are still read.
        """
        self.is_over = True
        done = asyncio.ensure_future(self.turn.acquire())
        await asyncio.wait([done], timeout=PATIENCE)
        if not done.done() and self.running:
            self.running.cancel()
        await done

    async def find(self, load: Load) -> list[Found]:
        source = SOURCES[load.ask.relation]
        sorts = [f"sort_{number}" for number in range(len(sorted_by(load.ask, source)))]
        return [found(source, row, sorts) for row in await self.rows(load)]

    async def count(self, load: Load) -> dict[Id, int]:
        return {row["parent_key"]: row["count"] for row in await self.rows(load)}

    async def summaries(self, load: Load) -> dict[Id, list[Row]]:
        names = COLUMNS[load.ask.summary.what] if load.ask.summary else ()
        found: defaultdict[Id, list[Row]] = defaultdict(list)
        for row in await self.rows(load):
            found[row["parent_key"]].append(tuple([row[name] for name in names]))
        return found

    async def rows(self, load: Load) -> list[Mapped]:
        rows: list[Mapped] = []
        for made, binds in statements(load, self.library, self.connection.dialect.name, self.providers):
            with told(), cursors_refused(load):
                async with self.turn:
                    rows += await self.read(made.typed, binds)
        return rows

    async def read(self, statement: Executable, binds: dict[str, Any]) -> Sequence[Mapped]:
        if self.is_over:
            raise asyncio.CancelledError("The request is over.")
        self.running = asyncio.current_task()
        return (await self.connection.execute(statement, binds)).mappings().all()


@contextmanager
def cursors_refused(load: Load) -> Generator[None]:
    """Only a cursor brings values of any type to a statement: one that the database refuses was forged."""
    try:
        yield
    except (StatementError, OverflowError) as error:
        if not load.position or isinstance(error, OperationalError):
            raise
        raise Invalid(BAD_CURSOR, path=("after",)) from error


def found(source: Source, row: Mapped, sorts: list[str]) -> Found:
    place = (*(wire(row[name]) for name in sorts), row["own_key"]) if sorts else ()
    link = to_entity(source.link or Match, row, "link_") if source.link or "link_score" in row else None
    return Found(row["parent_key"], source.kept.entity(row), place, link)


def wire(value: Any) -> Any:
    """A sort value as cursors carry it."""
    return rfc3339(value) if isinstance(value, datetime) else value

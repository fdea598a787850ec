"""Readers: whole entities over one connection, for one principal, as of one moment."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from domain import Principal
from domain.ids import Id
from domain.reading import Found, Load
from persistence.reading import SOURCES, Source, Statement, statements
from persistence.rows import Mapped, to_entity
from persistence.types import WIRE


class SqlReader:
    """Awaits each load on its connection."""

    def __init__(self, connection: AsyncConnection, principal: Principal) -> None:
        self.connection = connection
        self.library = principal.library_id

    async def find(self, load: Load) -> list[Found]:
        source = SOURCES[load.ask.relation]
        return [found(source, row) async for row in self.rows(load)]

    async def count(self, load: Load) -> dict[Id, int]:
        return {row["parent_key"]: row["count"] async for row in self.rows(load)}

    async def rows(self, load: Load) -> Any:
        for made, binds in statements(load, self.library, self.connection.dialect.name):
            for row in await self.of(made, binds):
                yield row

    async def of(self, made: Statement, binds: dict[str, Any]) -> Iterator[Mapped]:
        result = await self.connection.execute(made.typed, binds)
        return iter(result.mappings().all())


def found(source: Source, row: Mapped) -> Found:
    places = tuple(wire(row[f"sort_{number}"]) for number in range(99) if f"sort_{number}" in row)
    place = (*places, row["own_key"]) if places else ()
    link = to_entity(source.link, row, "link_") if source.link else None
    return Found(row["parent_key"], source.kept.entity(row), place, link)


def wire(value: Any) -> Any:
    """A sort value as cursors carry it."""
    return value.astimezone(UTC).strftime(WIRE) if isinstance(value, datetime) else value

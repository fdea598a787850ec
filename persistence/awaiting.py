"""Reading PostgreSQL for plans: each load is awaited on the driver's own connection, all as of one moment."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from domain.ids import Id
from domain.reading import Load, Row, Steps
from persistence.providers import OWN_ALONE, Providers
from persistence.raw import Statements


class AwaitingReader:
    """Drives plans over connections of the readers' pool; the driver keeps its statements prepared."""

    def __init__(self, engine: AsyncEngine, providers: Providers = OWN_ALONE) -> None:
        self.engine = engine
        self.statements = Statements("postgresql", providers)

    async def drive(self, steps: Steps, library: Id) -> tuple[bytes, list[str]]:
        """The plan's bytes, and the statements it took."""
        seen: list[str] = []
        async with self.engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            async with driver.transaction(isolation="repeatable_read", readonly=True):
                try:
                    wanted = next(steps)
                    while True:
                        wanted = steps.send([await self.rows(driver, load, keys, library, seen) for load, keys in wanted])
                except StopIteration as ended:
                    return ended.value, seen

    async def rows(self, driver: Any, load: Load, keys: tuple[Id, ...], library: Id, seen: list[str]) -> list[Row]:
        reading = self.statements.reading(load, keys, library)
        try:
            made, values = next(reading)
            while True:
                seen.append(made.sql)
                made, values = reading.send(await driver.fetch(made.sql, *values))
        except StopIteration as ended:
            return ended.value

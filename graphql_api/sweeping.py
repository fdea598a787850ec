"""Sweeping beside a server: when it starts, and then again and again."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from domain import Principal
from domain.sweep import Progress, Swept, sweep, unheard
from graphql_api.bootstrap import Server

log = logging.getLogger("mediagraph")


async def sweep_all(server: Server, progress: Progress = unheard) -> Swept:
    """Sweeps every library. Several that do it at once do the same work twice, and no harm."""
    done = Swept()
    for library in await server.database.libraries():
        done.add(await sweep(server.parts, Principal(library=library), progress))
    return done


@asynccontextmanager
async def sweeping(server: Server) -> AsyncGenerator[None]:
    """Sweeps as long as the block lasts; one under way is broken off, which costs it nothing."""
    task = asyncio.create_task(sweep_on(server, server.settings.sweep_interval))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def sweep_on(server: Server, seconds: float) -> None:
    while seconds:
        try:
            done = await sweep_all(server)
            if done.collected or done.waiting:
                log.info("Swept: %s collected, %s waiting.", done.collected, done.waiting)
        except Exception:
            log.exception("The library cannot be swept.")
        await asyncio.sleep(seconds)

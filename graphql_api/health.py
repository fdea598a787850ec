"""Whether the server lives, and whether it can work: real probes of what it needs."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from importlib.metadata import version
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from domain.errors import Unavailable
from domain.ids import Id
from domain.original import newest_originals
from domain.reading import TrashScope
from graphql_api.bootstrap import Server, probe_database
from graphql_api.execution.operation import Path

LIMIT = 2.0
"""Seconds that whoever asks waits for a probe."""
FRESH = 1.0
"""Seconds for which what a probe found is told again: a flood of questions costs no more than one a second."""
LOOKED_FOR = 3
"""So many of the newest files are looked for before the storage counts as another one."""


class HealthStatus(StrEnum):
    """How a part does: as it should, not at its best, or not at all."""

    HEALTHY = "HEALTHY"
    DEGRADED = "DEGRADED"
    UNHEALTHY = "UNHEALTHY"


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """What a probe found, and how many milliseconds that took. The message tells no path and no secret."""

    name: str
    status: HealthStatus
    latency_ms: float
    message: str | None = None

    def shown(self) -> dict[str, Any]:
        return {"name": self.name, "status": self.status, "latencyMs": self.latency_ms, "message": self.message}


@dataclass(eq=False)
class Probe:
    """One thing that is probed. Never twice at once: a disk that hangs holds one thread, however many ask.

    Attributes:
        late: what it is when it does not answer in time.
    """

    name: str
    look: Callable[[], Awaitable[None]]
    late: HealthStatus = HealthStatus.UNHEALTHY
    under_way: "asyncio.Task[HealthCheck] | None" = None
    found: HealthCheck | None = None
    found_at: float = 0.0

    async def check(self) -> HealthCheck:
        """What it is now; what was found a moment ago is told again."""
        if self.found and time.monotonic() - self.found_at < FRESH:
            return self.found
        if self.under_way is None or self.under_way.done():
            self.under_way = asyncio.ensure_future(self.looked())
        try:
            async with asyncio.timeout(LIMIT):
                return await asyncio.shield(self.under_way)
        except TimeoutError:
            return HealthCheck(self.name, self.late, LIMIT * 1e3, f"It did not answer within {LIMIT:g} seconds.")

    async def looked(self) -> HealthCheck:
        started = time.perf_counter()
        message = await self.complaint()
        status = HealthStatus.HEALTHY if message is None else HealthStatus.UNHEALTHY
        self.found = HealthCheck(self.name, status, round((time.perf_counter() - started) * 1e3, 2), message)
        self.found_at = time.monotonic()
        return self.found

    async def complaint(self) -> str | None:
        try:
            await self.look()
        except Unavailable as fault:
            return fault.message
        except Exception:
            logging.getLogger("mediagraph").exception("The probe of the %s failed.", self.name)
            return "It does not answer as it should."
        return None


async def live(_: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": HealthStatus.HEALTHY, "version": version("mediagraph")})


async def ready(http: Request) -> Response:
    """Database, storage and sandbox answer; 503 while one does not, and when the server is about to stop."""
    if (serving := getattr(http.state, "serving", None)) and serving.draining:
        return JSONResponse({"status": "DRAINING", "version": version("mediagraph"), "checks": []}, 503)
    server: Server = http.app.state.server
    checks = await asyncio.gather(*(probe.check() for probe in probes(http.app.state)))
    status = worst(checks)
    told = {"status": status, "checks": [check.shown() for check in checks], **figures(server)}
    return JSONResponse(told, 503 if status is HealthStatus.UNHEALTHY else 200)


def figures(server: Server) -> dict[str, Any]:
    """What is told beside the checks."""
    slots = {"inUse": server.admission.in_use, "of": server.admission.slots}
    ways = {path.value: server.executor.paths[path] for path in Path}
    return {"version": version("mediagraph"), "environment": server.settings.env, "uploadSlots": slots, "operations": ways}


def worst(checks: list[HealthCheck]) -> HealthStatus:
    return max((check.status for check in checks), key=list(HealthStatus).index)


def probes(state: Any) -> list[Probe]:
    """Those of this application, made when they are first asked for."""
    if not hasattr(state, "probes"):
        state.probes = made(state.server)
    return state.probes


def made(server: Server) -> list[Probe]:
    return [
        Probe("database", partial(probe_database, server)),
        Probe("storage", partial(probe_storage, server)),
        # a busy or starting sandbox makes uploads wait, and nothing else
        Probe("sandbox", server.parts.sandbox.probe, late=HealthStatus.DEGRADED),
    ]


async def probe_storage(server: Server) -> None:
    """Raises Unavailable unless the storage that new bytes go to holds the library's and can be written."""
    info, storage = await server.parts.default_storage(server.principal)
    await must_hold_the_newest(server, info.id)
    await storage.probe()


async def must_hold_the_newest(server: Server, storage_id: Id) -> None:
    """Raises Unavailable where all of the newest files are gone at once: an empty folder is left of a disk that is not mounted,
    and it can be written.
    """
    for _ in range(2):  # a purge may have come in between
        if await holds_some(server, storage_id):
            return
    raise Unavailable("The storage has none of the library's newest files: is its disk mounted?")


async def holds_some(server: Server, storage_id: Id) -> bool:
    """Whether one of the newest files is there, or there is none that could be."""
    is_empty = True
    async for place in newest_originals(server.parts, server.principal, storage_id, LOOKED_FOR, TrashScope.EXCLUDE):
        is_empty = False
        with suppress(FileNotFoundError):
            await place.size()
            return True
    return is_empty

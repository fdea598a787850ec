"""Whether the server lives, and whether it can work: real probes of what it needs."""

import logging
import time
from collections.abc import Awaitable
from importlib.metadata import version

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from domain.errors import Unavailable
from graphql_api.bootstrap import Server


async def live(_: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "HEALTHY", "version": version("mediagraph")})


async def ready(http: Request) -> Response:
    """Database and storage answer; 503 while one does not, and when the server is about to stop."""
    if (serving := getattr(http.state, "serving", None)) and serving.draining:
        return JSONResponse({"status": "DRAINING", "version": version("mediagraph"), "checks": []}, 503)
    server: Server = http.app.state.server
    checks = [await check("database", server.database.probe()), await check("storage", storage(server))]
    healthy = all(found["status"] == "HEALTHY" for found in checks)
    body = {"status": "HEALTHY" if healthy else "UNHEALTHY", "version": version("mediagraph"), "checks": checks}
    return JSONResponse(body | {"environment": server.settings.env}, 200 if healthy else 503)


async def storage(server: Server) -> None:
    _, found = await server.parts.default_storage(server.principal)
    await found.probe()


async def check(name: str, probe: Awaitable[None]) -> dict[str, str | float | None]:
    started = time.perf_counter()
    try:
        await probe
        message = None
    except Unavailable as fault:
        message = fault.message
    except Exception:
        logging.getLogger("mediagraph").exception("The probe of the %s failed.", name)
        message = "It does not answer as it should."
    status = "HEALTHY" if message is None else "UNHEALTHY"
    return {"name": name, "status": status, "latencyMs": round((time.perf_counter() - started) * 1e3, 2), "message": message}

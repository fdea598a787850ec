"""The ASGI application: its routes, and what lies around every request."""

import gc
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from domain.errors import Unavailable
from graphql_api import files, graphiql_assets, health, http, pages
from graphql_api.bootstrap import Server, opened
from graphql_api.execution.telling import INTERNAL
from graphql_api.hosts import Hosts
from graphql_api.lane import AtOnce, Lane
from graphql_api.logs import set_up_logs
from graphql_api.outages import note
from graphql_api.refusal import Refused, refused
from graphql_api.settings import Settings
from graphql_api.sweeping import sweeping

Handler = Callable[[Request], Awaitable[Response]]
ROUTES: list[tuple[str, Handler, list[str]]] = [
    ("/", pages.front, ["GET"]),
    ("/graphql", http.graphql, ["GET", "POST"]),
    ("/assets/{path:path}", graphiql_assets.asset, ["GET"]),
    ("/schema.graphql", pages.sdl, ["GET"]),
    ("/files/{id}", files.original_file, ["GET"]),
    ("/files/{id}/thumbnail", files.thumbnail_file, ["GET"]),
    ("/health/live", health.live, ["GET"]),
    ("/health/ready", health.ready, ["GET"]),
]
REQUEST_ID = "x-request-id"
GARBAGE = 10_000
"""Objects between two collections of the young."""
CALLED_WITH = ["content-type", "authorization", "range", *http.PREFLIGHT]
"""What pages of other sites may send along, once their site is one of the settings' origins."""


def create_app(server: Server) -> Starlette:
    """The application over an opened server; whoever opened it closes it."""
    routes = [Route(path, handler, methods=methods) for path, handler, methods in ROUTES]
    app = Starlette(routes=routes, exception_handlers={HTTPException: told, Refused: answered})
    app.state.server, app.state.lane = server, Lane(server)
    app.add_middleware(
        CORSMiddleware, allow_origins=server.settings.origins, allow_methods=["GET", "POST"], allow_headers=CALLED_WITH,
        expose_headers=[REQUEST_ID, "etag", "content-range", "retry-after"], max_age=600,
    )  # fmt: skip
    app.add_middleware(Around, hosts=app.state.lane.hosts, lane=app.state.lane)
    if server.settings.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=server.settings.trusted_proxies)  # pyright: ignore[reportArgumentType]
    return app


async def answered(request: Request, error: Exception) -> Response:
    """What an endpoint refuses; answered within the CORS headers, without which a page of another site could not read it."""
    return refused(cast("Refused", error), request.state.request_id)


async def told(request: Request, error: Exception) -> Response:
    """What routing refuses, in the one shape of errors."""
    status, headers = (error.status_code, error.headers) if isinstance(error, HTTPException) else (500, None)
    codes = {404: ("There is nothing here.", "NOT_FOUND"), 405: ("Not by this method.", "METHOD_NOT_ALLOWED")}
    message, code = codes.get(status, ("The request cannot be answered.", "BAD_REQUEST"))
    return refused(Refused(status, message, code, **(headers or {})), request.state.request_id)


def masked(error: Exception, request_id: str) -> Refused:
    """What is told of an error that nobody caught; the log has the rest. What is out of reach may be asked for again."""
    if isinstance(error, Unavailable):
        note(error, request_id)
        return Refused(503, error.message, "UNAVAILABLE", retry_after="10")
    logging.getLogger("mediagraph").error("A request failed. id=%s", request_id, exc_info=error)
    return Refused(500, INTERNAL, "INTERNAL")


class Around:
    """Gives each request an id, and turns what nobody caught into a masked answer that can be found by it."""

    def __init__(self, app: ASGIApp, hosts: Hosts, lane: Lane) -> None:
        self.app, self.hosts, self.lane = app, hosts, lane

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        found: str = scope.setdefault("state", {}).setdefault("request_id", http.request_id())
        begun = False

        async def told(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = [*message.get("headers", []), (REQUEST_ID.encode(), found.encode())]
            await send(message)

        try:
            self.hosts.check(scope)
            headers = dict(scope["headers"])
            if self.lane.takes(scope, headers):
                await self.lane.answer(scope, receive, told, headers)
            else:
                await self.app(scope, receive, told)
        except ClientDisconnect:
            return
        except Refused as refusal:
            await refused(refusal, found)(scope, receive, told)
        except Exception as error:
            refusal = masked(error, found)
            if begun:
                raise
            await refused(refusal, found)(scope, receive, told)


def never(_: Scope, _body: bytes) -> None:
    """Answers nothing at once."""


class Opening:
    """The application once its server is opened, which is when whoever runs it says that it starts.

    Attributes:
        at_once: answers, if it can, a request whose body is there already; what runs this may ask it before all else.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.app: ASGIApp | None = None
        self.at_once: AtOnce = never
        self.starting = Starlette(lifespan=self.open)

    @asynccontextmanager
    async def open(self, _: Starlette) -> AsyncGenerator[None]:
        async with opened(self.settings) as server, sweeping(server):
            gc.freeze()  # what stays for good is not looked at again by every full collection,
            gc.set_threshold(GARBAGE)  # and documents, which are thousands of objects, do not start one each
            app = create_app(server)
            self.app, self.at_once = app, app.state.lane.at_once
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self.app if self.app and scope["type"] == "http" else self.starting)(scope, receive, send)


def from_environment() -> ASGIApp:
    """The application of the environment's settings, for servers that start it by name."""
    settings = Settings.read()
    set_up_logs(settings.log_format)
    return Opening(settings)

"""GraphQL over HTTP: which requests are let in, and how they are answered."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import lru_cache

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from domain import new_id
from graphql_api import graphiql
from graphql_api.bootstrap import Server
from graphql_api.context import Context
from graphql_api.execution.operation import Answer, Path, Rights
from graphql_api.operator_key import is_operator, must_be_operator
from graphql_api.parameters import FORM, LONGEST_READ, content_type, read
from graphql_api.refusal import Refused
from graphql_api.settings import Settings

MODERN = "application/graphql-response+json"
PLAIN = "application/json"
NOT_ALLOWED = 405
PARTIAL = 294
WAY = "x-mediagraph-execution"
"""Says in development which way an operation was answered."""
ALWAYS = {"METHOD_NOT_ALLOWED": NOT_ALLOWED, "SUBSCRIPTION_UNSUPPORTED": 400, "UNAVAILABLE": 503, "BAD_REQUEST": 400}
"""Refusals that have their status for every client."""
NAMED = (
    "PERSISTED_DOCUMENT_NOT_FOUND",
    "PERSISTED_QUERY_NOT_FOUND",
    "PERSISTED_QUERY_NOT_SUPPORTED",
    "PERSISTED_DOCUMENT_REQUIRED",
)
"""Refusals of a document because of its name: they may be over with the next request, so nobody may keep them."""
MALFORMED = ("GRAPHQL_PARSE_FAILED", "LIMIT_EXCEEDED", *NAMED)
"""Refusals that are 400 also in the draft, which has 422 for the others."""
PREFLIGHT = ("apollo-require-preflight", "graphql-require-preflight", "x-requested-with")


async def graphql(http: HttpRequest) -> Response:
    """The endpoint: queries by GET or POST, mutations by POST, files by multipart; GraphiQL for a browser."""
    server: Server = http.app.state.server
    if http.method != "POST" and prefers(http, "text/html"):
        must_be_operator(http, server.settings)
        return graphiql.page()
    kind = answer_type(http.headers.get("accept", "*/*")[:LONGEST_READ])
    async with admitted(http, server), AsyncExitStack() as behind:
        request = await read(http, server.settings, behind)
        address = http.client.host if http.client else ""
        context = Context(server.parts, server.principal, server.site, http.state.request_id, address=address)
        rights = Rights(may_write=http.method == "POST", is_operator=is_operator(http, server.settings))
        answer = await server.executor.answer(request, context, rights)
    told = headers_of(answer.path, answer.refused, kind, server.settings.env)
    return Response(answer.body, status(answer, kind, server.settings), told)


def headers_of(path: Path | None, refused: str | None, kind: str, env: str) -> dict[str, str]:
    """The headers of an answer of this sort, but for those that every answer has."""
    headers = {"Content-Type": f"{kind}; charset=utf-8"}
    if refused == "METHOD_NOT_ALLOWED":
        headers["Allow"] = "POST"
    if refused in NAMED:
        headers["Cache-Control"] = "no-store"
    if path and env == "development":
        headers[WAY] = path
    return headers


@asynccontextmanager
async def admitted(http: HttpRequest, server: Server) -> AsyncGenerator[None]:
    """Lets a request in. One with files needs a header that a browser cannot send without asking first (CSRF), and a slot."""
    if http.method != "POST" and not (server.settings.takes_bare_get or asks_first(http)):
        raise Refused(400, f"Send one of the headers {', '.join(PREFLIGHT)} with a GET.", "CSRF")
    if http.method != "POST" or content_type(http) != FORM:
        yield
        return
    if not asks_first(http):
        raise Refused(400, f"Send one of the headers {', '.join(PREFLIGHT)} with files.", "CSRF")
    async with server.admission.upload(http.client.host if http.client else ""):
        yield


def asks_first(http: HttpRequest) -> bool:
    """Whether a browser would have asked the server before it sent this from a page of another site."""
    return any(http.headers.get(name) for name in PREFLIGHT)


def status(answer: Answer, kind: str, settings: Settings) -> int:
    """GraphQL over HTTP: the modern type tells a refused request by its status, the plain one for old clients does not."""
    modern, draft = kind == MODERN, settings.http_status == "draft"
    if answer.refused is None:
        return PARTIAL if modern and draft and answer.errors else 200
    if answer.refused in ALWAYS:
        return ALWAYS[answer.refused]
    if not modern:
        return 200
    return 422 if draft and answer.refused not in MALFORMED else 400


@lru_cache(maxsize=256)
def media_ranges(accept: str) -> dict[str, float]:
    """What an Accept header takes, and how much it likes it (RFC 9110, 12.5.1)."""
    ranges: dict[str, float] = {}
    for part in accept.split(","):
        name, *parameters = (text.strip() for text in part.split(";"))
        quality = next((text[2:] for text in parameters if text.startswith("q=")), "1")
        ranges[name.lower()] = float(quality) if quality.isascii() and quality.replace(".", "", 1).isdigit() else 0
    return ranges


def prefers(http: HttpRequest, kind: str) -> bool:
    """Whether this type was asked for by name, and is liked better than each of ours."""
    liked = media_ranges(http.headers.get("accept", "*/*")[:LONGEST_READ])
    return liked.get(kind, 0) > max(liked.get(MODERN, 0), liked.get(PLAIN, 0))


@lru_cache(maxsize=256)
def answer_type(accept: str) -> str:
    """The type to answer in. Raises Refused where the client takes none of ours."""
    liked = {name: quality for name, quality in media_ranges(accept).items() if quality > 0}
    named = [name for name in sorted(liked, key=lambda name: -liked[name]) if name in (MODERN, PLAIN)]
    if named:
        return named[0]
    if "*/*" in liked or "application/*" in liked:
        return PLAIN
    raise Refused(406, f"This endpoint answers {MODERN} and {PLAIN}.", "NOT_ACCEPTABLE")


def request_id() -> str:
    return new_id().hex()

"""GraphQL over HTTP: which requests there are, what they may ask for, and how they are answered."""

from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import lru_cache
from typing import Any, cast

import orjson
from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Receive

from domain import new_id
from graphql_api import graphiql
from graphql_api.bootstrap import Server
from graphql_api.context import Context
from graphql_api.execution.operation import Answer, Path, Request, Rights
from graphql_api.operator_key import is_operator, must_be_operator
from graphql_api.persisted import named_in
from graphql_api.refusal import Refused
from graphql_api.settings import Settings

MODERN = "application/graphql-response+json"
PLAIN = "application/json"
FORM = "multipart/form-data"
MOST_FILES = 20
LONGEST_READ = 1_000
"""Characters of a header that is taken apart: to read 64 KiB of commas takes a tenth of a second."""
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
        request = await read(http, server, behind)
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


def content_type(http: HttpRequest) -> str:
    return kind_of(http.headers.get("content-type", ""))


def kind_of(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def is_utf8(content_type: str) -> bool:
    """Whether a header says UTF-8 or nothing of how its text is coded."""
    parameters = content_type.partition(";")[2].lower()
    return "charset=" not in parameters or "utf-8" in parameters


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


async def read(http: HttpRequest, server: Server, behind: AsyncExitStack) -> Request:
    """The request inside a request; what came with it on disk is closed `behind` it."""
    if http.method != "POST":
        return from_query(http)
    match content_type(http):
        case "application/json":
            if not is_utf8(http.headers["content-type"]):
                raise Refused(415, "JSON is sent in UTF-8.", "UNSUPPORTED_MEDIA_TYPE")
            return request_of(loaded(await body(http.stream(), server.settings.body_limit)))
        case "multipart/form-data":
            return await from_form(http, server, behind)
        case _:
            raise Refused(415, "Send application/json, or multipart/form-data with files.", "UNSUPPORTED_MEDIA_TYPE")


def from_query(http: HttpRequest) -> Request:
    given: dict[str, Any] = dict(http.query_params)
    for name in ("variables", "extensions"):
        if name in given:
            given[name] = loaded(given[name].encode()) if given[name] else None
    return request_of(given)


async def body(chunks: AsyncIterable[bytes], limit: int) -> bytes:
    """The whole body, read no further than the limit."""
    read = bytearray()
    async for chunk in chunks:
        read += chunk
        if len(read) > limit:
            raise Refused(413, f"A request without files has at most {limit:,} bytes.", "PAYLOAD_TOO_LARGE", connection="close")
    return bytes(read)


def loaded(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Refused(400, "The request is not valid JSON.", "BAD_REQUEST") from error


def request_of(given: Any) -> Request:
    """The parameters of GraphQL over HTTP, each of its type."""
    if not isinstance(given, dict):
        raise Refused(400, "A request is one JSON object.", "BAD_REQUEST")
    found = cast("dict[str, Any]", given)
    document, is_automatic = named_in(found)
    query, name = found.get("query"), found.get("operationName")
    variables, extensions = found.get("variables"), found.get("extensions")
    if query is None and document:
        query = ""
    elif not isinstance(query, str) or not query.strip():
        raise Refused(400, "A request has a `query`, which is a text.", "BAD_REQUEST")
    if not (name is None or isinstance(name, str)) or not (variables is None or isinstance(variables, dict)):
        raise Refused(400, "`operationName` is a text, `variables` an object.", "BAD_REQUEST")
    if not (extensions is None or isinstance(extensions, dict)):
        raise Refused(400, "`extensions` is an object.", "BAD_REQUEST")
    values, wishes = cast("dict[str, Any]", variables or {}), cast("dict[str, Any]", extensions or {})
    return Request(query, name or None, values, wishes, document, is_automatic)


async def from_form(http: HttpRequest, server: Server, behind: AsyncExitStack) -> Request:
    """The GraphQL multipart request specification."""
    kind = http.headers["content-type"]
    if len(kind) > LONGEST_READ:
        raise Refused(415, f"A type has at most {LONGEST_READ:,} characters.", "UNSUPPORTED_MEDIA_TYPE")
    _, options = parse_options_header(kind)
    if options.get(b"charset", b"utf-8").lower() != b"utf-8":  # a client may not choose the codec: some take minutes
        raise Refused(415, "A form is sent in UTF-8.", "UNSUPPORTED_MEDIA_TYPE")
    limit = server.settings.upload_limit + server.settings.body_limit
    try:
        form = await HttpRequest(http.scope, bounded(http.receive, limit)).form(
            max_files=MOST_FILES, max_fields=10, max_part_size=server.settings.body_limit
        )
    except (HTTPException, MultiPartException, KeyError, ValueError, UnicodeError) as error:
        raise Refused(400, "The form is malformed, or has too many parts.", "BAD_REQUEST") from error
    behind.push_async_callback(form.close)
    operations, places = form.get("operations"), form.get("map")
    if not isinstance(operations, str) or not isinstance(places, str):
        raise Refused(400, "The parts `operations` and `map` come first.", "BAD_REQUEST")
    files = {name: value for name, value in form.items() if isinstance(value, UploadFile)}
    try:
        merged = filled(loaded(operations.encode()), loaded(places.encode()), files)
    except Refused:
        raise
    except Exception as error:  # whatever a map can point at
        raise Refused(400, "`map` points to a place or a file that is not there.", "BAD_REQUEST") from error
    return request_of(merged)


def filled(operations: Any, places: dict[str, list[str]], files: dict[str, UploadFile]) -> Any:
    """The operations with each file in its places. They are ours alone: to copy them first would take longer than to parse them.

    Raises whatever comes of a place or a file that is not there.
    """
    for name, paths in places.items():
        file = files[name]
        for path in paths:
            *within, last = path.split(".")
            target = operations
            for key in within:
                target = target[place_in(target, key)]
            target[place_in(target, last)] = file
    return operations


def place_in(target: Any, key: str) -> int | str:
    return int(key) if isinstance(target, list) else key


def bounded(receive: Receive, limit: int) -> Receive:
    """The same messages, their bytes counted as they come."""
    seen = 0

    async def counted() -> Any:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise Refused(413, f"A request with files has at most {limit:,} bytes.", "PAYLOAD_TOO_LARGE", connection="close")
        return message

    return counted


def request_id() -> str:
    return new_id().hex()

"""GraphQL over HTTP: which requests there are, what they may ask for, and how they are answered."""

from typing import Any, cast

import orjson
from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Receive
from strawberry.file_uploads.utils import replace_placeholders_with_files

from domain import new_id
from graphql_api import graphiql
from graphql_api.bootstrap import Server
from graphql_api.context import Context
from graphql_api.execution.executor import Answer, Request

MODERN = "application/graphql-response+json"
PLAIN = "application/json"
MOST_FILES = 20
NOT_ALLOWED = 405
PREFLIGHT = ("apollo-require-preflight", "graphql-require-preflight", "x-requested-with")


class Refused(Exception):
    """A request that is answered before anything is run."""

    def __init__(self, status: int, message: str, code: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.headers = status, message, code, headers


async def graphql(http: HttpRequest) -> Response:
    """The endpoint: queries by GET or POST, mutations by POST, files by multipart; GraphiQL for a browser."""
    server: Server = http.app.state.server
    if http.method != "POST" and prefers(http, "text/html"):
        return graphiql.page()
    try:
        kind = answer_type(http)
        request = await read(http, server)
        context = Context(server.parts, server.principal, server.site, http.state.request_id)
        answer = await server.executor.answer(request, context, may_write=http.method == "POST")
    except Refused as refusal:
        return refused(refusal)
    code = status(answer, kind)
    headers = {"Allow": "POST"} if code == NOT_ALLOWED else None
    return Response(answer.body, code, headers, media_type=f"{kind}; charset=utf-8")


def refused(refusal: Refused) -> Response:
    """The one shape of errors, also for what is no GraphQL."""
    body = orjson.dumps({"errors": [{"message": refusal.message, "extensions": {"code": refusal.code}}]})
    headers = {name.replace("_", "-").title(): value for name, value in refusal.headers.items()}
    return Response(body, refusal.status, headers, media_type="application/json; charset=utf-8")


def status(answer: Answer, content_type: str) -> int:
    """GraphQL over HTTP: the modern type tells a refused request by its status, the plain one for old clients does not."""
    if answer.refused is None:
        return 200
    if answer.refused == "METHOD_NOT_ALLOWED":
        return NOT_ALLOWED
    return 400 if content_type == MODERN else 200


def media_ranges(http: HttpRequest) -> dict[str, float]:
    """What the client accepts, and how much it likes it (RFC 9110, 12.5.1)."""
    ranges: dict[str, float] = {}
    for part in http.headers.get("accept", "*/*").split(","):
        name, *parameters = (text.strip() for text in part.split(";"))
        quality = next((text[2:] for text in parameters if text.startswith("q=")), "1")
        ranges[name.lower()] = float(quality) if quality.isascii() and quality.replace(".", "", 1).isdigit() else 0
    return ranges


def prefers(http: HttpRequest, kind: str) -> bool:
    """Whether this type was asked for by name, and is liked better than each of ours."""
    liked = media_ranges(http)
    return liked.get(kind, 0) > max(liked.get(MODERN, 0), liked.get(PLAIN, 0))


def answer_type(http: HttpRequest) -> str:
    """The type to answer in. Raises Refused where the client takes none of ours."""
    liked = {name: quality for name, quality in media_ranges(http).items() if quality > 0}
    named = [name for name in sorted(liked, key=lambda name: -liked[name]) if name in (MODERN, PLAIN)]
    if named:
        return named[0]
    if "*/*" in liked or "application/*" in liked:
        return PLAIN
    raise Refused(406, f"This endpoint answers {MODERN} and {PLAIN}.", "NOT_ACCEPTABLE")


async def read(http: HttpRequest, server: Server) -> Request:
    """The request inside a request."""
    if http.method != "POST":
        return from_query(http)
    kind, _, charset = http.headers.get("content-type", "").partition(";")
    match kind.strip().lower():
        case "application/json":
            if "charset=" in charset.lower() and "utf-8" not in charset.lower():
                raise Refused(415, "JSON is sent in UTF-8.", "UNSUPPORTED_MEDIA_TYPE")
            return request_of(loaded(await body(http, server.settings.body_limit)))
        case "multipart/form-data":
            return await from_form(http, server)
        case _:
            raise Refused(415, "Send application/json, or multipart/form-data with files.", "UNSUPPORTED_MEDIA_TYPE")


def from_query(http: HttpRequest) -> Request:
    given: dict[str, Any] = dict(http.query_params)
    for name in ("variables", "extensions"):
        if name in given:
            given[name] = loaded(given[name].encode()) if given[name] else None
    return request_of(given)


async def body(http: HttpRequest, limit: int) -> bytes:
    """The whole body, read no further than the limit."""
    read = bytearray()
    async for chunk in http.stream():
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
    query, name, variables = found.get("query"), found.get("operationName"), found.get("variables")
    if not isinstance(query, str) or not query.strip():
        raise Refused(400, "`query` is a text.", "BAD_REQUEST")
    if not isinstance(name, str | None) or not isinstance(variables, dict | None):
        raise Refused(400, "`operationName` is a text, `variables` an object.", "BAD_REQUEST")
    if not isinstance(found.get("extensions"), dict | None):
        raise Refused(400, "`extensions` is an object.", "BAD_REQUEST")
    return Request(query, name or None, cast("dict[str, Any]", variables or {}))


async def from_form(http: HttpRequest, server: Server) -> Request:
    """The GraphQL multipart request specification. A browser cannot send its header without asking first (CSRF)."""
    if not any(http.headers.get(name) for name in PREFLIGHT):
        raise Refused(400, f"Send one of the headers {', '.join(PREFLIGHT)} with files.", "CSRF")
    _, options = parse_options_header(http.headers.get("content-type"))
    if options.get(b"charset", b"utf-8").lower() != b"utf-8":  # a client may not choose the codec: some take minutes
        raise Refused(415, "A form is sent in UTF-8.", "UNSUPPORTED_MEDIA_TYPE")
    limit = server.settings.upload_limit + server.settings.body_limit
    try:
        form = await HttpRequest(http.scope, bounded(http.receive, limit)).form(
            max_files=MOST_FILES, max_fields=10, max_part_size=server.settings.body_limit
        )
    except (HTTPException, MultiPartException, KeyError, ValueError, UnicodeError) as error:
        raise Refused(400, "The form is malformed, or has too many parts.", "BAD_REQUEST") from error
    operations, places = form.get("operations"), form.get("map")
    if not isinstance(operations, str) or not isinstance(places, str):
        raise Refused(400, "The parts `operations` and `map` come first.", "BAD_REQUEST")
    files = {name: value for name, value in form.items() if isinstance(value, UploadFile)}
    try:
        merged = replace_placeholders_with_files(loaded(operations.encode()), loaded(places.encode()), files)
    except Refused:
        raise
    except Exception as error:  # whatever a map can point at
        raise Refused(400, "`map` points to a place or a file that is not there.", "BAD_REQUEST") from error
    return request_of(merged)


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


__all__ = ["Refused", "graphql", "refused", "request_id"]

"""The parameters of a GraphQL request, wherever HTTP has them: in a JSON body, in an address, or in a form with files."""

from collections.abc import AsyncIterable
from contextlib import AsyncExitStack
from typing import Any, cast

import orjson
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request as HttpRequest
from starlette.types import Receive

from graphql_api.execution.operation import Request
from graphql_api.persisted import named_in
from graphql_api.refusal import Refused
from graphql_api.settings import Settings

FORM = "multipart/form-data"
MOST_FILES = 20
LONGEST_READ = 1_000
"""Characters of a header that is taken apart: to read 64 KiB of commas takes a tenth of a second."""


def content_type(http: HttpRequest) -> str:
    return kind_of(http.headers.get("content-type", ""))


def kind_of(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def is_utf8(content_type: str) -> bool:
    """Whether a header says UTF-8 or nothing of how its text is coded."""
    parameters = content_type.partition(";")[2].lower()
    return "charset=" not in parameters or "utf-8" in parameters


async def read(http: HttpRequest, settings: Settings, behind: AsyncExitStack) -> Request:
    """The request inside a request; what came with it on disk is closed `behind` it."""
    if http.method != "POST":
        return from_query(http)
    match content_type(http):
        case "application/json":
            if not is_utf8(http.headers["content-type"]):
                raise Refused(415, "JSON is sent in UTF-8.", "UNSUPPORTED_MEDIA_TYPE")
            return request_of(loaded(await body(http.stream(), settings.body_limit)))
        case "multipart/form-data":
            return await from_form(http, settings, behind)
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


async def from_form(http: HttpRequest, settings: Settings, behind: AsyncExitStack) -> Request:
    """The GraphQL multipart request specification."""
    form = await form_of(http, settings)
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


async def form_of(http: HttpRequest, settings: Settings) -> FormData:
    """The parts of a form, its files on disk. Raises Refused for one that is malformed, or has too much."""
    check_form(http.headers["content-type"])
    limit = settings.upload_limit + settings.body_limit
    try:
        return await HttpRequest(http.scope, bounded(http.receive, limit)).form(
            max_files=MOST_FILES, max_fields=10, max_part_size=settings.body_limit
        )
    except (HTTPException, MultiPartException, KeyError, ValueError, UnicodeError) as error:
        raise Refused(400, "The form is malformed, or has too many parts.", "BAD_REQUEST") from error


def check_form(content_type: str) -> None:
    """A client may not choose the codec: some take minutes."""
    if len(content_type) > LONGEST_READ:
        raise Refused(415, f"A type has at most {LONGEST_READ:,} characters.", "UNSUPPORTED_MEDIA_TYPE")
    _, options = parse_options_header(content_type)
    if options.get(b"charset", b"utf-8").lower() != b"utf-8":
        raise Refused(415, "A form is sent in UTF-8.", "UNSUPPORTED_MEDIA_TYPE")


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

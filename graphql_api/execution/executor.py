"""Answers operations: remembers documents by their text, runs them on graphql-core, masks what nobody should read."""

import logging
import time
from collections import OrderedDict
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import orjson
import strawberry
import structlog
from graphql import DocumentNode, GraphQLError, OperationType, parse, validate
from graphql.utilities import get_operation_ast

from domain.errors import Fault
from graphql_api.context import Context
from graphql_api.core import core_of, execute

REMEMBERED = 500
LONGEST_REMEMBERED = 16 * 1024
"""Characters of a document that is worth remembering: 500 of them are 8 MiB of text."""
MOST_TOKENS = 2_000
MOST_ERRORS = 5
INTERNAL = "Something went wrong on our side. Tell us the id and we will find out what."
TOO_DEEP: dict[str, Any] = {"message": "The answer is nested too deep.", "extensions": {"code": "LIMIT_EXCEEDED"}}
log = structlog.get_logger("mediagraph")
statements: ContextVar[list[str] | None] = ContextVar("statements", default=None)


def count_statement(sql: str) -> None:
    """Notes a statement of the request under way, if there is one."""
    seen = statements.get()
    if seen is not None and not sql.startswith("BEGIN"):
        seen.append(sql)


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks: a document, which of its operations, and the values of its variables."""

    query: str
    operation_name: str | None = None
    variables: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Answer:
    """The response's bytes; `refused` says by its code why nothing was run, so that there is no `data`."""

    body: bytes
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """A document as parsed and validated."""

    document: DocumentNode
    errors: list[dict[str, Any]]


class Executor:
    """Runs operations over one schema."""

    def __init__(self, schema: strawberry.Schema) -> None:
        self.core = core_of(schema)
        self.known: OrderedDict[str, Operation] = OrderedDict()

    async def answer(self, request: Request, context: Context, *, may_write: bool = True) -> Answer:
        """The answer, whatever happens on the way; one line is logged for it."""
        seen: list[str] = []
        token = statements.set(seen)
        started = time.perf_counter()
        try:
            found, refused = await self.result(request, context, may_write=may_write)
        finally:
            await context.end()
            statements.reset(token)
        log.info(
            "operation", name=name_of(self.known.get(request.query), request), ms=round((time.perf_counter() - started) * 1e3, 2),
            sql=len(seen), request_id=context.request_id, refused=refused, errors=len(found.get("errors", [])),
        )  # fmt: skip
        return Answer(encoded(found), found["errors"][0]["extensions"]["code"] if refused else None)

    async def result(self, request: Request, context: Context, *, may_write: bool) -> tuple[dict[str, Any], bool]:
        operation = self.operation(request.query)
        errors = operation.errors or wrong_operation(operation.document, request.operation_name, may_write=may_write)
        if errors:
            return {"errors": errors}, True
        ran: Any = execute(
            self.core, operation.document, context.principal.library, context, request.variables, request.operation_name
        )
        ran = await ran if hasattr(ran, "__await__") else ran
        shown = [formatted(error, context.request_id) for error in ran.errors or ()]
        if shown and ran.data is None and all(error.path is None for error in ran.errors):
            return {"errors": shown}, True  # the variables were refused, nothing has run
        return {"data": ran.data} | ({"errors": shown} if shown else {}), False

    def operation(self, text: str) -> Operation:
        """The document, read once for all who send it."""
        found = self.known.get(text)
        if found is not None:
            self.known.move_to_end(text)
            return found
        read = self.read(text)
        if not read.errors and len(text) <= LONGEST_REMEMBERED:
            self.known[text] = read
            if len(self.known) > REMEMBERED:
                self.known.popitem(last=False)
        return read

    def read(self, text: str) -> Operation:
        try:
            document = parse(text, max_tokens=MOST_TOKENS)
        except GraphQLError as error:
            return Operation(DocumentNode(definitions=()), [coded(error, "GRAPHQL_PARSE_FAILED")])
        errors = validate(self.core, document, max_errors=MOST_ERRORS)
        return Operation(document, [coded(error, "GRAPHQL_VALIDATION_FAILED") for error in errors])


def encoded(found: dict[str, Any]) -> bytes:
    """The answer as JSON; one nested deeper than JSON encoders go is refused."""
    try:
        return orjson.dumps(found)
    except TypeError:
        return orjson.dumps({"data": None, "errors": [TOO_DEEP]})


def name_of(operation: Operation | None, request: Request) -> str | None:
    """What the operation is called in its document, where the request does not say."""
    chosen = get_operation_ast(operation.document, request.operation_name) if operation else None
    return chosen.name.value if chosen and chosen.name else request.operation_name


def wrong_operation(document: DocumentNode, name: str | None, *, may_write: bool) -> list[dict[str, Any]]:
    """Why none of the document's operations can be run; empty if one can."""
    chosen = get_operation_ast(document, name)
    if chosen is None:
        return [{"message": "Name one operation of the document.", "extensions": {"code": "OPERATION_RESOLUTION_FAILURE"}}]
    if chosen.operation is OperationType.MUTATION and not may_write:
        return [{"message": "A mutation is sent by POST.", "extensions": {"code": "METHOD_NOT_ALLOWED"}}]
    return []


def coded(error: GraphQLError, code: str) -> dict[str, Any]:
    shown: dict[str, Any] = dict(error.formatted)
    return shown | {"extensions": {**shown.get("extensions", {}), "code": code}}


def formatted(error: GraphQLError, request_id: str) -> dict[str, Any]:
    """An error as clients read it: a fault by its code, bad input as such, anything else masked."""
    original = error.original_error
    while isinstance(original, GraphQLError):
        original = original.original_error
    if isinstance(original, Fault):
        return coded(error, str(original.code)) | {"message": original.message}
    if isinstance(original, RecursionError):
        return {"path": error.path or []} | TOO_DEEP
    if original is None or error.path is None:  # without a path it is a variable, and nothing has run
        return coded(error, "BAD_USER_INPUT")
    logging.getLogger("mediagraph").error("An operation failed. id=%s", request_id, exc_info=original)
    masked = {"message": INTERNAL, "extensions": {"code": "INTERNAL", "id": request_id}}
    return {name: value for name, value in error.formatted.items() if name in ("locations", "path")} | masked

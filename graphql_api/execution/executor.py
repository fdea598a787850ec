"""Answers operations: checks what they ask for, remembers documents by their text, runs them by a plan or on graphql-core."""

import asyncio
import logging
import time
from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, cast

import orjson
import strawberry
import structlog
from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, OperationType, parse, validate
from graphql.utilities import get_operation_ast
from graphql.validation.rules import overlapping_fields_can_be_merged

from domain.errors import Fault
from graphql_api.admission import bucket
from graphql_api.context import Context
from graphql_api.core import core_of, execute
from graphql_api.execution.aside import SteppedAside
from graphql_api.execution.budget import Budget, OverBudget, check_variables, scan
from graphql_api.execution.documents import Documents, Unknown
from graphql_api.execution.measure import Impossible, Measure, measure, whole_schema
from graphql_api.execution.plan import Bound, Plan
from graphql_api.execution.plans import Plans, planned, plans_of
from graphql_api.execution.remembered import Remembered
from graphql_api.execution.telling import TOO_DEEP, coded, error, formatted
from graphql_api.execution.turns import TooMany, Turns

REMEMBERED = 500
LONGEST_REMEMBERED = 16 * 1024
"""Characters of a document that is worth remembering: 500 of them are 8 MiB of text."""
MOST_TOKENS = 100_000
"""Of all documents that are remembered: the tree of a token takes some 350 bytes."""
SHORT = 500
"""The cost up to which a plan that reads things by their keys is run at once, on the loop's own thread."""
MOST_ERRORS = 5
MOST_COMPARISONS = 50_000
LONGEST_NAME = 80
TRANSPORTS = """A subscription is not sent by POST or GET: it needs a stream (graphql-transport-ws over WebSocket, or \
text/event-stream), and this server has none yet."""
NO_INTROSPECTION = "Introspection needs the operator's key here."
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = MOST_COMPARISONS
log = structlog.get_logger("mediagraph")
statements: ContextVar[list[str] | None] = ContextVar("statements", default=None)


def count_statement(sql: str) -> None:
    """Notes a statement of the request under way, if there is one."""
    seen = statements.get()
    if seen is not None and not sql.startswith("BEGIN"):
        seen.append(sql)


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks: a document, which of its operations, the values of its variables, and further wishes.

    Attributes:
        query: the text; empty where the document is only named.
        document: what the document is called, if it is.
        is_automatic: whether the text may be kept under that name, which is its hash.
    """

    query: str
    operation_name: str | None = None
    variables: dict[str, Any] = field(default_factory=dict[str, Any])
    extensions: dict[str, Any] = field(default_factory=dict[str, Any])
    document: str | None = None
    is_automatic: bool = False

    @property
    def key(self) -> tuple[str | None, str | None]:
        """What its operation is remembered by: no name of a document is a text of one."""
        return self.query or self.document, self.operation_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What the way a request came in allows it."""

    may_write: bool = True
    is_operator: bool = True


ANY = Rights()
DEFAULT = Budget()


class Path(StrEnum):
    """How an operation was answered: by its plan, by graphql-core, or by graphql-core after its plan had stepped aside."""

    PLAN = "plan"
    CORE = "graphql-core"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Answer:
    """The response's bytes, how many errors are in them, and which way they were made.

    Attributes:
        refused: by its code why nothing was run, so that there is no `data`.
    """

    body: bytes
    errors: int = 0
    path: Path | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a document, as it was measured and found valid."""

    document: DocumentNode
    node: OperationDefinitionNode
    measure: Measure
    plans: Plans

    @property
    def writes(self) -> bool:
        return self.node.operation is OperationType.MUTATION


class Invalid(Exception):
    """A request that is not run, and the errors that say why."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Way:
    """A plan, what one request gives it, and whether it reads but a few rows by their keys."""

    plan: Plan
    bound: Bound
    is_short: bool


def stepped_aside(operation: Operation, context: Context, reason: Exception) -> Path:
    """Notes that a plan did not answer; why, where that is no fault of the request or of a row."""
    operation.plans.stepped_aside()
    if not isinstance(reason, SteppedAside | Fault):
        logging.getLogger("mediagraph").warning("A plan failed. id=%s", context.request_id, exc_info=reason)
    return Path.ASIDE


class Executor:
    """Runs operations over one schema, within one budget."""

    def __init__(
        self, schema: strawberry.Schema, budget: Budget = DEFAULT, documents: Documents | None = None, *, planning: bool = True
    ) -> None:
        self.schema, self.core = schema, core_of(schema)
        self.budget = replace(budget, introspection_cost=whole_schema(self.core, budget))
        self.planning = planning
        self.documents = documents or Documents()
        self.known = Remembered[Operation](REMEMBERED, MOST_TOKENS)
        self.turns = Turns()
        self.paths: Counter[Path] = Counter()

    async def answer(self, request: Request, context: Context, rights: Rights = ANY) -> Answer:
        """The answer, whatever happens on the way; one line is logged for it."""
        seen: list[str] = []
        token = statements.set(seen)
        started = time.perf_counter()
        try:
            answer = await self.answered(request, context, rights)
        except Invalid as invalid:
            code = str(invalid.errors[0]["extensions"]["code"])
            answer = Answer(self.encoded({"errors": invalid.errors}), len(invalid.errors), refused=code)
        finally:
            await context.end()
            statements.reset(token)
        log.info(
            "operation", name=self.name_of(request), ms=round((time.perf_counter() - started) * 1e3, 2), sql=len(seen),
            path=answer.path, request_id=context.request_id, refused=answer.refused, errors=answer.errors,
        )  # fmt: skip
        return answer

    async def answered(self, request: Request, context: Context, rights: Rights) -> Answer:
        """The answer. Raises Invalid where nothing is run."""
        try:
            check_variables(request.variables, self.budget)
            operation = await self.operation(request, context, rights)
            cost = operation.measure.check(request.variables, self.budget)
        except (OverBudget, Unknown) as refused:
            raise Invalid([refused.formatted]) from refused
        except (TooMany, TimeoutError) as many:
            raise Invalid([error("Too many new documents wait to be read: try again.", "UNAVAILABLE")]) from many
        self.check_rights(operation, rights)
        answer = await self.ran(operation, request, context, rights, cost)
        self.paths[answer.path or Path.CORE] += 1
        return answer

    async def operation(self, request: Request, context: Context, rights: Rights) -> Operation:
        """The operation, read once for all who send it.

        Raises:
            OverBudget: it asks for more than it may.
            Invalid: it is no GraphQL, or not of this schema.
            Unknown: there is no document of that name, or it is not run here.
            TooMany, TimeoutError: too many others are to be read.
        """
        if request.document or self.documents.trusted_only:
            self.documents.check(request.document, request.query, may_any=rights.is_operator)
        found = self.known.get(request.key) or await self.fresh(request, context, rights)
        if request.is_automatic and request.document and request.query:
            self.documents.keep(request.document, request.query)
        return found

    async def fresh(self, request: Request, context: Context, rights: Rights) -> Operation:
        """An operation that is not remembered. What the operator trusts waits for nobody; others have as long as a query has."""
        key, name = request.key, request.document
        if name and not request.query:
            request = replace(request, query=self.documents.text_of(name, is_automatic=request.is_automatic))
        if self.documents.trusts(name, request.query):
            return self.known.get(request.key) or self.kept(key, request, self.read(request, rights))
        async with asyncio.timeout(self.budget.seconds - (time.monotonic() - context.began)):
            await self.turns.beside(request.key)
            if found := self.known.get(request.key):
                return self.kept(key, request, found)
            async with self.turns.turn(request.key, bucket(context.address)):
                found = self.known.get(request.key) or self.read(request, rights)
                return self.kept(key, request, found)

    def kept(self, key: Any, request: Request, found: Operation) -> Operation:
        """The operation, remembered by what it was asked for with."""
        if len(request.query) <= LONGEST_REMEMBERED:
            for one in {key, request.key}:
                self.known.keep(one, found, found.document.token_count)
        return found

    def read(self, request: Request, rights: Rights) -> Operation:
        """Counts, parses, measures and validates, in this order: the cheapest refusal comes first."""
        scan(request.query, self.budget)
        try:
            document = parse(request.query, max_tokens=self.budget.tokens)
        except GraphQLError as wrong:
            raise Invalid([coded(wrong, "GRAPHQL_PARSE_FAILED")]) from wrong
        node = get_operation_ast(document, request.operation_name)
        if node is None:
            raise Invalid([error("Name one operation of the document.", "OPERATION_RESOLUTION_FAILURE")])
        if node.operation is OperationType.SUBSCRIPTION:
            raise Invalid([error(TRANSPORTS, "SUBSCRIPTION_UNSUPPORTED")])
        try:
            measured = measure(self.core, document, node, self.budget)
        except Impossible as wrong:
            raise Invalid([error(str(wrong), "GRAPHQL_VALIDATION_FAILED")]) from wrong
        measured.check(request.variables, self.budget)
        wrongs = validate(self.core, document, max_errors=MOST_ERRORS, hide_suggestions=not rights.is_operator)
        if wrongs:
            raise Invalid([coded(wrong, "GRAPHQL_VALIDATION_FAILED") for wrong in wrongs])
        return Operation(document, node, measured, plans_of(document, node))

    def check_rights(self, operation: Operation, rights: Rights) -> None:
        """Raises Invalid for what this way in does not allow."""
        if operation.writes and not rights.may_write:
            raise Invalid([error("A mutation is sent by POST.", "METHOD_NOT_ALLOWED")])
        if operation.measure.introspects and not rights.is_operator:
            raise Invalid([error(NO_INTROSPECTION, "GRAPHQL_VALIDATION_FAILED")])

    async def ran(self, operation: Operation, request: Request, context: Context, rights: Rights, cost: int) -> Answer:
        """The answer of a plan, else of graphql-core, within the time there is."""
        extensions = self.told_of(operation, cost) if request.extensions.get("cost") else {}
        way = self.way(operation, request, context, cost)
        if isinstance(way, Way) and way.is_short and (data := await self.by_plan(operation, context, way)) is not None:
            return self.wrapped(data, extensions)  # it is over before a clock could be set
        seconds = self.budget.write_seconds if operation.writes else self.budget.seconds
        try:
            async with asyncio.timeout(seconds - (time.monotonic() - context.began)):
                if (
                    isinstance(way, Way)
                    and not way.is_short
                    and (data := await self.by_plan(operation, context, way)) is not None
                ):
                    return self.wrapped(data, extensions)
                found = await self.by_core(operation, request, context, rights)
        except TimeoutError:
            found = {"data": None, "errors": [error(f"This took longer than {seconds:g} s and was given up.", "TIMEOUT")]}
        errors = cast("list[Any]", found.get("errors", []))
        path = Path.ASIDE if isinstance(way, Way) else way
        return Answer(self.encoded(found | ({"extensions": extensions} if extensions else {})), len(errors), path)

    def told_of(self, operation: Operation, cost: int) -> dict[str, Any]:
        """What a client learns of the price of its request."""
        return {"cost": {"estimated": cost, "limit": self.budget.cost, "depth": operation.measure.depth}}

    def way(self, operation: Operation, request: Request, context: Context, cost: int) -> "Way | Path":
        """The plan and what this request gives it; or how else it is answered. Where plans stepped aside before, the request
        pays for both ways.
        """
        if not self.planning or operation.writes or operation.measure.introspects:
            return Path.CORE
        if operation.plans.asides and 2 * cost > self.budget.cost:
            return Path.CORE
        try:
            found = planned(self.schema, operation.document, operation.node, operation.plans, request.variables)
        except Exception as reason:  # noqa: BLE001 - of arguments, mostly; graphql-core tells it exactly
            return stepped_aside(operation, context, reason)
        return Way(*found, is_short=found[0].names_only and cost <= SHORT) if found else Path.CORE

    async def by_plan(self, operation: Operation, context: Context, way: "Way") -> bytes | None:
        """The bytes of `data`; None where the plan stepped aside and graphql-core has to answer."""
        steps = way.plan.steps(context.principal.library_id, way.bound, context.site)
        try:
            data = await context.parts.database.answered(context.principal, steps, is_short=way.is_short)
        except Exception as reason:  # noqa: BLE001 - whatever it was, graphql-core runs next and tells it exactly
            stepped_aside(operation, context, reason)
            return None
        operation.plans.answered()
        return data

    def wrapped(self, data: bytes, extensions: dict[str, Any]) -> Answer:
        """The response around the bytes of `data`."""
        more = b',"extensions":' + orjson.dumps(extensions) if extensions else b""
        body = b'{"data":' + data + more + b"}"
        return Answer(body, 0, Path.PLAN) if len(body) <= self.budget.response else Answer(self.too_large(body), 1, Path.PLAN)

    async def by_core(self, operation: Operation, request: Request, context: Context, rights: Rights) -> dict[str, Any]:
        """The result of graphql-core."""
        ran: Any = execute(
            self.core, operation.document, context.principal.library, context, request.variables, request.operation_name,
            hide_suggestions=not rights.is_operator,
        )  # fmt: skip
        ran = await ran if hasattr(ran, "__await__") else ran
        shown = [formatted(wrong, context.request_id) for wrong in ran.errors or ()]
        if shown and ran.data is None and all(wrong.path is None for wrong in ran.errors):
            raise Invalid(shown)  # the variables were refused, nothing has run
        return {"data": ran.data} | ({"errors": shown} if shown else {})

    def encoded(self, found: dict[str, Any]) -> bytes:
        """The answer as JSON; one that is too large, or nested deeper than JSON encoders go, is refused."""
        try:
            body = orjson.dumps(found)
        except TypeError:
            return orjson.dumps({"data": None, "errors": [TOO_DEEP]})
        return body if len(body) <= self.budget.response else self.too_large(body)

    def too_large(self, body: bytes) -> bytes:
        most = self.budget.response
        over = OverBudget(f"An answer has at most {most:,} bytes: ask for less.", "response", most, len(body))
        return orjson.dumps({"data": None, "errors": [over.formatted]})

    def name_of(self, request: Request) -> str | None:
        """What the operation is called, in the document where the request does not say."""
        known = self.known.get(request.key)
        name = known.node.name.value if known and known.node.name else request.operation_name
        return name[:LONGEST_NAME] if name else None

"""Answers requests: checks what they ask for, reads each document once for all who send it, and has it run."""

import asyncio
import time
from collections import Counter
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

import strawberry
import structlog
from graphql import GraphQLError, OperationType, parse, validate
from graphql.utilities import get_operation_ast
from graphql.validation.rules import overlapping_fields_can_be_merged

from graphql_api.admission import bucket
from graphql_api.context import Context
from graphql_api.core import core_of
from graphql_api.execution.budget import Budget, OverBudget, check_variables, scan
from graphql_api.execution.documents import Documents, Unknown
from graphql_api.execution.measuring import Impossible, measure, whole_schema
from graphql_api.execution.operation import ANY, Answer, Invalid, Operation, Path, Request, Rights
from graphql_api.execution.plans import plans_of
from graphql_api.execution.remembered import Remembered
from graphql_api.execution.running import Begun, Runner
from graphql_api.execution.telling import coded, error
from graphql_api.execution.turns import TooMany, Turns

REMEMBERED = 500
LONGEST_REMEMBERED = 16 * 1024
"""Characters of a document that is worth remembering: 500 of them are 8 MiB of text."""
MOST_TOKENS = 100_000
"""Of all documents that are remembered: the tree of a token takes some 350 bytes."""
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


DEFAULT = Budget()


class Executor:
    """Runs operations over one schema, within one budget."""

    def __init__(
        self, schema: strawberry.Schema, budget: Budget = DEFAULT, documents: Documents | None = None, *, planning: bool = True
    ) -> None:
        self.core = core_of(schema)
        self.budget = replace(budget, introspection_cost=whole_schema(self.core, budget))
        self.runner = Runner(schema, self.budget, planning=planning)
        self.documents = documents or Documents()
        self.known = Remembered[Operation](REMEMBERED, MOST_TOKENS)
        self.turns = Turns()
        self.paths: Counter[Path] = Counter()
        self.log = log.bind()  # bound once: each request has a line

    async def answer(self, request: Request, context: Context, rights: Rights = ANY) -> Answer:
        """The answer, whatever happens on the way; one line is logged for it."""
        return await self.go_on(Begun(request, context, rights))

    def at_once(self, begun: Begun) -> Answer | None:
        """The answer, logged, where the document is known and its plan waits for nobody; else `go_on` has to answer."""
        request, token = begun.request, statements.set(begun.seen)
        try:
            check_variables(request.variables, self.budget)
            if operation := self.remembered(request, begun.rights):
                self.begin(begun, operation)
        except (OverBudget, Unknown, Invalid):  # `go_on` comes to the same, and tells it
            return None
        finally:
            statements.reset(token)
        return self.told(begun, begun.found) if isinstance(begun.found, Answer) else None

    async def go_on(self, begun: Begun) -> Answer:
        """The answer to what was begun, whatever happens on the way; one line is logged for it."""
        token = statements.set(begun.seen)
        try:
            answer = await self.answered(begun)
        except Invalid as invalid:
            code = str(invalid.errors[0]["extensions"]["code"])
            answer = Answer(self.runner.encoded({"errors": invalid.errors}), len(invalid.errors), refused=code)
        finally:
            await begun.context.end()
            statements.reset(token)
        return self.told(begun, answer)

    def told(self, begun: Begun, answer: Answer) -> Answer:
        """The answer, counted, and told in the log."""
        if answer.refused is None:
            self.paths[answer.path or Path.CORE] += 1
        self.log.info(
            "operation", name=self.name_of(begun), ms=round((time.perf_counter() - begun.started) * 1e3, 2), sql=len(begun.seen),
            path=answer.path, request_id=begun.context.request_id, refused=answer.refused, errors=answer.errors,
        )  # fmt: skip
        return answer

    async def answered(self, begun: Begun) -> Answer:
        """The answer. Raises Invalid where nothing is run."""
        try:
            operation = begun.operation or await self.checked(begun)
        except (OverBudget, Unknown) as refused:
            raise Invalid([refused.formatted]) from refused
        except (TooMany, TimeoutError) as many:
            raise Invalid([error("Too many new documents wait to be read: try again.", "UNAVAILABLE")]) from many
        found = begun.found
        return found if isinstance(found, Answer) else await self.runner.ran(operation, found, begun)

    async def checked(self, begun: Begun) -> Operation:
        """The operation, begun; raises what `operation` and `begin` do."""
        check_variables(begun.request.variables, self.budget)
        return self.begin(begun, await self.operation(begun.request, begun.context, begun.rights))

    def begin(self, begun: Begun, operation: Operation) -> Operation:
        """Comes as far as it takes no waiting. Raises OverBudget or Invalid for what is not run."""
        if begun.request.is_automatic and begun.request.document and begun.request.query:
            self.documents.keep(begun.request.document, begun.request.query)
        cost = operation.measure.check(begun.request.variables, self.budget)
        self.check_rights(operation, begun.rights)
        begun.operation, begun.cost = operation, cost
        begun.found = self.runner.at_once(operation, begun)
        return operation

    async def operation(self, request: Request, context: Context, rights: Rights) -> Operation:
        """The operation, read once for all who send it.

        Raises:
            OverBudget: it asks for more than it may.
            Invalid: it is no GraphQL, or not of this schema.
            Unknown: there is no document of that name, or it is not run here.
            TooMany, TimeoutError: too many others are to be read.
        """
        return self.remembered(request, rights) or await self.fresh(request, context, rights)

    def remembered(self, request: Request, rights: Rights) -> Operation | None:
        """The operation, if it was read before. Raises Unknown for a document that is not to be trusted."""
        if request.document or self.documents.trusted_only:
            self.documents.check(request.document, request.query, may_any=rights.is_operator)
        return self.known.get(request.key)

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

    def name_of(self, begun: Begun) -> str | None:
        """What the operation is called, in the document where the request does not say."""
        known = begun.operation or self.known.get(begun.request.key)
        name = known.node.name.value if known and known.node.name else begun.request.operation_name
        return name[:LONGEST_NAME] if name else None

"""Runs an operation that was read and found valid: by its plan, else on graphql-core, within the time there is."""

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import Any, cast

import orjson
import strawberry
from graphql import GraphQLError

from domain.errors import Fault, FaultCode
from domain.reading import Steps, TakesLong
from graphql_api.context import Context
from graphql_api.core import core_of, execute
from graphql_api.execution.aside import SteppedAside
from graphql_api.execution.budget import Budget, OverBudget
from graphql_api.execution.operation import ANY, Answer, Invalid, Operation, Path, Request, Rights
from graphql_api.execution.plan import Bound, Plan
from graphql_api.execution.plans import Planning
from graphql_api.execution.telling import TOO_DEEP, error, formatted

SHORT = 500
"""The cost up to which a plan that reads things by their keys is run at once, on the loop's own thread."""


@dataclass(frozen=True, slots=True)
class Way:
    """A plan, what one request gives it, and whether it reads but a few rows by their keys."""

    plan: Plan
    bound: Bound
    is_short: bool


@dataclass(slots=True)
class Begun:
    """A request under way, and how far it came.

    Attributes:
        operation: None while it is not known, or may not be run.
        cost: of the operation with these variables.
        found: the answer, if that took no waiting; else the way to it.
        seen: the statements it took.
    """

    request: Request
    context: Context
    rights: Rights = ANY
    operation: Operation | None = None
    cost: int = 0
    found: Answer | Way | Path = Path.CORE
    seen: list[str] = field(default_factory=list[str])
    started: float = field(default_factory=time.perf_counter)


def stepped_aside(operation: Operation, context: Context, reason: Exception) -> Path:
    """Notes that a plan did not answer; why, where that is no fault of the request or of a row."""
    operation.plans.stepped_aside()
    if not isinstance(reason, SteppedAside | Fault):
        logging.getLogger("mediagraph").warning("A plan failed. id=%s", context.request_id, exc_info=reason)
    return Path.ASIDE


class Runner:
    """Runs operations over one schema, within one budget; `planning`: by plans where there are."""

    def __init__(self, schema: strawberry.Schema, budget: Budget, *, planning: bool) -> None:
        self.core, self.plans = core_of(schema), Planning(schema)
        self.budget, self.planning = budget, planning

    def at_once(self, operation: Operation, begun: Begun) -> Answer | Way | Path:
        """The answer of a plan that waits for nobody; else the way to go on, with `ran`."""
        way, context = self.way(operation, begun), begun.context
        if not isinstance(way, Way) or not way.is_short:
            return way
        try:
            data = context.parts.database.answered_at_once(context.principal, self.steps(way, context))
        except TakesLong:
            return way
        except Exception as reason:  # noqa: BLE001 - whatever it was, graphql-core runs next and tells it exactly
            return stepped_aside(operation, context, reason)
        operation.plans.answered()
        return self.wrapped(data, operation, begun)

    async def ran(self, operation: Operation, way: Way | Path, begun: Begun) -> Answer:
        """The answer of a plan, else of graphql-core, within the time there is."""
        path = way if isinstance(way, Path) else Path.PLAN
        seconds = self.budget.write_seconds if operation.writes else self.budget.seconds
        try:
            async with asyncio.timeout(seconds - (time.monotonic() - begun.context.began)):
                if isinstance(way, Way):
                    if data := await self.by_plan(operation, way, begun.context):
                        return self.wrapped(data, operation, begun)
                    path = Path.ASIDE
                found = await self.by_core(operation, begun)
        except TimeoutError:
            found = {"data": None, "errors": [error(f"This took longer than {seconds:g} s and was given up.", "TIMEOUT")]}
        errors = cast("list[Any]", found.get("errors", []))
        return Answer(self.encoded(found | self.price_told(operation, begun)), len(errors), path)

    def price_told(self, operation: Operation, begun: Begun) -> dict[str, Any]:
        """What a client learns of the price of its request, if it asks."""
        if not begun.request.extensions.get("cost"):
            return {}
        told = {"estimated": begun.cost, "limit": self.budget.cost, "depth": operation.measure.depth}
        return {"extensions": {"cost": told}}

    def way(self, operation: Operation, begun: Begun) -> Way | Path:
        """The plan and what this request gives it; or how else it is answered."""
        if not self.planning or operation.writes or operation.measure.introspects:
            return Path.CORE
        if operation.plans.asides and 2 * begun.cost > self.budget.cost:  # it could have to pay for both ways
            operation.plans.spare()
            return Path.CORE
        try:
            found = self.plans.planned(operation.document, operation.node, operation.plans, begun.request.variables)
        except (Fault, GraphQLError) as wrong:  # of the arguments: nothing was read, and it says nothing of the next request
            code = wrong.code if isinstance(wrong, Fault) else FaultCode.INVALID
            logging.getLogger("mediagraph").debug("An argument was refused: %s %s", code, wrong.message)
            return Path.ASIDE
        except Exception as reason:  # noqa: BLE001 - whatever it was, graphql-core tells it exactly
            return stepped_aside(operation, begun.context, reason)
        if found is None:
            return Path.CORE
        plan, bound = found
        return Way(plan, bound, plan.names_only and begun.cost <= SHORT and begun.context.parts.database.is_at_hand)

    def steps(self, way: Way, context: Context) -> Steps:
        return way.plan.steps(context.principal.library_id, way.bound, context.site)

    async def by_plan(self, operation: Operation, way: Way, context: Context) -> bytes | None:
        """The bytes of `data`; None where the plan stepped aside and graphql-core has to answer."""
        try:
            data = await context.parts.database.answered(context.principal, self.steps(way, context))
        except Exception as reason:  # noqa: BLE001 - whatever it was, graphql-core runs next and tells it exactly
            stepped_aside(operation, context, reason)
            return None
        operation.plans.answered()
        return data

    def wrapped(self, data: bytes, operation: Operation, begun: Begun) -> Answer:
        """The response around the bytes of `data`."""
        price = self.price_told(operation, begun)
        body = b'{"data":' + data + (b"," + orjson.dumps(price)[1:] if price else b"}")
        return Answer(body, 0, Path.PLAN) if len(body) <= self.budget.response else Answer(self.too_large(body), 1, Path.PLAN)

    async def by_core(self, operation: Operation, begun: Begun) -> dict[str, Any]:
        """The result of graphql-core."""
        request, context = begun.request, begun.context
        ran: Any = execute(
            self.core, operation.document, context.principal.library, context, request.variables, request.operation_name,
            hide_suggestions=not begun.rights.is_operator,
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

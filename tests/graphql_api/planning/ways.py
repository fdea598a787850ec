"""Two ways to one answer: a server's executor, and one that never plans."""

from dataclasses import dataclass, field
from typing import Any

from domain import Principal
from graphql_api.bootstrap import Server
from graphql_api.context import Context
from graphql_api.execution.budget import Budget
from graphql_api.execution.executor import Executor
from graphql_api.execution.operation import Answer, Path, Request
from graphql_api.execution.plan import Plan
from graphql_api.execution.plans import Plans

REQUEST = "the same request"
"""The id of every request, which errors tell."""


@dataclass
class Ways:
    """The answers of both ways over one database."""

    server: Server
    budget: Budget = field(default_factory=Budget)
    statements: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self.server.database.on_statement(self.statements.append)
        self.planning = Executor(self.server.schema, self.budget)
        self.stock = Executor(self.server.schema, self.budget, planning=False)

    async def answer(
        self, executor: Executor, query: str, variables: dict[str, Any] | None = None, principal: Principal | None = None
    ) -> Answer:
        server = self.server
        context = Context(server.parts, principal or server.principal, server.site, REQUEST)
        return await executor.answer(Request(query, None, variables or {}), context)

    async def answers(
        self, query: str, variables: dict[str, Any] | None = None, principal: Principal | None = None
    ) -> tuple[Answer, Answer]:
        """That of the executor that plans, and that of graphql-core."""
        planned = await self.answer(self.planning, query, variables, principal)
        return planned, await self.answer(self.stock, query, variables, principal)

    async def both(self, query: str, variables: dict[str, Any] | None = None, principal: Principal | None = None) -> bytes:
        """The body that both ways answer, one of them by a plan."""
        planned, stock = await self.answers(query, variables, principal)
        assert planned.path is Path.PLAN, (planned.path, query, variables, stock.body[:500])
        assert stock.path is not Path.PLAN
        assert planned.body == stock.body, (query, variables)
        assert not stock.errors, stock.body
        return planned.body

    async def aside(self, query: str, variables: dict[str, Any] | None = None) -> bytes:
        """The body that both ways answer, after the plan could not."""
        planned, stock = await self.answers(query, variables)
        assert (planned.path, planned.body) == (Path.ASIDE, stock.body), (planned, stock, query)
        return planned.body

    async def counted(self, query: str) -> int:
        """How many statements a plan takes that both ways answer alike."""
        await self.both(query)
        self.statements.clear()
        await self.answer(self.planning, query)
        return len(self.statements)

    def plan(self, query: str) -> Plan:
        """The one plan that was made for a document."""
        (found,) = [plan for plan in self.plans(query).known.values() if plan]
        return found

    def plans(self, query: str) -> Plans:
        """All that were made for a document."""
        operation = self.planning.known.get(Request(query).key)
        assert operation
        return operation.plans

"""The plans of operations: made once for each outcome of the variables in @skip and @include, kept with the operation."""

import logging
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import strawberry
from graphql import (
    DirectiveNode,
    DocumentNode,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    TypeNode,
    VariableNode,
    visit,
)
from graphql.execution.values import VariableValues, get_variable_values
from graphql.language import Visitor

from graphql_api.core import core_of
from graphql_api.execution.plan import Bound, Plan
from graphql_api.execution.planner import Planner

MOST_PLANS = 16
"""Of one operation: a client cannot fill memory by flipping booleans."""
MOST_IN_ALL = 1_000
"""Of all operations; one takes some 36 KB."""
MOST_SOURCE = 4 * 1024 * 1024
"""Characters of the sources of all plans; with what a plan has besides, one stands for some 10 bytes."""
Outcome = tuple[Any, ...]


@dataclass(slots=True, eq=False)
class Plans:
    """The plans of one operation, and how often they stepped aside of late.

    Attributes:
        decided_by: the variables that say which fields are there at all.
        plain: the variables and what their values are as they come, where all are of types that need no conversion.
        known: by what these variables say; None where there is no plan.
        asides: how often in a row a plan stepped aside.
        resting: so many requests go straight to graphql-core.
    """

    decided_by: tuple[str, ...]
    plain: dict[str, type[Any]] | None = None
    known: OrderedDict[Outcome, Plan | None] = field(default_factory=OrderedDict[Outcome, "Plan | None"])
    asides: int = 0
    resting: int = 0

    def stepped_aside(self) -> None:
        """After the second time in a row 2 requests are spared the detour, then 6, 14 and so on, 1,022 at most."""
        self.asides += 1
        self.resting = min(2**self.asides, 1024) - 2

    def spare(self) -> None:
        """A request that could not pay for a detour goes without; after as many as stepped aside the plan is tried again."""
        self.asides -= 1

    def answered(self) -> None:
        self.asides = 0


PLAIN: dict[str, type[Any]] = {"ID": str, "String": str, "Boolean": bool}


def deciding(node: OperationDefinitionNode, names: set[str]) -> tuple[str, ...]:
    """The variables in directives that are truth values here: what is called so in another operation decides nothing."""
    return tuple(sorted({
        one.variable.name.value for one in node.variable_definitions or ()
        if one.variable.name.value in names and named_type(one.type) == "Boolean"
    }))  # fmt: skip


def named_type(node: TypeNode) -> str | None:
    """The name of a type that is no list."""
    inner = node.type if isinstance(node, NonNullTypeNode) else node
    return inner.name.value if isinstance(inner, NamedTypeNode) else None


def plain_types(node: OperationDefinitionNode) -> dict[str, type[Any]] | None:
    """The variables of an operation with the types of their values; None where one is of another type, or has a default."""
    found: dict[str, type[Any]] = {}
    for one in node.variable_definitions or ():
        name = named_type(one.type)
        if name not in PLAIN or one.default_value:
            return None
        found[one.variable.name.value] = PLAIN[name]
    return found


def plain_values(types: dict[str, type[Any]] | None, given: dict[str, Any]) -> VariableValues | None:
    """The values as graphql-core would have them, where that is what was given; None where it has to look."""
    if types is None or any(type(given.get(name)) is not wanted for name, wanted in types.items()):
        return None
    return VariableValues({}, {name: given[name] for name in types})


def plans_of(document: DocumentNode, node: OperationDefinitionNode) -> Plans:
    """The plans of an operation of this document; none yet."""
    names: set[str] = set()

    class Directives(Visitor):
        def enter_directive(self, directive: DirectiveNode, *_: Any) -> None:
            values = [argument.value for argument in directive.arguments or ()]
            names.update(value.name.value for value in values if isinstance(value, VariableNode))

    visit(document, Directives())
    return Plans(deciding(node, names), plain_types(node))


class Planning:
    """Makes plans over one schema, and keeps those of all operations that were used of late."""

    def __init__(self, schema: strawberry.Schema, most: int = MOST_IN_ALL, most_source: int = MOST_SOURCE) -> None:
        self.schema, self.most, self.most_source = schema, most, most_source
        self.used: OrderedDict[tuple[Plans, Outcome], None] = OrderedDict()
        self.source = 0

    def planned(
        self, document: DocumentNode, node: OperationDefinitionNode, plans: Plans, given: dict[str, Any]
    ) -> tuple[Plan, Bound] | None:
        """The plan for these variables, and what they give it; None where graphql-core has to answer."""
        if plans.resting:
            plans.resting -= 1
            return None
        values = plain_values(plans.plain, given)
        if values is None:
            coerced = get_variable_values(core_of(self.schema), node.variable_definitions or (), given)
            if not isinstance(coerced, VariableValues):
                return None
            values = coerced
        plan = self.plan_for(document, node, plans, values)
        return (plan, plan.bind(values)) if plan else None

    def plan_for(
        self, document: DocumentNode, node: OperationDefinitionNode, plans: Plans, values: VariableValues
    ) -> Plan | None:
        """The plan of this outcome; made if it is not known."""
        outcome = tuple([values.coerced.get(name) for name in plans.decided_by])
        if outcome in plans.known:
            self.used.move_to_end((plans, outcome))
        else:
            plans.known[outcome] = plan = self.made(document, node, values)
            self.used[plans, outcome] = None
            self.source += source_of(plan)
            self.forget(plans)
        return plans.known[outcome]

    def forget(self, plans: Plans) -> None:
        """Of these plans, and of all, those that were made or used the longest ago go where there are too many."""
        if len(plans.known) > MOST_PLANS:
            outcome, gone = plans.known.popitem(last=False)
            del self.used[plans, outcome]
            self.source -= source_of(gone)
        while len(self.used) > self.most or self.source > self.most_source:
            (old, outcome), _ = self.used.popitem(last=False)
            self.source -= source_of(old.known.pop(outcome))

    def made(self, document: DocumentNode, node: OperationDefinitionNode, values: VariableValues) -> Plan | None:
        """A new plan. One that cannot be made for a reason nobody thought of is none: the operation is answered all the same."""
        try:
            return Planner(self.schema, document, node, values).plan()
        except Exception:
            logging.getLogger("mediagraph").exception("An operation could not be planned.")
            return None


def source_of(plan: Plan | None) -> int:
    """Characters of a plan's source."""
    return len(plan.source) if plan else 0

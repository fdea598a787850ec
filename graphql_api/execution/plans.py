"""The plans of operations: made once for each outcome of the variables in @skip and @include, kept with the operation."""

import logging
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import strawberry
from graphql import DirectiveNode, DocumentNode, NamedTypeNode, NonNullTypeNode, OperationDefinitionNode, VariableNode, visit
from graphql.execution.values import VariableValues, get_variable_values
from graphql.language import Visitor

from graphql_api.core import core_of
from graphql_api.execution.plan import Bound, Plan
from graphql_api.execution.planner import Planner

MOST_PLANS = 16
"""Of one operation: a client cannot fill memory by flipping booleans."""
Outcome = tuple[Any, ...]


@dataclass(slots=True)
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


def plain_types(node: OperationDefinitionNode) -> dict[str, type[Any]] | None:
    """The variables of an operation with the types of their values; None where one is of another type, or has a default."""
    found: dict[str, type[Any]] = {}
    for one in node.variable_definitions or ():
        inner = one.type.type if isinstance(one.type, NonNullTypeNode) else one.type
        if not isinstance(inner, NamedTypeNode) or inner.name.value not in PLAIN or one.default_value:
            return None
        found[one.variable.name.value] = PLAIN[inner.name.value]
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
    return Plans(tuple(sorted(names)), plain_types(node))


def planned(
    schema: strawberry.Schema, document: DocumentNode, node: OperationDefinitionNode, plans: Plans, given: dict[str, Any]
) -> tuple[Plan, Bound] | None:
    """The plan for these variables, and what they give it; None where graphql-core has to answer."""
    if plans.resting:
        plans.resting -= 1
        return None
    values = plain_values(plans.plain, given) or get_variable_values(core_of(schema), node.variable_definitions or (), given)
    if not isinstance(values, VariableValues):
        return None
    plan = plan_for(schema, document, node, plans, values)
    return (plan, plan.bind(values)) if plan else None


def plan_for(
    schema: strawberry.Schema, document: DocumentNode, node: OperationDefinitionNode, plans: Plans, values: VariableValues
) -> Plan | None:
    """The plan of this outcome; made if it is not known."""
    outcome = tuple(values.coerced.get(name) for name in plans.decided_by)
    if outcome not in plans.known:
        plans.known[outcome] = made(schema, document, node, values)
        if len(plans.known) > MOST_PLANS:
            plans.known.popitem(last=False)
    return plans.known[outcome]


def made(schema: strawberry.Schema, document: DocumentNode, node: OperationDefinitionNode, values: VariableValues) -> Plan | None:
    """A new plan. One that cannot be made for a reason nobody thought of is none: the operation is answered all the same."""
    try:
        return Planner(schema, document, node, values).plan()
    except Exception:
        logging.getLogger("mediagraph").exception("An operation could not be planned.")
        return None

"""How much an operation compares: the values in filters, once for each page and once for each count that they narrow.

They are counted before a filter is converted: it costs as much to convert, to compile and to run as it has values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    FieldNode,
    GraphQLField,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    ValueNode,
    VariableNode,
)

from graphql_api.core import named
from graphql_api.execution.cost import NOTHING, Cost, Size, total

SUMMARIES = ("totalCount", "totalCountIsCapped", "facets", "aggregate", "timeline")
"""What of a connection is read apart from its page."""
Filters = dict[str, Cost]
"""What each variable compares. One object stands for all uses of a variable, so that they are reckoned once."""


@dataclass(frozen=True, slots=True)
class Parts(Size):
    """How many values a variable holds; `absent` is the number of an absent one."""

    def of(self, variables: dict[str, Any]) -> int:
        return parts_of(variables[self.variable]) if self.variable in variables else self.absent


def parts_of(value: Any) -> int:
    """How many values there are in a value. What is empty is one too."""
    found, waiting = 0, [value]
    while waiting:
        one = waiting.pop()
        if one and isinstance(one, dict):
            waiting += cast("dict[str, Any]", one).values()
        elif one and isinstance(one, list):
            waiting += cast("list[Any]", one)
        else:
            found += 1
    return found


def written(node: ValueNode) -> tuple[int, list[str]]:
    """The same of a literal: the values that are written there, and the variables."""
    found, names, waiting = 0, list[str](), [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, VariableNode):
            names.append(one.name.value)
        elif isinstance(one, ObjectValueNode) and one.fields:
            waiting += [each.value for each in one.fields]
        elif isinstance(one, ListValueNode) and one.values:
            waiting += one.values
        else:
            found += 1
    return found, names


def filters_of(operation: OperationDefinitionNode) -> Filters:
    """What each variable would compare in a filter."""
    sizes = Filters()
    for one in operation.variable_definitions or ():
        name, absent = one.variable.name.value, written(one.default_value)[0] if one.default_value else 0
        sizes[name] = Cost(0, ((Parts(name, absent), Cost(1)),))
    return sizes


def compared(node: FieldNode, known: GraphQLField | None, selected: Mapping[str, set[str]], filters: Filters) -> Cost:
    """What the filters of a field compare, for its page and for each summary that is selected of it."""
    found = list[Cost]()
    for one in node.arguments or ():
        if known and is_filter(known.args.get(one.name.value)):
            fixed, names = written(one.value)
            found += [Cost(fixed), *(filters.get(name, NOTHING) for name in names)]
    return total(found).times(max(readings(selected), 1)) if found else NOTHING


def readings(selected: Mapping[str, set[str]]) -> int:
    """How often a list is read: once for its page, and once for each summary."""
    return any(name not in SUMMARIES for name in selected) + sum(len(selected.get(name, ())) for name in SUMMARIES)


def is_filter(argument: Any) -> bool:
    return argument is not None and named(argument.type).name.endswith("Filter")

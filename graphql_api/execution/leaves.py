"""Expressions of values: what a field's type asks of a value, so that an answer never says what graphql-core would refuse."""

from collections.abc import Callable
from functools import cache
from typing import Any

from graphql import GraphQLEnumType, GraphQLScalarType

from graphql_api.execution.aside import LEAST, MOST, Words
from graphql_api.execution.writer import Writer

AS_THEY_ARE = {"ID", "String", "Boolean", "BigInt", "URL", "JSON"}
"""Scalars whose values, as rows have them, are what the wire has."""
CHECKED = {"Int": "whole", "Float": "finite", "BigInt": "big", "String": "words", "Boolean": "truth"}
"""Scalars of which not every value can be told, and the function that looks; of what is made of JSON, nobody knows its types."""
INLINE = {"Int": f"{LEAST} <= {{0}} | 0 <= {MOST}", "Float": "{0} - {0} == 0", "BigInt": "{0} | 0 == {0}"}
"""The same look without a call, at the plain value of a column. `| 0` fails for what is not whole, which SQLite lets in."""


def leaf(writer: Writer, kind: Any, value: str, *, required: bool, of_row: bool) -> str:
    """The expression of a value that has no fields of its own.

    Args:
        writer: has the constants.
        kind: its type, not null.
        value: the expression of what it is made of.
        required: whether null steps aside.
        of_row: whether it is the plain value of a column, which is cheap to name twice; else of an object or a function.
    """
    if isinstance(kind, GraphQLEnumType):
        return f"{writer.constant(names_of(kind, required=required))}[{value}]"
    if of_row and kind.name in INLINE:
        look = INLINE[kind.name].format(value)
        return (
            f"({value} if {value} is not None and {look} else no())"
            if required
            else f"({value} if {value} is None or {look} else no())"
        )
    if kind.name in CHECKED and not of_row:
        value = f"{CHECKED[kind.name]}({value})"
    elif kind.name not in AS_THEY_ARE and not (of_row and kind.name == "DateTime"):
        value = f"{writer.constant(serialized(kind))}({value})"
    if not required:
        return value
    return f"({value} if {value} is not None else no())" if of_row else f"need({value})"


@cache
def names_of(kind: GraphQLEnumType, *, required: bool) -> Words:
    """From what rows and objects hold to the names of an enum; null among them unless it is refused.

    One of each enum: expressions that say the same are then the same, and types of an interface share them.
    """
    found = Words() if required else Words({None: None})
    for name, value in kind.values.items():
        found[getattr(value.value, "value", value.value)] = name
    return found


@cache
def serialized(kind: GraphQLScalarType) -> Callable[[Any], Any]:
    """Any other scalar is told by its own function."""
    return lambda value: None if value is None else kind.serialize(value)

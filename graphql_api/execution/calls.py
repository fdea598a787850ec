"""What fields' arguments come to, as it is found: equal calls once, those without a variable once for all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import FieldNode, GraphQLNonNull, ListValueNode, ObjectValueNode, ValueNode, VariableNode, print_ast
from graphql.execution.values import get_argument_values
from strawberry.types.arguments import convert_arguments

from graphql_api.core import nullable
from graphql_api.fields import Relation, Wish

Variables = Any
UNKNOWN: Any = object()
UNCONVERTED = ("ID", "String", "Int", "Boolean")


@dataclass(eq=False)
class Call:
    """The arguments of a field, and what is made of them: once for all where they hold no variable.

    What `above` comes to, the function takes before them.
    """

    number: int
    given: Callable[[Variables], dict[str, Any]]
    made: Callable[..., Any]
    is_constant: bool
    known: Any = UNKNOWN
    above: "Call | None" = None

    def value(self, variables: Variables) -> Any:
        if self.known is not UNKNOWN:
            return self.known
        above = (self.above.value(variables),) if self.above else ()
        value = self.made(*above, **self.given(variables))
        if self.is_constant:
            self.known = value
        return value


class Calls:
    """The calls of one plan."""

    def __init__(self, schema: strawberry.Schema) -> None:
        self.config, self.scalars = schema.config, schema.schema_converter.scalar_registry
        self.known: dict[Any, Call] = {}
        self.numbered: list[Call] = []

    def wish(self, relation: Relation, field: Any, node: FieldNode, above: Call | None = None) -> Call:
        """What a field's arguments ask of its relation; a count and a page of the same field share it."""
        if relation.wish is None:
            return NO_WISH
        return self.shared(relation.wish, field, node, above if relation.given else None)

    def shared(self, made: Any, field: Any, node: FieldNode, above: Call | None = None) -> Call:
        """The one call of a function with arguments that say the same, and with what it is given from above."""
        same = (made, spelled(node), above)
        if same not in self.known:
            self.known[same] = self.call(made, field, node, above)
        return self.known[same]

    def call(self, made: Any, field: Any, node: FieldNode, above: Call | None = None) -> Call:
        """A function, to be called with a field's arguments."""
        definition = field.extensions["strawberry-definition"]
        plain, certain = self.plain(field, definition, node), never_null(field, node)

        def fits(known: dict[str, Any]) -> bool:
            return all(name in known for name in plain or ()) and all(known[name] is not None for name in certain)

        def given(variables: Variables) -> dict[str, Any]:
            if plain and fits(variables.coerced):
                return {python: variables.coerced[name] for name, python in plain.items()}
            values = get_argument_values(field, node, variables)
            return convert_arguments(values, definition.arguments, self.scalars, self.config)

        is_constant = not uses_variables(node) and (above is None or above.is_constant)
        return Call(-1, given, made, is_constant, above=above)

    def plain(self, field: Any, definition: Any, node: FieldNode) -> dict[str, str] | None:
        """From variables to the names of arguments, where all arguments are variables of types that need no conversion."""
        names = {self.config.name_converter.get_graphql_name(one): one.python_name for one in definition.arguments}
        found: dict[str, str] = {}
        for one in node.arguments or ():
            kind = nullable(field.args[one.name.value].type)
            if not isinstance(one.value, VariableNode) or getattr(kind, "name", "") not in UNCONVERTED:
                return None
            found[one.value.name.value] = names[one.name.value]
        return found if len(found) == len(node.arguments or ()) else None

    def kept(self, call: Call) -> Call:
        """The call, with a number under which its result is found."""
        if call.number < 0:
            call.number = len(self.numbered)
            self.numbered.append(call)
        return call


def constant(value: Any) -> Call:
    """What is the same whatever a request says."""
    return Call(-1, dict, dict, is_constant=True, known=value)


NO_WISH = constant(Wish(first=1))
WHOLE = constant(Wish())


def spelled(node: FieldNode) -> tuple[str, ...]:
    """The arguments of a field, alike where they say the same in the same words."""
    return tuple(sorted(print_ast(argument) for argument in node.arguments or ()))


def never_null(field: Any, node: FieldNode) -> list[str]:
    """The variables that are arguments which may not be null. They can be null themselves, where they have a default."""
    return [
        one.value.name.value for one in node.arguments or ()
        if isinstance(one.value, VariableNode) and isinstance(field.args[one.name.value].type, GraphQLNonNull)
    ]  # fmt: skip


def uses_variables(node: FieldNode) -> bool:
    return any(is_variable(argument.value) for argument in node.arguments or ())


def is_variable(value: ValueNode) -> bool:
    """Whether a value is a variable, or has one in it."""
    match value:
        case VariableNode():
            return True
        case ListValueNode(values=inner):
            return any(map(is_variable, inner))
        case ObjectValueNode(fields=fields):
            return any(is_variable(field.value) for field in fields)
        case _:
            return False

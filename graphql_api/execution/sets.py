"""The sets of a plan as they are found: each once, however many aliases ask for it."""

from typing import Any

import strawberry
from graphql import FieldNode, GraphQLNonNull, ListValueNode, ObjectValueNode, ValueNode, VariableNode, print_ast
from graphql.execution.values import get_argument_values
from strawberry.types.arguments import convert_arguments

from graphql_api.core import nullable
from graphql_api.execution.nodes import Call, SetNode, Variables
from graphql_api.fields import Relation, Wish

UNCONVERTED = ("ID", "String", "Int", "Boolean")


class Sets:
    """What is to be read, and the arguments that say which of it."""

    def __init__(self, schema: strawberry.Schema) -> None:
        self.config, self.scalars = schema.config, schema.schema_converter.scalar_registry
        self.all: list[SetNode] = []
        self.calls: list[Call] = []
        self.known: dict[Any, SetNode] = {}
        self.wishes: dict[Any, Call] = {}

    def of(self, parent: SetNode | None, relation: Relation, wish: Call, summary: Call | None = None) -> SetNode:
        """The set a relation leads to from the rows of another one, or from the library; or what it comes to."""
        same = (parent, relation.name, relation.key, relation.trash, relation.counted, relation.ruled, wish, summary)
        if same not in self.known:
            self.known[same] = self.added(SetNode(len(self.all), relation, wish, parent, summary))
        return self.known[same]

    def of_things(self, names: Call, thing: str, relation: Relation) -> SetNode:
        """The set of the things called so that arguments name."""
        made = SetNode(len(self.all), relation, constant(Wish(first=1)), names=names, thing=thing, types=None, is_single=True)
        return self.added(made)

    def added(self, node: SetNode) -> SetNode:
        self.all.append(node)
        return node

    def wish(self, relation: Relation, field: Any, node: FieldNode, given: Call | None = None) -> Call:
        """What a field's arguments ask of its relation; a count and a page of the same field share it."""
        if relation.wish is None:
            return NO_WISH
        return self.shared(relation.wish, field, node, given if relation.given else None)

    def shared(self, made: Any, field: Any, node: FieldNode, given: Call | None = None) -> Call:
        """The one call of a function with arguments that say the same, and with what it is given from above."""
        same = (made, spelled(node), given)
        if same not in self.wishes:
            self.wishes[same] = self.call(made, field, node, given)
        return self.wishes[same]

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
            call.number = len(self.calls)
            self.calls.append(call)
        return call

    def levels(self) -> list[list[SetNode]]:
        """The sets by how many others must be read before them."""
        depths: dict[SetNode, int] = {}
        levels: list[list[SetNode]] = []
        for node in self.all:  # a parent comes before what is followed from it
            depth = depths[node] = depths[node.parent] + 1 if node.parent else 0
            if depth == len(levels):
                levels.append([])
            levels[depth].append(node)
        return levels

    def names_only(self) -> bool:
        return all(node.names for node in self.all if node.parent is None)


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

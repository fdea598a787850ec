"""Joins the fields of extensions to the core's types, for one schema; refuses those that plans could not read."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import strawberry
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, get_named_type
from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from graphql_api.core import core_of
from graphql_api.extension import BadExtension, Extension
from graphql_api.fields import DECLARED, Derived, Either, Gathered, Named, OfSearch, Relation, Summed, Tallied
from graphql_api.node import NODES, node_query

Joined = dict[str, dict[str, StrawberryField]]
"""By the name of a type the fields that join it, by their names in Python."""
Composite = GraphQLObjectType | GraphQLInterfaceType


class LibrarySchema(strawberry.Schema):
    """A schema of the core's types with the fields that join them. The types themselves stay what they are for others.

    Attributes:
        nodes: what an id can name, and where that is read.
        joined: the fields of extensions.
    """

    def __init__(
        self, query: type[Any], mutation: type[Any], joining: Sequence[Extension], *, types: Sequence[type[Any]], scalars: Any
    ) -> None:  # fmt: skip
        self.nodes = NODES | {name: one for extension in joining for name, one in extension.nodes.items()}
        self.joined = joined(joining)
        if joining:
            self.joined["Query"] = {**self.joined.get("Query", {}), **fields_of(node_query(self.nodes))}
        config = StrawberryConfig(scalar_map=scalars)
        super().__init__(query, mutation, types=types, config=config)  # pyright: ignore[reportUnknownMemberType]

    def get_fields(self, type_definition: StrawberryObjectDefinition) -> list[StrawberryField]:
        """The fields of a type, and behind them what joins it or an interface of it."""
        found = {one.python_name: one for one in super().get_fields(type_definition)}
        for name in (*(one.name for one in type_definition.interfaces), type_definition.name):
            found |= self.joined.get(name, {})
        return list(found.values())


def fields_of(view: Any) -> dict[str, StrawberryField]:
    """The fields of a Strawberry type by their names in Python. Raises BadExtension for what is none."""
    definition = getattr(view, "__strawberry_definition__", None)
    if definition is None:
        raise BadExtension(f"{view!r} is no Strawberry type.")
    return {one.python_name: one for one in definition.fields}


def joined(extensions: Sequence[Extension]) -> Joined:
    """What extensions add to types. Raises BadExtension where two add the same."""
    found: Joined = {}
    for extension in extensions:
        for name, view in extension.contributed.items():
            known, more = found.setdefault(name, {}), fields_of(view)
            if twice := known.keys() & more.keys():
                raise BadExtension(f"{extension.name} adds {name}.{min(twice)}, and so does another extension.")
            known |= more
    return found


def check_fit(core: GraphQLSchema, extensions: Sequence[Extension]) -> None:
    """Raises BadExtension where an extension adds to what is no type of the core, or what is there already."""
    for extension in extensions:
        for name, view in extension.contributed.items():
            kind = core.type_map.get(name)
            if not isinstance(kind, Composite):
                raise BadExtension(f"{extension.name} adds fields to {name}, which is no type of the core that has fields.")
            known = {field.extensions["strawberry-definition"].python_name for field in kind.fields.values()}
            if taken := sorted(known & fields_of(view).keys()):
                raise BadExtension(f"{extension.name} adds {name}.{taken[0]}, which is there already.")


def check_planned(schema: LibrarySchema) -> None:
    """Raises BadExtension for a field that a query reaches and that a resolver of its own answers: no plan can read it."""
    kinds: list[Any] = list(readable(core_of(schema)).values())
    by_hand = [f"{kind.name}.{name}" for kind in kinds for name, field in kind.fields.items() if is_by_hand(kind, field, schema)]
    if by_hand:
        raise BadExtension(f"{', '.join(sorted(by_hand))}: a field that is read has one of the forms of graphql_api.declare.")


def is_by_hand(kind: Composite, field: Any, schema: LibrarySchema) -> bool:
    """Whether a field has a resolver of its own, or joins a type whose rows cannot have it."""
    definition = field.extensions["strawberry-definition"]
    if definition.metadata.get(DECLARED) is not None:
        return False
    names = (*(one.name for one in kind.interfaces), kind.name)
    return bool(definition.base_resolver) or any(definition.python_name in schema.joined.get(name, {}) for name in names)


def readable(core: GraphQLSchema) -> Mapping[str, Composite]:
    """The types with fields that a query can reach, by name."""
    seen: dict[str, Composite] = {}
    waiting: list[Any] = [core.query_type]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Composite) and one.name not in seen:
            seen[one.name] = one
            waiting += [get_named_type(field.type) for field in one.fields.values()]
            waiting += core.get_possible_types(one) if isinstance(one, GraphQLInterfaceType) else ()
    return seen


def relations_of(schema: LibrarySchema) -> set[str]:
    """The names of all relations that fields of a schema are read from."""
    kinds = (kind for kind in core_of(schema).type_map.values() if isinstance(kind, Composite) and not kind.name.startswith("__"))
    fields = (field.extensions["strawberry-definition"] for kind in kinds for field in kind.fields.values())
    return {name for definition in fields for name in named_by(definition.metadata.get(DECLARED))}


def named_by(declared: Any) -> Iterator[str]:
    """The relations that one declaration names."""
    match declared:
        case Relation():
            yield declared.name
        case Named() | Either():
            yield from (one.name for one in declared.relations.values())
        case Gathered():
            yield from (one.relation.name for one in declared.parts)
        case Derived() | OfSearch() | Summed() | Tallied() if declared.relation:
            yield declared.relation.name
        case _:
            pass

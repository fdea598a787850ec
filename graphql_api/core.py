"""The doors to graphql-core that have no public or fully typed form."""

from typing import Any, cast

import graphql
import strawberry

execute = cast("Any", graphql.execute)  # pyright: ignore[reportUnknownMemberType]


def core_of(schema: strawberry.Schema) -> graphql.GraphQLSchema:
    """graphql-core's schema under a Strawberry schema; Strawberry keeps it in a private name."""
    return schema._schema  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


named = cast("Any", graphql.get_named_type)
coerced = cast("Any", graphql.coerce_input_value)  # pyright: ignore[reportUnknownMemberType]
check_input = cast("Any", graphql.validate_input_value)  # pyright: ignore[reportUnknownMemberType]
nullable = cast("Any", graphql.get_nullable_type)  # pyright: ignore[reportUnknownMemberType]


def inner(field: graphql.GraphQLField) -> Any:
    """The type that a field leads to, whatever lists it is in."""
    return named(type_of(field))


def is_list(field: graphql.GraphQLField) -> bool:
    """Whether a field has many of what it leads to."""
    return isinstance(nullable(type_of(field)), graphql.GraphQLList)


def type_of(field: graphql.GraphQLField) -> Any:
    return cast("Any", field).type


def item_of(kind: Any) -> Any:
    """The type of what is in a list."""
    return kind.of_type


def mark_one_of(core: graphql.GraphQLSchema) -> None:
    """Tells graphql-core which inputs take exactly one field: Strawberry does only when it runs operations itself, and without
    this a literal of none or two would be refused when the mutations before it are done.
    """
    for kind in core.type_map.values():
        if isinstance(kind, graphql.GraphQLInputObjectType):
            kind.is_one_of = bool(getattr(kind.extensions.get("strawberry-definition"), "is_one_of", False))

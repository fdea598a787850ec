"""The doors to graphql-core that have no public or fully typed form."""

from typing import Any, cast

import graphql
import strawberry

execute = cast("Any", graphql.execute)  # pyright: ignore[reportUnknownMemberType]


def core_of(schema: strawberry.Schema) -> graphql.GraphQLSchema:
    """graphql-core's schema under a Strawberry schema; Strawberry keeps it in a private name."""
    return schema._schema  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


named = cast("Any", graphql.get_named_type)
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

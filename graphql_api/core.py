"""The two doors to graphql-core that have no public or fully typed form."""

from typing import Any, cast

import graphql
import strawberry

execute = cast("Any", graphql.execute)  # pyright: ignore[reportUnknownMemberType]


def core_of(schema: strawberry.Schema) -> graphql.GraphQLSchema:
    """graphql-core's schema under a Strawberry schema; Strawberry keeps it in a private name."""
    return schema._schema  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]

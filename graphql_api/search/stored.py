"""Filters and orders in their JSON form: as clients send them in variables, as facets hand them out, and as rules keep them."""

from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from typing import Any, cast

import strawberry
from graphql import GraphQLError, GraphQLList, GraphQLNonNull
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import convert_argument

from domain.errors import Fault, Invalid, Path
from domain.reading import Order
from domain.search import DEEPEST, Filter, check_size, shape
from graphql_api.core import check_input, coerced, core_of, mark_one_of
from graphql_api.scalars import SCALARS
from graphql_api.search.filter import MediaFilter, to_filter
from graphql_api.search.order import MediaOrder, to_order

DEEPEST_JSON = 4 * DEEPEST
"""Lists and objects in each other, above what the deepest filter has."""


def filter_from_json(value: object, *path: str) -> Filter:
    """The filter that a variable of type MediaFilter with this value would be.

    Raises:
        Invalid: it is none; the path is that of what is wrong, behind `path`.
        LimitExceeded: it is too large.
    """
    made = cast("MediaFilter | None", made_of(value, "MediaFilter", MediaFilter, path))
    if made is None:
        raise Invalid("A filter is an object.", path=path)
    with behind(path):
        found = to_filter(made)
        check_size(found)
        shape(found)
        return found


def order_from_json(value: object, *path: str, placed: bool = False) -> tuple[Order, ...]:
    """The order that a variable of type [MediaOrder!] with this value would be; null is no order.

    Raises:
        Invalid: it is none; the path is that of what is wrong, behind `path`.
    """
    made = cast("list[MediaOrder]", made_of(value, "MediaOrder", MediaOrder, path, many=True))
    with behind(path):
        return to_order(made, placed=placed)


@contextmanager
def behind(path: Path) -> Generator[None]:
    """What is wrong lies behind this path, instead of in an argument of a list."""
    try:
        yield
    except Fault as fault:
        fault.path = (*path, *fault.path[1:])
        raise
    except ValueError as error:
        raise Invalid(str(error), path=path) from error


def made_of(value: object, name: str, kind: Any, path: Path, *, many: bool = False) -> Any:
    """The input that a schema makes of a variable of that type."""
    if deeper_than(value, DEEPEST_JSON):
        raise Invalid("This is nested too deep.", path=path)
    schema = inputs_alone()
    wanted: Any = core_of(schema).type_map[name]
    wanted = GraphQLList(GraphQLNonNull(wanted)) if many else wanted

    def refuse(error: GraphQLError, at: list[str | int]) -> None:
        raise Invalid(error.message, path=(*path, *map(str, at)))

    check_input(value, wanted, refuse, hide_suggestions=True)
    plain, scalars = coerced(value, wanted), schema.schema_converter.scalar_registry
    if many:
        return [convert_argument(one, kind, scalars, schema.config) for one in plain or ()]
    return convert_argument(plain, kind, scalars, schema.config)


@cache
def inputs_alone() -> strawberry.Schema:
    """A schema of nothing but these inputs: the whole one is made of what uses them."""

    @strawberry.type
    class Query:
        @strawberry.field
        def media(self, filter: MediaFilter | None = None, order_by: list[MediaOrder] | None = None) -> bool:
            return filter is order_by

    made = strawberry.Schema(Query, config=StrawberryConfig(scalar_map=SCALARS))
    mark_one_of(core_of(made))
    return made


def deeper_than(value: object, most: int) -> bool:
    """Whether lists and objects lie more than so deep in each other."""
    level = [value]
    for _ in range(most):
        level = [inner for one in level for inner in parts_of(one)]
        if not level:
            return False
    return True


def parts_of(value: object) -> list[Any]:
    if isinstance(value, dict):
        return list(cast("dict[str, Any]", value).values())
    return cast("list[Any]", value) if isinstance(value, list) else []

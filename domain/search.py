"""Filters as values: what lists, counts and, later, smart collections and facets are narrowed by."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from domain.errors import LimitExceeded
from domain.ids import Id

Operator = Literal["eq", "ne", "in", "not_in", "gt", "gte", "lt", "lte", "contains", "starts_with", "ends_with", "is_null"]
Quantifier = Literal["any", "all", "none", "is_empty"]
PADDED = (1, 2, 5, 10, 25, 50, 100, 250)
"""Sizes a list of values is filled up to, so that statements stay few and cached."""
MOST_VALUES = PADDED[-1]


@dataclass(frozen=True, slots=True)
class Compare:
    """A field against a value. Lists are tuples; `folded` compares texts whatever their case, the value being folded already."""

    field: str
    operator: Operator
    value: Any
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Related:
    """What a thing is linked to against a set of keys; with `is_empty` the only value is a bool."""

    relation: str
    quantifier: Quantifier
    value: tuple[Id, ...] | bool


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts: always."""

    parts: tuple["Filter", ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds; without parts: never."""

    parts: tuple["Filter", ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Filter"


Filter = Compare | Related | All | AnyOf | Not
EVERYTHING = All()
DEEPEST = 10
MOST_PARTS = 200
"""What databases take in one condition without complaint, far above what people write."""


def check_size(filter: Filter) -> None:  # noqa: A002 - the field's word
    """Raises LimitExceeded for a filter nested deeper than DEEPEST or with more than MOST_PARTS comparisons."""
    level: list[Filter] = [filter]
    count = depth = 0
    while level:
        count, depth = count + len(level), depth + 1
        if depth > 2 * DEEPEST:  # a filter of the API is an All around each of its inputs
            raise LimitExceeded(f"A filter is nested at most {DEEPEST} deep.", limit=DEEPEST, path=("filter",))
        if count > 2 * MOST_PARTS:
            raise LimitExceeded(f"A filter has at most {MOST_PARTS} parts.", limit=MOST_PARTS, path=("filter",))
        level = [part for one in level for part in inner(one)]


def inner(filter: Filter) -> tuple[Filter, ...]:  # noqa: A002
    match filter:
        case All(parts) | AnyOf(parts):
            return parts
        case Not(part):
            return (part,)
        case _:
            return ()


def shape(filter: Filter) -> Filter:  # noqa: A002 - the field's word
    """The filter without its values: what its SQL is made of. A list leaves its padded size."""
    match filter:
        case All(parts):
            return All(tuple(map(shape, parts)))
        case AnyOf(parts):
            return AnyOf(tuple(map(shape, parts)))
        case Not(part):
            return Not(shape(part))
        case Compare() | Related():
            return replace(filter, value=size(filter.value))


def values(filter: Filter) -> Iterator[Any]:  # noqa: A002
    """The values of a filter, in the order its parts stand; lists filled up to their padded size."""
    match filter:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from values(part)
        case Not(part):
            yield from values(part)
        case Compare(operator="is_null") | Related(quantifier="is_empty"):
            pass
        case Compare(value=value) | Related(value=value):
            yield from filled(cast("tuple[Any, ...]", value)) if isinstance(value, tuple) else (value,)


def filled(many: tuple[Any, ...]) -> tuple[Any, ...]:
    """The values, the last one again until the padded size is reached."""
    return many + many[-1:] * (padded(len(many)) - len(many))


def size(value: Any) -> Any:
    """What is kept of a value in a shape: a truth itself, of a list how many, else nothing."""
    if isinstance(value, tuple):
        return padded(len(value))  # pyright: ignore[reportUnknownArgumentType]
    return value if isinstance(value, bool) else None


def padded(count: int) -> int:
    """Raises ValueError for more than MOST_VALUES."""
    if count > MOST_VALUES:
        raise ValueError(f"A list of a filter has at most {MOST_VALUES} values.")
    return next(size for size in (0, *PADDED) if size >= count)

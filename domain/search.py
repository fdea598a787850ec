"""Filters as values: what lists, counts, summaries and smart collections are narrowed by."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace
from typing import Any, Literal, cast

from domain.errors import LimitExceeded
from domain.geo import Box, Circle
from domain.ids import Id
from domain.matching import Matching

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
    """What a thing is linked to against a set of keys; with `is_empty` the only value is a bool. `deep`: a key also stands for
    all that lies below it in its tree.
    """

    relation: str
    quantifier: Quantifier
    value: tuple[Id, ...] | bool
    deep: bool = False


@dataclass(frozen=True, slots=True)
class Has:
    """At least one of the small things a thing has, by the name of their relation, of which the part holds."""

    relation: str
    part: "Filter"


@dataclass(frozen=True, slots=True)
class Inside:
    """The place of a thing is in a box, and in a circle where there is one; without a place never.

    A shape has neither, but what of them its SQL depends on.
    """

    box: Box | None
    circle: Circle | None = None
    round: bool = False
    crosses: bool = False
    narrow: bool = False


@dataclass(frozen=True, slots=True)
class First:
    """Among the first so many of those that the part holds of, by an order of `domain.reading.Order`; a shape has no count."""

    part: "Filter"
    order: tuple[Any, ...]
    count: int | None


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


Filter = Compare | Related | Has | Inside | First | Matching | All | AnyOf | Not
EVERYTHING = All()
DEEPEST = 10
MOST_PARTS = 200
MOST_RELATED = 25
"""Parts that ask about other rows: databases take ever longer to plan each more of them."""
"""What databases take in one condition without complaint, far above what people write."""


def check_size(filter: Filter) -> None:  # noqa: A002 - the field's word
    """Raises LimitExceeded for a filter nested deeper than DEEPEST, or with more parts than MOST_PARTS or MOST_RELATED."""
    level: list[Filter] = [filter]
    count = depth = related = 0
    while level:
        count, depth = count + len(level), depth + 1
        if depth > 2 * DEEPEST:  # a filter of the API is an All around each of its inputs
            raise LimitExceeded(f"A filter is nested at most {DEEPEST} deep.", limit=DEEPEST, path=("filter",))
        if count > 2 * MOST_PARTS:
            raise LimitExceeded(f"A filter has at most {MOST_PARTS} parts.", limit=MOST_PARTS, path=("filter",))
        related += sum(isinstance(one, Related | Has | First) for one in level)
        if related > MOST_RELATED:
            raise LimitExceeded(
                f"A filter asks at most {MOST_RELATED} times about other things.", limit=MOST_RELATED, path=("filter",)
            )
        level = [part for one in level for part in inner(one)]


def inner(filter: Filter) -> tuple[Filter, ...]:  # noqa: A002
    match filter:
        case All(parts) | AnyOf(parts):
            return parts
        case Not(part) | Has(part=part) | First(part=part):
            return (part,)
        case _:
            return ()


def shape(filter: Filter) -> Filter:  # noqa: A002, PLR0911 - the field's word; one for each sort of filter
    """The filter without its values: what its SQL is made of. A list leaves its padded size."""
    match filter:
        case All(parts):
            return All(tuple(map(shape, parts)))
        case AnyOf(parts):
            return AnyOf(tuple(map(shape, parts)))
        case Not(part):
            return Not(shape(part))
        case Has(relation, part):
            return Has(relation, shape(part))
        case First(part, order):
            return First(shape(part), order, None)
        case Inside(Box() as box, circle):
            return Inside(None, round=circle is not None, crosses=box.crosses, narrow=box.is_narrow)
        case Inside():
            return filter
        case Compare() | Related():
            return replace(filter, value=size(filter.value))
        case Matching():
            return Matching(None)


def values(filter: Filter) -> Iterator[Any]:  # noqa: A002
    """The values of a filter, in the order its parts stand; lists filled up to their padded size."""
    match filter:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from values(part)
        case Not(part) | Has(part=part):
            yield from values(part)
        case First(part, _, count):
            yield from (*values(part), count)
        case Inside(box, circle):
            yield from (*(astuple(box) if box else ()), *(astuple(circle) if circle else ()))
        case Compare(operator="is_null") | Related(quantifier="is_empty"):
            pass
        case Compare(value=value) | Related(value=value):
            yield from filled(cast("tuple[Any, ...]", value)) if isinstance(value, tuple) else (value,)
        case Matching(sought):
            yield sought


def filled(many: tuple[Any, ...]) -> tuple[Any, ...]:
    """The values, the last one again until the padded size is reached."""
    return many + many[-1:] * (padded(len(many)) - len(many))


def size(value: Any) -> Any:
    """What is kept of a value in a shape: a truth itself, of a list how many, else nothing."""
    if isinstance(value, tuple):
        return padded(len(value))  # pyright: ignore[reportUnknownArgumentType]
    return value if isinstance(value, bool) else None


def searched(filter: Filter) -> Matching | None:  # noqa: A002
    """The search that all a filter lets through has met: its first part."""
    match filter:
        case All((Matching() as found, *_)):
            return found
        case _:
            return None


def beside(filter: Filter) -> Filter:  # noqa: A002
    """The filter without its search."""
    return All(filter.parts[1:]) if isinstance(filter, All) and searched(filter) else filter


def padded(count: int) -> int:
    """Raises ValueError for more than MOST_VALUES."""
    if count > MOST_VALUES:
        raise ValueError(f"A list of a filter has at most {MOST_VALUES} values.")
    return next(size for size in (0, *PADDED) if size >= count)

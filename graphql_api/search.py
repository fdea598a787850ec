"""Filters and orders over GraphQL, and the one function that turns them into values of the domain."""

from collections.abc import Iterator
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any, cast

import strawberry

import domain
from domain.reading import Order
from domain.search import EVERYTHING, All, AnyOf, Compare, Filter, Not, Operator, Quantifier, Related
from domain.text import comparable, fold
from graphql_api.input import sparse, values
from graphql_api.scalars import BigInt


@sparse
@strawberry.input(description="Compares a text; whatever its case unless `caseSensitive`. All operators given must hold.")
class StringFilter:
    eq: str | None = None
    ne: str | None = None
    in_: list[str] | None = strawberry.field(name="in", default=None)
    not_in: list[str] | None = None
    contains: str | None = None
    starts_with: str | None = None
    ends_with: str | None = None
    is_null: bool | None = None
    case_sensitive: bool | None = strawberry.field(default=False, description="Tell upper from lower case.")


@sparse
@strawberry.input(description="Compares a time. All operators given must hold.")
class DateTimeFilter:
    eq: datetime | None = None
    gt: datetime | None = None
    gte: datetime | None = None
    lt: datetime | None = None
    lte: datetime | None = None
    is_null: bool | None = None


@sparse
@strawberry.input(description="Compares a number of bytes. All operators given must hold.")
class BigIntFilter:
    eq: BigInt | None = None
    gt: BigInt | None = None
    gte: BigInt | None = None
    lt: BigInt | None = None
    lte: BigInt | None = None
    is_null: bool | None = None


@sparse
@strawberry.input(description="Compares a kind. All operators given must hold.")
class KindFilter:
    eq: domain.MediaKind | None = None
    in_: list[domain.MediaKind] | None = strawberry.field(name="in", default=None)
    not_in: list[domain.MediaKind] | None = None


@sparse
@strawberry.input(description="Compares a status. All operators given must hold.")
class StatusFilter:
    eq: domain.MediaStatus | None = None
    in_: list[domain.MediaStatus] | None = strawberry.field(name="in", default=None)


@sparse
@strawberry.input(description="Narrows by the tags a media wears. Ids of no tag match nothing.")
class TagFilterOnMedia:
    any: list[strawberry.ID] | None = strawberry.field(default=None, description="Wears at least one of these.")
    all: list[strawberry.ID] | None = strawberry.field(default=None, description="Wears each of these.")
    none: list[strawberry.ID] | None = strawberry.field(default=None, description="Wears none of these.")
    is_empty: bool | None = strawberry.field(default=None, description="Wears no tag at all, or any.")


@sparse
@strawberry.input(description="Narrows by the collections a media is in. Ids of no collection match nothing.")
class CollectionFilterOnMedia:
    any: list[strawberry.ID] | None = strawberry.field(default=None, description="Is in at least one of these.")
    all: list[strawberry.ID] | None = strawberry.field(default=None, description="Is in each of these.")
    none: list[strawberry.ID] | None = strawberry.field(default=None, description="Is in none of these.")
    is_empty: bool | None = strawberry.field(default=None, description="Is in no collection at all, or in any.")


@sparse
@strawberry.input(description="Narrows a list of media; every field given must hold.")
class MediaFilter:
    and_: list["MediaFilter"] | None = strawberry.field(name="and", default=None, description="Every one of these holds.")
    or_: list["MediaFilter"] | None = strawberry.field(name="or", default=None, description="At least one of these holds.")
    not_: "MediaFilter | None" = strawberry.field(name="not", default=None, description="This does not hold.")
    kind: KindFilter | None = None
    status: StatusFilter | None = None
    mime_type: StringFilter | None = None
    filename: StringFilter | None = None
    title: StringFilter | None = None
    folder: StringFilter | None = None
    size: BigIntFilter | None = None
    created_at: DateTimeFilter | None = None
    taken_at: DateTimeFilter | None = None
    tags: TagFilterOnMedia | None = None
    collections: CollectionFilterOnMedia | None = None


@strawberry.enum(description="What media can be ordered by.")
class MediaOrderField(Enum):
    CREATED_AT = "created_at"
    TAKEN_AT = "taken_at"
    TITLE = "title"
    FILENAME = "filename"
    SIZE = "size"


@strawberry.enum(description="From the least, or from the greatest.")
class OrderDirection(Enum):
    ASC = "ASC"
    DESC = "DESC"


@strawberry.enum(description="Where things without a value stand.")
class NullsOrder(Enum):
    FIRST = "FIRST"
    LAST = "LAST"


@strawberry.input(description="One key of an order; the id breaks ties.")
class MediaOrder:
    field: MediaOrderField
    direction: OrderDirection = OrderDirection.ASC
    nulls: NullsOrder | None = NullsOrder.LAST


RELATED = {TagFilterOnMedia: ("tags", "Tag"), CollectionFilterOnMedia: ("collections", "Collection")}


def to_filter(chosen: MediaFilter | None) -> Filter:
    """The filter as the domain has it, by the names its inputs were declared with."""
    return All(tuple(parts(chosen))) if chosen else EVERYTHING


def parts(chosen: MediaFilter) -> Iterator[Filter]:
    for name, given in values(chosen).items():
        if given is None:
            continue
        if name == "and_":
            yield All(tuple(map(to_filter, given)))
        elif name == "or_":
            yield AnyOf(tuple(map(to_filter, given)))
        elif name == "not_":
            yield Not(to_filter(given))
        elif type(given) in RELATED:
            yield from related(*RELATED[type(given)], given)
        else:
            yield from compared(name, given)


def compared(field: str, given: Any) -> Iterator[Filter]:
    """The comparisons of an operator input, each by the operator's name."""
    operators = dict(values(given))
    folded = operators.pop("case_sensitive", True) is not True
    for name, value in operators.items():
        if value is not None:
            operator = cast("Operator", name.rstrip("_"))
            texts = folded and operator != "is_null"
            yield Compare(field, operator, plain(value, folded=texts), folded=texts)


def plain(value: Any, *, folded: bool) -> Any:
    if isinstance(value, list):
        return tuple(plain(one, folded=folded) for one in cast("list[Any]", value))
    if not isinstance(value, str) or isinstance(value, StrEnum):
        return value
    return fold(comparable(value, "filter")) if folded else comparable(value, "filter")


def related(relation: str, thing: str, given: Any) -> Iterator[Filter]:
    for quantifier, value in values(given).items():
        if value is not None:
            yield Related(relation, cast("Quantifier", quantifier), value if isinstance(value, bool) else keys(thing, value))


def keys(thing: str, ids: list[str]) -> tuple[domain.Id, ...]:
    return tuple(domain.key_of(thing, one) for one in ids)


def to_order(chosen: list[MediaOrder] | None) -> tuple[Order, ...]:
    """The sort keys as the domain has them."""
    return tuple(
        Order(field=key.field.value, descending=key.direction is OrderDirection.DESC, nulls_first=key.nulls is NullsOrder.FIRST)
        for key in chosen or ()
    )

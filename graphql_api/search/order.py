"""Orders of media over GraphQL: sort keys, and what the domain makes of them."""

from enum import Enum

import strawberry

from domain.errors import Invalid
from domain.reading import LINK, RANDOM, RELEVANCE, Order

ORDER = ("orderBy",)


@strawberry.enum(description="What media can be ordered by.")
class MediaOrderField(Enum):
    RELEVANCE = RELEVANCE
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"
    TAKEN_AT = "taken_at"
    TITLE = "title"
    FILENAME = "filename"
    SIZE = "size"
    WIDTH = "width"
    DURATION = "duration_ms"
    RATING = "rating"
    POSITION = f"{LINK}position"
    RANDOM = RANDOM


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
    seed: int | None = strawberry.field(
        default=None, description="Any number, with RANDOM and with nothing else: pages of the same seed join."
    )


def to_order(chosen: list[MediaOrder] | None, *, placed: bool = False) -> tuple[Order, ...]:
    """The sort keys as the domain has them; `placed`: of a list whose links have a position.

    Raises:
        Invalid: RANDOM has no seed or is not the last key, another key has one, or POSITION is asked of what has none.
    """
    order = tuple(map(key_of, chosen or ()))
    if any(key.field == RANDOM for key in order[:-1]):
        raise Invalid("RANDOM is the last key of an order.", path=ORDER)
    if not placed and any(key.field.startswith(LINK) for key in order):
        raise Invalid("Only the media of a collection have a POSITION.", path=ORDER)
    return order


def key_of(key: MediaOrder) -> Order:
    if (key.field is MediaOrderField.RANDOM) is (key.seed is None):
        raise Invalid("A seed goes with RANDOM, and RANDOM with a seed.", path=(*ORDER, "seed"))
    descending, first = key.direction is OrderDirection.DESC, key.nulls is NullsOrder.FIRST
    return Order(field=key.field.value, descending=descending, nulls_first=first, seed=key.seed)

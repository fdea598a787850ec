"""Rules of SMART collections over GraphQL: as they are given, as they are kept, and what they ask of the library."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from enum import Enum
from functools import cache, lru_cache
from json import dumps, loads
from typing import Any, cast

import strawberry
from strawberry import Some
from strawberry.scalars import JSON
from strawberry.schema.name_converter import NameConverter

import domain
from domain.errors import Invalid, LimitExceeded, Path
from domain.reading import LINK, RANDOM, Order, TrashScope
from domain.search import EVERYTHING, All, Compare, Filter, First, Not, check_size
from domain.text import rfc3339
from graphql_api.declare import computed
from graphql_api.fields import Ruled, Wish
from graphql_api.input import values
from graphql_api.scalars import MediaFilterJSON
from graphql_api.search import MediaFilter, MediaOrder
from graphql_api.search.stored import filter_from_json, order_from_json

MOST_MEDIA = 10_000
LONGEST_RULE = 20_000
NAMES = NameConverter()
NEWEST = (Order(field="created_at", descending=True),)
IDS = {"id": "Media", "storage": "Storage", "tags": "Tag", "collections": "Collection"}
"""The fields of a filter that hold ids, and of what."""
Named = tuple[str, domain.Id, Path]


def kept_filter(rule: str) -> Any:
    return loads(rule)["filter"]


def kept_order(rule: str) -> Any:
    return loads(rule)["orderBy"]


def kept_limit(rule: str) -> int | None:
    return loads(rule)["limit"]


@strawberry.type(description="What a SMART collection holds: what a filter finds, in an order, perhaps so many at most.")
class SmartRule:
    filter = computed(
        kept_filter, needs=("rule",), graphql_type=MediaFilterJSON, description="What is in it; taken back as a MediaFilter."
    )
    order_by = computed(
        kept_order, needs=("rule",), graphql_type=JSON,
        description="Its own order, as a list of MediaOrder; empty: newest first.",
    )  # fmt: skip
    limit = computed(
        kept_limit, needs=("rule",), graphql_type=int | None, description="How many it holds at most, the first in its own order."
    )


@strawberry.input(description="What a SMART collection is to hold.")
class SmartRuleInput:
    filter: MediaFilter = strawberry.field(description="What is in it; times relative to now stay so.")
    order_by: list[MediaOrder] | None = strawberry.field(default=None, description="Its own order; newest first if not said.")
    limit: int | None = strawberry.field(default=None, description="How many at most, 1 to 10,000, the first in its own order.")


def rule_from(given: SmartRuleInput, path: Path) -> tuple[str, list[Named]]:
    """The text that is kept of a rule, and the things that its ids name.

    Raises:
        Invalid: a part of it breaks a rule.
        LimitExceeded: it is too large to be narrowed further.
    """
    if given.limit is not None and not 1 <= given.limit <= MOST_MEDIA:
        raise Invalid(f"A limit is 1 to {MOST_MEDIA:,}.", path=(*path, "limit"))
    raw: dict[str, Any] = {
        "filter": json_of(given.filter), "orderBy": json_of(given.order_by or []), "limit": given.limit,
    }  # fmt: skip
    text = dumps(raw, ensure_ascii=False, separators=(",", ":"))
    if len(text) > LONGEST_RULE:
        raise LimitExceeded(f"A rule has at most {LONGEST_RULE:,} characters.", limit=LONGEST_RULE, actual=len(text), path=path)
    try:
        _, order, limit = parts_of(text)
        check_size(of_rule(text, Wish(filter=All((EVERYTHING,)))).filter)
    except LimitExceeded as fault:
        raise LimitExceeded(fault.message, limit=fault.limit, actual=fault.actual, path=(*path, "filter")) from fault
    except Invalid as fault:
        raise Invalid(fault.message, path=(*path, *fault.path)) from fault
    if limit and any(key.field == RANDOM for key in order):
        raise Invalid("A rule with a limit has no order by chance.", path=(*path, "orderBy"))
    return text, list(named_in(raw["filter"], (*path, "filter")))


def json_of(given: Any) -> Any:
    """An input in the form of a variable: fields that say nothing are left out."""
    match given:
        case Some():
            return json_of(cast("Some[Any]", given).value)
        case list():
            return [json_of(one) for one in cast("list[Any]", given)]
        case Enum():
            return given.name
        case datetime():
            return rfc3339(given)
        case _ if hasattr(given, "__strawberry_definition__"):
            said, names = values(given), names_of(cast("Any", type)(given))
            return {called: json_of(said[name]) for name, called in names.items() if said[name] is not None}
        case _:
            return given


@cache
def names_of(kind: Any) -> dict[str, str]:
    """The fields of an input by their names in Python, and as clients write them."""
    return {field.python_name: NAMES.from_field(field) for field in kind.__strawberry_definition__.fields}


def named_in(filter_: dict[str, Any], path: Path) -> Iterator[Named]:
    """The things that the ids of a filter name, and where they stand."""
    for name, given in filter_.items():
        if name in ("and", "or", "not"):
            for number, part in enumerate(listed(given)):
                yield from named_in(part, (*path, name, *(() if name == "not" else (str(number),))))
        elif name in IDS:
            for operator, ids in given.items():
                yield from identified(IDS[name], ids, (*path, name, operator))


def identified(thing: str, ids: Any, path: Path) -> Iterator[Named]:
    if isinstance(ids, list):
        yield from ((thing, domain.key_of(thing, one), (*path, str(at))) for at, one in enumerate(cast("list[str]", ids)))
    elif isinstance(ids, str):
        yield thing, domain.key_of(thing, ids), path


def listed(given: Any) -> list[Any]:
    return cast("list[Any]", given) if isinstance(given, list) else [given]


@lru_cache(maxsize=1_000)
def parts_of(rule: str) -> tuple[Filter, tuple[Order, ...], int | None]:
    """A rule as the domain has it. Raises Invalid for one that is kept no more as this schema has it."""
    raw = loads(rule)
    return filter_from_json(raw["filter"], "filter"), order_from_json(raw["orderBy"], "orderBy"), raw["limit"]


def of_rule(rule: str, wish: Wish) -> Wish:
    """What is wished of the library for a collection with a rule: the limit is over all pages, whatever narrows them."""
    found, order, limit = parts_of(rule)
    if limit is not None:
        found = First(within(found, wish.trash), order or NEWEST, limit)
    given = wish.filter.parts if isinstance(wish.filter, All) else (wish.filter,)
    return replace(
        wish, through="library.media", filter=All((*given, found)) if given else found, order=placed(wish.order, order)
    )


def within(found: Filter, trash: TrashScope) -> Filter:
    """The filter, of what a scope shows."""
    kept = Compare("trashed_at", "is_null", value=True)
    scope = {TrashScope.EXCLUDE: (kept,), TrashScope.ONLY: (Not(kept),), TrashScope.INCLUDE: ()}[trash]
    return All((*scope, found)) if scope else found


def placed(wanted: tuple[Order, ...], own: tuple[Order, ...]) -> tuple[Order, ...]:
    """The order that is wanted, or the rule's own; a POSITION in it is where a media stands in the rule's own."""
    keys: list[Order] = []
    for key in wanted:
        keys += [turned(one) if key.descending else one for one in own or NEWEST] if key.field.startswith(LINK) else [key]
    ends = next((at + 1 for at, key in enumerate(keys) if key.field == RANDOM), len(keys))
    return tuple(keys[:ends]) if wanted else own


def turned(key: Order) -> Order:
    return replace(key, descending=not key.descending, nulls_first=not key.nulls_first)


RULED = Ruled("rule", of_rule)
COUNTED = Ruled("rule", of_rule, held="media_count")

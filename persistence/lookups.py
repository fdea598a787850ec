"""What indexes find media by: parts of a filter, as selects of keys, and whether these are few."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Column, ColumnElement, Integer, Table, and_, case, func, literal_column, select

from domain.search import All, Compare, Filter, First, Has, Inside, Related
from persistence.expressions import Condition, Fold, of_library
from persistence.fields import word
from persistence.providers import usage_table
from persistence.rows import Selected
from persistence.search import HELD, LINKS, LOWER, Numbers, around, binds, compared, first_of, inside, leads_to, made, parallels
from persistence.tables import (
    media_metadata_table,
    media_table,
    media_tally_table,
    metadata_entry_table,
    processing_run_table,
)

FEW = 8_000
"""Up to so many rows are looked up and sorted at all."""
DENSE = 64
"""Of a library of n media, rows are few where their square is below this times n: to sort them takes as long as to walk past all
others until there are fifty.
"""
WIDE = 20_000
"""Up to so many places between two parallels are looked through for those between two meridians."""
MOST_LOOKUPS = 2
OPERATORS = ("eq", "in", "gt", "gte", "lt", "lte", "starts_with")
THROUGH = ("contains", "ends_with")
INDEXES = [index.columns.keys() for index in media_table.indexes if index.columns.keys()[0] == "library_id"]
TOLD = {name.removeprefix("folded_"): column for name, column in media_metadata_table.c.items() if name.startswith("folded_")}
"""What metadata say that an index has, folded."""
WORDS = {"kind", "status", "mime_type", "rating"}
"""Columns of few values, each of which many media are likely to have."""
NAMED = {metadata_entry_table: {"namespace", "key"}, processing_run_table: {"state"}, usage_table: {"app"}}
"""By what an index finds the small things of media."""


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """How rows are found by what some parts of a filter say.

    Attributes:
        rank: the lower, the fewer rows are to be expected.
        places: of the parts that the keys answer in full.
        keys: selects the keys of the rows, as `few`.
        probe: selects one row for each of them, or for more, from an index alone.
        reach: how many of those are few.
        within: whether only those count that are not null.
        by_link: another table has the keys.
    """

    rank: int
    places: frozenset[int]
    keys: Selected
    probe: Selected
    reach: int = FEW
    within: bool = False
    by_link: bool = True

    def is_few(self, *, sorted_after: bool) -> ColumnElement[bool]:
        """Whether there are few, be it in an order or in any."""
        read = self.probe.limit(number(self.reach + 1)).subquery()
        many = func.count(read.c.within) if self.within else func.count()
        found = and_(func.count() <= number(self.reach), many <= number(FEW))
        if sorted_after:
            found = and_(found, many * many <= number(DENSE) * size_of_library())
        return select(found).select_from(read).scalar_subquery()


@dataclass(frozen=True, kw_only=True)
class Linked:
    """How rows are linked to their parent.

    Attributes:
        lookup: what they can be looked up by.
        each: the condition on each as it is walked past.
        among: the same condition, met by all there are.
    """

    lookup: Lookup
    each: Condition
    among: Condition


def number(value: int) -> ColumnElement[int]:
    return literal_column(str(value), Integer())


def size_of_library() -> ColumnElement[int]:
    """How many media there are that are not in the trash, which is kept in a few rows."""
    tally = media_tally_table
    total = select(func.coalesce(func.sum(tally.c.count), number(0))).where(of_library(tally), tally.c.facet == word("KIND"))
    return total.scalar_subquery()


def conjuncts(where: Filter) -> Iterator[Filter]:
    if isinstance(where, All):
        for part in where.parts:
            yield from conjuncts(part)
    else:
        yield where


def own_column(part: Compare) -> Column[Any] | None:
    """The column of media that has what is compared, where an index begins with it."""
    name = f"folded_{part.field}" if part.folded else part.field
    if part.folded and (media_table.c.get(part.field) in LOWER):
        name = part.field
    is_known = name == "id" or any(index[1] == name for index in INDEXES)
    return media_table.c[name] if is_known and part.operator in OPERATORS and is_said(part) else None


def searched_in(part: Compare) -> Column[Any] | None:
    """The column of media that is looked through from one end to the other, where an index begins with it."""
    name = f"folded_{part.field}" if part.folded else part.field
    return media_table.c[name] if part.operator in THROUGH and any(index[1] == name for index in INDEXES) else None


def is_said(part: Compare) -> bool:
    """Whether it has values; without them its condition knows better."""
    return part.operator != "in" or bool(part.value)


def is_equal(part: Filter) -> bool:
    return isinstance(part, Compare) and part.operator in ("eq", "in")


def own(name: str, parts: list[tuple[int, int, Compare]]) -> Lookup:
    """By a column of the media that an index begins with; of each part its place and the number of its first value."""
    few = media_table.alias("looked_up")
    conditions = [compared(replace(part, folded=False), few.c[name], Numbers(start)) for _, start, part in parts]
    found = select(few.c.id.label("few")).where(of_library(few), *conditions)
    is_narrow = name not in WORDS and any(is_equal(part) for _, _, part in parts)
    rank = 0 if name == "id" else 1 if is_narrow else 5
    return Lookup(rank=rank, places=frozenset(place for place, _, _ in parts), keys=found, probe=found, by_link=False)


def told(part: Compare, place: int, numbers: Numbers) -> Lookup:
    """By what metadata say; whoever asks for one case looks among all cases."""
    table, column = media_metadata_table, TOLD[part.field]
    wanted = binds(part.value if part.operator == "in" else 1, column, numbers)
    if not part.folded:
        wanted = [Fold(one) for one in wanted]
    found = select(table.c.media_id.label("few")).where(of_library(table), column.in_(wanted))
    return Lookup(rank=2, places=frozenset({place} if part.folded else ()), keys=found, probe=found)


def linked(part: Related, place: int, numbers: Numbers) -> Iterator[Lookup]:
    """By what they are linked to; where that must be each of several, by any one of these."""
    between, back, onward = LINKS[media_table, part.relation]
    keys = binds(part.value, onward, numbers)
    is_whole = part.quantifier == "any" or len(keys) == 1
    for wanted in [keys] if is_whole else [[one] for one in keys[:MOST_LOOKUPS]]:
        found = select(back.label("few")).where(of_library(between), leads_to(onward, wanted, deep=part.deep))
        once = found if len(wanted) == 1 and not part.deep else found.distinct()
        yield Lookup(rank=3, places=frozenset({place} if is_whole else ()), keys=once, probe=found)


def names(small: Table, within: tuple[Filter, ...]) -> bool:
    """Whether these parts say all that an index must know of small things."""
    return small in NAMED and NAMED[small] <= {one.field for one in within if isinstance(one, Compare) and is_exact(one)}


def is_exact(part: Compare) -> bool:
    return part.operator == "eq" and not part.folded


def held(part: Has, place: int, start: int) -> Lookup:
    """By the small things they have; these are counted by their names alone."""
    small, back = HELD[media_table, part.relation]
    numbers, named = Numbers(start), list[Condition]()
    for one in conjuncts(part.part):
        condition = made(one, small, numbers)
        if isinstance(one, Compare) and is_exact(one) and one.field in NAMED[small]:
            named.append(condition)
    keys = select(back.label("few")).where(of_library(small), made(part.part, small, Numbers(start))).distinct()
    probe = select(back.label("few")).where(of_library(small), *named)
    return Lookup(rank=4, places=frozenset({place}), keys=keys, probe=probe)


def among_first(part: First, place: int, numbers: Numbers) -> Lookup:
    """By being among the first: what these are is read in any case."""
    found = first_of(part, media_table, numbers).subquery()
    keys = select(found.c.id.label("few"))
    return Lookup(rank=0, places=frozenset({place}), keys=keys, probe=keys)


def between_parallels(part: Inside, place: int, start: int) -> Lookup:
    """By their place: an index has it from south to north."""
    few = media_table.alias("looked_up")
    found = select(few.c.id.label("few")).where(of_library(few), inside(part, few, Numbers(start)))
    numbers = Numbers(start)
    south, west, north, east = (binds(1, few.c.latitude, numbers)[0] for _ in range(4))
    of_few = around(part, few.c.longitude, west, east)
    probe = select(case((of_few, number(1))).label("within")).where(of_library(few), parallels(few.c.latitude, south, north))
    return Lookup(rank=4, places=frozenset({place}), keys=found, probe=probe, reach=WIDE, within=True, by_link=False)

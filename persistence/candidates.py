"""Rows that a filter can be looked up by (SQLite): where they are few, an answer is made of them, and not by walking all rows.

A page in some order is found by walking its index until enough rows match, which is soon where many do and never where few do.
SQLite cannot know which it is. So a statement has both, and counts the rows that an index has of a part of the filter, up to a
bound: of its selects, all but one have a limit of nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    and_,
    select,
    true,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

from domain.search import All, AnyOf, Compare, Filter, First, Has, Inside, Not, Related
from domain.summary import MOST_READ
from persistence.expressions import Aside, Condition
from persistence.fields import word
from persistence.lookups import (
    INDEXES,
    MOST_LOOKUPS,
    TOLD,
    Linked,
    Lookup,
    among_first,
    between_parallels,
    conjuncts,
    held,
    is_said,
    linked,
    names,
    number,
    own,
    own_column,
    searched_in,
    told,
)
from persistence.matching import LookedUp
from persistence.paging import joined_up
from persistence.rows import Selected
from persistence.search import HELD, Numbers, compared, inside, made
from persistence.tables import media_table

media = media_table.c
Numbered = tuple[int, Filter]
"""A part of a filter, and the number of its first value."""


class Allowed(FunctionElement[int]):
    """A limit where a condition on no row holds, else nothing: SQLite would ask the condition of every row."""

    name = "allowed"
    type = Integer()
    inherit_cache = True


@compiles(Allowed)
def limit_or_nothing(element: Allowed, compiler: Any, **kw: Any) -> str:
    limit, gate = (compiler.process(one, **kw) for one in element.clauses)
    return f"CASE WHEN {gate} THEN {limit} ELSE 0 END"


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way to read a list: a select of rows of which `gate` says whether it is the one; `in_order`: by the order's index."""

    found: Selected
    gate: Condition | None = None
    in_order: bool = True

    def of(self, *columns: ColumnElement[Any]) -> Selected:
        return self.found.with_only_columns(*columns, maintain_column_froms=True)

    def limit(self, most: ColumnElement[Any]) -> ColumnElement[Any]:
        return most if self.gate is None else Allowed(most, self.gate)


def ways(found: Selected, where: Filter, sort: str | None, link: Linked | None = None) -> list[Way]:
    """The ways to read what a filter leaves of the media that are selected; no two of them have the same rows.

    Args:
        found: selects media, by whatever else must hold.
        where: the shape of a filter.
        sort: the column they are ordered by at first; None: they are summed up, in no order.
        link: how they are linked to their parent, where that is more than a column of theirs.
    """
    parts = numbered(where)
    if sort is None and link is None and (others := alternatives(parts)):
        return [Way(found=Parts(one, sort).summed(found)) for one in others]
    filtered = Parts(parts, sort, link)
    chosen = filtered.best()
    if sort is None and (len(chosen) < MOST_LOOKUPS or not any(one.by_link for one in chosen)):
        return [Way(found=filtered.summed(found))]
    if not chosen:
        return [Way(found=filtered.walked(found, chosen))]
    return list(gated(found, filtered, chosen, filtered.walked(found, chosen) if sort else filtered.summed(found)))


def of_all(several: list[Way], columns: list[ColumnElement[Any]]) -> Selected:
    """The matches that are summed up: no more than it takes to know that there are more."""
    most = number(MOST_READ + 1)
    found = [way.of(*columns).limit(way.limit(most)) for way in several]
    return found[0] if len(found) == 1 else joined_up(found).limit(most)


def gated(found: Selected, filtered: "Parts", chosen: list[Lookup], rest: Selected) -> Iterator[Way]:
    asked = select(
        *(one.is_few(sorted_after=filtered.sort is not None).label(f"is_few_{place}") for place, one in enumerate(chosen))
    ).cte("lookups")
    gates = [select(column).scalar_subquery() for column in asked.c]
    for place, one in enumerate(chosen):
        gate = and_(*(~gate for gate in gates[:place]), gates[place])
        yield Way(found=filtered.driven(found, one, one.reach + 1), gate=gate, in_order=False)
    yield Way(found=rest, gate=and_(*(~gate for gate in gates)))


def numbered(where: Filter, at: int = 0) -> list[Numbered]:
    """The parts of a filter that all must hold."""
    return in_a_row(conjuncts(where), at)


def in_a_row(parts: Iterable[Filter], at: int) -> list[Numbered]:
    numbers, found = Numbers(at), list[Numbered]()
    for part in parts:
        found.append((numbers.at, part))
        made(part, media_table, numbers)
    return found


def alternatives(parts: list[Numbered]) -> list[list[Numbered]]:
    """What any of several may hold of as so many filters, no two of which hold of the same; none unless an index knows each."""
    for at, (start, part) in enumerate(parts):
        if isinstance(part, AnyOf):
            rest, each = [*parts[:at], *parts[at + 1 :]], in_a_row(part.parts, start)
            own = [numbered(one, number) for number, one in each]
            if all(any(Parts(one, None).lookups()) for one in own):
                before = [(number, Not(one)) for number, one in each]
                return [[*one, *before[:place], *rest] for place, one in enumerate(own)]
    return []


class Parts:
    """The parts of a filter that all must hold, and the link to the parent if that is a part."""

    def __init__(self, parts: list[Numbered], sort: str | None, link: Linked | None = None) -> None:
        self.parts, self.sort, self.link = parts, sort, link
        self.plain = [made(part, media_table, Numbers(start)) for start, part in parts]

    def best(self) -> list[Lookup]:
        return sorted(self.lookups(), key=lambda one: one.rank)[:MOST_LOOKUPS]

    def first_ones(self) -> Iterator[Lookup]:
        for place, (start, part) in enumerate(self.parts):
            if isinstance(part, First):
                yield among_first(part, place, Numbers(start))

    def summed(self, found: Selected) -> Selected:
        """What is found in no order: by a link if there is one, however many it leads to."""
        best = [*self.first_ones(), *self.best()]
        if link := next((one for one in best if one.by_link), None):
            return self.driven(found, link)
        read = self.walked(found, [])
        if best:
            return read
        known = [column for _, part in self.parts if isinstance(part, Compare) and (column := searched_in(part)) is not None]
        # SQLite would take any index of the library, and read rows as they lie about
        return read.where(known[0] >= word("")) if known else read.order_by(media.created_at.desc(), media.id.desc())

    def driven(self, found: Selected, by: Lookup, most: int | None = None) -> Selected:
        """What is found by a lookup, which has so many rows at most."""
        few = (by.keys.limit(number(most)) if most else by.keys).subquery("few")
        read = found.select_from(LookedUp(few, media_table, media_table.c.id == few.c.few))
        if self.link and by is not self.link.lookup:
            read = read.where(self.link.each)
        return read.where(true(), *(one for place, one in enumerate(self.plain) if place not in by.places))

    def walked(self, found: Selected, known: list[Lookup]) -> Selected:
        """What is found in order: no index is looked into for what is known to be much."""
        much = frozenset[int]().union(*(one.places for one in known))
        read = found.where(self.link.each) if self.link else found
        return read.where(true(), *(self.aside(place) if place in much else one for place, one in enumerate(self.plain)))

    def aside(self, place: int) -> Condition:
        start, part = self.parts[place]
        numbers = Numbers(start)
        if isinstance(part, Inside):
            return inside(part, media_table, numbers, Aside)
        if isinstance(part, Compare) and (column := own_column(part)) is not None:
            return compared(replace(part, folded=False), Aside(column), numbers)
        return self.plain[place]

    def lookups(self) -> Iterator[Lookup]:
        by_column: dict[str, list[tuple[int, int, Compare]]] = {}
        if self.link:
            yield self.link.lookup
        for place, (start, part) in enumerate(self.parts):
            numbers = Numbers(start)
            match part:
                case Compare() if (column := own_column(part)) is not None:
                    if not self.is_in_order(column.name, part):
                        by_column.setdefault(column.name, []).append((place, start, part))
                case Compare(operator="eq" | "in") if part.field in TOLD and is_said(part):
                    yield told(part, place, numbers)
                case Related(quantifier="any" | "all") if part.value:
                    yield from linked(part, place, numbers)
                case Has(relation, All(within)) if names(HELD[media_table, relation][0], within):
                    yield held(part, place, start)
                case Inside():
                    yield between_parallels(part, place, start)
                case _:
                    pass
        yield from (own(column, some) for column, some in by_column.items())

    def is_in_order(self, column: str, part: Compare) -> bool:
        """Whether the order's own index serves the comparison as well."""
        if column == self.sort:
            return True
        return part.operator == "eq" and any(index[1:3] == [column, self.sort] for index in INDEXES)

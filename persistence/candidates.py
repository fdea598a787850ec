"""Rows that a filter can be looked up by (SQLite): where they are few, an answer is made of them, and not by walking all rows.

A page in some order is found by walking its index until enough rows match, which is soon where many do and never where few do.
SQLite cannot know which it is. So a statement has both, and counts the rows that an index has of a part of the filter, up to a
bound: of its selects, all but one have a limit of nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Integer,
    Join,
    and_,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

from domain.search import All, Compare, Filter, Has, Inside, Related
from domain.summary import MOST_READ
from persistence.expressions import Aside, Condition
from persistence.lookups import (
    INDEXES,
    MOST_LOOKUPS,
    TOLD,
    Lookup,
    between_parallels,
    conjuncts,
    held,
    is_said,
    linked,
    names,
    number,
    own,
    own_column,
    told,
)
from persistence.rows import Selected
from persistence.search import HELD, Numbers, compared, inside, made
from persistence.tables import (
    media_table,
)


class Driven(Join):
    """A join that SQLite reads from its left side."""

    inherit_cache = True


@compiles(Driven)
def from_the_left(element: Driven, compiler: Any, **kw: Any) -> str:
    left, right, on = (compiler.process(one, **kw) for one in (element.left, element.right, element.onclause))
    return f"{left} CROSS JOIN {right} ON {on}"


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


def ways(found: Selected, where: Filter, sort: str | None) -> list[Way]:
    """The ways to read what a filter leaves of the media that are selected; exactly one of them has rows.

    Args:
        found: selects media, by whatever else must hold.
        where: the shape of a filter.
        sort: the column they are ordered by at first; None: they are summed up, in no order.
    """
    filtered = Parts(where, sort)
    chosen = sorted(filtered.lookups(), key=lambda one: one.rank)[:MOST_LOOKUPS]
    if not chosen or (sort is None and not any(one.by_link for one in chosen)):
        return [Way(found=found.where(*filtered.plain))]
    rest = filtered.walked(found, chosen) if sort else filtered.driven(found, next(one for one in chosen if one.by_link))
    if sort is None and len(chosen) == 1:
        return [Way(found=rest)]
    return list(gated(found, filtered, chosen, rest))


def joined_up(found: list[Selected]) -> Selected:
    """The rows of selects that have limits of their own, one after the other."""
    return cast("Selected", union_all(*(select(one.subquery()) for one in found)))


def of_all(several: list[Way], columns: list[ColumnElement[Any]]) -> Selected:
    """The matches that are summed up: no more than it takes to know that there are more."""
    found = [way.of(*columns).limit(way.limit(number(MOST_READ + 1))) for way in several]
    return found[0] if len(found) == 1 else joined_up(found)


def gated(found: Selected, filtered: "Parts", chosen: list[Lookup], rest: Selected) -> Iterator[Way]:
    asked = select(
        *(one.is_few(sorted_after=filtered.sort is not None).label(f"is_few_{place}") for place, one in enumerate(chosen))
    ).cte("lookups")
    gates = [select(column).scalar_subquery() for column in asked.c]
    for place, one in enumerate(chosen):
        gate = and_(*(~gate for gate in gates[:place]), gates[place])
        yield Way(found=filtered.driven(found, one), gate=gate, in_order=False)
    yield Way(found=rest, gate=and_(*(~gate for gate in gates)))


class Parts:
    """The parts of a filter that all must hold."""

    def __init__(self, where: Filter, sort: str | None) -> None:
        self.parts, self.starts, self.plain = list(conjuncts(where)), list[int](), list[Condition]()
        self.sort = sort
        numbers = Numbers()
        for part in self.parts:
            self.starts.append(numbers.at)
            self.plain.append(made(part, media_table, numbers))

    def driven(self, found: Selected, by: Lookup) -> Selected:
        """What is found by a lookup."""
        few = by.keys.subquery("few")
        read = found.select_from(Driven(few, media_table, media_table.c.id == few.c.few))
        return read.where(true(), *(one for place, one in enumerate(self.plain) if place not in by.places))

    def walked(self, found: Selected, known: list[Lookup]) -> Selected:
        """What is found in order: no index is looked into for what is known to be much."""
        much = frozenset[int]().union(*(one.places for one in known))
        return found.where(true(), *(self.aside(place) if place in much else one for place, one in enumerate(self.plain)))

    def aside(self, place: int) -> Condition:
        part, numbers = self.parts[place], Numbers(self.starts[place])
        if isinstance(part, Inside):
            return inside(part, media_table, numbers, Aside)
        if isinstance(part, Compare) and (column := own_column(part)) is not None:
            return compared(replace(part, folded=False), Aside(column), numbers)
        return self.plain[place]

    def lookups(self) -> Iterator[Lookup]:
        by_column: dict[str, list[tuple[int, int, Compare]]] = {}
        for place, part in enumerate(self.parts):
            numbers = Numbers(self.starts[place])
            match part:
                case Compare() if (column := own_column(part)) is not None:
                    if not self.is_in_order(column.name, part):
                        by_column.setdefault(column.name, []).append((place, self.starts[place], part))
                case Compare(operator="eq" | "in") if part.field in TOLD and is_said(part):
                    yield told(part, place, numbers)
                case Related(quantifier="any" | "all") if part.value:
                    yield from linked(part, place, numbers)
                case Has(relation, All(within)) if names(HELD[media_table, relation][0], within):
                    yield held(part, place, self.starts[place])
                case Inside():
                    yield between_parallels(part, place, self.starts[place])
                case _:
                    pass
        yield from (own(column, some) for column, some in by_column.items())

    def is_in_order(self, column: str, part: Compare) -> bool:
        """Whether the order's own index serves the comparison as well."""
        if column == self.sort:
            return True
        return part.operator == "eq" and any(index[1:3] == [column, self.sort] for index in INDEXES)

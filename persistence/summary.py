"""Summaries to SQL: the matches of a list are read once, bounded, and counted by what is wanted."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    Column,
    ColumnElement,
    String,
    Table,
    and_,
    cast,
    func,
    literal_column,
    null,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

from domain.summary import COLUMNS, MOST_BUCKETS, Shape
from persistence.expressions import also_of_library, of_library
from persistence.fields import word
from persistence.paging import joined_up
from persistence.providers import usage_table
from persistence.rows import Selected
from persistence.search import NEVER, field
from persistence.tables import (
    collection_item_table,
    collection_table,
    media_table,
    media_tag_table,
    storage_table,
    tag_table,
)  # fmt: skip
from persistence.types import Key

Named = dict[str, ColumnElement[Any]]
LENGTHS = {"year": 4, "day": 10, "hour": 13}
FORMATS = {4: "YYYY", 10: "YYYY-MM-DD", 13: 'YYYY-MM-DD"T"HH24'}
media = media_table.c


class TimeText(FunctionElement[str]):
    """The beginning of a time's text in UTC: so many characters of it."""

    name = "time_text"
    type = String()
    inherit_cache = True


@compiles(TimeText, "sqlite")
def time_text_on_sqlite(element: TimeText, compiler: Any, **kw: Any) -> str:
    time, length = element.clauses
    return f"substr({compiler.process(time, **kw)}, 1, {length.name})"


@compiles(TimeText, "postgresql")
def time_text_on_postgresql(element: TimeText, compiler: Any, **kw: Any) -> str:
    time, length = element.clauses
    return f"to_char({compiler.process(time, **kw)} AT TIME ZONE 'UTC', '{FORMATS[int(length.name)]}')"


def time_text(time: ColumnElement[Any], unit: str) -> ColumnElement[Any]:
    return TimeText(time, literal_column(str(LENGTHS[unit])))


def value_of(key: str) -> ColumnElement[Any]:
    """What a media is sorted into, where that is a value of its own: what filters call so too."""
    return time_text(media.taken_at, "year") if key == "YEAR" else field(media_table, key.lower())


@dataclass(frozen=True)
class Thing:
    """What a media is sorted into, where that is a thing.

    Attributes:
        table: of the things.
        column: what the rows call its key.
        label: for people.
        link: the table between; None where a media points to one thing itself.
    """

    table: Table
    column: str
    label: Column[Any]
    link: Table | None = None

    @property
    def pointer(self) -> Column[Any]:
        return (media_table if self.link is None else self.link).c[self.column]


THINGS = {
    "STORAGE": Thing(storage_table, "storage_id", storage_table.c.name),
    "TAG": Thing(tag_table, "tag_id", tag_table.c.name, media_tag_table),
    "COLLECTION": Thing(collection_table, "collection_id", collection_table.c.name, collection_item_table),
}
USED_BY = "USED_BY"
ROWS = func.count()
KEYS = [thing.column for thing in THINGS.values()]


NEEDED: dict[str, list[Any]] = {
    "count": [], "aggregate": [media.kind, media.size, media.duration_ms, media.taken_at], "times": [media.taken_at],
    "reclaimable": [literal_column("reclaimable_size", BigInteger())],
}  # fmt: skip
"""The columns of the matches that a summary is made of."""


def summed(shape: Shape, matches: Callable[[list[ColumnElement[Any]]], Selected]) -> Selected:
    """The statement of a summary.

    Args:
        shape: what is wanted.
        matches: selects these columns of the matches of one parent, its key first; not many more than are summed up.
    """
    columns = [media.id, *(of_media(key) for key in shape.parts)] if shape.what == "facets" else NEEDED[shape.what]
    matched = matches([column for column in columns if column is not None]).cte("matched")
    return SUMMARIES[shape.what](shape, matched)


def of_media(key: str) -> ColumnElement[Any] | None:
    """What a facet needs of a media besides its key."""
    if key in THINGS:
        return None if THINGS[key].link is not None else THINGS[key].pointer
    if key == USED_BY:
        return None
    return value_of(key).label(key)


def size_of(matched: CTE) -> ColumnElement[Any]:
    """How many matches were read."""
    return select(func.count()).select_from(matched).scalar_subquery()


def counted(_: Shape, matched: CTE) -> Selected:
    number = func.count()
    return select(matched.c.parent_key, number.label("count"), number.label("matched")).group_by(matched.c.parent_key)


def aggregated(_: Shape, matched: CTE) -> Selected:
    one = matched.c
    sums = [cast(func.coalesce(func.sum(column), 0), BigInteger) for column in (one.size, one.duration_ms)]
    ends = [made(one.taken_at, type_=media.taken_at.type) for made in (func.min, func.max)]
    cells = zip(COLUMNS["aggregate"], (one.kind, func.count(), *sums, *ends, size_of(matched)), strict=True)
    return select(one.parent_key, *(cell.label(name) for name, cell in cells)).group_by(one.parent_key, one.kind)


def timed(shape: Shape, matched: CTE) -> Selected:
    (unit,) = shape.parts
    time = matched.c.taken_at
    value = time if unit == "moment" else time_text(time, unit)
    cells = (matched.c.parent_key, value.label("value"), func.count().label("count"), size_of(matched).label("matched"))
    return select(*cells).group_by(matched.c.parent_key, value)


def reclaimed(_: Shape, matched: CTE) -> Selected:
    size = cast(func.sum(matched.c.reclaimable_size), BigInteger).label("size")
    return select(matched.c.parent_key, size).group_by(matched.c.parent_key)


def sorted_into(shape: Shape, matched: CTE) -> Selected:
    """Each facet's largest buckets, one after the other; without a facet nothing."""
    if not shape.parts:
        nothing = (cast(null(), String).label(name) for name in COLUMNS["facets"])
        return select(matched.c.parent_key, *nothing).where(NEVER)
    return one_after_the_other([largest(key, groups(key, matched), size_of(matched)) for key in shape.parts])


def one_after_the_other(facets: list[Selected]) -> Selected:
    if len(facets) == 1:
        return facets[0]
    return select(joined_up(facets).subquery())


def groups(key: str, matched: CTE) -> Selected:
    """A parent's matches by value: `parent_key`, `value`, `count`; null is the value of those without any."""
    if key in THINGS and (link := THINGS[key].link) is not None:
        # of a plain condition SQLite with statistics makes a filter, for which it reads all links there are
        worn = matched.outerjoin(link, and_(link.c.media_id == matched.c.id, also_of_library(link)))
        return grouped(matched, THINGS[key].pointer).select_from(worn)
    if key == USED_BY:
        used = matched.outerjoin(usage_table, and_(usage_table.c.media_id == matched.c.id, of_library(usage_table)))
        return grouped(matched, usage_table.c.app, func.count(matched.c.id.distinct())).select_from(used)
    return grouped(matched, matched.c[THINGS[key].column if key in THINGS else key])


def grouped(matched: CTE, value: ColumnElement[Any], number: ColumnElement[int] = ROWS) -> Selected:
    """All have the same parent: it is not sorted by."""
    parent = select(matched.c.parent_key).limit(1).scalar_subquery().label("parent_key")
    return select(parent, value.label("value"), number.label("count")).select_from(matched).group_by(value)


def largest(key: str, found: Selected, matched: ColumnElement[Any]) -> Selected:
    """The buckets of a facet, that of no value first and then from the largest, and with each the sum of all.

    Args:
        key: the facet.
        found: `parent_key`, `value` and `count` of each value, null among them.
        matched: how many matches were read for it.
    """
    every = found.subquery()
    total = cast(func.sum(every.c.count).over(), BigInteger).label("total")
    ranked = select(every.c.parent_key, every.c.value, every.c.count, total)
    ranked = ranked.order_by(every.c.value.is_not(None), every.c.count.desc(), every.c.value).limit(MOST_BUCKETS + 1)
    one = ranked.subquery()
    thing = THINGS.get(key)
    things = {name: one.c.value if thing and thing.column == name else cast(null(), Key()) for name in KEYS}
    cells: Named = {
        "facet": word(key),
        "value": cast(null() if thing else one.c.value, String),
        "label": thing.label if thing else cast(one.c.value, String),
        **things, "count": one.c.count, "total": one.c.total, "matched": matched,
    }  # fmt: skip
    found = select(one.c.parent_key, *(cells[name].label(name) for name in COLUMNS["facets"]))
    if thing is None:
        return found
    return found.join_from(one, thing.table, and_(thing.table.c.id == one.c.value, of_library(thing.table)), isouter=True)


SUMMARIES: dict[str, Callable[[Shape, CTE], Selected]] = {
    "count": counted, "aggregate": aggregated, "times": timed, "facets": sorted_into,
    "reclaimable": reclaimed,
}  # fmt: skip

"""Summaries of whole lists, by the counts that triggers keep: exact, whatever the size of the library."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Table, bindparam, case, cast, func, null, or_, select, union_all

from domain.reading import Ask
from domain.summary import Shape
from persistence.expressions import of_library
from persistence.fields import word
from persistence.providers import usage_table
from persistence.rows import Selected
from persistence.summary import THINGS, USED_BY, largest, one_after_the_other
from persistence.tables import collection_table, media_table, media_tally_table, storage_table, tag_table
from persistence.types import Key

MOST_HOURS = 200_000
"""Twenty years in which something was taken in every hour."""
UNKNOWN = cast(null(), BigInteger)
"""How many matches were read: none were."""
MATCHED = UNKNOWN.label("matched")
LINKED = {"TAG": "TAGGED", "COLLECTION": "COLLECTED"}
"""What the tally is called of media that have any of these."""
COUNTED: dict[str, Table] = {"tag.media": tag_table, "collection.media": collection_table}
"""Relations whose parents know how many there are."""
tally = media_tally_table.c


def whole(ask: Ask) -> Shape | None:
    """The summary, if it is one of a whole list that is counted."""
    if ask.summary is None or not ask.is_of_all or ask.summary in (Shape("times", ("moment",)), Shape("facets")):
        return None
    if ask.relation in COUNTED:
        return ask.summary if ask.summary.what == "count" else None
    return ask.summary if ask.relation == "library.media" else None


def of_whole(ask: Ask, shape: Shape) -> Selected:
    """The statement of such a summary."""
    match shape.what:
        case "count":
            return counted(ask)
        case "aggregate":
            return aggregated()
        case "times":
            return timed(shape.parts[0])
        case _:
            return one_after_the_other([largest(key, groups(key), UNKNOWN) for key in shape.parts])


def of_parent(column: ColumnElement[Any], table: Table) -> tuple[ColumnElement[bool], ...]:
    return column.in_([bindparam("key", type_=Key())]), of_library(table)


def tallies(*facets: str) -> tuple[ColumnElement[bool], ...]:
    """The condition on tallies of these facets of the library that is the parent."""
    return *of_parent(tally.library_id, media_tally_table), or_(*(tally.facet == word(facet) for facet in facets))


def counted(ask: Ask) -> Selected:
    """How many a parent has."""
    if (table := COUNTED.get(ask.relation)) is not None:
        return select(table.c["id"].label("parent_key"), table.c["media_count"].label("count"), MATCHED).where(
            *of_parent(table.c["id"], table)
        )
    number = cast(func.sum(tally.count), BigInteger).label("count")
    return select(tally.library_id.label("parent_key"), number, MATCHED).where(*tallies("KIND")).group_by(tally.library_id)


def aggregated() -> Selected:
    sums = (tally.value.label("kind"), tally.count, tally.size, tally.duration_ms)
    ends = (end(descending=False).label("first"), end(descending=True).label("last"))
    return select(tally.library_id.label("parent_key"), *sums, *ends, MATCHED).where(*tallies("KIND"), tally.count > 0)


def end(*, descending: bool) -> ColumnElement[Any]:
    """When the oldest, or newest, was taken: the first of an index."""
    time = media_table.c.taken_at
    found = select(time).where(*of_parent(media_table.c.library_id, media_table), media_table.c.trashed_at.is_(None))
    return found.order_by(time.desc() if descending else time.asc()).limit(1).scalar_subquery()


def timed(unit: str) -> Selected:
    """How many were taken in each hour, or day, of UTC."""
    found = select(tally.library_id.label("parent_key"), tally.value, tally.count, MATCHED)
    return found.where(*tallies(unit.upper()), tally.count > 0).order_by(tally.value.desc()).limit(MOST_HOURS)


def groups(key: str) -> Selected:
    """The media of a library by the values of a facet: `parent_key`, `value`, `count`; null is the value of those without any."""
    if key in ("KIND", "YEAR"):
        return valued(key)
    if key == USED_BY:
        return used_by()
    rest = cast(func.sum(case((tally.facet == word("KIND"), tally.count), else_=-tally.count)), BigInteger)
    missing = select(tally.library_id, cast(null(), value_type(key)), rest).where(*tallies("KIND", LINKED.get(key, key)))
    return select(union_all(valued(key), missing.group_by(tally.library_id).having(rest > 0)).subquery())


def used_by() -> Selected:
    """The media of a library by the applications that use them: no tally has these, so usages are counted."""
    used = select(usage_table.c.library_id, usage_table.c.app, media_table.c.id).join_from(
        usage_table, media_table, media_table.c.id == usage_table.c.media_id
    )
    live = (of_library(media_table), media_table.c.trashed_at.is_(None))
    found = used.where(*of_parent(usage_table.c.library_id, usage_table), *live).distinct().cte("used")
    rest = cast(func.sum(tally.count) - select(func.count(found.c.id.distinct())).scalar_subquery(), BigInteger)
    missing = select(tally.library_id, cast(null(), usage_table.c.app.type), rest).where(*tallies("KIND"))
    cells = (found.c.library_id.label("parent_key"), found.c.app.label("value"), func.count().label("count"))
    by_app = select(*cells).group_by(found.c.library_id, found.c.app)
    return select(union_all(by_app, missing.group_by(tally.library_id).having(rest > 0)).subquery())


def value_type(key: str) -> Any:
    return Key() if key in (*LINKED, "STORAGE") else tally.value.type


def valued(key: str) -> Selected:
    """The values there are."""
    parent = tally.library_id.label("parent_key")
    number = tally.count.label("count")
    if key == "YEAR":
        year = func.substr(tally.value, 1, 4)
        sums = cast(func.sum(tally.count), BigInteger).label("count")
        return select(parent, year.label("value"), sums).where(*tallies("DAY"), tally.count > 0).group_by(tally.library_id, year)
    if key == "STORAGE":
        found = select(parent, storage_table.c.id.label("value"), number).join_from(
            media_tally_table, storage_table, storage_table.c.key == tally.value
        )
        return found.where(*tallies(key), of_library(storage_table), tally.count > 0)
    if key in LINKED:
        table = THINGS[key].table
        cells = (table.c["library_id"].label("parent_key"), table.c["id"].label("value"), table.c["media_count"].label("count"))
        return select(*cells).where(*of_parent(table.c["library_id"], table), table.c["media_count"] > 0)
    return select(parent, tally.value.label("value"), number).where(*tallies(key), tally.count > 0)

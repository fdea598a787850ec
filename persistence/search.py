"""Filters to SQL: one compiler for lists, counts and summaries alike."""

import operator
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Double,
    Exists,
    Integer,
    Table,
    and_,
    bindparam,
    cast,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
    union_all,
)  # fmt: skip
from sqlalchemy.types import Boolean, String

from domain.matching import Matching
from domain.search import All, AnyOf, Compare, Filter, First, Has, Inside, Not, Related
from persistence.expressions import Condition, Contains, Distance, Fold, ends_with, of_library, starts_with
from persistence.fields import FIELDS, FOLDED
from persistence.matching import is_met
from persistence.paging import Sorted, joined_up, ranges_of
from persistence.providers import usage_table
from persistence.stars import media_copy_table, memberships
from persistence.tables import (
    collection_closure_table,
    collection_item_table,
    media_table,
    media_tag_table,
    metadata_entry_table,
    processing_run_table,
    storage_table,
    tag_alias_table,
    tag_closure_table,
    tag_key_table,
    tag_table,
)  # fmt: skip

LINKS: dict[tuple[Table, str], tuple[Table, Column[Any], Column[Any]]] = {
    (tag_table, "media"): (media_tag_table, media_tag_table.c.tag_id, media_tag_table.c.media_id),
    (media_table, "tags"): (media_tag_table, media_tag_table.c.media_id, media_tag_table.c.tag_id),
    (media_table, "collections"): (
        collection_item_table,
        collection_item_table.c.media_id,
        collection_item_table.c.collection_id,
    ),
    (media_table, "copies"): (media_copy_table, media_copy_table.c.media_id, media_copy_table.c.other_id),
}
"""What a filter calls a relation of a table: the table between, whose column points back, and whose points on."""
HELD: dict[tuple[Table, str], tuple[Table, Column[Any]]] = {
    (media_table, "metadata"): (metadata_entry_table, metadata_entry_table.c.media_id),
    (media_table, "processing"): (processing_run_table, processing_run_table.c.media_id),
    (media_table, "usages"): (usage_table, usage_table.c.media_id),
}
"""What a filter calls the small things of a table's rows: their table, and whose column points back."""
KEYS: dict[Column[Any], tuple[Column[Any], Column[Any]]] = {
    media_tag_table.c.tag_id: (tag_key_table.c.key, tag_key_table.c.tag_id)
}
"""Where things answer to more keys than their own: a key that is asked for, and the one that the column has."""
TREES: dict[Column[Any], Table] = {
    media_tag_table.c.tag_id: tag_closure_table,
    collection_item_table.c.collection_id: collection_closure_table,
}
"""What lies below the things that a column points to."""
POINTED: dict[tuple[Table, str], tuple[Column[Any], Column[Any], Column[Any]]] = {
    (media_table, "storage_key"): (media_table.c.storage_id, storage_table.c.id, storage_table.c.key),
    (tag_table, "known_key"): (tag_table.c.id, tag_key_table.c.tag_id, tag_key_table.c.key),
    (tag_table, "parent_key"): (tag_table.c.parent_id, tag_key_table.c.tag_id, tag_key_table.c.key),
    (tag_table, "alias"): (tag_table.c.id, tag_alias_table.c.tag_id, tag_alias_table.c.folded_name),
}
"""What a filter calls a field of another table: the column of this one, that of the other which it equals, and the field."""
LOWER = frozenset({media_table.c.mime_type, media_table.c.extension, media_table.c.sha256})
"""Columns that never hold a capital letter: compared as they are, which an index can serve."""
NEVER: Condition = literal_column("1 = 0", Boolean())
"""SQLAlchemy would fold false() and drop the conditions beside it, with the binds a statement counts on."""


COMPARE: dict[str, Callable[[Any, Any], Condition]] = {
    "eq": operator.eq, "gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le,
    "contains": Contains, "starts_with": starts_with, "ends_with": ends_with,
}  # fmt: skip


LAST = literal_column("'\U0010ffff'", String())
"""The last of all characters."""


class Numbers:
    """Counts the values of a filter, from a number on."""

    def __init__(self, at: int = 0) -> None:
        self.at = at

    def __next__(self) -> int:
        self.at += 1
        return self.at - 1


def condition(shape: Filter, table: Table, first: int = 0) -> Condition:
    """The condition on rows of `table`; its binds are `value_0`, `value_1`, ... in the order `values` gives them."""
    return made(shape, table, Numbers(first))


def made(shape: Filter, table: Table, numbers: Numbers) -> Condition:  # noqa: C901, PLR0911 - one for each sort of filter
    match shape:
        case All(parts):
            return and_(true(), *(made(part, table, numbers) for part in parts))
        case AnyOf(parts):
            return or_(*(made(part, table, numbers) for part in parts)) if parts else NEVER
        case Not(part):
            # a comparison with NULL is neither true nor false; the opposite of a filter has the rest of the rows
            return not_(func.coalesce(made(part, table, numbers), false()))
        case Compare() if (table, shape.field) in POINTED:
            return pointed(shape, *POINTED[table, shape.field], numbers)
        case Compare():
            return compared(*plain_or_folded(shape, table), numbers)
        case Related():
            return related(shape, table, numbers)
        case Has("members", part):
            return or_(*in_group(part, table, numbers))
        case Has(relation, part):
            small, back = HELD[table, relation]
            return each().where(back == table.c.id, of_library(small), made(part, small, numbers)).correlate(table)
        case Inside():
            return inside(shape, table, numbers)
        case First():
            return table.c["id"].in_(first_of(shape, table, numbers))
        case Matching():
            return is_met(table.c.id, next(numbers))


def in_group(part: Filter, group: Table, numbers: Numbers) -> Iterator[Condition]:
    """Whether a part holds of a media of a group, for each way to be one; the values are the same for all."""
    start = numbers.at
    for source, condition in memberships(group, media_table):
        numbers.at = start
        found = each().select_from(source).where(condition, made(part, media_table, numbers))
        yield found.correlate(group)


def plain_or_folded(part: Compare, table: Table) -> tuple[Compare, ColumnElement[Any]]:
    """A comparison and what it is of; where a text is kept folded, that, as it is."""
    kept = FOLDED.get((table, part.field)) if part.folded else None
    return (part, field(table, part.field)) if kept is None else (replace(part, folded=False), kept)


def column_itself(column: Any) -> Any:
    return column


def field(table: Table, name: str) -> ColumnElement[Any]:
    """What a filter or an order calls a field of a table: a column, or an expression."""
    found = FIELDS.get((table, name))
    return table.c[name] if found is None else found


def compared(part: Compare, column: ColumnElement[Any], numbers: Numbers) -> Condition:  # noqa: PLR0911 - one for each operator
    whole = Fold(column) if part.folded and column not in LOWER else column
    match part.operator:
        case "is_null":
            return column.is_(None) if part.value else column.is_not(None)
        case "in" | "not_in" if not part.value:
            return NEVER if part.operator == "in" else true()
        case "in":
            return whole.in_(binds(part.value, column, numbers))
        case "not_in":
            return or_(whole.not_in(binds(part.value, column, numbers)), column.is_(None))
        case "ne":
            return or_(whole != bind(column, numbers), column.is_(None))
        case "starts_with" if isinstance(whole, Column):
            return begins_with(whole, bind(column, numbers))
        case _:
            return COMPARE[part.operator](whole, bind(column, numbers))


def begins_with(column: Column[Any], part: Any) -> Condition:
    """A range that an index serves, and exactly."""
    return and_(column >= part, column < part.concat(LAST), starts_with(column, part))


def pointed(part: Compare, here: Column[Any], there: Column[Any], column: Column[Any], numbers: Numbers) -> Condition:
    target = column.table
    return here.in_(select(there).where(of_library(target), compared(part, column, numbers)))


def each() -> Exists:
    """What is looked for of each row by itself: PostgreSQL would make one join of it, and read all that there is of either."""
    return exists(select(literal_column("1", Integer())).suffix_with("OFFSET 0", dialect="postgresql"))


def related(part: Related, table: Table, numbers: Numbers) -> Condition:
    between, back, onward = LINKS[table, part.relation]
    linked = each().where(begins(back, table, deep=part.deep), of_library(between)).correlate(table)
    match part.quantifier:
        case "is_empty":
            return not_(linked) if part.value else linked
        case "any" if not part.value:
            return NEVER
        case "all" | "none" if not part.value:
            return true()
        case _:
            pass
    keys = binds(part.value, onward, numbers)
    if part.quantifier == "all" and len(keys) > 1:
        return linked_to_all(part, onward, linked, keys)
    some = linked.where(leads_to(onward, keys, deep=part.deep))
    return not_(some) if part.quantifier == "none" else some


def linked_to_all(part: Related, onward: Column[Any], linked: Exists, keys: list[Any]) -> Condition:
    """None of the keys is without a link: one condition, since to plan one for each key takes databases longer than to run it."""
    wanted = union_all(*(select(one.label("one")) for one in keys)).subquery("wanted")
    one: Any = literal_column("wanted.one", onward.type)
    return not_(exists().where(not_(linked.where(leads_to(onward, [one], deep=part.deep)))).select_from(wanted))


def begins(back: Column[Any], table: Table, *, deep: bool) -> Condition:
    """Whether a link begins at a row, or if `deep` at one below it, where these are what has a tree."""
    if not deep or back not in TREES:
        return back == table.c.id
    tree = TREES[back]
    below = select(tree.c["descendant_id"]).where(tree.c["ancestor_id"] == table.c.id, of_library(tree))
    return back.in_(below.correlate(table))


def leads_to(onward: Column[Any], keys: list[Any], *, deep: bool) -> Condition:
    """Whether a link leads to one of these things, by whatever keys they answer to, or if `deep` to one below them."""
    wanted: Any = keys
    if onward in KEYS:
        asked, real = KEYS[onward]
        wanted = select(real).where(asked.in_(keys), of_library(asked.table))
    if deep:
        tree = TREES[onward]
        wanted = select(tree.c["descendant_id"]).where(tree.c["ancestor_id"].in_(wanted), of_library(tree))
    return onward.in_(wanted)


def first_of(part: First, table: Table, numbers: Numbers) -> Any:
    """Selects their keys: of the library, whatever else the statement asks of a row."""
    sorts: list[Sorted] = [(field(table, key.field), key.descending, key.nulls_first) for key in part.order]
    found = select(table.c["id"]).where(of_library(table), made(part.part, table, numbers)).correlate(None)
    many = bindparam(f"value_{next(numbers)}", type_=Integer)
    pieces = [one.limit(many) for one in ranges_of(found, sorts, table.c["id"], None)]
    return pieces[0] if len(pieces) == 1 else select(joined_up(pieces).limit(many).subquery())


def inside(part: Inside, table: Any, numbers: Numbers, place: Callable[[Any], Any] = column_itself) -> Condition:
    """Within the box, by comparisons that an index serves; then within the circle, exactly."""
    latitude, longitude = (place(table.c[name]) for name in ("latitude", "longitude"))
    south, west, north, east = (bind(latitude, numbers) for _ in range(4))
    box = and_(parallels(latitude, south, north), around(part, longitude, west, east))
    if not part.round:
        return box
    here = [cast(bind(latitude, numbers), Double) for _ in range(2)]
    return and_(box, Distance(*here, latitude, longitude) <= bind(latitude, numbers))


def parallels(latitude: Any, south: Any, north: Any) -> Condition:
    return and_(latitude >= south, latitude <= north)


def around(part: Inside, longitude: Any, west: Any, east: Any) -> Condition:
    """Between two meridians."""
    return or_(longitude >= west, longitude <= east) if part.crosses else and_(longitude >= west, longitude <= east)


def bind(column: ColumnElement[Any], numbers: Numbers) -> Any:
    return bindparam(f"value_{next(numbers)}", type_=column.type)


def binds(size: Any, column: ColumnElement[Any], numbers: Numbers) -> list[Any]:
    return [bind(column, numbers) for _ in range(size)]

"""Filters to SQL: one compiler, one map from field to column, for lists and counts alike."""

import operator
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, bindparam, exists, false, func, literal_column, not_, or_, select, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.types import Boolean, String

from domain.search import All, AnyOf, Compare, Filter, Not, Related
from persistence.tables import collection_item_table, media_table, media_tag_table, storage_table

Condition = ColumnElement[bool]
LINKS: dict[tuple[Table, str], tuple[Table, Column[Any], Column[Any]]] = {
    (media_table, "tags"): (media_tag_table, media_tag_table.c.media_id, media_tag_table.c.tag_id),
    (media_table, "collections"): (
        collection_item_table,
        collection_item_table.c.media_id,
        collection_item_table.c.collection_id,
    ),
}
"""What a filter calls a relation of a table: the table between, whose column points back, and whose points on."""
POINTED: dict[tuple[Table, str], tuple[Column[Any], Column[Any]]] = {
    (media_table, "storage_key"): (media_table.c.storage_id, storage_table.c.key),
}
"""What a filter calls a field of the one thing that a row points to: by which column, and which field."""
LOWER = frozenset({media_table.c.mime_type, media_table.c.extension, media_table.c.sha256})
"""Columns that never hold a capital letter: compared as they are, which an index can serve."""
NEVER: Condition = literal_column("1 = 0", Boolean())
"""SQLAlchemy would fold false() and drop the conditions beside it, with the binds a statement counts on."""


class Contains(FunctionElement[bool]):
    """Whether a text holds another; no character of it is a wildcard."""

    name = "contains_text"
    type = Boolean()
    inherit_cache = True


@compiles(Contains, "sqlite")
def contains_on_sqlite(element: Contains, compiler: Any, **kw: Any) -> str:
    whole, part = element.clauses
    return f"(instr({compiler.process(whole, **kw)}, {compiler.process(part, **kw)}) > 0)"


@compiles(Contains, "postgresql")
def contains_on_postgresql(element: Contains, compiler: Any, **kw: Any) -> str:
    whole, part = element.clauses
    return f"(strpos({compiler.process(whole, **kw)}, {compiler.process(part, **kw)}) > 0)"


class Fold(FunctionElement[str]):
    """A text without its case; SQLite's own lower() knows ASCII only, so connections are given `fold`."""

    name = "folded_text"
    type = String()
    inherit_cache = True


@compiles(Fold, "sqlite")
def fold_on_sqlite(element: Fold, compiler: Any, **kw: Any) -> str:
    return f"fold({compiler.process(element.clauses, **kw)})"


@compiles(Fold, "postgresql")
def fold_on_postgresql(element: Fold, compiler: Any, **kw: Any) -> str:
    # columns sort by code point, and in that collation lower() knows ASCII only
    return f'(lower({compiler.process(element.clauses, **kw)} COLLATE "und-x-icu") COLLATE "C")'


def starts_with(whole: Any, part: Any) -> Condition:
    return func.substr(whole, 1, func.length(part)) == part


def ends_with(whole: Any, part: Any) -> Condition:
    long_enough = func.length(whole) >= func.length(part)
    return and_(long_enough, func.substr(whole, func.length(whole) - func.length(part) + 1) == part)


COMPARE: dict[str, Callable[[Any, Any], Condition]] = {
    "eq": operator.eq, "gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le,
    "contains": Contains, "starts_with": starts_with, "ends_with": ends_with,
}  # fmt: skip


def condition(shape: Filter, table: Table) -> Condition:
    """The condition on rows of `table`; its binds are `value_0`, `value_1`, ... in the order `values` gives them."""
    return made(shape, table, count())


def made(shape: Filter, table: Table, numbers: Iterator[int]) -> Condition:
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
            return compared(shape, table.c[shape.field], numbers)
        case Related():
            return related(shape, table, numbers)


def compared(part: Compare, column: Column[Any], numbers: Iterator[int]) -> Condition:
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
        case _:
            return COMPARE[part.operator](whole, bind(column, numbers))


def pointed(part: Compare, pointer: Column[Any], column: Column[Any], numbers: Iterator[int]) -> Condition:
    target = column.table
    library = target.c["library_id"] == bindparam("library", type_=target.c["library_id"].type)
    return pointer.in_(select(target.c["id"]).where(library, compared(part, column, numbers)))


def related(part: Related, table: Table, numbers: Iterator[int]) -> Condition:
    between, back, onward = LINKS[table, part.relation]
    library = between.c["library_id"] == bindparam("library", type_=between.c["library_id"].type)
    linked = exists().where(back == table.c.id, library).correlate(table)
    match part.quantifier:
        case "is_empty":
            return not_(linked) if part.value else linked
        case "all":
            return and_(true(), *(linked.where(onward == one) for one in binds(part.value, onward, numbers)))
        case "any" | "none" if not part.value:
            return NEVER if part.quantifier == "any" else true()
        case "any":
            return linked.where(onward.in_(binds(part.value, onward, numbers)))
        case "none":
            return not_(linked.where(onward.in_(binds(part.value, onward, numbers))))


def bind(column: Column[Any], numbers: Iterator[int]) -> Any:
    return bindparam(f"value_{next(numbers)}", type_=column.type)


def binds(size: Any, column: Column[Any], numbers: Iterator[int]) -> list[Any]:
    return [bind(column, numbers) for _ in range(size)]

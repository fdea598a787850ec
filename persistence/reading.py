"""From an Ask to SQL: features say where the rows are, this module adds what every read must have."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, Dialect, Table, and_, bindparam, column, func, or_, select, text, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.sql.selectable import TextualSelect
from sqlalchemy.types import TypeEngine

from domain.reading import LINK, Ask, Load, TrashScope
from persistence.rows import Kept, Selected, field_names
from persistence.search import Condition, condition

SIZES = (1, 10, 25, 50, 100)  # parents in one statement: SQLite refuses a UNION of more than 500
KEYS = [f"key_{number}" for number in range(SIZES[-1])]
KEY = re.compile(r":key\b")
DIALECTS: dict[str, Dialect] = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgresql": postgresql.dialect(paramstyle="named"),
}
Sorted = tuple[ColumnElement[Any], bool, bool]  # by what, descending, nulls first


@dataclass(frozen=True)
class Source:
    """Where the rows of a relation are, and what they are of."""

    kept: Kept
    select: Callable[[Ask], Selected]
    parent: Column[Any]
    key: Column[Any]
    order: tuple[tuple[Column[Any], bool], ...]
    few: bool  # the domain bounds how many a parent has: reading all is cheaper than a limit each
    link: type[Any] | None = None

    @property
    def sorts_all(self) -> bool:
        """Whether a limit saves nothing: no index has the rows of a parent in order, so all of them are read anyway."""
        return not self.few and any(by.table is not self.parent.table for by, _ in self.order)


SOURCES: dict[str, Source] = {}


def answers(
    relation: str, kept: Kept, *, parent: Column[Any], key: Column[Any], order: tuple[Column[Any], ...] = (),
    descending: bool = False, few: bool = False, link: type[Any] | None = None, select: Callable[[Ask], Selected] | None = None,
) -> None:  # fmt: skip
    """Registers where the rows of `relation` are; how they are selected need only be said if a join does not do.

    Args:
        relation: its name, as views declare it.
        kept: the entities, and their table.
        parent: the column that holds the key of the parent.
        key: the row's own key among its siblings; breaks ties of `order`, and has its direction.
        order: without it a parent has at most one row.
        descending: the order is from the greatest.
        few: the domain bounds the rows of a parent.
        link: an entity of the table between, handed on with each row.
        select: makes the rows, where a join does not.
    """
    if relation in SOURCES:
        raise ValueError(f"{relation} is answered already.")
    between = parent.table if parent.table is not kept.table else None

    def by_join(ask: Ask) -> Selected:
        return joined(ask, kept, between)

    ordered = tuple((by, descending) for by in order)
    SOURCES[relation] = Source(kept, select or by_join, parent, key, ordered, few or not order, link)


def joined(ask: Ask, kept: Kept, between: Table | None) -> Selected:
    """The entity's columns, over the table between if there is one."""
    columns = select(*kept.columns(ask))
    return columns.select_from(kept.table) if between is None else columns.join_from(between, kept.table)


@dataclass(frozen=True)
class Statement:
    """One SQL text for up to `size` parents: raw for plans, typed for entities."""

    size: int
    sql: str
    constants: dict[str, Any]
    columns: list[Any]
    types: dict[str, TypeEngine[Any]] = field(default_factory=dict[str, TypeEngine[Any]])

    @cached_property
    def typed(self) -> TextualSelect:
        # A cast of PostgreSQL looks like a bind to text()
        clause: TextClause = text(self.sql.replace("::", r"\:\:"))
        return clause.bindparams(*(bindparam(name, type_=kind) for name, kind in self.types.items())).columns(*self.columns)


@lru_cache(maxsize=300)
def statement(ask: Ask, size: int, dialect: str, *, at_once: bool = False) -> Statement:
    """SQLAlchemy compiles the select of one parent; text makes it one of many, which is fifty times cheaper.

    Args:
        ask: what is wanted.
        size: of how many parents.
        dialect: one of DIALECTS.
        at_once: the rows of all parents together up to `most`, instead of a page of each.
    """
    made = of_one_parent(ask, at_once=at_once)
    compiled = made.compile(dialect=DIALECTS[dialect])
    binds = {compiled.bind_names[bind]: bind for bind in compiled.bind_names}
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    types = {name: bind.type for name, bind in binds.items() if name != "key"}
    types |= dict.fromkeys(KEYS[:size], SOURCES[ask.relation].parent.type)
    columns = [column(held.name, held.type) for held in made.selected_columns]
    few = SOURCES[ask.relation].few or ask.counted or at_once
    return Statement(size, of_many(str(compiled), size, few=few), constants, columns, types)


def of_many(sql: str, size: int, *, few: bool) -> str:
    """All of a few by one IN; else a page each, with an index range and a limit of its own."""
    if few or size == 1:
        return KEY.sub(", ".join(f":{name}" for name in KEYS[:size]), sql)
    return " UNION ALL ".join(f"SELECT * FROM ({KEY.sub(f':{name}', sql)}) AS page" for name in KEYS[:size])  # noqa: S608 - our own text


def of_one_parent(ask: Ask, *, at_once: bool = False) -> Selected:
    """What the feature selects, of a parent, within the library and the trash scope, in order."""
    source = SOURCES[ask.relation]
    found = source.select(ask)
    found = found.where(source.parent.in_([bindparam("key", type_=source.parent.type)]), *everywhere(found, ask.trash))
    found = found.where(condition(ask.where, source.kept.table))
    if ask.counted:
        counted = (source.parent.label("parent_key"), func.count().label("count"))
        return found.with_only_columns(*counted, maintain_column_froms=True).group_by(source.parent)
    sorts = sorted_by(ask, source)
    columns = (source.parent.label("parent_key"), *held(found, ask, source), *(place(source, sorts) if ask.places else ()))
    found = page(found.with_only_columns(*columns, maintain_column_froms=True), ask, source, sorts, at_once=at_once)
    return found.limit(bindparam("most")) if at_once else found


def held(found: Selected, ask: Ask, source: Source) -> list[ColumnElement[Any]]:
    """The columns of the fields an Ask names, in their order; without names, all of the entity and of the link."""
    if ask.fields is not None:
        known = found.selected_columns
        return [linked(source, name.removeprefix(LINK)) if name.startswith(LINK) else known[name] for name in ask.fields]
    return [*found.selected_columns, *(linked(source, name) for name in (field_names(source.link) if source.link else ()))]


def linked(source: Source, name: str) -> ColumnElement[Any]:
    """A column of the table between that the link entity holds."""
    return source.parent.table.c[name].label(f"link_{name}")


def place(source: Source, sorts: list[Sorted]) -> list[ColumnElement[Any]]:
    """Where a row stands among its siblings; nowhere where a parent has but one."""
    places = [by.label(f"sort_{number}") for number, (by, _, _) in enumerate(sorts)]
    return [*places, source.key.label("own_key")] if sorts else []


def sorted_by(ask: Ask, source: Source) -> list[Sorted]:
    if not ask.order:
        return [(by, descending, False) for by, descending in source.order]
    return [(source.kept.table.c[key.field], key.descending, key.nulls_first) for key in ask.order]


def everywhere(found: Selected, trash: TrashScope) -> Iterator[Condition]:
    """The conditions no read may lack. A table without `library_id` is a KeyError, not a leak."""
    sources = found.get_final_froms()  # it compiles the select to find them
    if not sources:
        raise ValueError("A select without a table would be held to no library.")
    for source in sources:
        for table in (cast("Table", part) for part in visitors.iterate(source) if isinstance(part, Table)):
            yield table.c["library_id"] == bindparam("library", type_=table.c["library_id"].type)
            if "trashed_at" in table.c and trash is not TrashScope.INCLUDE:
                kept_out = table.c.trashed_at.is_(None)
                yield kept_out if trash is TrashScope.EXCLUDE else ~kept_out


def page(found: Selected, ask: Ask, source: Source, sorts: list[Sorted], *, at_once: bool) -> Selected:
    """Keyset: behind the place of a cursor, in order, up to a limit."""
    if not sorts:
        return found
    if ask.after is not None:
        found = found.where(behind(sorts, source.key, ask.after))
    order = [*(ordered(*by) for by in sorts), directed(source.key, descending=sorts[-1][1])]
    if source.few or at_once:
        return found.order_by(source.parent, *order)
    return found.order_by(*order).limit(bindparam("limit"))


def directed(by: ColumnElement[Any], *, descending: bool) -> ColumnElement[Any]:
    return by.desc() if descending else by.asc()


def nullable(by: ColumnElement[Any]) -> bool:
    return not isinstance(by, Column) or bool(by.nullable)


def ordered(by: ColumnElement[Any], descending: bool, nulls_first: bool) -> ColumnElement[Any]:  # noqa: FBT001
    order = directed(by, descending=descending)
    if not nullable(by):
        return order
    return order.nulls_first() if nulls_first else order.nulls_last()


def behind(sorts: list[Sorted], key: Column[Any], nulls: tuple[bool, ...]) -> Condition:
    """Rows behind a place: by one row comparison where an index can serve it, else key by key."""
    binds = [bindparam(f"sort_{number}", type_=by.type) for number, (by, _, _) in enumerate(sorts)]
    own = bindparam("own", type_=key.type)
    descending = sorts[-1][1]
    if all(down == descending and not nullable(by) for by, down, _ in sorts):
        here, there = tuple_(*(by for by, _, _ in sorts), key), tuple_(*binds, own)
        return here < there if descending else here > there
    result: Condition = key < own if descending else key > own
    for (by, down, nulls_first), bind, null in reversed(list(zip(sorts, binds, nulls, strict=True))):
        same = by.is_(None) if null else by == bind
        result = or_(*past(by, bind, down=down, nulls_first=nulls_first, null=null), and_(same, result))
    return result


def past(by: ColumnElement[Any], bind: Any, *, down: bool, nulls_first: bool, null: bool) -> Iterator[Condition]:
    """What makes a row stand behind a place by this key alone."""
    if null:
        if nulls_first:
            yield by.is_not(None)
        return
    yield by < bind if down else by > bind
    if nullable(by) and not nulls_first:
        yield by.is_(None)


def statements(load: Load, library: bytes, dialect: str) -> Iterator[tuple[Statement, dict[str, Any]]]:
    """The statements that answer a load, with their binds: one for every hundred parents."""
    if load.first is None and not (SOURCES[load.ask.relation].few or load.ask.counted):
        raise ValueError(f"{load.ask.relation} is not bounded: all of it is never read at once.")
    shared: dict[str, Any] = {"library": library, "limit": (load.first or 0) + load.beyond}
    shared |= {f"value_{number}": value for number, value in enumerate(load.values)}
    if load.position:
        *sorts, shared["own"] = load.position
        shared |= {f"sort_{number}": value for number, value in enumerate(sorts)}
    for start in range(0, len(load.keys), SIZES[-1]):
        keys = load.keys[start : start + SIZES[-1]]
        made = statement(load.ask, next(size for size in SIZES if size >= len(keys)), dialect)
        binds = made.constants | shared | dict.fromkeys(KEYS[: made.size]) | dict(zip(KEYS, keys, strict=False))
        yield made, {name: value for name, value in binds.items() if name in made.types}

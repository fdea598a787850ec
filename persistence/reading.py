"""From an Ask to SQL: features say where the rows are, this module adds what every read must have."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, Dialect, Double, Integer, Table, bindparam, column, func, null, select, text
from sqlalchemy import cast as cast_to
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.sql.selectable import TextualSelect
from sqlalchemy.types import TypeEngine

from domain.reading import LINK, RELEVANCE, SCORE, Ask, Load, TrashScope
from domain.search import EVERYTHING, beside, searched
from domain.summary import MOST_READ
from persistence.candidates import Way, of_all, ways
from persistence.exact import of_whole, whole
from persistence.expressions import Condition, also_of_library
from persistence.lookups import Linked
from persistence.matching import SCORED, searched_first
from persistence.paging import Sorted, behind, joined_up, ordered, ranges_of, table_of
from persistence.providers import OWN_ALONE, PROVIDERS, Providers
from persistence.rows import Kept, Selected, field_names
from persistence.search import condition
from persistence.search import field as field_of
from persistence.summary import summed
from persistence.tables import media_table

SIZES = (1, 10, 25, 50, 100)  # parents in one statement: SQLite refuses a UNION of more than 500
KEYS = [f"key_{number}" for number in range(SIZES[-1])]
KEY = re.compile(r":key\b")
DIALECTS: dict[str, Dialect] = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgresql": postgresql.dialect(paramstyle="named"),
}


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
    paged: bool = False
    distinct: Column[Any] | None = None
    joined: tuple[Table, ...] = ()  # all tables of a plain join; none where a feature selects by itself
    linked: Callable[[], Linked] | None = None
    by_key: bool = False

    @property
    def sorts_all(self) -> bool:
        """Whether a limit saves nothing: no index has the rows of a parent in order, so all of them are read anyway."""
        return not self.few and not self.paged and any(by.table is not self.parent.table for by, _ in self.order)


SOURCES: dict[str, Source] = {}


def answers(
    relation: str, kept: Kept, *, parent: Column[Any], key: Column[Any], order: tuple[Column[Any], ...] = (),
    descending: bool = False, few: bool = False, link: type[Any] | None = None, select: Callable[[Ask], Selected] | None = None,
    paged: bool = False, distinct: Column[Any] | None = None, linked: Callable[[], Linked] | None = None,
    by_key: bool = False,
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
        paged: `select` itself reads no more than a page of a parent.
        distinct: of each row once, where `select` may have one more than once as rows are counted.
        linked: how media are linked to their parent, where `select` leaves that open.
        by_key: the rows are made of the key of the parent: each parent has a select of its own.
    """
    if relation in SOURCES:
        raise ValueError(f"{relation} is answered already.")
    between = parent.table if parent.table is not kept.table else None

    def by_join(ask: Ask) -> Selected:
        return joined(ask, kept, between)

    ordered = tuple((by, descending) for by in order)
    tables = () if select else (kept.table,) if between is None else (between, kept.table)
    few = few or not order
    SOURCES[relation] = Source(kept, select or by_join, parent, key, ordered, few, link, paged, distinct, tables, linked, by_key)


def joined(ask: Ask, kept: Kept, between: Table | None) -> Selected:
    """The entity's columns, over the table between if there is one."""
    columns = select(*kept.columns(ask))
    return columns.select_from(kept.table) if between is None else columns.join_from(between, kept.table)


@dataclass(frozen=True)
class Statement:
    """One SQL text for up to `size` parents: raw for plans, typed for entities; `page`: of one parent, if it repeats that."""

    size: int
    sql: str
    constants: dict[str, Any]
    columns: list[Any]
    types: dict[str, TypeEngine[Any]] = field(default_factory=dict[str, TypeEngine[Any]])
    page: str = ""

    @cached_property
    def typed(self) -> TextualSelect:
        # A cast of PostgreSQL looks like a bind to text()
        clause: TextClause = text(self.sql.replace("::", r"\:\:"))
        return clause.bindparams(*(bindparam(name, type_=kind) for name, kind in self.types.items())).columns(*self.columns)


@lru_cache(maxsize=300)
def statement(
    ask: Ask, size: int, dialect: str, providers: Providers = OWN_ALONE, *, at_once: bool = False
) -> Statement:  # fmt: skip
    """SQLAlchemy compiles the select of one parent; text makes it one of many, which is fifty times cheaper.

    Args:
        ask: what is wanted.
        size: of how many parents.
        dialect: one of DIALECTS.
        providers: who tells of usages.
        at_once: the rows of all parents together up to `most`, instead of a page of each.
    """
    made = of_one_parent(ask, at_once=at_once, looks_up=size == 1 and not at_once)
    compiled = made.compile(dialect=DIALECTS[dialect], compile_kwargs={PROVIDERS: providers})
    binds = {compiled.bind_names[bind]: bind for bind in compiled.bind_names}
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    types = {name: bind.type for name, bind in binds.items() if name != "key"}
    types |= dict.fromkeys(KEYS[:size], SOURCES[ask.relation].parent.type)
    columns = [column(held.name, held.type) for held in made.selected_columns]
    few = by_one_list(ask) or at_once
    sql = str(compiled)
    return Statement(size, of_many(sql, size, few=few), constants, columns, types, "" if few or size == 1 else sql)


def of_many(sql: str, size: int, *, few: bool) -> str:
    """All of a few by one IN; else a page each, with an index range and a limit of its own."""
    if few or size == 1:
        return KEY.sub(", ".join(f":{name}" for name in KEYS[:size]), sql)
    pieces = KEY.split(sql)
    return joined_pages(f":{name}".join(pieces) for name in KEYS[:size])


def joined_pages(found: Iterable[str]) -> str:
    return " UNION ALL ".join(f"SELECT * FROM ({one}) AS page" for one in found)  # noqa: S608 - our own text


def by_one_list(ask: Ask) -> bool:
    """Whether many parents are a list of keys in one select, as there is no limit for each."""
    source = SOURCES[ask.relation]
    return not source.by_key and ((ask.counted and not is_bounded(ask)) or (source.few and ask.summary is None))


def is_bounded(ask: Ask) -> bool:
    """Whether counting ends at MOST_READ: of media that are not counted by triggers."""
    source = SOURCES[ask.relation]
    return ask.counted and (source.distinct is not None or (source.kept.table is media_table and ask.where != EVERYTHING))


def counted(ask: Ask, source: Source, several: list[Way], key: ColumnElement[Any]) -> Selected:
    """How many a parent has."""
    if is_bounded(ask):
        rows = of_all(several, [key]) if source.distinct is None else several[0].of(key, source.distinct).distinct()
        some = rows.limit(MOST_READ).subquery()
        return select(some.c.parent_key, func.count().label("count")).group_by(some.c.parent_key)
    return several[0].of(key, func.count().label("count")).group_by(source.parent)


def of_one_parent(ask: Ask, *, at_once: bool = False, looks_up: bool = False) -> Selected:
    """What the feature selects, of a parent, within the library and the trash scope, in order.

    Args:
        ask: what is wanted.
        at_once: the rows of all parents together up to `most`, instead of a page of each.
        looks_up: in one of several ways, whichever the database finds shorter.
    """
    if shape := whole(ask):
        return of_whole(ask, shape)
    source = SOURCES[ask.relation]
    found = source.select(ask)
    found = found.where(
        source.parent.in_([bindparam("key", type_=source.parent.type)]), *everywhere(found, ask.trash, source.joined)
    )
    key, sorts = source.parent.label("parent_key"), sorted_by(ask, source)
    link = source.linked() if source.linked else None
    is_great = link or (source.key is media_table.c.id and source.parent is media_table.c.library_id)
    if looks_up and is_great and not by_one_list(ask) and not searched(ask.where):
        several = ways(found, ask.where, None if ask.summary or ask.counted else getattr(sorts[0][0], "name", ""), link)
    else:
        several = [Way(found=narrowed(found.where(link.among) if link else found, ask, source.kept.table))]
    if ask.summary:
        return summed(ask.summary, lambda columns: of_all(several, [key, *columns]))
    if ask.counted:
        return counted(ask, source, several, key)
    columns = (key, *held(found, ask, source), *(place(source, sorts) if ask.places else ()))
    made = page([replace(way, found=way.of(*columns)) for way in several], ask, source, sorts, at_once=at_once)
    return made.limit(bindparam("most")) if at_once else made


def narrowed(found: Selected, ask: Ask, table: Table) -> Selected:
    """By the filter of an Ask; what its search finds is read first."""
    if searched(ask.where):
        return searched_first(found, table, scored=ask.is_scored).where(condition(beside(ask.where), table, first=1))
    return found.where(condition(ask.where, table))


def held(found: Selected, ask: Ask, source: Source) -> list[ColumnElement[Any]]:
    """The columns of the fields an Ask names, in their order; without names, all of the entity and of the link."""
    if ask.fields is not None:
        known = found.selected_columns
        return [of_link(ask, source, name) if name.startswith(LINK) else known[name] for name in ask.fields]
    link = [linked(source, name) for name in (field_names(source.link) if source.link else ())]
    return [*found.selected_columns, *link, *([score(ask)] if ask.is_scored else [])]


def score(ask: Ask) -> ColumnElement[Any]:
    return (SCORED if ask.is_scored else cast_to(None, Double)).label("link_score")


def of_link(ask: Ask, source: Source, name: str) -> ColumnElement[Any]:
    return score(ask) if name == SCORE else linked(source, name.removeprefix(LINK))


def linked(source: Source, name: str) -> ColumnElement[Any]:
    """A column of the table between that the link entity holds; null where nothing is between."""
    if source.link is None:
        return null().label(f"link_{name}")
    return source.parent.table.c[name].label(f"link_{name}")


def place(source: Source, sorts: list[Sorted]) -> list[ColumnElement[Any]]:
    """Where a row stands among its siblings; nowhere where a parent has but one."""
    places = [by.label(f"sort_{number}") for number, (by, _, _) in enumerate(sorts)]
    return [*places, source.key.label("own_key")] if sorts else []


def sorted_by(ask: Ask, source: Source) -> list[Sorted]:
    """The sort keys; of a page that is read from its end, each turned round."""
    if ask.order:
        sorts: list[Sorted] = [(sort_key(source, key.field), key.descending, key.nulls_first) for key in ask.order]
    else:
        sorts = [(by, descending, False) for by, descending in source.order]
    return [(by, not down, not nulls_first) for by, down, nulls_first in sorts] if ask.backward else sorts


def sort_key(source: Source, name: str) -> ColumnElement[Any]:
    if name == RELEVANCE:
        return SCORED
    if name.startswith(LINK):
        return source.parent.table.c[name.removeprefix(LINK)]
    return field_of(source.kept.table, name)


def everywhere(found: Selected, trash: TrashScope, joined: tuple[Table, ...] = ()) -> Iterator[Condition]:
    """The conditions no read may lack. A table without `library_id` is a KeyError, not a leak.

    `joined` are all its tables, where that is known: else the select is compiled to find them, which takes as long as the rest.
    """
    for table in joined or tables_of(found):
        yield also_of_library(table)
        if "trashed_at" in table.c and trash is not TrashScope.INCLUDE:
            kept_out = table.c.trashed_at.is_(None)
            yield kept_out if trash is TrashScope.EXCLUDE else ~kept_out


def tables_of(found: Selected) -> list[Table]:
    """Every table a select reads from. Raises ValueError where there is none: it would be held to no library."""
    parts = (part for source in found.get_final_froms() for part in visitors.iterate(source))
    tables = [cast("Table", part) for part in parts if isinstance(part, Table)]
    if not tables:
        raise ValueError("A select without a table would be held to no library.")
    return tables


def page(several: list[Way], ask: Ask, source: Source, sorts: list[Sorted], *, at_once: bool) -> Selected:
    """Keyset: behind the place of a cursor, in order, up to a limit."""
    found, limit = several[0].found, bindparam("limit", type_=Integer)
    if not sorts:
        return found
    if source.few or at_once:
        return behind(found, sorts, source.key, ask.after).order_by(source.parent, *ordered(sorts, source.key))
    if len(several) == 1 and table_of(sorts[0][0]) is not source.parent.table:  # no index has the rows of a parent in this order
        return behind(found, sorts, source.key, ask.after).order_by(*ordered(sorts, source.key)).limit(limit)
    # one after the other, each a range of an index: where the first has enough, nothing of the next is read
    ranges = [one.limit(way.limit(limit)) for way in several for one in pieces(way, ask, source, sorts)]
    return ranges[0] if len(ranges) == 1 else joined_up(ranges).limit(limit)


def pieces(way: Way, ask: Ask, source: Source, sorts: list[Sorted]) -> list[Selected]:
    """The rows behind a place in order, in as many pieces as it takes to read them so."""
    if way.in_order:
        return ranges_of(way.found, sorts, source.key, ask.after)
    return [behind(way.found, sorts, source.key, ask.after).order_by(*ordered(sorts, source.key))]


def statements(
    load: Load, library: bytes, dialect: str, providers: Providers = OWN_ALONE
) -> Iterator[tuple[Statement, dict[str, Any]]]:  # fmt: skip
    """The statements that answer a load, with their binds: one for every hundred parents."""
    if load.first is None and not by_one_list(load.ask):
        raise ValueError(f"{load.ask.relation} is not bounded: all of it is never read at once.")
    shared: dict[str, Any] = {"library": library, "limit": (load.first or 0) + load.beyond, "start": load.start}
    shared |= {f"value_{number}": value for number, value in enumerate(load.values)}
    if load.position:
        *sorts, shared["own"] = load.position
        shared |= {f"sort_{number}": value for number, value in enumerate(sorts)}
    for start in range(0, len(load.keys), SIZES[-1]):
        keys = load.keys[start : start + SIZES[-1]]
        made = statement(load.ask, next(size for size in SIZES if size >= len(keys)), dialect, providers)
        binds = made.constants | shared | dict.fromkeys(KEYS[: made.size]) | dict(zip(KEYS, keys, strict=False))
        yield made, {name: value for name, value in binds.items() if name in made.types}

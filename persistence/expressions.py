"""SQL that both databases have no common word for, each with one meaning.

What is said for no dialect is SQLite's: SQLAlchemy makes a text for none when it tells the tables of a select.
"""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Double, and_, bindparam, cast, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.types import Boolean, String

from domain.geo import RADIUS

Condition = ColumnElement[bool]


def of_library(table: Any) -> Condition:
    """Of the library that the statement is for."""
    return table.c["library_id"] == bindparam("library", type_=table.c["library_id"].type)


class Contains(FunctionElement[bool]):
    """Whether a text holds another; no character of it is a wildcard."""

    name = "contains_text"
    type = Boolean()
    inherit_cache = True


@compiles(Contains)
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


@compiles(Fold)
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


class Distance(FunctionElement[float]):
    """Metres from one place to another; SQLite may have been built without a sine, so connections are given `distance`."""

    name = "distance_between"
    type = Double()  # pyright: ignore[reportUnknownVariableType]
    inherit_cache = True


@compiles(Distance)
def distance_on_sqlite(element: Distance, compiler: Any, **kw: Any) -> str:
    return f"distance({compiler.process(element.clauses, **kw)})"


@compiles(Distance, "postgresql")
def distance_on_postgresql(element: Distance, compiler: Any, **kw: Any) -> str:
    south, west, north, east = (f"radians({compiler.process(one, **kw)})" for one in element.clauses)
    high, wide = f"power(sin(({north} - {south}) / 2), 2)", f"power(sin(({east} - {west}) / 2), 2)"
    return f"(2 * {RADIUS} * asin(sqrt(least(1, {high} + cos({south}) * cos({north}) * {wide}))))"


class Aside(FunctionElement[Any]):
    """A column that SQLite is not to look for in an index."""

    name = "aside"
    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(Aside)
def plainly(element: Aside, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.clauses, **kw))


@compiles(Aside, "sqlite")
def aside_on_sqlite(element: Aside, compiler: Any, **kw: Any) -> str:
    return f"+{compiler.process(element.clauses, **kw)}"


def also_of_library(table: Any) -> Condition:
    """The same of rows that are looked up by their parents: SQLite without statistics would rather read the whole library."""
    return Aside(table.c["library_id"]) == bindparam("library", type_=table.c["library_id"].type)


ROUND = 2**31
"""The numbers of a permutation are below this."""


class Rotated(FunctionElement[int]):
    """A number of a permutation, counted from a start: the permutation begins elsewhere and loses nothing."""

    name = "rotated"
    type = BigInteger()
    inherit_cache = True

    @property
    def number(self) -> ColumnElement[int]:
        return next(iter(self.clauses))


@compiles(Rotated)
def rotated(element: Rotated, compiler: Any, **kw: Any) -> str:
    number, start = (compiler.process(one, **kw) for one in element.clauses)
    return f"(CASE WHEN {number} >= {start} THEN {number} - {start} ELSE {number} - {start} + {ROUND} END)"


def begin() -> ColumnElement[int]:
    """Where a rotated permutation begins: the bind `start`."""
    return cast(bindparam("start", type_=BigInteger), BigInteger)

"""Pages by keyset: which rows stand behind a place, as conditions and ranges that an index can serve."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, and_, bindparam, cast, literal_column, or_, select, tuple_, union_all

from persistence.expressions import ROUND, Condition, Rotated, begin
from persistence.matching import SCORED
from persistence.rows import Selected

Sorted = tuple[ColumnElement[Any], bool, bool]  # by what, descending, nulls first


def ordered(sorts: list[Sorted], key: Column[Any]) -> list[ColumnElement[Any]]:
    """The order of rows: by these, then by their keys."""
    return [*(order_of(*one) for one in sorts), directed(key, descending=sorts[-1][1])]


def order_of(by: ColumnElement[Any], descending: bool, nulls_first: bool) -> ColumnElement[Any]:  # noqa: FBT001
    order = directed(by, descending=descending)
    if not nullable(by):
        return order
    return order.nulls_first() if nulls_first else order.nulls_last()


def directed(by: ColumnElement[Any], *, descending: bool) -> ColumnElement[Any]:
    return by.desc() if descending else by.asc()


def nullable(by: ColumnElement[Any]) -> bool:
    return by.nullable is not False if isinstance(by, Column) else by is not SCORED and not isinstance(by, Rotated)


def table_of(by: ColumnElement[Any]) -> Any:
    """The table whose index may have rows in this order."""
    return getattr(by.number if isinstance(by, Rotated) else by, "table", None)


def behind(found: Selected, sorts: list[Sorted], key: Column[Any], nulls: tuple[bool, ...] | None) -> Selected:
    """The rows behind a place, whatever the order and the place."""
    return found if nulls is None else found.where(after(sorts, key, nulls, 0))


def ranges_of(found: Selected, sorts: list[Sorted], key: Column[Any], nulls: tuple[bool, ...] | None) -> list[Selected]:
    """The rows behind a place in pieces, each of which an index that begins with the first sort key has in order.

    No database reads "behind this, and nulls last" as one range, nor a permutation that begins in its middle: so rows without
    a value are a piece of their own, and so is what a permutation has before its start. Nor does every database see that a
    piece without nulls, or of nothing else, is in the order of the index, unless nothing is said of them.
    """
    by, descending, _ = sorts[0]
    if isinstance(by, Rotated):
        return halves(found, by, sorts, key, nulls)
    order = [directed(by, descending=descending), *ordered(sorts, key)[1:]]
    pieces = [behind(found, sorts, key, nulls)] if not nullable(by) else apart(found, sorts, key, nulls)
    return [one.order_by(*order) for one in pieces]


def joined_up(found: list[Selected]) -> Selected:
    """The rows of selects that have limits of their own, one after the other."""
    made: Any = union_all(*(select(one.subquery()) for one in found))
    return made


def apart(found: Selected, sorts: list[Sorted], key: Column[Any], nulls: tuple[bool, ...] | None) -> list[Selected]:
    """Rows that have a value by the first sort key, and those that have none, as they follow each other."""
    by, _, nulls_first = sorts[0]
    some, none = found.where(by.is_not(None)), found.where(by.is_(None))
    if nulls is None:
        return [none, some] if nulls_first else [some, none]
    if nulls[0]:
        none = none.where(after(sorts, key, nulls, 1))
        return [none, some] if nulls_first else [none]
    some = found.where(after(sorts, key, nulls, 0, known=True))
    return [some] if nulls_first else [some, none]


def halves(found: Selected, by: Rotated, sorts: list[Sorted], key: Column[Any], nulls: tuple[bool, ...] | None) -> list[Selected]:
    """A permutation from its start to its end, and from its beginning to the start."""
    number, descending = by.number, sorts[0][1]
    made = list[Selected]()
    same = number if nulls is None else number + literal_column("0")  # of two bounds the place is to be looked for in the index
    for turn, half in ((0, same >= begin()), (ROUND, same < begin())):
        one = found.where(half)
        if nulls is not None:
            place = cast(bindparam("sort_0", type_=BigInteger), BigInteger) + begin() - turn
            own = bindparam("own", type_=key.type)
            one = one.where(tuple_(number, key) < tuple_(place, own) if descending else tuple_(number, key) > tuple_(place, own))
        made.append(one.order_by(directed(number, descending=descending), directed(key, descending=descending)))
    return made[::-1] if descending else made


def after(sorts: list[Sorted], key: Column[Any], nulls: tuple[bool, ...], at: int, *, known: bool = False) -> Condition:
    """Behind a place by the sort keys from `at` on, those before being the same; `known`: the first of them has a value."""
    rest = sorts[at:]
    descending = sorts[-1][1]
    own = bindparam("own", type_=key.type)
    binds = [bindparam(f"sort_{number}", type_=by.type) for number, (by, _, _) in enumerate(sorts)][at:]
    if not rest:
        return key < own if descending else key > own
    if all(down == descending and ((known and not place) or not nullable(by)) for place, (by, down, _) in enumerate(rest)):
        here, there = tuple_(*(by for by, _, _ in rest), key), tuple_(*binds, own)
        return here < there if descending else here > there
    (by, down, nulls_first), bind, null = rest[0], binds[0], nulls[at]
    same = and_(by.is_(None) if null else by == bind, after(sorts, key, nulls, at + 1))
    result = or_(*past(by, bind, down=down, nulls_first=nulls_first, null=null, known=known), same)
    if null or (nullable(by) and not known and not nulls_first):
        return result
    return and_(by <= bind if down else by >= bind, result)  # a range that an index can serve


def past(by: ColumnElement[Any], bind: Any, *, down: bool, nulls_first: bool, null: bool, known: bool) -> Iterator[Condition]:
    """What makes a row stand behind a place by this key alone."""
    if null:
        if nulls_first:
            yield by.is_not(None)
        return
    yield by < bind if down else by > bind
    if nullable(by) and not nulls_first and not known:
        yield by.is_(None)

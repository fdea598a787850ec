"""Trees kept as pairs: a row for everything that lies in something, however deep, and one for each thing and itself.

A closure table has `ancestor_id`, `descendant_id`, `depth` (0 for a thing and itself) and `library_id`.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, Table, delete, func, insert, literal, select, true

from domain import Id


def above(closure: Table, library: Id, key: Id) -> Select[Any]:
    """The keys of what holds it, itself first."""
    held = (closure.c.descendant_id == key, closure.c.library_id == library)
    return select(closure.c.ancestor_id).where(*held).order_by(closure.c.depth)


def below(closure: Table, library: Id, key: Id) -> Select[Any]:
    """The keys of what lies in it, itself included."""
    return select(closure.c.descendant_id).where(closure.c.ancestor_id == key, closure.c.library_id == library)


def deepest(closure: Table, library: Id, key: Id) -> Select[Any]:
    """How far below it the farthest lies, as `depth`."""
    deepest = func.max(closure.c.depth).label("depth")
    return select(deepest).where(closure.c.ancestor_id == key, closure.c.library_id == library)


def rooted(closure: Table, library: Id, key: Id) -> Executable:
    """Adds something that lies in nothing."""
    return insert(closure).values(ancestor_id=key, descendant_id=key, depth=0, library_id=library)


def hung(closure: Table, library: Id, key: Id, parent: Id) -> Executable:
    """Puts something that lies in nothing, and all that lies in it, into another one."""
    up, down = closure.alias("up"), closure.alias("down")
    own: ColumnElement[Any] = literal(library, closure.c.library_id.type)
    both = (up.c.descendant_id == parent, down.c.ancestor_id == key, up.c.library_id == library, down.c.library_id == library)
    columns = select(up.c.ancestor_id, down.c.descendant_id, own, up.c.depth + down.c.depth + 1)
    pairs = columns.join_from(up, down, true()).where(*both)
    return insert(closure).from_select(["ancestor_id", "descendant_id", "library_id", "depth"], pairs)


def loosened(closure: Table, library: Id, key: Id) -> Executable:
    """Takes something, and all that lies in it, out of what it lies in."""
    outside = above(closure, library, key).order_by(None).where(closure.c.ancestor_id != key)
    pairs = (closure.c.descendant_id.in_(below(closure, library, key)), closure.c.ancestor_id.in_(outside))
    return delete(closure).where(closure.c.library_id == library, *pairs)


def moved(closure: Table, library: Id, key: Id, parent: Id | None) -> Iterator[Executable]:
    """Puts something, and all that lies in it, into another one, or into nothing."""
    yield loosened(closure, library, key)
    if parent is not None:
        yield hung(closure, library, key, parent)

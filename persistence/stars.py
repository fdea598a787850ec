"""Groups of duplicates as tables to read from. A group is a star: its keeper, and those that are alike it and not dismissed."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Exists,
    Integer,
    MetaData,
    String,
    and_,
    case,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

from domain.duplicate import DuplicateKind
from persistence.expressions import Condition, of_library
from persistence.providers import Composed
from persistence.rows import Selected
from persistence.tables import duplicate_dismissal_table, media_table
from persistence.types import Key, Word, Words

GROUP = ("id", "library_id", "kind", "keeper_id", "max_distance", "member_count", "reclaimable_size", "sha256")
MEMBER = ("group_id", "library_id", "media_id", "other", "distance")
TYPES: dict[str, Any] = {
    "kind": Word(DuplicateKind), "member_count": BigInteger, "reclaimable_size": BigInteger, "sha256": Words,
    "max_distance": Integer, "distance": Integer, "other": Integer,
}  # fmt: skip


class FirstKey(FunctionElement[bytes]):
    """The least key of a group of rows; PostgreSQL knows no min() of a uuid before its version 18."""

    name = "first_key"
    type = Key()
    inherit_cache = True


@compiles(FirstKey)
def first_key(element: FirstKey, compiler: Any, **kw: Any) -> str:
    return f"min({compiler.process(element.clauses, **kw)})"


@compiles(FirstKey, "postgresql")
def first_key_on_postgresql(element: FirstKey, compiler: Any, **kw: Any) -> str:
    return f"CAST(min(CAST({compiler.process(element.clauses, **kw)} AS text)) AS uuid)"


def number(value: int) -> ColumnElement[int]:
    return literal_column(str(value), Integer())


def word(text: str) -> ColumnElement[str]:
    return literal_column(f"'{text}'", String())


def lives(media: Any) -> Condition:
    return and_(media.c.trashed_at.is_(None), of_library(media))


def dismissed(keeper: ColumnElement[Any], other: ColumnElement[Any]) -> Exists:
    """Whether somebody has said that these two are no duplicates."""
    said = duplicate_dismissal_table.alias("dismissed")
    return select(said.c.media_id).where(said.c.media_id == keeper, said.c.other_id == other, of_library(said)).exists()


def exact_groups() -> Selected:
    """The media of the same bytes, round the oldest of them; read from one index, in its order."""
    one = media_table.alias("copy")
    own = select(
        one.c.library_id,
        one.c.sha256,
        FirstKey(one.c.id).label("id"),
        func.count().label("many"),
        func.min(one.c.size).label("size"),
    )
    own = (
        own.where(lives(one), one.c.sha256.is_not(None)).group_by(one.c.library_id, one.c.sha256).having(func.count() > number(1))
    )
    same = own.subquery("same")
    said, other = duplicate_dismissal_table.alias("said"), media_table.alias("other")
    apart = select(func.count()).join_from(said, other, other.c.id == said.c.other_id)
    apart = apart.where(said.c.media_id == same.c.id, of_library(said), lives(other), other.c.sha256 == same.c.sha256)
    counted = select(*same.c, (same.c.many - apart.correlate(same).scalar_subquery()).label("member_count")).subquery("counted")
    return star(counted.c.id, counted.c.library_id, counted.c.sha256, counted.c.size, counted.c.member_count)


def exact_group() -> Selected:
    """The same of each media that may be the keeper of a group, to be asked for by its key."""
    keeper, other = media_table.alias("keeper"), media_table.alias("other")
    copies = (other.c.library_id == keeper.c.library_id, other.c.sha256 == keeper.c.sha256, lives(other))
    older = select(other.c.id).where(*copies, other.c.id < keeper.c.id).exists()
    alike = select(func.count()).where(*copies, other.c.id > keeper.c.id, ~dismissed(keeper.c.id, other.c.id))
    counted = select(
        keeper.c.id, keeper.c.library_id, keeper.c.sha256, keeper.c.size,
        (alike.correlate(keeper).scalar_subquery() + number(1)).label("member_count"),
    )  # fmt: skip
    own = counted.where(lives(keeper), ~older.correlate(keeper)).subquery("counted")
    return star(own.c.id, own.c.library_id, own.c.sha256, own.c.size, own.c.member_count)


def star(
    keeper: ColumnElement[Any], library: ColumnElement[Any], sha256: ColumnElement[Any], size: ColumnElement[Any],
    members: ColumnElement[Any],
) -> Selected:  # fmt: skip
    """A group of media of the same bytes, where there is more to it than the keeper."""
    cells = (
        keeper, library, word(DuplicateKind.EXACT), keeper, number(0), members,
        cast((members - number(1)) * func.coalesce(size, number(0)), BigInteger), sha256,
    )  # fmt: skip
    return select(*(cell.label(name) for name, cell in zip(GROUP, cells, strict=True))).where(members > number(1))


def exact_members() -> Selected:
    """The media of the groups, by the keys of these."""
    keeper, other = media_table.alias("keeper"), media_table.alias("other")
    alike = and_(other.c.library_id == keeper.c.library_id, other.c.sha256 == keeper.c.sha256)
    cells = (keeper.c.id, keeper.c.library_id, other.c.id, other_than(keeper.c.id, other.c.id), number(0))
    found = select(*(cell.label(name) for name, cell in zip(MEMBER, cells, strict=True))).join_from(keeper, other, alike)
    return found.where(lives(keeper), lives(other), ~dismissed(keeper.c.id, other.c.id))


def copies() -> Selected:
    """Each media with each other of the same bytes."""
    one, other = media_table.alias("one"), media_table.alias("other")
    alike = and_(other.c.library_id == one.c.library_id, other.c.sha256 == one.c.sha256, other.c.id != one.c.id)
    found = select(one.c.library_id, one.c.id.label("media_id"), other.c.id.label("other_id")).join_from(one, other, alike)
    return found.where(of_library(one), lives(other), ~dismissed(one.c.id, other.c.id))


def other_than(keeper: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[int]:
    """0 for the keeper itself, else 1."""
    return case((keeper == other, number(0)), else_=number(1))


def composed(name: str, columns: tuple[str, ...], rows: Any) -> Composed:
    made = (Column(one, TYPES.get(one, Key), nullable=False) for one in columns)
    return Composed(name, MetaData(), *made, info={"rows": rows})


exact_group_table = composed("exact_group", GROUP, exact_groups)
duplicate_group_table = composed("duplicate_group", GROUP, exact_group)
duplicate_member_table = composed("duplicate_member", MEMBER, exact_members)
media_copy_table = composed("media_copy", ("library_id", "media_id", "other_id"), copies)


def is_member(group: Any, media: Any) -> Condition:
    """Whether a media is one of a group."""
    return and_(media.c.sha256 == group.c.sha256, lives(media), ~dismissed(group.c.keeper_id, media.c.id))

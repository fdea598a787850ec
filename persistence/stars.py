"""Groups of duplicates as tables to read from. A group is a star: its keeper, and those that are alike it and not dismissed."""

from collections.abc import Callable
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
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
    tuple_,
    union_all,
)  # fmt: skip
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

from domain.duplicate import BY_AGE, BY_PIXELS, BY_SIZE, DuplicateKind
from domain.likeness import MOST_APART
from persistence.expressions import Condition, of_library
from persistence.providers import Composed, Providers
from persistence.rows import Selected
from persistence.star_keys import KeeperOf, ReachOf, StarKey
from persistence.tables import duplicate_dismissal_table, media_likeness_table, media_table
from persistence.types import Key, Word, Words

GROUP = ("id", "library_id", "kind", "keeper_id", "max_distance", "member_count", "reclaimable_size", "sha256")
LOOKS = GROUP[:-1]
MEMBER = ("group_id", "library_id", "media_id", "other", "distance", "why")
TYPES: dict[str, Any] = {
    "kind": Word(DuplicateKind), "member_count": BigInteger, "reclaimable_size": BigInteger, "sha256": Words,
    "max_distance": Integer, "distance": Integer, "other": Integer, "why": Integer,
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
    found = select(said.c.media_id).where(said.c.media_id == keeper, said.c.other_id == other, of_library(said))
    return found.correlate_except(said).exists()


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
    copy = select(other.c.id).where(other.c.id == said.c.other_id, lives(other), other.c.sha256 == same.c.sha256)
    apart = select(func.count()).select_from(said).where(said.c.media_id == same.c.id, of_library(said))
    apart = apart.where(copy.correlate(said, same).exists())
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
    cells: tuple[ColumnElement[Any], ...] = (
        keeper, library, word(DuplicateKind.EXACT), keeper, number(0), members,
        cast((members - number(1)) * func.coalesce(size, number(0)), BigInteger), sha256,
    )  # fmt: skip
    return select(*(cell.label(name) for name, cell in zip(GROUP, cells, strict=True))).where(members > number(1))


def exact_members() -> Selected:
    """The media of the groups, by the keys of these."""
    keeper, other = media_table.alias("keeper"), media_table.alias("other")
    alike = and_(other.c.library_id == keeper.c.library_id, other.c.sha256 == keeper.c.sha256)
    cells = (keeper.c.id, keeper.c.library_id, other.c.id, other_than(keeper.c.id, other.c.id), number(0), number(BY_AGE))
    found = select(*(cell.label(name) for name, cell in zip(MEMBER, cells, strict=True))).join_from(keeper, other, alike)
    return found.where(lives(keeper), lives(other), ~dismissed(keeper.c.id, other.c.id))


def copies() -> Selected:
    """Each media with each other of the same bytes."""
    one, other = media_table.alias("one"), media_table.alias("other")
    alike = and_(other.c.library_id == one.c.library_id, other.c.sha256 == one.c.sha256, other.c.id != one.c.id)
    found = select(one.c.library_id, one.c.id.label("media_id"), other.c.id.label("other_id")).join_from(one, other, alike)
    return found.where(of_library(one), lives(other), ~dismissed(one.c.id, other.c.id))


def looks() -> tuple[Any, Any, Any, Any, Selected]:
    """Pairs of pictures that look alike: the pair, one and the other of it, how far a group reaches, and a select of all that."""
    near, keeper, other = media_likeness_table.alias("near"), media_table.alias("keeper"), media_table.alias("other")
    steps = union_all(*(select(number(step).label("reach")) for step in range(MOST_APART + 1))).subquery("steps")
    pairs = select(near.c.distance).join_from(near, keeper, keeper.c.id == near.c.media_id)
    pairs = pairs.join(other, other.c.id == near.c.other_id).join(steps, near.c.distance <= steps.c.reach)
    pairs = pairs.where(of_library(near), lives(keeper), lives(other), ~dismissed(near.c.media_id, near.c.other_id))
    return near, keeper, other, steps, pairs


def quality(media: Any) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """What a media is preferred by, before its age: its pixels, and its bytes."""
    pixels = cast(func.coalesce(media.c.width * media.c.height, number(0)), BigInteger)
    return pixels, func.coalesce(media.c.size, number(0))


def similar_groups(*, of_key: bool = False) -> Selected:
    """Pictures round each that is preferred to all that look like it, for each distance; or the one group of a key."""
    near, keeper, other, steps, pairs = looks()
    better = tuple_(*quality(other), keeper.c.id) > tuple_(*quality(keeper), other.c.id)
    cells = (
        StarKey(near.c.media_id, steps.c.reach), near.c.library_id, word(DuplicateKind.PERCEPTUAL), near.c.media_id,
        steps.c.reach, func.count() + number(1), cast(func.coalesce(func.sum(other.c.size), number(0)), BigInteger),
    )  # fmt: skip
    found = pairs.with_only_columns(
        *(cell.label(name) for name, cell in zip(LOOKS, cells, strict=True)), maintain_column_froms=True
    )
    found = found.group_by(near.c.library_id, near.c.media_id, steps.c.reach)
    found = found.having(func.max(case((better, number(1)), else_=number(0))) == number(0))
    return found.where(near.c.media_id == KeeperOf(asked()), steps.c.reach == ReachOf(asked())) if of_key else found


def asked() -> ColumnElement[Any]:
    """The key of the group that is asked for."""
    return bindparam("key", type_=Key())


def any_group() -> Any:
    """A group by its key, of whichever kind."""
    exact = exact_group().subquery("of_bytes")
    return union_all(select(*(exact.c[name] for name in LOOKS)), similar_groups(of_key=True))


def any_members() -> Any:
    """The media of a group by its key, of whichever kind."""
    return union_all(exact_members(), others(), keepers())


def others() -> Selected:
    """The pictures of a group but its keeper, and by what each falls behind that."""
    near, keeper, other, steps, pairs = looks()
    (pixels, size), (most, largest) = quality(other), quality(keeper)
    why = case((pixels < most, number(BY_PIXELS)), (and_(pixels == most, size < largest), number(BY_SIZE)), else_=number(BY_AGE))
    cells = (asked(), near.c.library_id, near.c.other_id, number(1), near.c.distance, why)
    found = pairs.with_only_columns(
        *(cell.label(name) for name, cell in zip(MEMBER, cells, strict=True)), maintain_column_froms=True
    )
    return found.where(near.c.media_id == KeeperOf(asked()), steps.c.reach == ReachOf(asked()))


def keepers() -> Selected:
    """The keeper of a group, and by what it is before any of the others."""
    keeper, rest = media_table.alias("kept"), others().subquery("rest")
    each = (func.max(case((rest.c.why == number(bit), number(bit)), else_=number(0))) for bit in (BY_PIXELS, BY_SIZE, BY_AGE))
    why = select(sum(each, number(0))).select_from(rest).scalar_subquery()
    cells = (asked(), keeper.c.library_id, keeper.c.id, number(0), number(0), func.coalesce(why, number(0)))
    found = select(*(cell.label(name) for name, cell in zip(MEMBER, cells, strict=True)))
    return found.where(keeper.c.id == KeeperOf(asked()), ReachOf(asked()) >= number(0), lives(keeper))


def other_than(keeper: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[int]:
    """0 for the keeper itself, else 1."""
    return case((keeper == other, number(0)), else_=number(1))


def composed(name: str, columns: tuple[str, ...], rows: Callable[[], Selected]) -> Composed:
    made = (Column(one, TYPES.get(one, Key), nullable=False) for one in columns)

    def whatever_uses_media(_: Providers) -> Selected:
        return rows()

    return Composed(name, MetaData(), *made, info={"rows": whatever_uses_media})


exact_group_table = composed("exact_group", GROUP, exact_groups)
similar_group_table = composed("similar_group", LOOKS, similar_groups)
duplicate_group_table = composed("duplicate_group", LOOKS, any_group)
duplicate_member_table = composed("duplicate_member", MEMBER, any_members)
media_copy_table = composed("media_copy", ("library_id", "media_id", "other_id"), copies)


def memberships(group: Any, media: Any) -> list[tuple[Any, Condition]]:
    """How a media can be one of a group: what is read besides the group, and what holds then."""
    if "sha256" in group.c:
        return [(media, and_(media.c.sha256 == group.c.sha256, lives(media), ~dismissed(group.c.keeper_id, media.c.id)))]
    near = media_likeness_table.alias("near")
    close = and_(near.c.media_id == group.c.keeper_id, near.c.distance <= group.c.max_distance, of_library(near))
    alike = and_(close, lives(media), ~dismissed(near.c.media_id, near.c.other_id))
    itself = and_(media.c.id == group.c.keeper_id, lives(media))
    return [(media, itself), (near.join(media, media.c.id == near.c.other_id), alike)]

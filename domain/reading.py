"""How anything is read: the shape of a question, the values put to it, and who answers."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Generator
from dataclasses import dataclass, field
from enum import StrEnum
from json import dumps, loads
from typing import Any, Protocol, cast

from domain.errors import Invalid
from domain.ids import Id
from domain.search import EVERYTHING, Filter

LARGEST_PAGE = 100
LONGEST_CURSOR = 4_000
Row = tuple[Any, ...]
LINK = "link."
"""What the names of fields begin with that the link to the parent holds."""
BAD_CURSOR = "The cursor is not one of this list in this order."


class TrashScope(StrEnum):
    """Whether what lies in the trash is seen."""

    EXCLUDE = "EXCLUDE"
    ONLY = "ONLY"
    INCLUDE = "INCLUDE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One sort key, by the name of its field."""

    field: str
    descending: bool = False
    nulls_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is wanted of one relation. Holds no value, so the SQL it becomes is made once.

    Attributes:
        relation: the name a feature registered the rows under.
        fields: those to read, of the link by names that begin with LINK; None: whatever the entity and its link hold.
        where: the shape of a filter.
        order: sort keys; none: the relation's own order.
        after: behind a cursor; for each sort key whether the cursor's value is null, as that takes other SQL.
        counted: how many rows each parent has, instead of the rows.
        trash: of things that can be trashed.
        places: whether each row ends with its place, which cursors are made of.
    """

    relation: str
    fields: tuple[str, ...] | None = None
    where: Filter = EVERYTHING
    order: tuple[Order, ...] = ()
    after: tuple[bool, ...] | None = None
    counted: bool = False
    trash: TrashScope = TrashScope.EXCLUDE
    places: bool = True
    hashed: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """An Ask is looked up in every request, and to hash it takes longer than all else about it."""
        parts = (self.relation, self.fields, self.where, self.order, self.after, self.counted, self.trash, self.places)
        object.__setattr__(self, "hashed", hash(parts))

    def __hash__(self) -> int:
        return self.hashed


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """An Ask and its values: for these parents `first` rows of each (LARGEST_PAGE at most; None: all) and `beyond` more.

    `beyond` is one where somebody wants to know whether there are more, else nothing. `position` is the sort values and the key
    of the row to start behind, in the form the wire has them.
    """

    ask: Ask
    first: int | None = 1
    beyond: int = 1
    values: Row = ()
    position: Row = ()
    keys: tuple[Id, ...] = ()


Wanted = tuple[Load, tuple[Id, ...]]
"""A Load, which may be shared by many requests and names no parents, and the parents of this request."""
Steps = Generator[list[Wanted], list[list[Row]], bytes]
"""A plan under way: it yields the loads of a level, is sent the rows of each, and returns the answer's bytes.

A row is the parent's key, the fields of the Ask in their order, and its place if the Ask wants places; of a counted Ask the
parent's key and a number. Values are as the wire has them: times as text, words as text, truths as truths, keys as bytes.
"""


@dataclass(frozen=True, slots=True)
class Found:
    """An entity, the parent it was found for, its place among its siblings, and what the link to the parent says."""

    parent: Id
    entity: Any
    place: Row = ()
    link: Any = None


class Reader(Protocol):
    """Answers for one library, as of one moment; nothing of another library can be asked for."""

    async def find(self, load: Load) -> list[Found]:
        """The rows of every parent, each in order, one more than `first` where there are more."""
        ...

    async def count(self, load: Load) -> dict[Id, int]:
        """How many rows each parent has; parents without rows are left out."""
        ...


def to_cursor(order: str, place: Row) -> str:
    """A place in a list in this order, as clients see it."""
    *values, key = place
    raw = dumps([order, *values, key.hex()], ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def from_cursor(order: str, cursor: str) -> Row:
    """The place again.

    Raises:
        Invalid: it is no cursor of ours, or of a list in another order.
    """
    if len(cursor) > LONGEST_CURSOR:
        raise Invalid(BAD_CURSOR, path=("after",))
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        found, *values, key = cast("list[Any]", loads(raw))
        place = (*values, bytes.fromhex(key))
        raw.decode()
        dumps(values, ensure_ascii=False).encode()  # a lone half of a surrogate pair is no text
    except (ValueError, TypeError, RecursionError) as error:
        raise Invalid(BAD_CURSOR, path=("after",)) from error
    if found != order or len(values) != len(order.split(",")):
        raise Invalid(BAD_CURSOR, path=("after",))
    return place

"""How anything is read: the shape of a question, the values put to it, and who answers."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Generator
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from json import dumps, loads
from typing import Any, Protocol, cast

from domain.errors import Invalid, Path
from domain.ids import Id
from domain.search import EVERYTHING, Filter, searched
from domain.summary import Shape

LARGEST_PAGE = 100
LONGEST_CURSOR = 4_000
Row = tuple[Any, ...]
RANDOM = "random"
"""The field that orders by chance."""
LINK = "link."
"""What the names of fields begin with that the link to the parent holds."""
SCORE = f"{LINK}score"
RELEVANCE = "relevance"
"""The sort key that only a search has."""
BAD_CURSOR = "The cursor is not one of this list in this order."


class TrashScope(StrEnum):
    """Whether what lies in the trash is seen."""

    EXCLUDE = "EXCLUDE"
    ONLY = "ONLY"
    INCLUDE = "INCLUDE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One sort key, by the name of its field; one of the link to the parent begins with LINK.

    `seed` goes with RANDOM: a permutation of all media that begins where the seed says. Other fields have none.
    """

    field: str
    descending: bool = False
    nulls_first: bool = False
    seed: int | None = None

    @property
    def start(self) -> int:
        """Where in the permutation its seed begins, spread evenly over 31 bits."""
        raw = sha256((self.seed or 0).to_bytes(8, "big", signed=True)).digest()
        return int.from_bytes(raw[:4], "big") >> 1


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
        summary: what the rows of each parent come to, instead of the rows.
        trash: of things that can be trashed.
        places: whether each row ends with its place, which cursors are made of.
        backward: from the end, or up to a cursor: rows come in the opposite order, the nearest first.
    """

    relation: str
    fields: tuple[str, ...] | None = None
    where: Filter = EVERYTHING
    order: tuple[Order, ...] = ()
    after: tuple[bool, ...] | None = None
    counted: bool = False
    trash: TrashScope = TrashScope.EXCLUDE
    places: bool = True
    backward: bool = False
    summary: Shape | None = None
    hashed: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """An Ask is looked up in every request, and to hash it takes longer than all else about it."""
        shape = (self.relation, self.fields, self.where, self.order, self.after)
        parts = (*shape, self.counted, self.trash, self.places, self.backward, self.summary)
        object.__setattr__(self, "hashed", hash(parts))

    def __hash__(self) -> int:
        return self.hashed

    @property
    def is_scored(self) -> bool:
        """Whether somebody wants to know how well each thing matches."""
        wanted = self.fields is None or SCORE in self.fields or any(key.field == RELEVANCE for key in self.order)
        return wanted and not self.counted and self.summary is None and searched(self.where) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """An Ask and its values: for these parents `first` rows of each (LARGEST_PAGE at most; None: all) and `beyond` more.

    `beyond` is one where somebody wants to know whether there are more, else nothing. `position` is the sort values and the key
    of the row to start behind, in the form the wire has them. `start` is where an order by chance begins.
    """

    ask: Ask
    first: int | None = 1
    beyond: int = 1
    values: Row = ()
    start: int = 0
    position: Row = ()
    keys: tuple[Id, ...] = ()


Wanted = tuple[Load, tuple[Id, ...]]
"""A Load, which may be shared by many requests and names no parents, and the parents of this request."""
Steps = Generator[list[Wanted], list[list[Row]], bytes]
"""A plan under way: it yields the loads of a level, is sent the rows of each, and returns the answer's bytes.

A row is the parent's key, the fields of the Ask in their order, and its place if the Ask wants places; of a counted Ask the
parent's key and a number. Values are as the wire has them: times as text, words as text, truths as truths, keys as bytes.
"""


class TakesLong(Exception):
    """What was to be read at once is too much for that; it is read again as anything else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """How well a thing matches a search, more than 0 to 1; 0 where only several fields together have all the words."""

    score: float | None = None


NO_MATCH = Match()


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

    async def summaries(self, load: Load) -> dict[Id, list[Row]]:
        """The rows of each parent's summary; parents without rows are left out."""
        ...

    async def count(self, load: Load) -> dict[Id, int]:
        """How many rows each parent has; parents without rows are left out."""
        ...


def to_cursor(order: str, place: Row) -> str:
    """A place in a list in this order, as clients see it."""
    *values, key = place
    raw = dumps([order, *values, key.hex()], ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def from_cursor(order: str, cursor: str, path: Path = ("after",)) -> Row:
    """The place again.

    Raises:
        Invalid: it is no cursor of ours, or of a list in another order.
    """
    if len(cursor) > LONGEST_CURSOR:
        raise Invalid(BAD_CURSOR, path=path)
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        found, *values, key = cast("list[Any]", loads(raw))
        place = (*values, bytes.fromhex(key))
        raw.decode()
        dumps(values, ensure_ascii=False).encode()  # a lone half of a surrogate pair is no text
    except (ValueError, TypeError, RecursionError) as error:
        raise Invalid(BAD_CURSOR, path=path) from error
    if found != order or len(values) != len(order.split(",")):
        raise Invalid(BAD_CURSOR, path=path)
    return place

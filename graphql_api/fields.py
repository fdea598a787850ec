"""What a public field can be besides plain, as data, which both graphql-core's resolvers and plans read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from domain import Id
from domain.errors import Invalid, LimitExceeded
from domain.reading import LARGEST_PAGE, Ask, Load, Order, TrashScope, from_cursor
from domain.search import EVERYTHING, Filter, check_size, shape, values

DECLARED = "declared"
DEFAULT_PAGE = 20
MOST_KEYS = 5


@dataclass(frozen=True, slots=True)
class Site:
    """Where the server is reached; every computed address begins so."""

    public_url: str


@dataclass(frozen=True, slots=True)
class Computed:
    """A pure function of fields, and of the site where `of_site`. Its annotated result is its promise about null."""

    needs: tuple[str, ...]
    function: Callable[..., Any]
    of_site: bool = False

    @property
    def is_certain(self) -> bool:
        """Whether the function promises never to answer None."""
        function: Any = getattr(self.function, "func", self.function)  # of a partial
        promise = getattr(function, "__annotations__", {}).get("return")
        return isinstance(promise, type) and promise is not type(None)


@dataclass(frozen=True, slots=True)
class Part:
    """The same row under another type; null where every one of these fields is."""

    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Linked:
    """A field of the link between a thing and the one it was reached from."""

    name: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How many things the connection leads to that this field is of."""


@dataclass(frozen=True, slots=True)
class Relation:
    """Other things of a thing.

    Attributes:
        name: what they are read under.
        key: the field that holds the parent's key.
        wish: a pure function from the field's arguments to what they ask for; none for a single thing.
        counted: how many, instead of which.
        trash: of what can be trashed, whatever the wish says.
        missing: makes of the parent's key what stands for a single thing that has no row.
    """

    name: str
    key: str = "id"
    wish: "Callable[..., Wish] | None" = field(default=None, compare=False)
    counted: bool = False
    trash: TrashScope = TrashScope.EXCLUDE
    missing: Callable[[Id], Any] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Named:
    """Things that the field's arguments name, whatever stands before.

    Attributes:
        relations: by the names of things, what they are read under by their keys.
        keys: a pure function from the field's arguments to names and keys; None for what can name nothing.
    """

    relations: dict[str, Relation]
    keys: "Callable[..., list[tuple[str, Id] | None]]"


@dataclass(frozen=True, slots=True)
class Derived:
    """What a pure function makes of a field of a single related thing, None where there is none, and of its arguments."""

    relation: Relation
    needs: str
    function: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class ToldBy:
    """How a row says which type of an interface it is: by a word in a field.

    Attributes:
        field: its name.
        words: those there are.
        type_name: from any word, also one that a newer version wrote, to the name of an object type.
    """

    field: str
    words: tuple[str, ...]
    type_name: Callable[[str], str]

    def words_of(self, name: str) -> frozenset[str]:
        """The words of an object type."""
        return frozenset(word for word in self.words if self.type_name(word) == name)


@dataclass(frozen=True, slots=True)
class Wish:
    """The arguments of a list, as the domain has them."""

    first: int | None = DEFAULT_PAGE  # None: all, of relations the domain keeps few
    after: str | None = None
    filter: Filter = EVERYTHING
    order: tuple[Order, ...] = ()
    trash: TrashScope = TrashScope.EXCLUDE


def load_of(relation: Relation, wish: Wish) -> Load:
    """The load a wish calls for, without its keys.

    Raises:
        LimitExceeded: it wants more than a page may hold.
        Invalid: its page is of less than nothing, its cursor is of another list, or a list in its filter is too long.
    """
    if wish.first is not None and wish.first < 0:
        raise Invalid("first is 0 or more.", path=("first",))
    if wish.first is not None and wish.first > LARGEST_PAGE:
        raise LimitExceeded(f"first is at most {LARGEST_PAGE}.", limit=LARGEST_PAGE, actual=wish.first, path=("first",))
    position = from_cursor(order_name(relation.name, wish.order), wish.after) if wish.after is not None else ()
    after = tuple(value is None for value in position[:-1]) if position else None
    check_size(wish.filter)
    if len(wish.order) > MOST_KEYS:
        raise LimitExceeded(f"An order has at most {MOST_KEYS} keys.", limit=MOST_KEYS, path=("orderBy",))
    try:
        where = shape(wish.filter)
    except ValueError as error:
        raise Invalid(str(error), path=("filter",)) from error
    trash = relation.trash if relation.trash is not TrashScope.EXCLUDE else wish.trash
    ask = Ask(relation=relation.name, where=where, order=wish.order, after=after, trash=trash, counted=relation.counted)
    return Load(ask=ask, first=wish.first, values=tuple(values(wish.filter)), position=position)


def order_name(relation: str, order: tuple[Order, ...]) -> str:
    """What binds a cursor to the order it was made in: a sign and a field for each key, or the relation's own order."""
    keys = (f"{'-' if key.descending else '+'}{key.field}{'^' if key.nulls_first else ''}" for key in order)
    return ",".join(keys) if order else relation

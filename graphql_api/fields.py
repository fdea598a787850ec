"""What a public field can be besides plain, as data, which both graphql-core's resolvers and plans read."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from domain import Id
from domain.errors import Invalid, LimitExceeded
from domain.matching import Sought
from domain.reading import LARGEST_PAGE, RELEVANCE, Ask, Load, Order, TrashScope, from_cursor
from domain.search import EVERYTHING, Filter, check_size, searched, shape, values
from domain.summary import Shape, Summary

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
class Ruled:
    """A list of the whole library, which stands for what a relation leads to where the parent has a rule.

    Attributes:
        by: the field of the parent that holds the rule; None where there is none.
        wish: a pure function from the rule, and what is wished of the relation, to what is wished of the library.
        held: of a count, the field of the parent that has it where there is no rule.
    """

    by: str
    wish: "Callable[[str, Wish], Wish]" = field(compare=False)
    held: str = ""


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
        ruled: what is read instead from a parent that has a rule.
        given: whether the wish takes, before all else, what the arguments of the field above come to.
    """

    name: str
    key: str = "id"
    wish: "Callable[..., Wish] | None" = field(default=None, compare=False)
    counted: bool = False
    trash: TrashScope = TrashScope.EXCLUDE
    missing: Callable[[Id], Any] | None = field(default=None, compare=False)
    ruled: Ruled | None = None
    given: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """The same thing under another type, whose relations are given what a pure function makes of this field's arguments."""

    made: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Under:
    """A thing, and what its relations are given."""

    id: Id
    given: Any


@dataclass(frozen=True, slots=True)
class Gathering:
    """A part of what is gathered: of each thing of a relation these fields, and where its type is named the thing itself."""

    relation: Relation
    needs: tuple[str, ...]
    type_name: str = ""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a pure function makes of what the field above gives, and of the rows of several relations."""

    parts: tuple[Gathering, ...]
    function: Callable[..., list[Any]]


@dataclass(frozen=True, slots=True)
class Summed:
    """What a list comes to: the list of the connection that the field is of, or all that `relation` leads to.

    Attributes:
        asks: a pure function from the field's arguments to the summary.
        columns: those of the rows it is made of.
        part: the attribute of what is made; the whole of it without one.
        relation: where the field is of no connection.
    """

    asks: Callable[..., Summary]
    columns: tuple[str, ...]
    part: str = ""
    relation: Relation | None = None


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
class Either:
    """The one thing that a row points to: by the names of things what they are read under, of which one has a key."""

    relations: dict[str, Relation]


@dataclass(frozen=True, slots=True)
class Derived:
    """What a pure function makes of a field of a single related thing, None where there is none, and of its arguments."""

    relation: Relation
    needs: str
    function: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class OfSearch:
    """What a pure function makes of what a list is searched for, and of these fields of a single related thing of an edge.

    Without a search nothing is read, and the function is told of no values.
    """

    relation: Relation
    needs: tuple[str, ...]
    function: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Tallied:
    """How many things a counted relation leads to; a field has the number where no argument asks otherwise."""

    needs: str
    relation: Relation


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
    backward: bool = False  # the last ones, or those before the cursor
    filter: Filter = EVERYTHING
    order: tuple[Order, ...] = ()
    trash: TrashScope = TrashScope.EXCLUDE
    through: str | None = None  # the name of another relation from the same key, to be read instead

    @property
    def sought(self) -> Sought | None:
        """What the list is searched for."""
        found = searched(self.filter)
        return found.sought if found else None


def whole_of(wish: Wish) -> Wish:
    """The same list, whatever the page and its order."""
    return replace(wish, first=1, after=None, order=(), backward=False)


def load_of(relation: Relation, wish: Wish, summary: Shape | None = None) -> Load:
    """The load a wish calls for, without its keys; of a summary where one is given.

    Raises:
        LimitExceeded: it wants more than a page may hold.
        Invalid: its page is of less than nothing, its cursor is of another list, or a list in its filter is too long.
    """
    check_page(wish)
    position = position_of(relation, wish) if wish.after is not None else ()
    after = tuple(value is None for value in position[:-1]) if position else None
    check_size(wish.filter)
    if wish.sought is None and any(key.field == RELEVANCE for key in wish.order):
        raise Invalid("Only a search has an order of relevance.", path=("orderBy",))
    if len(wish.order) > MOST_KEYS:
        raise LimitExceeded(f"An order has at most {MOST_KEYS} keys.", limit=MOST_KEYS, path=("orderBy",))
    try:
        where = shape(wish.filter)
    except ValueError as error:
        raise Invalid(str(error), path=("filter",)) from error
    trash = relation.trash if relation.trash is not TrashScope.EXCLUDE else wish.trash
    order = tuple(replace(key, seed=None) for key in wish.order)
    start = next((key.start for key in wish.order if key.seed is not None), 0)
    ask = Ask(
        relation=wish.through or relation.name, where=where, order=order, after=after, trash=trash, counted=relation.counted,
        backward=wish.backward, summary=summary,
    )  # fmt: skip
    return Load(ask=ask, first=wish.first, values=tuple(values(wish.filter)), start=start, position=position)


def check_page(wish: Wish) -> None:
    name = "last" if wish.backward else "first"
    if wish.first is not None and wish.first < 0:
        raise Invalid(f"{name} is 0 or more.", path=(name,))
    if wish.first is not None and wish.first > LARGEST_PAGE:
        raise LimitExceeded(f"{name} is at most {LARGEST_PAGE}.", limit=LARGEST_PAGE, actual=wish.first, path=(name,))


def position_of(relation: Relation, wish: Wish) -> tuple[Any, ...]:
    """The place a wish starts at. Raises Invalid for a cursor of another list."""
    where = ("before" if wish.backward else "after",)
    return from_cursor(order_name(relation, wish), wish.after or "", where)


def order_name(relation: Relation, wish: Wish) -> str:
    """What binds a cursor to the order it was made in: a sign and a field for each key, or the relation's own order."""
    return ",".join(map(spelled, wish.order)) if wish.order else wish.through or relation.name


def spelled(key: Order) -> str:
    seed = "" if key.seed is None else f":{key.seed}"
    return f"{'-' if key.descending else '+'}{key.field}{seed}{'^' if key.nulls_first else ''}"

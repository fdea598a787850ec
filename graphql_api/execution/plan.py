"""A plan: sets of rows, read level by level, and a generated function that assembles them into the answer."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Any

import orjson

from domain.ids import Id
from domain.reading import Load, Row, Steps
from graphql_api.fields import Relation, Site, ToldBy, Wish, load_of, order_name

Groups = dict[Id, list[Row]]
Paged = tuple[Groups, set[Id]]
Variables = Any
UNKNOWN: Any = object()


@dataclass(eq=False)
class Call:
    """The arguments of a field, and what is made of them: once for all where they hold no variable."""

    number: int
    given: Callable[[Variables], dict[str, Any]]
    made: Callable[..., Any]
    is_constant: bool
    known: Any = UNKNOWN

    def value(self, variables: Variables) -> Any:
        if self.known is not UNKNOWN:
            return self.known
        value = self.made(**self.given(variables))
        if self.is_constant:
            self.known = value
        return value


@dataclass(frozen=True, slots=True)
class Page:
    """What a request asks of one set.

    Attributes:
        load: without its keys.
        order: what binds a cursor to the order it is made in.
        is_behind: whether a cursor is given, so that something precedes.
    """

    load: Load
    order: str
    is_behind: bool


@dataclass(eq=False)
class SetNode:
    """One load: a relation followed from every row of a set, from the library, or by keys that arguments name.

    Attributes:
        call: makes the Wish of the field's arguments.
        parent: the set it is followed from; None for one of the library, or of keys.
        names: makes the names and keys of arguments, of which those called `thing` are read.
        columns: the fields to read, each with its number.
        places: whether rows end with their places.
        peeks: whether it is asked whether there are more.
        told: how a row of the parent says of which type it is.
        types: the types of the parent from whose rows this is followed; None: from all.
        is_single: a parent has at most one.
    """

    number: int
    relation: Relation
    call: Call
    parent: "SetNode | None" = None
    names: Call | None = None
    thing: str = ""
    is_single: bool = False
    told: ToldBy | None = None
    types: set[str] | None = field(default_factory=set[str])
    columns: dict[str, int] = field(default_factory=dict[str, int])
    places: bool = False
    peeks: bool = False
    known: Page | None = None

    def column(self, name: str) -> int:
        """The number of the column a field stands in. Asking for it is what selects it."""
        return self.columns.setdefault(name, len(self.columns))

    def page(self, variables: Variables) -> Page:
        """What this request asks; made once where no argument is a variable."""
        if self.known is None:
            page = self.asked(self.call.value(variables))
            if not self.call.is_constant:
                return page
            self.known = page
        return self.known

    def asked(self, wish: Wish) -> Page:
        if self.relation.counted:
            return Page(load_of(self.relation, replace(wish, first=1, after=None, order=())), "", is_behind=False)
        load = load_of(self.relation, wish)
        ask = replace(load.ask, fields=tuple(self.columns), places=self.places)
        return Page(
            replace(load, ask=ask, beyond=int(self.peeks)), order_name(self.relation.name, wish.order), wish.after is not None
        )

    def keys(self, found: list[Any], root: Id, calls: list[Any]) -> tuple[Id, ...]:
        """The distinct parents to read from."""
        if self.names is not None:
            return tuple({pair[1]: None for pair in calls[self.names.number] if pair and pair[0] == self.thing})
        if self.parent is None:
            return (root,)
        own = self.parent.columns[self.relation.key] + 1
        keys = dict.fromkeys([row[own] for row in self.followed(found[self.parent.number], self.parent)])
        keys.pop(None, None)  # type: ignore[call-overload]
        return tuple(keys)

    def follow(self, told: ToldBy | None, on: str | None) -> None:
        """Follows this from rows of one type, besides those it is followed from already; None: from all."""
        if on is None or self.types is None:
            self.types = None
        else:
            self.told = told
            self.types.add(on)

    def followed(self, found: Any, parent: "SetNode") -> Iterable[Row]:
        """The rows of the parent that this is followed from."""
        rows: Iterable[Row] = found if parent.is_single else chain.from_iterable(found[0].values())
        if not self.passed or self.told is None:
            return rows
        word = parent.columns[self.told.field] + 1
        return [row for row in rows if row[word] not in self.passed]

    @cached_property
    def passed(self) -> frozenset[str]:
        """What rows say of themselves from which this is not followed; asked for when the plan is made."""
        if self.told is None or self.types is None:
            return frozenset()
        return frozenset(one for one in self.told.words if self.told.type_name(one) not in self.types)

    def taken(self, rows: list[Row], first: int | None) -> Any:
        """The rows as the assembly takes them: a number for each parent, one row for each, or pages."""
        if self.relation.counted:
            return dict(rows)
        if self.is_single:
            return rows if len(rows) <= 1 else firsts(rows)
        return grouped(rows, first)


def firsts(rows: list[Row]) -> list[Row]:
    """The first row of each parent."""
    return list({row[0]: row for row in reversed(rows)}.values())


def grouped(rows: list[Row], first: int | None) -> Paged:
    """Rows by parent, each group cut to its page; and the parents that have more than that."""
    groups: Groups = {}
    for row in rows:
        group = groups.get(row[0])
        if group is None:
            groups[row[0]] = [row]
        else:
            group.append(row)
    more = set[Id]() if first is None else {key for key, group in groups.items() if len(group) > first}
    for key in more:
        del groups[key][first:]
    return groups, more


@dataclass(frozen=True, slots=True)
class Bound:
    """What one request gives a plan: what it asks of each set, and what its calls come to. Holds nothing of the library."""

    pages: list[Page]
    calls: list[Any]


@dataclass(frozen=True)
class Plan:
    """An operation, compiled. Knows neither library nor values, so everyone shares it.

    Attributes:
        levels: the sets that can be read together, and what they are read from before them.
        calls: arguments that are not of a set.
        assemble: from the rows of every set to the answer.
        source: its text, for people.
        names_only: whether every set without a parent is of things that arguments name; so it is without any set.
    """

    levels: list[list[SetNode]]
    calls: list[Call]
    assemble: Callable[..., dict[str, Any]]
    source: str
    names_only: bool = False

    def sets(self) -> Iterator[SetNode]:
        return chain.from_iterable(self.levels)

    def bind(self, variables: Variables) -> Bound:
        """Raises what the domain says of arguments that break a rule."""
        return Bound(self.constant or self.pages(variables), [call.value(variables) for call in self.calls])

    @cached_property
    def constant(self) -> list[Page] | None:
        """The pages, where no argument of a list is a variable."""
        return self.pages(None) if all(node.call.is_constant for node in self.sets()) else None

    def pages(self, variables: Variables) -> list[Page]:
        pages: list[Any] = [None] * sum(map(len, self.levels))
        for node in self.sets():
            pages[node.number] = node.page(variables)
        return pages

    def steps(self, root: Id, bound: Bound, site: Site) -> Steps:
        """Yields the loads of a level, takes their rows, returns the bytes of the answer's `data`."""
        pages = bound.pages
        found: list[Any] = [None] * len(pages)
        for level in self.levels:
            wanted = [(pages[node.number].load, node.keys(found, root, bound.calls)) for node in level]
            for node, (load, _), rows in zip(level, wanted, (yield wanted), strict=True):
                found[node.number] = node.taken(rows, load.first)
        return orjson.dumps(self.assemble(root, found, pages, bound.calls, site))

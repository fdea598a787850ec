"""What a plan reads: sets of rows, what a request asks of each, from which parents, and how the rows are grouped."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Any

from domain.ids import Id
from domain.matching import Sought
from domain.reading import Ask, Load, Row
from domain.summary import Summary
from graphql_api.execution.calls import Call, Variables
from graphql_api.fields import Relation, ToldBy, Wish, load_of, order_name, whole_of

Groups = dict[Id, list[Row]]
Paged = tuple[Groups, set[Id]]


@dataclass(frozen=True, slots=True)
class Page:
    """What a request asks of one set.

    Attributes:
        load: without its keys.
        order: what binds a cursor to the order it is made in.
        is_behind: whether a cursor is given, so that something precedes; of a page that is read backward, follows.
        summary: what is wanted instead of rows.
        wish: of a relation with rules, where what is asked depends on the parents.
        orders: what binds the cursors of each of them.
        sought: what is searched for.
    """

    load: Load
    order: str
    is_behind: bool
    is_backward: bool = False
    sought: Sought | None = None
    summary: Summary | None = None
    wish: Wish | None = None
    orders: dict[Id, str] = field(default_factory=dict[Id, str])

    def order_of(self, parent: Id) -> str:
        """What binds a cursor of this parent's page."""
        return self.orders[parent] if self.wish else self.order


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is read for the parents of a set that have one and the same rule, or none.

    Attributes:
        page: what is asked.
        keys: from where it is read.
        parents: for whom; none where the keys are they.
    """

    page: Page
    keys: tuple[Id, ...]
    parents: tuple[Id, ...] = ()

    def rows(self, rows: list[Row]) -> list[Row]:
        """The rows by parent: all of them for each of those that share a rule."""
        return [(parent, *row[1:]) for parent in self.parents for row in rows] if self.parents else rows

    def noted_in(self, page: Page) -> Page:
        """The page of the whole set, with what binds the cursors of these parents."""
        return replace(page, orders=page.orders | dict.fromkeys(self.parents or self.keys, self.page.order))


@dataclass(eq=False)
class SetNode:
    """One load: a relation followed from every row of a set, from the library, or by keys that arguments name.

    Attributes:
        call: makes the Wish of the field's arguments.
        parent: the set it is followed from; None for one of the library, or of keys.
        summary: makes the summary that is read instead of the rows, which has columns of its own.
        names: makes the names and keys of arguments, of which those called `thing` are read.
        columns: the fields to read, each with its number.
        places: whether rows end with their places.
        peeks: whether it is asked whether there are more.
        told: how a row of the parent says of which type it is.
        types: the types of the parent from whose rows this is followed; None: from all.
        is_single: a parent has at most one.
        of_search: it is read only where the list it is followed from is searched.
    """

    number: int
    relation: Relation
    call: Call
    parent: "SetNode | None" = None
    summary: Call | None = None
    names: Call | None = None
    thing: str = ""
    is_single: bool = False
    told: ToldBy | None = None
    types: set[str] | None = field(default_factory=set[str])
    columns: dict[str, int] = field(default_factory=dict[str, int])
    places: bool = False
    peeks: bool = False
    of_search: bool = False
    known: Page | None = None
    unruled: Page | None = None

    def column(self, name: str) -> int:
        """The number of the column a field stands in. Asking for it is what selects it."""
        return self.columns.setdefault(name, len(self.columns))

    def page(self, variables: Variables) -> Page:
        """What this request asks; made once where no argument is a variable."""
        if self.known is None:
            page = self.asked(self.call.value(variables), self.summary.value(variables) if self.summary else None)
            if not self.is_constant:
                return page
            self.known = page
        return self.known

    @property
    def is_constant(self) -> bool:
        return self.call.is_constant and (self.summary is None or self.summary.is_constant)

    def asked(self, wish: Wish, summary: Summary | None) -> Page:
        """What is asked of the relation; where it has rules, parents decide about that."""
        if self.relation.ruled is None:
            return self.asked_plainly(wish, summary)
        ask = Ask(relation=self.relation.name, backward=wish.backward)
        load = Load(ask=ask, first=wish.first)
        return Page(load, "", wish.after is not None, wish.backward, wish.sought, summary, wish)

    def asked_plainly(self, wish: Wish, summary: Summary | None) -> Page:
        if self.relation.counted:
            return Page(load_of(self.relation, whole_of(wish)), "", is_behind=False)
        if summary:
            return Page(load_of(self.relation, whole_of(wish), summary.shape), "", is_behind=False, summary=summary)
        load = load_of(self.relation, wish)
        ask = replace(load.ask, fields=tuple(self.columns), places=self.places)
        load, order = replace(load, ask=ask, beyond=int(self.peeks)), order_name(self.relation, wish)
        return Page(load, order, wish.after is not None, wish.backward, wish.sought)

    def keys(self, found: list[Any], root: Id, calls: list[Any], pages: list[Page]) -> tuple[Id, ...]:
        """The distinct parents to read from."""
        if self.of_search and self.parent and pages[self.parent.number].sought is None:
            return ()
        if self.names is not None:
            return tuple({pair[1]: None for pair in calls[self.names.number] if pair and pair[0] == self.thing})
        if self.parent is None:
            return (root,)
        if self.relation.ruled:
            return ()
        own = self.parent.columns[self.relation.key] + 1
        keys = dict.fromkeys([row[own] for row in self.followed(found[self.parent.number], self.parent)])
        keys.pop(None, None)  # type: ignore[call-overload]
        return tuple(keys)

    def rulings(self, found: list[Any], root: Id, page: Page) -> Iterator[Ruling]:
        """What is read for the parents, by their rules."""
        ruled, parent, wish = self.relation.ruled, self.parent, page.wish
        if ruled is None or parent is None or wish is None:
            return
        own, rule = parent.columns[self.relation.key] + 1, parent.columns[ruled.by] + 1
        by_rule: dict[str | None, dict[Id, None]] = {}
        for row in self.followed(found[parent.number], parent):
            by_rule.setdefault(row[rule], {})[row[own]] = None
        plain = tuple(by_rule.pop(None, ()))
        if plain and not ruled.held:
            yield Ruling(self.without_rule(wish, page.summary), plain)
        for text, parents in by_rule.items():
            yield Ruling(self.asked_plainly(ruled.wish(text or "", wish), page.summary), (root,), tuple(parents))

    def without_rule(self, wish: Wish, summary: Summary | None) -> Page:
        """What is asked for parents that have none; made once where no argument is a variable."""
        made = self.unruled or self.asked_plainly(wish, summary)
        if self.is_constant:
            self.unruled = made
        return made

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

    def taken(self, rows: list[Row], load: Load) -> Any:
        """The rows as the assembly takes them: a number for each parent, one row for each, or pages."""
        if self.relation.counted:
            return dict(rows)
        if self.is_single:
            return rows if len(rows) <= 1 else firsts(rows)
        return grouped(rows, None if self.summary else load.first, backward=load.ask.backward)


def firsts(rows: list[Row]) -> list[Row]:
    """The first row of each parent."""
    return list({row[0]: row for row in reversed(rows)}.values())


def grouped(rows: list[Row], first: int | None, *, backward: bool) -> Paged:
    """Rows by parent, each group cut to its page and in the list's order; and the parents that have more than that."""
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
    if backward:
        for group in groups.values():
            group.reverse()
    return groups, more

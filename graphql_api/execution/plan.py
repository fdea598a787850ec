"""A plan: sets of rows, read level by level, and a generated function that assembles them into the answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import orjson

from domain.ids import Id
from domain.reading import Steps
from graphql_api.execution.calls import Call, Variables
from graphql_api.execution.nodes import Page, SetNode
from graphql_api.fields import Site


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
        return self.pages(None) if all(node.is_constant for node in self.sets()) else None

    def pages(self, variables: Variables) -> list[Page]:
        pages: list[Any] = [None] * sum(map(len, self.levels))
        for node in self.sets():
            pages[node.number] = node.page(variables)
        return pages

    def steps(self, root: Id, bound: Bound, site: Site) -> Steps:
        """Yields the loads of a level, takes their rows, returns the bytes of the answer's `data`."""
        pages = list(bound.pages)
        found: list[Any] = [None] * len(pages)
        for level in self.levels:
            wanted = [(pages[node.number].load, node.keys(found, root, bound.calls, pages)) for node in level]
            rulings = [(node, one) for node in level for one in node.rulings(found, root, pages[node.number])]
            every = yield [*wanted, *((one.page.load, one.keys) for _, one in rulings)]
            rows = dict(zip(level, every, strict=False))
            for (node, one), more in zip(rulings, every[len(level) :], strict=True):
                rows[node] = [*rows[node], *one.rows(more)]
                pages[node.number] = one.noted_in(pages[node.number])
            for node in level:
                found[node.number] = node.taken(rows[node], pages[node.number].load)
        return orjson.dumps(self.assemble(root, found, pages, bound.calls, site))

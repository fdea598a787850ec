"""Random walks through pages while others write: `python -m benchmarks.walks --walks 1000`.

Whatever is there throughout, and nobody edits, is seen exactly once and in order: media of the library, of a tag or of a
collection, forward and backward, in any order, under any filter, by plans and by graphql-core.
"""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, cast

import orjson
import structlog
from cyclopts import App
from graphql import GraphQLEnumType, GraphQLInputObjectType
from rich.console import Console

from benchmarks.databases import POSTGRES, Kind, small
from benchmarks.filling import bar
from benchmarks.viewing import Shelf, Values
from benchmarks.writers import Writers
from graphql_api.bootstrap import Server
from graphql_api.context import Context
from graphql_api.core import core_of
from graphql_api.execution.budget import Budget
from graphql_api.execution.executor import Executor
from graphql_api.execution.operation import Request
from graphql_api.schema import schema

TYPES = core_of(schema).type_map
LISTS = {"media": "%s", "tag": "tag(id: $id) { %s }", "collection": "collection(id: $id) { %s }"}
PAGE = "edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
MEDIA = f"media(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $order) {{ {PAGE} }}"
GIVEN = "$first: Int, $after: String, $last: Int, $before: String, $filter: MediaFilter, $order: [MediaOrder!]"
NOT_ORDERS = {"RELEVANCE", "USAGE_COUNT", "POSITION"}
"""By search, which ranks anew with each write; by what only collections have; by what nothing has yet."""
FILTERS: list[Values] = [
    {}, {"kind": {"eq": "IMAGE"}}, {"not": {"kind": {"in": ["IMAGE", "VIDEO"]}}}, {"title": {"contains": "r"}},
    {"title": {"isNull": False}, "size": {"gt": 1_000_000}}, {"rating": {"gte": 3}}, {"isFavorite": False},
    {"or": [{"title": {"startsWith": "s"}}, {"kind": {"eq": "VIDEO"}}]}, {"camera": {"contains": "o"}},
]  # fmt: skip
WALKERS = 4
Between = Callable[[], Awaitable[None]]
app = App(help="Walk through pages while others write.")


async def nothing() -> None:
    """Happens between two pages."""


def words(name: str) -> list[str]:
    """The values of an enum."""
    return list(cast("GraphQLEnumType", TYPES[name]).values)


def is_known(filter: Values) -> bool:  # noqa: A002
    """Whether the schema has all parts of a filter."""
    return filter.keys() <= cast("GraphQLInputObjectType", TYPES["MediaFilter"]).fields.keys()


@dataclass(frozen=True)
class Walk:
    """Where to walk, in which order and direction, on which path."""

    list: str
    id: str | None
    filter: Values
    order: tuple[tuple[str, str, str, int | None], ...]
    backward: bool
    planned: bool

    @property
    def query(self) -> str:
        given = GIVEN if self.id is None else f"$id: ID!, {GIVEN}"
        return f"query({given}) {{ {LISTS[self.list] % MEDIA} }}"

    @property
    def variables(self) -> Values:
        names = ("field", "direction", "nulls", "seed")
        order = [{name: value for name, value in zip(names, key, strict=True) if value is not None} for key in self.order]
        return {"id": self.id, "filter": self.filter, "order": order} if self.id else {"filter": self.filter, "order": order}

    @property
    def key(self) -> str:
        """The same for walks through the same list in the same order."""
        return orjson.dumps([self.list, self.variables]).decode()


@dataclass
class Walking:
    """Walks over a library of which some media stay as they are, and what they found wrong."""

    server: Server
    shelf: Shelf
    steady: set[str]
    writers: Writers
    expected: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    faults: list[str] = field(default_factory=list[str])
    pages: int = 0

    def __post_init__(self) -> None:
        self.executors = {True: Executor(schema, Budget()), False: Executor(schema, Budget(), planning=False)}

    def drawn(self, chance: Random) -> Walk:
        """Some walk."""
        place = chance.choice(list(LISTS))
        ids = {"media": [None], "tag": self.writers.tags, "collection": self.writers.collections}[place]
        fields = [
            word for word in words("MediaOrderField") if word not in NOT_ORDERS or (word == "POSITION" and place == "collection")
        ]
        keys = sorted(chance.sample(fields, chance.choice((0, 1, 1, 1, 2))), key="RANDOM".__eq__)  # by chance last, if at all
        order = tuple(
            (key, chance.choice(words("OrderDirection")), chance.choice(words("NullsOrder")), 7 if key == "RANDOM" else None)
            for key in keys
        )
        known = [one for one in FILTERS if is_known(one)]
        return Walk(place, chance.choice(ids), chance.choice(known), order, chance.random() < 0.5, chance.random() < 0.6)

    async def page(self, walk: Walk, size: int, cursor: str | None) -> Any:
        way = {"last": size, "before": cursor} if walk.backward else {"first": size, "after": cursor}
        context = Context(self.server.parts, self.server.principal, self.server.site, "walk")
        request = Request(walk.query, None, walk.variables | way)
        found = orjson.loads((await self.executors[walk.planned].answer(request, context)).body)
        if "errors" in found:
            raise SystemExit(f"{walk}: {found['errors']}")
        self.pages += 1
        return found["data"]["media"] if walk.id is None else found["data"][walk.list]["media"]

    async def seen(self, walk: Walk, size: Callable[[], int], between: Between = nothing) -> list[str]:
        """The ids a walk comes by, as its list has them."""
        found, cursor = list[str](), None
        while True:
            page = await self.page(walk, size(), cursor)
            await between()
            ids = [edge["node"]["id"] for edge in page["edges"]]
            found = ids + found if walk.backward else found + ids
            more = page["pageInfo"]["hasPreviousPage" if walk.backward else "hasNextPage"]
            cursor = page["pageInfo"]["startCursor" if walk.backward else "endCursor"]
            if not more:
                return found

    async def expect(self, walks: list[Walk]) -> None:
        """Notes what stays, list by list, while nobody writes: the same media in every order."""
        for walk in walks:
            plain = replace(walk, order=(), backward=False)
            for one in (plain, walk):
                if one.key not in self.expected:
                    seen = await self.seen(one, lambda: 100)
                    self.expected[one.key] = [key for key in seen if key in self.steady]
            if sorted(self.expected[walk.key]) != sorted(self.expected[plain.key]):
                self.faults.append(f"{len(self.expected[walk.key])} instead of {len(self.expected[plain.key])}: {walk}")

    async def walk(self, walk: Walk, chance: Random) -> None:
        """One walk, with a write behind most pages; a fault if what stays is not seen as it must be."""

        async def between() -> None:
            if chance.random() < 0.8:
                await self.writers.one()

        seen = await self.seen(walk, lambda: chance.choice((1, 3, 10, 25, 50, 100)), between)
        kept = [one for one in seen if one in self.steady]
        if kept != (wanted := self.expected[walk.key]):
            missing, twice = len(set(wanted) - set(kept)), len(kept) - len(set(kept))
            self.faults.append(f"{missing} skipped, {twice} repeated, {len(set(kept) - set(wanted))} new: {walk}")

    async def all_of(self, walks: list[Walk], told: Callable[[], Any]) -> None:
        """Takes walks, several at a time, as long as others write."""
        waiting = iter(enumerate(walks))

        async def walker() -> None:
            for number, walk in waiting:
                await self.walk(walk, Random(number))
                told()

        async with self.writers.writing():
            await asyncio.gather(*(walker() for _ in range(WALKERS)))


async def walking(server: Server, seed: int, share: float = 0.3) -> Walking:
    """Walks over the library of a server, of which others edit a share and leave the rest as it is."""
    shelf, ids, after = Shelf(server), list[str](), None
    while True:
        query = "query($after: String) { media(first: 100, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } }"
        page = (await shelf.asked(query, {"after": after}))["media"]
        ids, after = ids + [one["id"] for one in page["nodes"]], page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    chance = Random(seed)
    edited = set(chance.sample(ids, int(len(ids) * share)))
    found = await shelf.asked("{ tags(first: 8) { nodes { id } } collections(first: 8) { nodes { id } } }", {})
    tags, collections = ([one["id"] for one in found[name]["nodes"]] for name in ("tags", "collections"))
    return Walking(server, shelf, set(ids) - edited, Writers(shelf, sorted(edited), tags, collections))


async def walked(server: Server, count: int, seed: int, told: Callable[[], Any] = lambda: None) -> Walking:
    """So many walks, and what came of them."""
    made = await walking(server, seed)
    walks = [made.drawn(chance) for chance in [Random(seed)] for _ in range(count)]
    await made.expect(walks)
    await made.all_of(walks, told)
    return made


async def run(database: Kind, count: int, size: int, seed: int, url: str) -> bool:
    async with small(database, size, url, "walks") as server:
        with bar() as progress:
            task = progress.add_task(f"walks on {database}", total=count)
            made = await walked(server, count, seed, lambda: progress.advance(task))
    Console().print(
        f"{database}: {count:,} walks of {made.pages:,} pages beside {made.writers.writes:,} writes "
        f"({made.writers.told()}), {len(made.faults)} of them wrong"
    )
    print("\n".join(made.faults[:10]))
    return not made.faults


@app.default
def main(*, walks: int = 1_000, size: int = 2_000, seed: int = 1, database: list[Kind] | None = None,
         postgres: str = POSTGRES) -> None:  # fmt: skip
    """Walk through pages."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    right = [asyncio.run(run(one, walks, size, seed, postgres)) for one in database or ["sqlite", "postgresql"]]
    sys.exit(not all(right))


if __name__ == "__main__":
    app()

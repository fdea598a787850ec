"""What a resolver is handed: pages of relations, batched per request, and one way to write."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

import strawberry
from aiodataloader import DataLoader

import graphql_api.words  # noqa: F401 # pyright: ignore[reportUnusedImport] # enums are named before a type uses them
from domain import Id, Principal
from domain.errors import Fault
from domain.idempotency import Once, once
from domain.ports import Parts, Work
from domain.reading import Found, Load, Reader, Row
from domain.summary import Shape, Summary
from graphql_api.fields import Relation, Site, Wish, load_of, order_name, whole_of
from graphql_api.outages import note
from graphql_api.relay import Page

T = TypeVar("T")
Loaders = dict[Any, DataLoader[Id, Any]]
ONE = Wish(first=1)
CLOSING: set["asyncio.Task[None]"] = set()
"""What the event loop would forget otherwise."""


class Rehearsed(Exception):
    """A change has run to its end and is not to be kept."""

    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


@dataclass
class Context:
    """Lives for one request of one principal, from an address; its loaders hold nothing longer."""

    parts: Parts
    principal: Principal
    site: Site
    request_id: str
    loaders: Loaders = field(default_factory=Loaders)
    stack: AsyncExitStack | None = None
    reader: "asyncio.Task[Reader] | None" = None
    is_over: bool = False
    address: str = ""
    began: float = field(default_factory=time.monotonic)

    async def page(self, relation: Relation, key: Id, wish: Wish) -> Page:
        """The page of what `relation` leads to from this key, fetched with every other key that wishes the same."""
        return await self.loader((relation, wish), partial(self.pages, relation, wish)).load(key)

    async def one(self, relation: Relation, key: Id | None, wish: Wish = ONE) -> Any:
        """The one entity `relation` leads to, the first where there are more; None without a key."""
        if key is None:
            return None
        nodes = (await self.page(relation, key, wish)).nodes
        return nodes[0] if nodes else None

    async def named(self, relations: dict[str, Relation], name: "tuple[str, Id] | None") -> Any:
        """The thing of that name and key; None for an unknown one, and just so for one of another library."""
        return await self.one(relations[name[0]], name[1]) if name and name[0] in relations else None

    async def count(self, relation: Relation, key: Id, wish: Wish) -> int:
        """How many rows `relation` has from this key, whatever the page."""
        counted = replace(relation, counted=True)
        same = whole_of(wish)
        return await self.loader((counted, same), partial(self.counts, counted, same)).load(key)

    async def summary(self, relation: Relation, key: Id, wish: Wish, summary: Summary) -> Any:
        """What all that `relation` leads to from this key comes to, whatever the page."""
        same, wanted = whole_of(wish), summary.shape
        rows = await self.loader((relation, same, wanted), partial(self.summaries, relation, same, wanted)).load(key)
        return summary.made(rows)

    def loader(self, same: Any, batch: Callable[[list[Id]], Coroutine[Any, Any, list[Any]]]) -> DataLoader[Id, Any]:
        if same not in self.loaders:
            self.loaders[same] = DataLoader(batch)
        return self.loaders[same]

    async def pages(self, relation: Relation, wish: Wish, keys: list[Id]) -> list[Page]:
        load, order = load_of(relation, wish), order_name(relation, wish)
        groups: defaultdict[Id, list[Found]] = defaultdict(list)
        for found in await self.find(replace(load, keys=tuple(keys))):
            groups[found.parent].append(found)
        return [Page(relation, wish, key, order, groups[key]) for key in keys]

    async def counts(self, relation: Relation, wish: Wish, keys: list[Id]) -> list[int]:
        reader = await self.reading()
        counts = await reader.count(replace(load_of(relation, wish), keys=tuple(keys)))
        return [counts.get(key, 0) for key in keys]

    async def summaries(self, relation: Relation, wish: Wish, wanted: Shape, keys: list[Id]) -> list[list[Row]]:
        reader = await self.reading()
        found = await reader.summaries(replace(load_of(relation, wish, wanted), keys=tuple(keys)))
        return [found.get(key, []) for key in keys]

    async def find(self, load: Load) -> list[Found]:
        return await (await self.reading()).find(load)

    async def reading(self) -> Reader:
        """The reader of this request, opened by the first that asks; one that gives up does not take it from the others."""
        if self.is_over:
            raise asyncio.CancelledError("The request is over.")
        if self.reader is None:
            self.stack = AsyncExitStack()  # one for each reader: closing the last may be under way
            opening = self.stack.enter_async_context(self.parts.database.reading(self.principal))
            self.reader = asyncio.ensure_future(opening)
        return await asyncio.shield(self.reader)

    async def write(
        self, change: Callable[[Work], Awaitable[T]], *, dry_run: bool = False, wanted: Once | None = None
    ) -> "T | Fault":
        """Runs a change in one transaction; what is read next sees it. A fault keeps nothing and is the result, and with
        `dry_run` nothing is kept either. A change that is `wanted` once is not run again.
        """
        await self.forget()
        try:
            async with self.parts.database.writing(self.principal) as work:
                result = await once(work.answers, None if dry_run else wanted, lambda: change(work))
                if dry_run:
                    raise Rehearsed(result)
                return result
        except Rehearsed as rehearsed:
            return rehearsed.result
        except Fault as fault:
            note(fault, self.request_id)
            return fault
        finally:
            await self.forget()

    async def forget(self) -> None:
        """Drops what was read before a change, and the connection it was read on: nobody may hold one and wait for another."""
        self.loaders.clear()
        await self.close()

    async def end(self) -> None:
        """Nothing is read after this, whoever still wants to."""
        self.is_over = True
        await self.close()

    async def close(self) -> None:
        """Gives the connection back, also where this is cancelled meanwhile, or its opening is still under way."""
        opening, self.reader = self.reader, None
        if opening is not None and self.stack:
            closing = asyncio.ensure_future(closed(opening, self.stack))
            CLOSING.add(closing)
            closing.add_done_callback(CLOSING.discard)
            await asyncio.shield(closing)


async def closed(opening: "asyncio.Task[Reader]", stack: AsyncExitStack) -> None:
    """Closes a reader, once it is open."""
    with suppress(Exception):
        await opening
    await stack.aclose()


Info = strawberry.Info[Context, Any]

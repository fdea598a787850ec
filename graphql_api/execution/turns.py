"""Documents that nobody has sent before are read in turns, so that refusing them takes a small share of the time."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

REST = 4.0
"""How many times as long as it took to refuse a document nothing else is read: a fifth of the time goes to refusals."""
MOST_WAITING = 200
MOST_OF_ONE = 50
"""Of those that wait, from one address."""


class TooMany(Exception):
    """More documents wait to be read than make sense."""


class Turns:
    """One reader at a time, with a rest after each document that is refused; what is remembered waits for nobody."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0
        self.of: Counter[str] = Counter()
        self.under_way: dict[Any, asyncio.Event] = {}
        self.rested = 0.0

    async def beside(self, key: Any) -> None:
        """Waits for whoever reads the same document already, in no line: he may find it valid for all."""
        if other := self.under_way.get(key):
            await other.wait()

    @asynccontextmanager
    async def turn(self, key: Any, address: str) -> AsyncGenerator[None]:
        """The turn of a document that an address sent. Raises TooMany where the line is long, or has enough of the address."""
        if self.waiting >= MOST_WAITING or self.of[address] >= MOST_OF_ONE:
            raise TooMany
        with_me = asyncio.Event()
        first = self.under_way.setdefault(key, with_me) is with_me
        self.waiting += 1
        self.of[address] += 1
        try:
            async with self.lock:
                if (rest := self.rested - time.perf_counter()) > 0:
                    await asyncio.sleep(rest)
                started = time.perf_counter()
                try:
                    yield
                except Exception:
                    ended = time.perf_counter()
                    self.rested = ended + REST * (ended - started)
                    raise
        finally:
            self.leave(address)
            if first:
                del self.under_way[key]
                with_me.set()

    def leave(self, address: str) -> None:
        self.waiting -= 1
        self.of[address] -= 1
        if not self.of[address]:
            del self.of[address]

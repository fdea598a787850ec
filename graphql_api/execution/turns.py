"""Documents that nobody has sent before are read in turns, so that refusing them takes a small share of the time."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
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
        with self.in_line(address), self.announced(key):
            async with self.lock:
                if (rest := self.rested - time.perf_counter()) > 0:
                    await asyncio.sleep(rest)
                with self.timed():
                    yield

    @contextmanager
    def in_line(self, address: str) -> Generator[None]:
        """Counts those that wait, and whose turn it is."""
        if self.waiting >= MOST_WAITING or self.of[address] >= MOST_OF_ONE:
            raise TooMany
        self.waiting += 1
        self.of[address] += 1
        try:
            yield
        finally:
            self.waiting -= 1
            self.of[address] -= 1
            if not self.of[address]:
                del self.of[address]

    @contextmanager
    def announced(self, key: Any) -> Generator[None]:
        """Lets those who come with the same document wait beside the first that has it."""
        over = asyncio.Event()
        is_first = self.under_way.setdefault(key, over) is over
        try:
            yield
        finally:
            if is_first:
                del self.under_way[key]
                over.set()

    @contextmanager
    def timed(self) -> Generator[None]:
        """After a document that is refused there is a rest, by the time that took."""
        started = time.perf_counter()
        try:
            yield
        except Exception:
            ended = time.perf_counter()
            self.rested = ended + REST * (ended - started)
            raise

"""Documents that nobody has sent before are read in turns, so that refusing them takes a small share of the time."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

REST = 4.0
"""How many times as long as it took to refuse a document nothing else is read: a fifth of the time goes to refusals."""
MOST_WAITING = 200


class TooMany(Exception):
    """More documents wait to be read than make sense."""


class Turns:
    """One reader at a time, with a rest after each document that is refused; what is remembered waits for nobody."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0
        self.rested = 0.0

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None]:
        """Raises TooMany where the line is long."""
        if self.waiting >= MOST_WAITING:
            raise TooMany
        self.waiting += 1
        try:
            async with self.lock:
                await asyncio.sleep(self.rested - time.perf_counter())  # nothing where that is past
                started = time.perf_counter()
                try:
                    yield
                except Exception:
                    ended = time.perf_counter()
                    self.rested = ended + REST * (ended - started)
                    raise
        finally:
            self.waiting -= 1

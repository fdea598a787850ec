"""Who may upload just now: so many at once, and so many of one address in a while."""

import asyncio
import math
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from graphql_api.refusal import Refused

WAITING_PER_SLOT = 10
"""Uploads that may wait for each slot; more are sent away at once."""


class Admission:
    """Slots for uploads, and a count of them for each address. Each worker process has its own."""

    def __init__(self, *, slots: int, wait: float, rate: str) -> None:
        """As the settings `upload_slots`, `upload_wait` in seconds, and `upload_rate` say; an empty rate is none."""
        self.slots, self.wait = slots, wait
        self.free = asyncio.Semaphore(slots)
        self.in_use = self.waiting = 0
        self.rate: RateLimitItem | None = parse(rate) if rate else None
        self.counts = MovingWindowRateLimiter(MemoryStorage())

    @asynccontextmanager
    async def upload(self, address: str) -> AsyncGenerator[None]:
        """Holds a slot for an upload from this address.

        Raises:
            Refused: the address has had its share (429), or no slot gets free in time (503).
        """
        await self.count(bucket(address))
        await self.take()
        try:
            yield
        finally:
            self.in_use -= 1
            self.free.release()

    async def count(self, address: str) -> None:
        if self.rate is None or await self.counts.hit(self.rate, address):
            return
        until = (await self.counts.get_window_stats(self.rate, address)).reset_time
        seconds = max(1, math.ceil(until - time.time()))
        raise Refused(429, f"At most {self.rate} from one address.", "RATE_LIMITED", retry_after=str(seconds))

    async def take(self) -> None:
        if self.waiting >= self.slots * WAITING_PER_SLOT:
            raise busy()
        self.waiting += 1
        try:
            async with asyncio.timeout(self.wait):
                await self.free.acquire()
        except TimeoutError:
            raise busy() from None
        finally:
            self.waiting -= 1
        self.in_use += 1


def busy() -> Refused:
    return Refused(503, "Too many uploads are under way.", "UNAVAILABLE", retry_after="10")


def bucket(address: str) -> str:
    """What counts as one address: of IPv6 a whole /64, which is what one connection is given."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))
    return str(found)

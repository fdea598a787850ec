"""Who may upload just now: so many at once, and so many of one address in a while."""

import asyncio
import math
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from graphql_api.refusal import Refused

WAITING_PER_SLOT = 10
"""Uploads that may wait for each slot; more are sent away at once."""


@dataclass
class Share:
    """What one address may have of the slots, and of the line for them.

    Attributes:
        free: the slots it may still take.
        present: its uploads, those that wait among them.
    """

    free: asyncio.Semaphore
    present: int = 0


class Admission:
    """Slots for uploads, and a count of them for each address. Each worker process has its own."""

    def __init__(self, *, slots: int, wait: float, rate: str) -> None:
        """As the settings `upload_slots`, `upload_wait` in seconds, and `upload_rate` say; an empty rate is none."""
        self.slots, self.wait = slots, wait
        self.free = asyncio.Semaphore(slots)
        self.half = max(1, slots // 2)
        self.shares: dict[str, Share] = {}
        self.in_use = self.waiting = 0
        self.rate: RateLimitItem | None = parse(rate) if rate else None
        self.counts = MovingWindowRateLimiter(MemoryStorage())

    @asynccontextmanager
    async def upload(self, address: str) -> AsyncGenerator[None]:
        """Holds a slot for an upload from this address, which has at most half of them and of the line.

        Raises:
            Refused: the address has had its share (429), or no slot gets free in time (503).
        """
        one = bucket(address)
        await self.count(one)
        async with self.share(one) as share:
            await self.take(share)
            try:
                yield
            finally:
                self.in_use -= 1
                self.free.release()
                share.free.release()

    @asynccontextmanager
    async def share(self, address: str) -> AsyncGenerator[Share]:
        """The share of an address, which is forgotten with its last upload."""
        share = self.shares.setdefault(address, Share(asyncio.Semaphore(self.half)))
        if share.present >= self.half * (1 + WAITING_PER_SLOT):
            raise busy()
        share.present += 1
        try:
            yield share
        finally:
            share.present -= 1
            if not share.present:
                del self.shares[address]

    async def count(self, address: str) -> None:
        if self.rate is None or await self.counts.hit(self.rate, address):
            return
        until = (await self.counts.get_window_stats(self.rate, address)).reset_time
        seconds = max(1, math.ceil(until - time.time()))
        raise Refused(429, f"At most {self.rate} from one address.", "RATE_LIMITED", retry_after=str(seconds))

    async def take(self, share: Share) -> None:
        """A slot of the address's share, and then one of all: who waits for the first holds nothing of the others'."""
        if self.waiting >= self.slots * WAITING_PER_SLOT:
            raise busy()
        self.waiting += 1
        try:
            async with asyncio.timeout(self.wait):
                await share.free.acquire()
                try:
                    await self.free.acquire()
                except BaseException:
                    share.free.release()
                    raise
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

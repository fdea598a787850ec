"""Stops a server under load, again and again, and counts requests that were sent whole and got no answer."""

import argparse
import asyncio
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from benchmarks.raw import answer, asking, family, lives, uploading
from tests import media
from tests.graphql_api.served import serving

KEPT, FRESH, UPLOADING = 8, 8, 1
END_SECONDS = 30
AFTERWARDS = 0.5
"""Seconds after which processes that end when their parent is gone have noticed."""


@dataclass
class Load:
    """What the clients of one server saw.

    Attributes:
        counts: requests by what became of them; `lost` ones were sent whole on an open connection, and not answered.
    """

    port: int
    counts: Counter[str] = field(default_factory=Counter[str])
    lost: list[str] = field(default_factory=list[str])

    async def kept(self, number: int) -> None:
        """Asks on one connection as long as the server keeps it, then on another."""
        while connection := await self.connected():
            while await self.exchange(connection, asking(), f"kept {number}"):
                await asyncio.sleep(random.random() * 0.02)
            connection[1].close()

    async def fresh(self, number: int) -> None:
        """Asks each time on a connection of its own."""
        while connection := await self.connected():
            await self.exchange(connection, asking(), f"fresh {number}")
            connection[1].close()

    async def uploading(self, number: int) -> None:
        """Sends pictures in pieces, each of them new to the library."""
        while connection := await self.connected():
            picture = media.png() + random.randbytes(300_000)
            await self.exchange(connection, uploading(picture), f"upload {number}", pieces=8)
            connection[1].close()

    async def connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """A connection, or nothing once the server takes none."""
        try:
            return await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            self.counts["refused"] += 1
            return None

    async def exchange(
        self, connection: tuple[asyncio.StreamReader, asyncio.StreamWriter], request: bytes, who: str, pieces: int = 1
    ) -> bool:
        """One request; whether the connection can take another. A server that has closed before is a clean end."""
        reader, writer = connection
        if reader.at_eof():
            self.counts["closed before"] += 1
            return False
        started = time.monotonic()
        try:
            for start in range(0, len(request), step := -(-len(request) // pieces)):
                writer.write(request[start : start + step])
                await writer.drain()
                await asyncio.sleep(0.01 if pieces > 1 else 0)
            status, headers, body = await answer(reader)
        except (OSError, EOFError, TimeoutError) as error:
            self.lost.append(f"{who}: {error!r} after {time.monotonic() - started:.3f} s")
            return False
        good = status == HTTPStatus.OK and b'"errors"' not in body
        self.counts["answered" if good else f"answered {status}: {body[:200]!r}"] += 1
        return headers.get("connection") != "close"

    async def run(self, stop: Callable[[], None]) -> None:
        """All clients at once, until none can connect; the server is stopped amid that."""
        clients = [client(n) for client, count in self.clients() for n in range(count)]
        asyncio.get_running_loop().call_later(0.5 + random.random() * 0.5, stop)
        async with asyncio.timeout(END_SECONDS * 2):
            await asyncio.gather(*clients)

    def clients(self) -> list[tuple[Callable[[int], Coroutine[None, None, None]], int]]:
        return [(self.kept, KEPT), (self.fresh, FRESH), (self.uploading, UPLOADING)]


@dataclass(frozen=True)
class Round:
    """One stop: what the clients saw, how long it took, with which status, and which processes were left."""

    load: Load
    seconds: float
    status: int
    left: set[int]

    @property
    def is_clean(self) -> bool:
        answered = not any(name.startswith("answered ") for name in self.load.counts)
        return answered and not self.load.lost and self.status == 0 and not self.left and self.seconds < END_SECONDS


def stopped(workers: int) -> Round:
    """Starts a server on an empty library, and stops it under load."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "data", "--workers", str(workers)) as (process, client):
        load, at, started = Load(client.base_url.port or 0), [0.0], set[int]()
        client.close()

        def stop() -> None:
            started.update(family(process.pid))
            at[0] = time.monotonic()
            process.send_signal(signal.SIGTERM)

        asyncio.run(load.run(stop))
        status = process.wait(END_SECONDS * 2)
        seconds = time.monotonic() - at[0]
        time.sleep(AFTERWARDS)
        return Round(load, seconds, status, {pid for pid in started if lives(pid)})


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rounds", type=int, default=20)
    words.add_argument("--workers", type=int, default=1)
    given = words.parse_args()
    rounds: list[Round] = []
    for number in range(given.rounds):
        one = stopped(given.workers)
        rounds.append(one)
        print(f"{number + 1:3} {one.seconds:5.2f} s  status {one.status}  left {len(one.left)}  {dict(one.load.counts)}")
        print(*(f"    lost: {lost}" for lost in one.load.lost), sep="\n", end="")
    answered = sum(one.load.counts["answered"] for one in rounds)
    lost = sum(len(one.load.lost) for one in rounds)
    print(f"{len(rounds)} stops, {answered} answered, {lost} lost, slowest {max(one.seconds for one in rounds):.2f} s")
    sys.exit(0 if all(one.is_clean for one in rounds) else 1)


if __name__ == "__main__":
    main()

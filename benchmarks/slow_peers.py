"""A thousand slow connections of four kinds at once: when each is closed, and what an honest client notices of them."""

import argparse
import asyncio
import random
import resource
import select
import socket
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from benchmarks.raw import uploading
from tests.graphql_api.served import serving

BIG = 24 << 20
GIVE_UP = 90
PAUSE = 0.05
HEADERS_WITHIN, BODIES_WITHIN, SLACK = 10, 30, 2
HEAD = b"GET /health/live HTTP/1.1\r\nhost: localhost\r\nx-slow: "
BODY = b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n"


@dataclass
class Honest:
    """A client that asks all the while, in a thread of its own: seconds of each answer, and what went wrong."""

    port: int
    seconds: list[float] = field(default_factory=list[float])
    errors: list[str] = field(default_factory=list[str])
    done: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        with httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30) as client:
            while not self.done.wait(PAUSE):
                self.ask(client)

    def ask(self, client: httpx2.Client) -> None:
        started = time.monotonic()
        try:
            answer = client.post("/graphql", json={"query": "{ media(first: 5) { nodes { id title } } }"})
            if not answer.is_success or "errors" in answer.json():
                self.errors.append(answer.text)
        except httpx2.TransportError as error:
            self.errors.append(repr(error))
        self.seconds.append(time.monotonic() - started)


def uploaded(client: httpx2.Client) -> str:
    """The path of a file that no socket's buffer holds."""
    with socket.create_connection(("127.0.0.1", client.base_url.port or 0)) as one:
        one.sendall(uploading(random.randbytes(BIG), "big.bin"))
        one.recv(1)
    found = client.post("/graphql", json={"query": "{ media(first: 1) { nodes { url } } }"}).json()
    return str(httpx2.URL(found["data"]["media"]["nodes"][0]["url"]).path)


def connected(port: int, receives: int | None = None) -> socket.socket:
    one = socket.socket()
    if receives:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
    one.settimeout(GIVE_UP)
    one.connect(("127.0.0.1", port))
    one.setblocking(False)
    return one


async def trickled(one: socket.socket, first: bytes) -> float:
    """Sends a byte a second until the server closes; after how long it did."""
    loop, started = asyncio.get_running_loop(), time.monotonic()
    await asyncio.sleep(random.random())
    await loop.sock_sendall(one, first)
    closed = asyncio.ensure_future(ended(one))
    while not closed.done():
        await asyncio.wait([closed], timeout=1)
        if first and not closed.done():
            try:
                one.send(b"a")
            except OSError:
                break
    await asyncio.wait([closed], timeout=GIVE_UP)
    one.close()
    return time.monotonic() - started


async def ended(one: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    try:
        while await loop.sock_recv(one, 4096):
            pass
    except OSError:
        pass


async def unread(one: socket.socket, path: str) -> float:
    """Asks for a large file and reads none of it; after how long the server hung up."""
    started, watched = time.monotonic(), select.poll()
    await asyncio.get_running_loop().sock_sendall(one, f"GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n".encode())
    watched.register(one, 0)
    while not watched.poll(0) and time.monotonic() - started < GIVE_UP:
        await asyncio.sleep(0.1)
    one.close()
    return time.monotonic() - started


async def besieged(port: int, path: str, each: int) -> dict[str, list[float]]:
    """After how many seconds each slow connection was closed, by kind."""
    kinds: dict[str, list[Any]] = {
        "never a byte": [trickled(connected(port), b"") for _ in range(each)],
        "headers trickled": [trickled(connected(port), HEAD) for _ in range(each)],
        "body trickled": [trickled(connected(port), BODY) for _ in range(each)],
        "answer not read": [unread(connected(port, 4096), path) for _ in range(each)],
    }
    return dict(zip(kinds, await asyncio.gather(*(asyncio.gather(*ways) for ways in kinds.values())), strict=True))


def measured(each: int, **settings: str) -> tuple[dict[str, list[float]], Honest]:
    """A siege of a server of its own, `each` connections of a kind."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "data", **settings) as (_, client):
        path, honest = uploaded(client), Honest(client.base_url.port or 0)
        thread = threading.Thread(target=honest.run)
        thread.start()
        try:
            return asyncio.run(besieged(honest.port, path, each)), honest
        finally:
            honest.done.set()
            thread.join()


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--connections", type=int, default=1000)
    given = words.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    closed, honest = measured(given.connections // 4)
    for kind, seconds in closed.items():
        print(f"{kind:17} {len(seconds):5}  closed after p50 {statistics.median(seconds):5.1f} s, max {max(seconds):5.1f} s")
    parts = statistics.quantiles(honest.seconds, n=100)
    p50, p99 = (round(parts[at] * 1e3) for at in (49, 98))
    print(f"honest client: {len(honest.seconds)} answers, p50 {p50} ms, p99 {p99} ms, {len(honest.errors)} errors")
    within = {"never a byte": HEADERS_WITHIN, "headers trickled": HEADERS_WITHIN}
    late = [kind for kind, seconds in closed.items() if max(seconds) > within.get(kind, BODIES_WITHIN) + SLACK]
    sys.exit(1 if late or honest.errors else 0)


if __name__ == "__main__":
    main()

"""Eighty hostile documents: what each costs to refuse, and what twenty honest requests a second notice of an attacker."""

import argparse
import asyncio
import contextlib
import gc
import io
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import structlog

from benchmarks.raw import UPLOAD
from graphql_api.app import GARBAGE, create_app
from graphql_api.bootstrap import opened
from graphql_api.settings import MEMORY, Settings
from tests.graphql_api.hostile import documents
from tests.graphql_api.served import serving

CPU, LOG, WORSE = 0.025, 2_048, 2.0
HONEST = """{ media(first: 20) { totalCount nodes { id title filename mimeType size url tags(first: 5) { nodes { name } }
  collections(first: 5) { nodes { name } } } } }"""
EVERY = 0.05


def p99(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=100)[98]


def told(seconds: list[float]) -> str:
    return f"p50 {statistics.median(seconds) * 1e3:.1f} ms, p99 {p99(seconds) * 1e3:.1f} ms over {len(seconds)}"


async def refusals(times: int) -> tuple[list[float], int]:
    """CPU seconds of each refusal, in process, the client's share included; and the longest line logged for one."""
    taken: list[float] = []
    told = io.StringIO()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(told))
    async with opened(Settings(database_url=MEMORY)) as server:
        gc.freeze()  # both as a server does when it has started
        gc.set_threshold(GARBAGE)
        transport = httpx2.ASGITransport(create_app(server))
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            for name, query, variables in list(documents()) * times:
                request = client.build_request("POST", "/graphql", json={"query": query, "variables": variables})
                started = time.process_time()
                response = await client.send(request)
                taken.append(time.process_time() - started)
                if response.json().get("data") is not None:
                    raise SystemExit(f"{name} was answered.")
    return taken, max(len(line.encode()) for line in told.getvalue().splitlines())


@dataclass
class Client:
    """Asks the same at a steady pace, or hostile documents as fast as they are refused, in a thread of its own."""

    port: int
    hostile: bool = False
    seconds: list[float] = field(default_factory=list[float])
    done: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        asked = [{"query": query, "variables": given} for _, query, given in documents()] if self.hostile else [{"query": HONEST}]
        with httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60) as client:
            while not self.done.wait(0 if self.hostile else EVERY):
                for one in asked:
                    started = time.monotonic()
                    refused = "errors" in client.post("/graphql", json=one).json()
                    self.seconds.append(time.monotonic() - started)
                    if refused is not self.hostile:
                        raise SystemExit("An honest request was refused, or a hostile one was not.")

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        thread = threading.Thread(target=self.run)
        thread.start()
        try:
            yield
        finally:
            self.done.set()
            thread.join()


def noticed(seconds: float) -> tuple[list[float], list[float], int]:
    """The honest client's answers alone, beside an attacker, and how many documents that sent."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "data") as (_, client):
        port = client.base_url.port or 0
        for number in range(20):
            form = {"operations": f'{{"query": "{UPLOAD}", "variables": {{"f": null}}}}', "map": '{"0": ["variables.f"]}'}
            file = {"0": (f"{number}.bin", b"%d" % number)}
            client.post("/graphql", data=form, files=file, headers={"graphql-require-preflight": "1"}).raise_for_status()
        alone, beside, attacker = Client(port), Client(port), Client(port, hostile=True)
        with alone.running():
            time.sleep(seconds)
        with attacker.running(), beside.running():
            time.sleep(seconds)
        return alone.seconds, beside.seconds, len(attacker.seconds)


def main() -> None:
    """Prints both, and fails where a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=30)
    given = parser.parse_args()
    taken, longest = asyncio.run(refusals(given.times))
    print(f"refusals, CPU: {told(taken)}; log at most {longest} bytes")
    alone, beside, sent = noticed(given.seconds)
    print(f"honest alone: {told(alone)}")
    print(f"beside an attacker who sent {sent}: {told(beside)}")
    sys.exit(p99(taken) > CPU or longest > LOG or p99(beside) > WORSE * p99(alone))


if __name__ == "__main__":
    main()

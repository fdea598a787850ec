"""Generated requests against the whole application: none may end in a fault of ours, whatever it asks for.

`python -m benchmarks.generated --cases 20000 --database postgresql` prints how many were run and how many refused, by code, and
exits with 1 and the document if an answer is not what `benchmarks.judging` wants. Every other document is run under budgets
that let nearly everything through, and some go through Schemathesis and over a real connection.
"""

import argparse
import asyncio
import logging
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx2
import orjson
import structlog

from benchmarks.documents import FILE, documents
from benchmarks.judging import Wrong, refusal
from benchmarks.stocked import Stock
from benchmarks.through_schemathesis import through_schemathesis
from domain.processors.sandbox import ForkingSandbox
from graphql_api.bootstrap import Server, opened
from graphql_api.execution.executor import Executor
from graphql_api.http import MODERN
from graphql_api.schema import schema
from graphql_api.settings import Settings
from tests import media
from tests.conftest import HEADERS, Site, client_of
from tests.postgres import KINDS, postgres_database

LOOK = 100
"""Cases after which the library is filled up again."""
TOLD = 2000
"""Cases after which it is told how far it is."""
SERVED = 0.1
"""The share of the cases that go through Schemathesis."""
WIDE: dict[str, Any] = {
    "max_cost": 10**9, "max_depth": 100, "max_aliases": 1000, "max_tokens": 20_000, "max_document": 10**6, "max_variables": 10**6,
}  # fmt: skip
FILES = [media.png, media.song, media.binary, media.html, media.svg, bytes]


@dataclass
class Tally:
    """What became of the cases."""

    cases: int = 0
    refused: Counter[str] = field(default_factory=Counter[str])
    with_errors: Counter[str] = field(default_factory=Counter[str])
    distinct: set[int] = field(default_factory=set[int])
    slowest: tuple[float, str] = (0.0, "")

    def note(self, document: str, refused: str | None, answer: bytes, seconds: float) -> None:
        self.cases += 1
        self.distinct.add(hash(document))
        self.slowest = max(self.slowest, (seconds, document))
        if refused:
            self.refused[refused] += 1
        else:
            self.with_errors.update({error["extensions"]["code"] for error in orjson.loads(answer).get("errors", [])})

    def told(self) -> str:
        run = self.cases - sum(self.refused.values())
        return (
            f"{self.cases} cases ({len(self.distinct)} distinct), {run} run ({run / max(self.cases, 1):.0%}), "
            f"refused {dict(self.refused)}, run with errors {dict(self.with_errors)}, slowest {self.slowest[0]:.2f} s"
        )


class Heard(logging.Handler):
    """Keeps what the server logs as an error, for it is one."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(logging.Formatter("%(message)s").format(record))


@dataclass
class Trial:
    """The application with its own budgets and with wide ones, over one library."""

    clients: list[httpx2.AsyncClient]
    stock: Stock
    heard: Heard
    tally: Tally = field(default_factory=Tally)

    async def run(self, cases: Iterable[str]) -> None:
        """Sends each and judges its answer. Raises Wrong with the document, as small as it can be made."""
        for document in cases:
            if self.tally.cases % LOOK == 0:
                await self.stock.look()
            if self.tally.cases % TOLD == 0 and self.tally.cases:
                print(self.tally.told(), file=sys.stderr, flush=True)
            try:
                await self.tried(document, self.tally.cases)
            except Wrong as wrong:
                raise Wrong(f"{wrong}\n{self.stock.put(document)}\n{''.join(self.heard.told)}") from wrong

    async def tried(self, document: str, at: int) -> None:
        text, started = self.stock.put(document), time.perf_counter()
        response = await self.sent(self.clients[at % len(self.clients)], text, FILES[at % len(FILES)]())
        seconds = time.perf_counter() - started
        refused = refusal(response.status_code, response.content, seconds)
        if self.heard.told:
            raise Wrong("an error was logged")
        self.tally.note(document, refused, response.content, seconds)

    async def sent(self, client: httpx2.AsyncClient, document: str, content: bytes) -> httpx2.Response:
        """The answer; a document that takes a file is sent as a form."""
        if f"${FILE}" not in document:
            return await client.post("/graphql", json={"query": document}, headers={"accept": MODERN})
        operations = orjson.dumps({"query": document, "variables": {FILE: None}}).decode()
        form = {"operations": operations, "map": f'{{"0": ["variables.{FILE}"]}}'}
        return await client.post("/graphql", data=form, files={"0": ("a.bin", content)}, headers={"accept": MODERN, **HEADERS})


def widened(server: Server) -> Server:
    """The same server with budgets that let nearly everything through."""
    wide = server.settings.model_copy(update=WIDE)
    return replace(server, settings=wide, executor=Executor(schema, wide.budget))


@asynccontextmanager
async def trial(settings: Settings, sandbox: ForkingSandbox) -> AsyncGenerator[Trial]:
    """A trial over the settings' library."""
    heard = Heard()
    logging.getLogger("mediagraph").addHandler(heard)
    try:
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(opened(settings, sandbox))
            clients = [await stack.enter_async_context(client_of(one)) for one in (server, widened(server))]
            yield Trial(clients, Stock(Site(server, clients[0])), heard)
    finally:
        logging.getLogger("mediagraph").removeHandler(heard)


@asynccontextmanager
async def library(folder: Path, database: str) -> AsyncGenerator[Settings]:
    """Settings of an empty library in the folder, and in a database of its own."""
    folder.mkdir()
    plain = Settings(data_dir=folder, public_url="http://site", upload_rate="")
    if database == "sqlite":
        yield plain
        return
    async with postgres_database() as url:
        yield plain.model_copy(update={"database_url": url})


async def tried(cases: Iterable[str], folder: Path, database: str) -> Tally:
    sandbox = ForkingSandbox()
    try:
        async with library(folder, database) as settings, trial(settings, sandbox) as made:
            await made.run(cases)
            return made.tally
    finally:
        await sandbox.close()


async def tried_over_http(cases: int, seed: int, folder: Path, database: str) -> Tally:
    async with library(folder, database) as settings:
        tally = Tally()
        await asyncio.to_thread(through_schemathesis, settings, cases, seed, tally.note)
        return tally


def silenced() -> None:
    """A line for each request would be all there is to read."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--cases", type=int, default=20_000)
    words.add_argument("--database", choices=KINDS, default="sqlite")
    words.add_argument("--seed", type=int, default=1)
    given = words.parse_args()
    silenced()
    folder = Path(tempfile.mkdtemp(prefix="mediagraph-generated-"))
    served = round(given.cases * SERVED)
    try:
        for name, trying in {
            "in process": tried(documents(given.cases - served, given.seed), folder / "inside", given.database),
            "Schemathesis over HTTP": tried_over_http(served, given.seed, folder / "served", given.database),
        }.items():
            started = time.perf_counter()
            tally = asyncio.run(trying)
            print(f"{given.database}, {name}: {tally.told()}, {time.perf_counter() - started:.0f} s in all", flush=True)
    except Wrong as wrong:
        print(f"{given.database}: {wrong}")
        sys.exit(1)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

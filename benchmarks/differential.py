"""Generated queries answered in both ways, by a plan and by graphql-core, over the same library: the bytes must be the same.

`python -m benchmarks.differential --cases 20000 --database postgresql` prints how many were answered by a plan, how many plans
stepped aside and why, and exits with 1 and the documents where the two disagree.
"""

import argparse
import asyncio
import logging
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import orjson

from benchmarks.documents import BATCH, PLACE, batch, core, strategy
from benchmarks.enriched import Cursors, enriched
from benchmarks.generated import WIDE, library, silenced
from benchmarks.wishes import Wishes
from domain.processors.sandbox import ForkingSandbox
from graphql_api.bootstrap import opened
from graphql_api.execution.operation import Path as Way
from graphql_api.settings import Settings
from tests.graphql_api.asking import NOWHERE
from tests.graphql_api.planning.library import fill
from tests.graphql_api.planning.ways import Ways
from tests.postgres import KINDS

WHOLE = 0.2
"""The share of documents that take any number of root fields."""
TOLD = 2000
PATIENCE = 3600
"""Seconds for an answer: one that was given up cannot be compared, and a busy machine makes the largest take minutes."""
EACH = 4
"""How often each document is enriched, differently: making one takes as long as answering it."""
AGAIN = 5
"""Every so many cases one is asked twice."""
HELD = {
    "media": "media(first: 100, trash: INCLUDE) { nodes { id sha256 kind } }", "tag": "tags { nodes { id slug name } }",
    "collection": "collections { nodes { id slug name } }",
}  # fmt: skip
LISTS = {
    ("Query", "media"): "media", ("Query", "tags"): "tags", ("Query", "collections"): "collections",
    ("Tag", "media"): "tags { nodes { media", ("Collection", "media"): "collections { nodes { media",
    ("Collection", "children"): "collections { nodes { children", ("Media", "tags"): "media { nodes { tags",
    ("Media", "collections"): "media { nodes { collections",
}  # fmt: skip
"""Each connection, by its type and field, and how it is reached."""


@dataclass
class Tally:
    """What became of the cases."""

    cases: int = 0
    ways: Counter[str] = field(default_factory=Counter[str])
    reasons: Counter[str] = field(default_factory=Counter[str])
    refused: Counter[str] = field(default_factory=Counter[str])
    distinct: set[int] = field(default_factory=set[int])
    bytes: int = 0
    empty: int = 0
    differences: list[str] = field(default_factory=list[str])

    def told(self) -> str:
        run = self.cases - sum(self.refused.values())
        reasons = "; ".join(f"{number} x {reason}" for reason, number in self.reasons.most_common(12))
        return (
            f"{self.cases} cases ({len(self.distinct)} distinct), {run} run: {dict(self.ways)}, by a plan "
            f"{self.ways[Way.PLAN] / max(run, 1):.1%}; {self.bytes / max(run, 1):.0f} bytes each; refused {dict(self.refused)}; "
            f"aside: {reasons or 'never'}; differences: {len(self.differences)}"
        )


class Heard(logging.Handler):
    """Keeps why plans stepped aside."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.reasons: list[str] = []
        self.refused: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """A refused argument may be of a field that no row leads to: then no answer tells of it."""
        if record.levelno == logging.DEBUG:
            self.refused.append(" ".join(map(str, record.args or ())))
            return
        told = record.exc_info[1] if record.exc_info else None
        self.reasons.append(f"{record.msg}: {type(told).__name__} {str(told)[:200]}")


@dataclass
class Held:
    """What the library holds that documents can name."""

    values: dict[str, list[str]]
    cursors: Cursors

    def put(self, document: str) -> str:
        return PLACE.sub(lambda found: self.value(found[1], int(found[2])), document)

    @property
    def ids(self) -> list[str]:
        """Of everything, and some of nothing."""
        return [*self.values["media"], *self.values["tag"], *self.values["collection"], NOWHERE, "x"]

    def value(self, kind: str, at: int) -> str:
        held = self.values.get(kind) or [NOWHERE]
        return held[at % len(held)]


async def looked(ways: Ways) -> Held:
    """Ids, words and cursors of the library, as graphql-core tells them."""
    found: dict[str, Any] = {}
    for kind, query in HELD.items():
        data = orjson.loads((await ways.answer(ways.stock, f"{{ {query} }}")).body)["data"]
        found[kind] = next(iter(data.values()))["nodes"]
    values = {kind: [one["id"] for one in nodes] for kind, nodes in found.items()}
    values["media"] = [one["id"] for kind in ("IMAGE", "VIDEO", "AUDIO", "DOCUMENT", "OTHER") for one in found["media"]
                       if one["kind"] == kind][::4]  # fmt: skip
    values |= {
        "slug": [one["slug"] for kind in ("tag", "collection") for one in found[kind]], "nowhere": [NOWHERE],
        "sha": [one["sha256"] for one in found["media"] if one["sha256"]], "word": [one["name"] for one in found["tag"]],
        "cursor": ["WyIiXQ"],
    }  # fmt: skip
    known = {key: await cursors(ways, path) for key, path in LISTS.items()}
    media: Any = core().type_map["Media"]
    kinds = [kind.name for kind in core().get_possible_types(media)]
    return Held(values, known | {(kind, name): known["Media", name] for kind in kinds for name in ("tags", "collections")})


async def cursors(ways: Ways, path: str) -> list[str]:
    """Every cursor of a connection, wherever it is reached from."""
    query = f"{{ {path} {{ edges {{ cursor }} }} {'} }' if '{' in path else ''} }}"
    found: list[str] = []
    waiting: list[Any] = [orjson.loads((await ways.answer(ways.stock, query)).body)["data"]]
    while waiting:
        one = waiting.pop()
        waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else []
        found += [one["cursor"]] if isinstance(one, dict) and "cursor" in one else []
    return sorted(set(found))[:: max(len(set(found)) // 20, 1)]


def queries(most: int, at: int) -> Iterator[str]:
    """So many generated queries, the same for the same seed."""
    told = 0
    for turn in count(at * 1_000_003):
        wanted = min(BATCH, most - told)
        whole = max(round(wanted * WHOLE), 1)
        made = batch(strategy(writes=False, whole=False), wanted - whole, turn)
        made += batch(strategy(writes=False, whole=True), whole, turn)
        yield from made
        told += len(made)
        if told >= most:
            return


@dataclass
class Comparison:
    """Both ways, what they can be asked for, and what came of it."""

    ways: Ways
    held: Held
    heard: Heard
    wishes: Wishes
    tally: Tally = field(default_factory=Tally)

    async def run(self, documents: Iterator[str]) -> Tally:
        for document in documents:
            for _ in range(EACH):
                await self.compared(*enriched(self.held.put(document), self.wishes, self.held.cursors, self.held.ids))
                if self.tally.cases % TOLD == 0:
                    print(self.tally.told(), file=sys.stderr, flush=True)
        return self.tally

    async def compared(self, query: str, variables: dict[str, Any]) -> None:
        """Notes which way the first took, and whether the second agrees."""
        self.heard.reasons.clear()
        self.heard.refused.clear()
        planned, stock = await self.ways.answers(query, variables)
        tally, again = self.tally, planned
        if tally.cases % AGAIN == 0:  # by what the first request has left behind
            again = await self.ways.answer(self.ways.planning, query, variables)
        tally.cases += 1
        tally.distinct.add(hash(query))
        tally.bytes += len(stock.body)
        if planned.path is None:
            tally.refused[str(planned.refused)] += 1
        else:
            tally.ways[planned.path] += 1
            because = [*self.heard.reasons, *self.heard.refused, told_first(stock.body)]
            tally.reasons.update(because[:1] if self.heard.reasons or planned.path is Way.ASIDE else [])
        asked = f"{query}\n{orjson.dumps(variables).decode()}\n{planned.path}"
        if self.heard.reasons:
            print(asked, *self.heard.reasons, sep="\n", file=sys.stderr, flush=True)
        if not planned.body == again.body == stock.body:
            different = planned.body if planned.body != stock.body else again.body
            tally.differences.append(f"{asked}\n{first_difference(different, stock.body)}")
            print(tally.differences[-1], file=sys.stderr, flush=True)


def told_first(body: bytes) -> str:
    """The code and the beginning of the first error, the fault of a request."""
    error = orjson.loads(body).get("errors", [None])[0]
    return f"{error['extensions']['code']} {error['message'][:60]}" if error else "nothing told"


def first_difference(one: bytes, other: bytes) -> str:
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"plan: ...{one[max(at - 60, 0) : at + 100]!r}\ncore: ...{other[max(at - 60, 0) : at + 100]!r}"


@asynccontextmanager
async def comparison(settings: Settings, sandbox: ForkingSandbox, seed: int) -> AsyncGenerator[Comparison]:
    """Both ways over a full library, under budgets that let nearly everything through."""
    heard, log = Heard(), logging.getLogger("mediagraph")
    before = log.level
    log.addHandler(heard)
    log.setLevel(logging.DEBUG)
    try:
        async with opened(settings, sandbox) as server:
            async with server.database.writing(server.principal) as work:
                await fill(work)
            ways = Ways(server, settings.model_copy(update={**WIDE, "max_directives": 1000, "deadline": PATIENCE}).budget)
            ways.stock.known = ways.planning.known  # a document is read once for both: that takes longer than to answer it
            held = await looked(ways)
            yield Comparison(ways, held, heard, Wishes(Random(seed), held.values))
    finally:
        log.removeHandler(heard)
        log.setLevel(before)


async def compared(cases: int, seed: int, folder: Path, database: str) -> Tally:
    sandbox = ForkingSandbox()
    try:
        async with library(folder, database) as settings, comparison(settings, sandbox, seed) as made:
            return await made.run(queries(-(-cases // EACH), seed))
    finally:
        await sandbox.close()


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--cases", type=int, default=20_000)
    words.add_argument("--database", choices=KINDS, default="sqlite")
    words.add_argument("--seed", type=int, default=1)
    given = words.parse_args()
    silenced()
    folder = Path(tempfile.mkdtemp(prefix="mediagraph-differential-"))
    started = time.perf_counter()
    try:
        tally = asyncio.run(compared(given.cases, given.seed, folder / "library", given.database))
    finally:
        shutil.rmtree(folder)
    print(f"{given.database}: {tally.told()}, {time.perf_counter() - started:.0f} s in all")
    sys.exit(bool(tally.differences))


if __name__ == "__main__":
    main()

"""Kills a process that writes, at every step it takes and then at random, and counts what was acknowledged and is lost, and what
is left over.

Steps are told by Python's audit of files and by the database's statements and commits: no code of the server knows of them.
"""

import argparse
import asyncio
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import event

from domain import Id
from domain.extraction import process
from domain.media import purge_media, trash_media
from domain.processing import Extraction, Processor, Sandbox, Subject
from domain.upload import Arrival, take_in
from graphql_api.bootstrap import Server, migrated, opened
from graphql_api.settings import Settings
from graphql_api.sweeping import sweep_all
from graphql_api.upkeep import all_flaws
from persistence.verify import SqlVerifier
from tests import media

OPERATIONS = ("upload", "picture", "purge", "bulk")
FILES = {"os.link", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.utime"}
LONGEST = 0.4
"""Seconds that a process writes at most, before it is killed at random."""
Step = Callable[[str], None]


class Here(Sandbox):
    """Runs processors in this process: a child of a killed one would have to be looked for."""

    async def run(self, made: Processor, subject: Subject, file: Any) -> Extraction:
        return made.strategy(file, subject)

    async def probe(self) -> None:
        pass


@dataclass
class Killed:
    """What a process acknowledged before it died: keys of media by what was done to them, and the last step it told."""

    taken: dict[str, str] = field(default_factory=dict[str, str])
    purged: set[str] = field(default_factory=set[str])
    trashed: set[str] = field(default_factory=set[str])
    steps: list[str] = field(default_factory=list[str])
    is_over: bool = False

    def hear(self, line: list[str]) -> None:
        match line:
            case ["taken", key, sha256]:
                self.taken[key] = sha256
            case ["purged", *keys]:
                self.purged |= set(keys)
            case ["trashed", *keys]:
                self.trashed |= set(keys)
            case ["step", name]:
                self.steps.append(name)
            case _:
                self.is_over = True


def dying(settings: Settings, work: Callable[[Server, Step], Awaitable[None]], at: int | None, after: float | None) -> Killed:
    """Forks a process that does this work, killed before its step number `at`, or `after` seconds."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        try:
            asyncio.run(doomed(settings, work, at, lambda *line: told(writing, *line)))
            told(writing, "over")
        finally:
            os._exit(0)
    os.close(writing)
    if after is not None:
        time.sleep(after)
        os.kill(pid, signal.SIGKILL)
    killed = Killed()
    with os.fdopen(reading, "rb") as lines:
        for line in lines:
            killed.hear(orjson.loads(line))
    os.waitpid(pid, 0)
    return killed


def told(descriptor: int, *line: str) -> None:
    os.write(descriptor, orjson.dumps(line) + b"\n")


async def doomed(
    settings: Settings, work: Callable[[Server, Callable[..., None]], Awaitable[None]], at: int | None, tell: Callable[..., None]
) -> None:  # fmt: skip
    """Works until a step is the last one."""
    async with opened(settings, Here()) as server:
        left = [at or -1]

        def step(name: str) -> None:
            if at is not None:
                tell("step", name)
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        def audited(name: str, found: tuple[Any, ...]) -> None:
            if name in FILES or (name == "open" and found[1] and "x" in str(found[1])):
                step(name)

        def stated(_: Any, _cursor: Any, sql: str, *_more: Any) -> None:
            if not sql.startswith(("SELECT", "PRAGMA", "BEGIN")):
                step(" ".join(sql.split()[:3]))

        engine = server.database.writer.sync_engine
        event.listen(engine, "before_cursor_execute", stated)
        event.listen(engine, "commit", lambda _: step("commit"))
        sys.addaudithook(audited)
        await work(server, tell)


async def sent(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def upload(server: Server, tell: Callable[..., None], content: bytes, name: str = "a.bin") -> Id:
    made, _ = await take_in(server.parts, server.principal, Arrival(filename=name), sent(content))
    tell("taken", made.id.hex(), made.sha256)
    return made.id


async def picture(server: Server, tell: Callable[..., None], content: bytes) -> Id:
    """An upload whose processors make another file, twice: the second one takes the place of the first."""
    key = await upload(server, tell, content, "a.png")
    await process(server.parts, server.principal, key)
    await process(server.parts, server.principal, key, force=True)
    return key


async def purge(server: Server, tell: Callable[..., None], ids: list[Id]) -> None:
    async with server.database.writing(server.principal) as work:
        _, freed = await purge_media(work.media, ids)
    await server.parts.remove(server.principal, freed)
    tell("purged", *(key.hex() for key in ids))


async def bulk(server: Server, tell: Callable[..., None], ids: list[Id]) -> None:
    async with server.database.writing(server.principal) as work:
        await trash_media(work.media, ids)
    tell("trashed", *(key.hex() for key in ids))


def one(operation: str, content: bytes, ids: list[Id]) -> Callable[[Server, Callable[..., None]], Awaitable[Any]]:
    """One operation; those that need media are given some."""
    match operation:
        case "upload":
            return lambda server, tell: upload(server, tell, content)
        case "picture":
            return lambda server, tell: picture(server, tell, media.png(f"#{content[:3].hex()}"))
        case "purge":
            return lambda server, tell: purge(server, tell, ids)
        case _:
            return lambda server, tell: bulk(server, tell, ids)


async def mixed(server: Server, tell: Callable[..., None]) -> None:
    """Anything, until it is killed; three at once, and all of them of a few contents, so that bytes are shared."""

    async def on(chance: random.Random) -> None:
        own: list[Id] = []
        while True:
            content = media.binary(chance.randrange(12), 5_000)
            if len(own) > 2 and chance.random() < 0.4:
                await purge(server, unheard, [own.pop() for _ in range(2)])
            elif own and chance.random() < 0.2:
                await bulk(server, unheard, own)
            else:
                unique = chance.random() < 0.5
                key = await upload(server, tell if unique else unheard, content + chance.randbytes(4) * unique)
                own += [] if unique else [key]
            if chance.random() < 0.1:
                await picture(server, unheard, media.png(f"#{chance.randrange(4):06x}"))

    await asyncio.gather(*(on(random.Random(os.urandom(8))) for _ in range(3)))


def unheard(*_: str) -> None:
    """What another may take away again at once is not acknowledged to anybody."""


async def judged(settings: Settings, killed: Killed) -> list[str]:
    """What is wrong after a kill and a sweep."""
    async with opened(settings, Here()) as server:
        wrong = await lost(server, killed)
        await sweep_all(server)
        with Progress(console=Console(quiet=True)) as progress:
            async for _, found in all_flaws(server, SqlVerifier(server.database), progress, deep=True, repair=False):
                wrong.append(f"{found.flaw.wrong}: {found.flaw.what}")
        drafts = settings.files / "tmp"
        wrong += [f"left: {path.name}" for path in (drafts.iterdir() if drafts.exists() else ())]
    if server.database.is_sqlite:
        with closing(sqlite3.connect(settings.data_dir / "mediagraph.db")) as connection:
            wrong += [told for (told,) in connection.execute("PRAGMA quick_check") if told != "ok"]
    return wrong


async def lost(server: Server, killed: Killed) -> list[str]:
    """Acknowledged writes that are not there."""
    async with server.database.writing(server.principal) as work:
        keys = [bytes.fromhex(key) for key in (*killed.taken, *killed.purged, *killed.trashed)]
        found = await work.media.find(keys)
    there = {key.hex(): made for key, made in found.items()}
    wrong = [f"lost: {key}" for key, sha256 in killed.taken.items() if key not in there or there[key].sha256 != sha256]
    wrong += [f"not purged: {key}" for key in killed.purged if key in there]
    return wrong + [f"not trashed: {key}" for key in killed.trashed if not there[key].trashed_at]


async def filled(settings: Settings, seed: int) -> list[Id]:
    """A few media to purge or trash, two of them pictures."""
    async with opened(settings, Here()) as server:
        made = [await upload(server, unheard, media.binary(seed * 10 + number, 300)) for number in range(3)]
        return [*made, await picture(server, unheard, media.png(f"#{seed % 0xFFFFFF:06x}"))]


@dataclass
class Result:
    """Of one experiment."""

    name: str
    n: int
    failures: list[str]
    seconds: float

    def told(self) -> str:
        shown = {"name": self.name, "n": self.n, "failures": self.failures, "seconds": round(self.seconds, 2)}
        return orjson.dumps(shown).decode()


def at_every_step(settings: Settings, operation: str, first: int = 1, stride: int = 1) -> Result:
    """Kills one operation before each of its steps, until it comes to its end."""
    started, number, failures, at = time.monotonic(), 0, list[str](), first
    while True:
        ids = asyncio.run(filled(settings, at)) if operation in ("purge", "bulk") else []
        killed = dying(settings, one(operation, at.to_bytes(3, "big") * 400, ids), at, None)
        if killed.is_over:
            return Result(f"{operation}, before every step", number, failures, time.monotonic() - started)
        number += 1
        failures += [f"{at} {killed.steps[-1:]}: {wrong}" for wrong in asyncio.run(judged(settings, killed))]
        at += stride


def at_random(settings: Settings, kills: int) -> Result:
    started, failures, taken = time.monotonic(), list[str](), 0
    for number in range(kills):
        killed = dying(settings, mixed, None, 0.1 + random.random() * LONGEST)
        taken += len(killed.taken)
        failures += [f"kill {number}: {wrong}" for wrong in asyncio.run(judged(settings, killed))]
    return Result(f"at random, {taken} uploads acknowledged", kills, failures, time.monotonic() - started)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--kills", type=int, default=200)
    words.add_argument("--database", help="postgresql://...; an empty one. Without, SQLite in a folder that goes again.")
    given = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder) / "data", database_url=given.database)
        asyncio.run(migrated(settings))
        results = []
        for work in (*(lambda name=name: at_every_step(settings, name) for name in OPERATIONS),
                     lambda: at_random(settings, given.kills)):  # fmt: skip
            results.append(work())
            print(results[-1].told(), flush=True)
    sys.exit(1 if any(result.failures for result in results) else 0)


if __name__ == "__main__":
    main()

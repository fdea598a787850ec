"""Measures the ladder and prints it as one table: `python -m benchmarks.ladder --size 10k`. Linux, two cores, wrk.

Answers are compared first; then one server at a time runs on the first core, and the load on the second.
"""

import os
import random
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from cyclopts import App
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from benchmarks.by_hand import BY_HAND, STATEMENTS, connect, library_of
from benchmarks.cold import cold
from benchmarks.filling import SIZES, Size, data_folder
from benchmarks.inside import counted
from benchmarks.load import pinned, under_load
from benchmarks.peers import packages
from benchmarks.rungs import PLANS, Rung, Running, S, chosen, running
from benchmarks.shown import table
from benchmarks.steps import Step, keep, result
from domain import global_id
from tests.packages import NotInstalled

IMAGES = "SELECT id FROM media WHERE library_id = ? AND kind = 'IMAGE' AND trashed_at IS NULL ORDER BY id"
DRAWN, COMPARED, WIDTH = 4_000, 20, 100
app = App(help="Measure how far the server is from the limit.")
err = Console(stderr=True)


@dataclass
class Ladder:
    """Measures over one library. `rounds` holds the steps of each turn of all rungs; `notes` what else there is to tell."""

    size: str
    folder: Path
    seconds: int
    operations: list[str]
    cores: tuple[int, int]
    progress: Progress
    rounds: list[list[Step]] = field(default_factory=list[list[Step]])
    notes: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self.db = connect(str(self.folder / "mediagraph.db"))
        self.library = library_of(self.db)
        keys = [row[0] for row in self.db.execute(IMAGES, (self.library,))]
        self.ids = [global_id(b"Media", key) for key in random.Random(7).choices(keys, k=DRAWN)]
        self.inside: dict[tuple[bool, str], tuple[int, int]] = {}

    def round(self, names: list[str]) -> None:
        """Every rung once, one after the other."""
        steps: list[Step] = []
        self.rounds.append(steps)
        if not names or "F2" in names:
            steps += [self.in_process(operation) for operation in self.operations]
        for rung in chosen(names):
            with TemporaryDirectory() as log, running(rung, self.folder, self.cores[0], Path(log) / "server.log") as server:
                steps += self.served(rung, server)

    def in_process(self, operation: str) -> Step:
        task = self.progress.add_task(f"F2 {operation}", total=1)
        with TemporaryDirectory() as folder:
            ids = Path(folder) / "ids"
            ids.write_text("\n".join(self.ids), "utf-8")
            words = [str(self.folder / "mediagraph.db"), operation, str(self.seconds), str(ids)]
            command = pinned(self.cores[0], sys.executable, "-m", "benchmarks.in_process", *words)
            ran = subprocess.run(command, capture_output=True, check=True, timeout=self.seconds + 60)  # noqa: S603 - our own words
        self.progress.advance(task)
        return self.step("F2", operation, orjson.loads(ran.stdout), STATEMENTS[operation], 0)

    def served(self, rung: Rung, server: Running) -> list[Step]:
        """The steps of a server whose answers are those by hand."""
        steps: list[Step] = []
        for operation in self.operations:
            self.compare(rung, server, operation)
            task = self.progress.add_task(f"{rung.name} {operation}", total=1)
            found = under_load(server.port, server.pid, rung.body(operation), self.ids, self.seconds, self.cores[1])
            self.progress.advance(task)
            steps.append(self.step(rung.name, operation, found, *self.inside_of(rung, operation)))
            if rung.is_this_server and not rung.persisted and len(self.rounds) == 1:
                self.notes.append(
                    f"{rung.name} {operation}: a document never seen before takes {cold(server, operation, self.ids[0])}."
                )
        return steps

    def compare(self, rung: Rung, server: Running, operation: str) -> None:
        """Raises SystemExit unless the server answers as the hand does, byte for byte; peers may write numbers as they like."""
        for identifier in self.ids[: COMPARED if operation == "Q3" else 1]:
            by_hand = BY_HAND[operation](self.db, self.library, identifier)
            answer = server.ask(rung.body(operation, identifier))
            if answer != by_hand and not (rung.peer and orjson.loads(answer) == orjson.loads(by_hand)):
                raise SystemExit(f"{rung.name} answers {operation} as {answer[:500]!r}\nand by hand it is {by_hand[:500]!r}")

    def inside_of(self, rung: Rung, operation: str) -> tuple[int | None, int]:
        """Statements and thread calls of a request: known where it is done by hand, else counted. Those of peers are not."""
        if not rung.is_this_server:
            return (None if rung.peer else STATEMENTS[operation]), 0
        key = (rung is not S, operation)
        if key not in self.inside:
            self.inside[key] = counted(self.folder, operation, self.ids[0], planning=key[0])
        return self.inside[key]

    def step(self, rung: str, operation: str, found: dict[str, Any], statements: int | None, hops: int) -> Step:
        figures = {name: round(found[name], 3) for name in ("rps", "p50_ms", "p99_ms", "cpu_ms", "rss_mib")}
        return Step(rung=rung, query=operation, size=self.size, **figures, statements=statements, hops=hops)


def two_cores() -> tuple[int, int]:
    """A core for the server and one for the load. Raises SystemExit where this machine has not what it takes."""
    for name in ("wrk", "taskset"):
        if not shutil.which(name):
            raise SystemExit(f"{name} is needed to measure.")
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise SystemExit("Two cores are needed: one for the server, one for the load.")
    return cores[0], cores[1]


def install(peers: list[Rung]) -> None:
    """Brings what peers are made of, before anything is measured. Raises SystemExit where it cannot be had."""
    for rung in peers:
        try:
            packages(rung.name)
        except NotInstalled as error:
            raise SystemExit(f"{rung.name} cannot be measured here. {error}") from error


@app.default
def main(
    *, size: Size = "10k", seconds: int = 8, rounds: int = 1, only: list[str] | None = None, query: list[str] | None = None
) -> None:
    """Measure the ladder.

    Args:
        size: how many media.
        seconds: how long each measurement takes, behind three seconds of warming up.
        rounds: how often; the median is told.
        only: rungs to measure; mercurius and yoga are measured only when they are named, and need npm.
        query: operations to measure.
    """
    cores, folder = two_cores(), data_folder(SIZES[size])
    install([rung for rung in chosen(only or []) if rung.peer])
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=err) as progress:
        ladder = Ladder(size, folder, seconds, query or list(BY_HAND), cores, progress)
        for _ in range(rounds):
            ladder.round(only or [])
    steps = result(ladder.rounds)
    keep(steps, size)
    out = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    out.print(table(size, [asdict(step) for step in steps]))
    print("\n".join([*ladder.notes, *([] if PLANS else ["This server cannot plan yet: there is no P, and S is all it has."])]))


if __name__ == "__main__":
    app()

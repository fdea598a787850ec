"""The rungs of the ladder: what is measured, how it is started, and how it is asked.

F2 answers by hand in the process, F3 the same behind bare HTTP; P is this server, S the same one with planning off. The rungs of
`PEERS` are servers of others over the same file, measured where they are named.
"""

import hashlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from benchmarks import peers
from benchmarks.bare import OPERATIONS
from benchmarks.load import pinned
from graphql_api.settings import Settings

READY_SECONDS = 30
PLANS = "planning" in Settings.model_fields
SERVE = "import sys; from graphql_api.cli import main; sys.argv[0] = 'mediagraph'; main()"
IN_ID = "$ID$"
"""Stands in a body for an id that changes."""


@dataclass(frozen=True)
class Rung:
    """One way to answer. `persisted`: documents go by their hash; `peer`: a server of others, in the folder of its name."""

    name: str
    what: str
    settings: dict[str, str] = field(default_factory=dict[str, str])
    bare: bool = False
    persisted: bool = False
    peer: bool = False

    @property
    def is_this_server(self) -> bool:
        return not self.bare and not self.peer

    def command(self, folder: Path, port: int, working: Path) -> list[str]:
        """The words that start it over the data in `folder`; `working` is a folder for this run alone."""
        database = str(folder / "mediagraph.db")
        if self.bare:
            return [sys.executable, "-m", "benchmarks.bare", database, str(port)]
        if self.peer:
            return [*peers.command(self.name, working), database, str(port)]
        return [sys.executable, "-c", SERVE, "serve", "--port", str(port)]

    def environment(self, folder: Path) -> dict[str, str]:
        """What a shell would hand on to a server in production."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MEDIAGRAPH_")}
        here = str(Path(__file__).parents[1])
        ours = {"MEDIAGRAPH_DATA_DIR": str(folder), "MEDIAGRAPH_ENV": "production", "PYTHONPATH": here}
        return kept | ours | self.settings | ({"MEDIAGRAPH_DOCUMENTS": str(manifest(folder))} if self.persisted else {})

    def body(self, operation: str, identifier: str = IN_ID) -> bytes:
        """A request for an operation, as clients send it."""
        text = OPERATIONS[operation]
        given: dict[str, Any] = {"documentId": document_id(text)} if self.persisted else {"query": text}
        return orjson.dumps(given | ({"variables": {"id": identifier}} if "$id" in text else {}))


def manifest(folder: Path) -> Path:
    """The documents that a server may be asked for by their hashes, as operators name them."""
    file = folder / "documents.json"
    file.write_bytes(orjson.dumps({document_id(text): text for text in OPERATIONS.values()}))
    return file


def document_id(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


F3 = Rung("F3", "by hand, bare ASGI", bare=True)
S = Rung("S", "this server, planning off", {"MEDIAGRAPH_PLANNING": "false"} if PLANS else {})
P = Rung("P", "this server")
P_BY_ID = Rung("P id", "this server, documents by their hash", persisted=True)
SERVERS = [F3, P, P_BY_ID, S] if PLANS else [F3, S]
PEERS = [
    Rung("mercurius", "Mercurius, its loaders and JIT", peers.SETTINGS, peer=True),
    Rung("yoga", "GraphQL Yoga, Pothos, dataloaders, graphql-jit", peers.SETTINGS, peer=True),
]


def chosen(names: list[str]) -> list[Rung]:
    """The servers of these names; without any those of this project."""
    return [rung for rung in SERVERS + PEERS if rung.name in names] if names else SERVERS


@dataclass(frozen=True)
class Running:
    """A server that answers on a port of this machine."""

    port: int
    pid: int

    def ask(self, body: bytes) -> bytes:
        """The answer to one request on a connection of its own.

        Raises:
            OSError: it does not answer, or refuses.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=READY_SECONDS)
        try:
            connection.request("POST", "/graphql", body, {"Content-Type": "application/json", "Accept": "application/json"})
            answer = connection.getresponse()
            found = answer.read()
        finally:
            connection.close()
        if answer.status != http.HTTPStatus.OK or b'"errors"' in found:
            raise OSError(f"{answer.status}: {found[:500]!r}")
        return found


@contextmanager
def running(rung: Rung, folder: Path, core: int, log: Path) -> Generator[Running]:
    """A server on one core, from its first answer until it is stopped. It logs to a file, as it would as a service."""
    port = free_port()
    with log.open("w", encoding="utf-8") as told:
        process = subprocess.Popen(  # noqa: S603 - our own words
            pinned(core, *rung.command(folder, port, log.parent)), env=rung.environment(folder), cwd=log.parent, stdout=told,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        server = Running(port, process.pid)
        await_first(server, process, log)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(READY_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def await_first(server: Running, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Waits until the port is taken. Raises OSError with the log if the server ends before."""
    for _ in range(READY_SECONDS * 10):
        if process.poll() is not None:
            raise OSError(log.read_text("utf-8")[-2000:])
        with socket.socket() as tried:
            if not tried.connect_ex(("127.0.0.1", server.port)):
                return
        time.sleep(0.1)
    raise OSError("The server took too long to start.")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]

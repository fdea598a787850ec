"""The command line and a server in processes of their own, as an operator starts them."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

HERE = Path(__file__).resolve().parents[2]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """What a shell would hand on, with a data directory of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MEDIAGRAPH_")}
    return (
        kept
        | {"MEDIAGRAPH_DATA_DIR": str(folder), "MEDIAGRAPH_UPLOAD_RATE": "", "PYTHONPATH": str(HERE), "COLUMNS": "200"}
        | more
    )


def command(*words: str) -> list[str]:
    return [sys.executable, "-c", "import sys; from graphql_api.cli import main; sys.argv[0] = 'mediagraph'; main()", *words]


def run(folder: Path, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """A command, to its end."""
    return subprocess.run(
        command(*words),
        env=environment(folder, **more),
        cwd=folder.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def serving(folder: Path, *words: str, **more: str) -> Iterator[tuple["subprocess.Popen[str]", httpx2.Client]]:
    """A server over real HTTP, and a client of it; it is stopped whatever happens. It tells what it does in `server.log`
    beside the folder: a pipe that nobody reads would stop it.
    """
    port = free_port()
    log = folder.parent / "server.log"
    with log.open("w", encoding="utf-8") as told:
        process = subprocess.Popen(
            command("serve", "--port", str(port), *words), env=environment(folder, **more), cwd=folder.parent, stdout=told,
            stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            await_answer(process, client, log)
            yield process, client
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def await_answer(process: "subprocess.Popen[str]", client: httpx2.Client, log: Path) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise AssertionError(log.read_text("utf-8"))
        try:
            if client.get("/health/live").status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise AssertionError("The server did not answer.")

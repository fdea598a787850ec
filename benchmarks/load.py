"""Load on one server: wrk with sixteen connections from a core of its own, and what the server took of its core."""

import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from benchmarks.process import memory_of_all, seconds_of_all

HERE = Path(__file__).parent
CONNECTIONS = 16
WARM_SECONDS = 3


class Wrong(Exception):
    """Some answers under load were no answers: what was measured means nothing."""


def pinned(core: int, *command: str) -> list[str]:
    return ["taskset", "--cpu-list", str(core), *command]


def under_load(
    port: int, pid: int, body: bytes, ids: list[str], seconds: int, core: int, path: str = "/graphql"
) -> dict[str, Any]:
    """Requests a second, latencies, and what a request took of the processor; warmed up first.

    Raises:
        Wrong: an answer was refused, had errors or did not come, or none came in time.
    """
    with TemporaryDirectory() as folder:
        environment = {"BODY": f"{folder}/body", "IDS": f"{folder}/ids", "TARGET": "/graphql"}
        Path(environment["BODY"]).write_bytes(body)
        Path(environment["IDS"]).write_text("\n".join(ids), "utf-8")
        wrk(port, WARM_SECONDS, core, environment)
        before = seconds_of_all(pid)
        found = wrk(port, seconds, core, environment)
    if found["wrong"]:
        raise Wrong(f"{found['wrong']:,} of {found['requests']:,} answers were wrong.")
    if not found["requests"]:
        raise Wrong(f"No answer came within {seconds} s: give it more --seconds.")
    spent = seconds_of_all(pid) - before
    return found | {"cpu_ms": spent / found["requests"] * 1e3, "rss_mib": memory_of_all(pid)}


def wrk(port: int, seconds: int, core: int, environment: dict[str, str]) -> dict[str, Any]:
    """One run of wrk; the figures that the script prints last."""
    words = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s", "-s", str(HERE / "post.lua")]
    command = pinned(core, *words, f"http://127.0.0.1:{port}")
    ran = subprocess.run(  # noqa: S603 - our own words
        command, env=os.environ | environment, capture_output=True, text=True, timeout=seconds + 60, check=True
    )  # fmt: skip
    return orjson.loads(ran.stdout.splitlines()[-1])

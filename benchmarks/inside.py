"""What a request takes inside the server: SQL statements, and how often it goes to another thread and back."""

import asyncio
from collections.abc import Callable
from contextvars import Context as Variables
from pathlib import Path
from typing import Any

import httpx2
from structlog.testing import capture_logs

from benchmarks.bare import OPERATIONS
from benchmarks.rungs import PLANS
from graphql_api.bootstrap import opened
from graphql_api.settings import Settings
from tests.conftest import client_of


class Counting(asyncio.SelectorEventLoop):
    """Counts what other threads hand to the loop: each thread call ends so, whatever made it."""

    hops = 0

    def call_soon_threadsafe(self, callback: Callable[..., Any], *args: Any, context: Variables | None = None) -> asyncio.Handle:
        self.hops += 1
        return super().call_soon_threadsafe(callback, *args, context=context)


def counted(folder: Path, operation: str, identifier: str, *, planning: bool) -> tuple[int, int]:
    """Statements and thread calls of one warm request."""
    given: dict[str, Any] = {"planning": planning} if PLANS else {}
    settings = Settings.read(data_dir=folder, env="production", public_url="http://site", **given)
    with asyncio.Runner(loop_factory=Counting) as runner:
        return runner.run(warm(settings, operation, identifier))


async def warm(settings: Settings, operation: str, identifier: str) -> tuple[int, int]:
    loop, text = asyncio.get_running_loop(), OPERATIONS[operation]
    asked = {"query": text, "variables": {"id": identifier} if "$id" in text else {}}
    statements = hops = 0
    async with opened(settings) as server, client_of(server) as client:
        for _ in range(3):
            before = hops_of(loop)
            statements = await statements_of(client, asked)
            hops = hops_of(loop) - before
    return statements, hops


def hops_of(loop: asyncio.AbstractEventLoop) -> int:
    return loop.hops if isinstance(loop, Counting) else 0


async def statements_of(client: httpx2.AsyncClient, asked: dict[str, Any]) -> int:
    """As the server's own log tells it."""
    with capture_logs() as told:
        (await client.post("/graphql", json=asked)).raise_for_status()
    return next(one["sql"] for one in told if one["event"] == "operation")

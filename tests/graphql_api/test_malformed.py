"""Malformed requests against a server as it is run: no crash, no wait, and nothing written that was not asked for properly."""

import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.graphql_api.malformed import CASES, JSON, Case, asked
from tests.graphql_api.served import serving
from tests.graphql_api.test_http import BODIES

PATIENCE = "0.3"
"""Seconds the server waits for what does not come."""
LONGEST = 1.0
SETTINGS = {"MEDIAGRAPH_UPLOAD_RATE": ""} | {
    f"MEDIAGRAPH_{name}_TIMEOUT": PATIENCE for name in ("HEADER", "BODY", "IDLE", "ANSWER")
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What came back for a case, and after how long the server was done with it."""

    case: Case
    name: str
    answer: bytes
    seconds: float

    @property
    def statuses(self) -> list[int]:
        return [int(one) for one in re.findall(rb"^HTTP/1\.1 (\d{3}) ", self.answer, re.MULTILINE)]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    with serving(tmp_path_factory.mktemp("malformed") / "data", **SETTINGS) as (_, client):
        yield client


def exchanged(client: httpx2.Client, raw: bytes) -> tuple[bytes, float]:
    """All that is answered until the server closes, and how long that takes."""
    started, got = time.monotonic(), b""
    with socket.create_connection(("127.0.0.1", client.base_url.port or 0), timeout=10) as one:
        try:
            one.sendall(raw)
            while part := one.recv(1 << 16):
                got += part
        except ConnectionError:  # closed over what it did not read
            pass
    return got, time.monotonic() - started


def patiently(client: httpx2.Client, raw: bytes) -> tuple[bytes, float]:
    """The same; what took long is sent again, as only what is slow every time is the request's fault."""
    got, seconds = exchanged(client, raw)
    for _ in range(3):
        if seconds > LONGEST:
            seconds = exchanged(client, raw)[1]
    return got, seconds


def tags(client: httpx2.Client) -> set[str]:
    """The names of all tags."""
    found: set[str] = set()
    after = None
    while True:
        ask = "query($a: String) { tags(first: 100, after: $a) { nodes { name } pageInfo { hasNextPage endCursor } } }"
        page = client.post("/graphql", json={"query": ask, "variables": {"a": after}}).json()["data"]["tags"]
        found |= {one["name"] for one in page["nodes"]}
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def test_there_are_enough_of_each_family() -> None:
    assert len({case.raw for case in CASES}) == len(CASES)
    assert len(CASES) >= 150
    assert all(sum(case.family == family for case in CASES) >= 50 for family in ("http", "json", "form"))


@pytest.mark.parametrize("family", ["http", "json", "form"])
def test_nothing_malformed_is_a_crash_a_wait_or_a_write(client: httpx2.Client, family: str) -> None:
    told: list[Told] = []
    for number, case in enumerate(CASES):
        if case.family == family:
            name, raw = case.named(number)
            told.append(Told(case, name, *patiently(client, raw)))
    assert [(one.statuses, one.case.raw[:300]) for one in told if any(status >= 500 for status in one.statuses)] == []
    assert [(one.seconds, one.case.raw[:300]) for one in told if one.seconds > LONGEST] == []
    assert {one.name for one in told if one.case.writes} == {name for name in tags(client) if name.startswith(family[:3])}
    assert client.post("/graphql", json={"query": "{ __typename }"}).json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_a_malformed_body_is_told_400_over_a_connection_too(client: httpx2.Client, body: bytes) -> None:
    answer, seconds = patiently(client, asked(body=body))
    assert (answer.split()[1], seconds < LONGEST) == (b"400", True)
    assert JSON.encode() in answer


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_name_cannot_write_into_the_log_or_the_terminal_that_shows_it(tmp_path: Path, form: str) -> None:
    with serving(tmp_path / "data", MEDIAGRAPH_LOG_FORMAT=form) as (_, client):
        for name in ("a\x1b]0;b\x07\x1b[2J", "a\nb", "a\u0085b\u202e", "ä"):
            client.post("/graphql", json={"query": "{ __typename }", "operationName": name})
        client.get("/health/live")  # in a later turn, when the last line is written
    log = (tmp_path / "server.log").read_text("utf-8")
    assert [line for line in log.splitlines() if not line.isprintable()] == []
    assert log.count("operation ") + log.count('"event":"operation"') + log.count('"event": "operation"') == 4

"""Slow and hostile peers, and a server that is told to stop: over real connections, byte by byte."""

import asyncio
import os
import re
import signal
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest

from benchmarks import raw
from benchmarks.sigterm import stopped
from benchmarks.slow_peers import besieged, connected, measured, uploaded
from graphql_api.draining import turn_away
from graphql_api.waiting import Patience
from tests import media
from tests.graphql_api.served import serving

HEADERS, BODIES, IDLE, CONNECTIONS, SLACK = 1.0, 1.5, 1.0, 30, 1.5
QUICK = {
    "MEDIAGRAPH_HEADER_TIMEOUT": str(HEADERS), "MEDIAGRAPH_BODY_TIMEOUT": str(BODIES), "MEDIAGRAPH_IDLE_TIMEOUT": str(IDLE),
    "MEDIAGRAPH_ANSWER_TIMEOUT": str(BODIES), "MEDIAGRAPH_CONNECTIONS": str(CONNECTIONS),
}  # fmt: skip
LIVE = b"GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n"
ROUNDS = int(os.environ.get("MEDIAGRAPH_TEST_STOPS", "2"))
Served = tuple[Any, httpx2.Client]


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that waits for nobody longer than a second or two."""
    with serving(tmp_path_factory.mktemp("peers") / "data", **QUICK) as served:
        yield served


def port(served: Served) -> int:
    return served[1].base_url.port or 0


def told(served: Served, first: bytes, drip: bytes = b"", every: float = 0.2) -> tuple[float, bytes]:
    """What a peer reads that sends this and then drips, and after how long it is closed."""
    with socket.create_connection(("127.0.0.1", port(served)), timeout=every) as one:
        started, got = time.monotonic(), b""
        one.sendall(first)
        while time.monotonic() - started < 15:
            try:
                part = one.recv(1 << 16)
                if not part:
                    return time.monotonic() - started, got
                got += part
            except TimeoutError:
                if drip:
                    one.sendall(drip)
            except OSError:
                return time.monotonic() - started, got
    raise AssertionError(f"Not closed: {got!r}")


def answer_on(one: socket.socket) -> bytes:
    """One answer, head and body."""
    got = one.recv(1 << 16)
    while b"\r\n\r\n" not in got:
        got += one.recv(1 << 16)
    (length,) = re.findall(rb"content-length: (\d+)", got)
    end = got.index(b"\r\n\r\n") + 4 + int(length)
    while len(got) < end:
        got += one.recv(1 << 16)
    return got


def codes(answers: bytes) -> list[tuple[int, str]]:
    """Status and code of each answer that is an error of ours."""
    found: list[tuple[int, str]] = []
    for answer in answers.split(b"HTTP/1.1 ")[1:]:
        head, _, body = answer.partition(b"\r\n\r\n")
        assert b"x-request-id: " in head
        found.append((int(head[:3]), orjson.loads(body)["errors"][0]["extensions"]["code"]))
    return found


def temporary(served: Served) -> list[str]:
    """Connections and unnamed files the server has open, but for the databases'."""
    found = [os.readlink(path) for path in Path(f"/proc/{served[0].pid}/fd").iterdir() if path.is_symlink()]
    return [name for name in found if "(deleted)" in name or name.startswith("socket:")]


def nothing_is_left(served: Served, before: list[str]) -> bool:
    """Whether what was opened since is closed, at most a moment from now."""
    for _ in range(30):
        if len(temporary(served)) <= len(before):
            return True
        time.sleep(0.1)
    return False


def test_patience_is_earned_by_bytes_and_never_saved_up() -> None:
    patience = Patience(30, 1000)
    patience.earn(1_000_000)
    assert patience.wait(20) == 10
    patience.earn(5000)
    assert patience.left == 15
    patience.earn(1_000_000)
    assert patience.wait(30) == 0


@pytest.mark.parametrize(("first", "drip"), [(b"GET / HT", b""), (b"GET / HTTP/1.1\r\n", b"a: b\r\n"), (b"\r\n", b"\r\n")])
def test_headers_that_do_not_come_are_waited_for_no_longer_than_the_setting(quick: Served, first: bytes, drip: bytes) -> None:
    seconds, got = told(quick, first, drip)
    assert codes(got) == [(408, "REQUEST_TIMEOUT")]
    assert HEADERS - 0.1 < seconds < HEADERS + SLACK


def test_a_peer_that_says_nothing_is_told_nothing(quick: Served) -> None:
    seconds, got = told(quick, b"")
    assert got == b""
    assert HEADERS - 0.1 < seconds < HEADERS + SLACK


def test_a_body_that_trickles_is_waited_for_no_longer_than_the_setting(quick: Served) -> None:
    before = temporary(quick)
    head = b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n"
    form = b"content-type: multipart/form-data; boundary=e\r\ngraphql-require-preflight: 1\r\n\r\n"
    part = b'--e\r\ncontent-disposition: form-data; name="0"; filename="a"\r\n\r\n'
    for rest in (b"content-type: application/json\r\n\r\n", form + part):
        seconds, got = told(quick, head + rest, b"a")
        assert codes(got) == [(408, "REQUEST_TIMEOUT")]
        assert BODIES - 0.1 < seconds < BODIES + SLACK
    assert nothing_is_left(quick, before)


def test_a_body_that_comes_at_the_least_rate_may_take_its_time(tmp_path: Path) -> None:
    with serving(tmp_path / "data", MEDIAGRAPH_LEAST_RATE="2000", **QUICK) as (_, client):
        request = raw.uploading(media.png() + b"x" * 16_000)
        with socket.create_connection(("127.0.0.1", client.base_url.port or 0), timeout=20) as one:
            started = time.monotonic()
            for start in range(0, len(request), 1000):
                one.sendall(request[start : start + 1000])
                time.sleep(0.2)
            assert time.monotonic() - started > 2 * BODIES
            assert one.recv(4096).startswith(b"HTTP/1.1 200")


def test_connections_are_closed_between_requests_and_in_the_midst_of_the_next(quick: Served) -> None:
    seconds, got = told(quick, LIVE)
    assert got.startswith(b"HTTP/1.1 200")
    assert IDLE - 0.1 < seconds < IDLE + SLACK
    seconds, got = told(quick, LIVE + b"GET / HTTP/1.1\r\na: ", b"b")
    assert b'"REQUEST_TIMEOUT"' in got
    assert HEADERS - 0.1 < seconds < HEADERS + SLACK
    seconds, got = told(quick, LIVE, b"\r\n")
    assert seconds < IDLE + HEADERS + SLACK


def test_a_body_that_goes_on_after_its_answer_is_not_read_for_ever(quick: Served) -> None:
    refused = b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/x\r\ncontent-length: 1000000\r\n\r\n"
    seconds, got = told(quick, refused, b"a" * 1000)
    assert codes(got) == [(415, "UNSUPPORTED_MEDIA_TYPE")]
    assert seconds < 2 + SLACK


@pytest.mark.parametrize("first", [
    b"GET /" + b"a" * 70_000, b"GET / HTTP/1.1\r\na: " + b"a" * 70_000, b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 12_000,
    b"GET / HTTP/1.1\r\nhost: localhost\r\na: " + b"a" * 70_000 + b"\r\n\r\n",
    b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    b"1\r\n{\r\n1;" + b"a" * 400_000,
], ids=["line", "header", "headers", "complete", "chunk"])  # fmt: skip
def test_headers_without_end_are_refused(quick: Served, first: bytes) -> None:
    seconds, got = told(quick, first)
    assert codes(got) == [(431, "HEADERS_TOO_LARGE")]
    assert seconds < SLACK


def test_what_is_no_http_is_told_in_the_one_shape_of_errors(quick: Served) -> None:
    assert codes(told(quick, b"nonsense\r\n\r\n")[1]) == [(400, "BAD_REQUEST")]


def test_trailers_are_no_headers_and_do_not_pile_up(quick: Served) -> None:
    body = b"%x\r\n%s\r\n0\r\n" % (len(raw.ASK), raw.ASK)
    head = b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    assert b"HTTP/1.1 200" in told(quick, head + body + b"accept: text/x\r\n\r\n")[1]
    assert codes(told(quick, head + body + b"a: " + b"a" * 400_000)[1]) == [(431, "HEADERS_TOO_LARGE")]


OFFER = b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nconnection: upgrade\r\n"


@pytest.mark.parametrize("offered", [b"h2c", b"websocket"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_behind_an_offer_of_another_protocol_is_the_body_and_no_request(
    quick: Served, offered: bytes, chunked: bool
) -> None:
    for body, status in ((raw.ASK, b"200"), (LIVE, b"400")):
        framed = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if chunked else body
        length = b"transfer-encoding: chunked" if chunked else b"content-length: %d" % len(body)
        request = OFFER + b"upgrade: " + offered + b"\r\n" + length + b"\r\n\r\n" + framed
        end = request.index(b"\r\n\r\n") + 4
        for cut in (0, end, end + 3):
            with socket.create_connection(("127.0.0.1", port(quick)), timeout=5) as one:
                one.sendall(request[:cut])
                time.sleep(0.1)
                one.sendall(request[cut:] + LIVE.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n"))
                got = b"".join(iter(lambda one=one: one.recv(1 << 16), b""))
                assert re.findall(rb"HTTP/1.1 (\d+)", got) == [status, b"200"]


def test_a_peer_that_offers_a_websocket_is_waited_for_no_longer_than_others(quick: Served) -> None:
    before = temporary(quick)
    for more in (b"content-length: 5\r\n", b""):
        told(quick, OFFER + b"upgrade: websocket\r\n" + more + b"\r\n")
    assert nothing_is_left(quick, before)


def test_requests_sent_ahead_are_answered_up_to_a_bound(quick: Served) -> None:
    _, got = told(quick, LIVE * 3)
    assert got.count(b"HTTP/1.1 200") == 3
    _, got = told(quick, LIVE * 1000)
    assert got.count(b"HTTP/1.1 200") == 17
    assert b"connection: close" in got.rpartition(b"HTTP/1.1")[2]


def test_an_answer_that_nobody_reads_is_given_up_and_one_read_slowly_is_not(quick: Served) -> None:
    path, before = uploaded(quick[1]), temporary(quick)
    (seconds,) = asyncio.run(besieged(port(quick), path, 1))["answer not read"]
    assert BODIES - 0.1 < seconds < BODIES + SLACK
    assert nothing_is_left(quick, before)
    with socket.create_connection(("127.0.0.1", port(quick)), timeout=20) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        one.sendall(f"GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".encode())
        started, got = time.monotonic(), 0
        while part := one.recv(1 << 18):
            got += len(part)
            time.sleep(0.05 if time.monotonic() - started < 2 * BODIES else 0)
    assert got > 24 << 20


def test_answers_that_nobody_reads_are_kept_up_to_a_bound(tmp_path: Path) -> None:
    """Each is 9 MB, of which the kernel takes some, and at most three fit; whoever began first makes room."""
    named = (f'a{n}: registerMedia(input: {{url: "http://x.example/{n}", description: $d}}) {{ __typename }}' for n in range(30))
    fill = {"query": f"mutation($d: String) {{ {' '.join(named)} }}", "variables": {"d": "d" * 10_000}}
    query = "{" + " ".join(f"a{n}: media(first: 30) {{ nodes {{ description }} }}" for n in range(30)) + "}"
    with serving(tmp_path / "data", MEDIAGRAPH_UNREAD_LIMIT=str(20 << 20)) as (_, client):
        assert "errors" not in client.post("/graphql", json=fill).json()
        ask = raw.post(orjson.dumps({"query": query}), "content-type: application/json", "connection: close")
        many = [connected(client.base_url.port or 0, 4096) for _ in range(6)]
        for one in many:
            one.settimeout(10)
            one.sendall(ask)
            time.sleep(0.5)
        got = [len(everything(one)) for one in many]
    whole = [size > 9_000_000 for size in got]
    assert whole[0] is False
    assert whole[-1] is True
    assert whole == sorted(whole)
    assert sum(whole) <= 3


def everything(one: socket.socket) -> bytes:
    """What a peer reads until it is cut off or told all."""
    got = bytearray()
    with one, suppress(ConnectionError):
        while part := one.recv(1 << 18):
            got += part
    return bytes(got)


def test_connections_are_limited_and_those_that_wait_longest_make_room(quick: Served) -> None:
    time.sleep(IDLE)
    many = [connected(port(quick)) for _ in range(CONNECTIONS)]
    try:
        time.sleep(0.2)
        with httpx2.Client(base_url=quick[1].base_url) as client:
            full = client.get("/health/live")
            assert (full.status_code, full.headers["retry-after"]) == (503, "5")
            assert full.json()["errors"][0]["extensions"]["code"] == "TOO_MANY_CONNECTIONS"
    finally:
        for one in many:
            one.close()
    time.sleep(0.3)
    with httpx2.Client(base_url=quick[1].base_url) as client:
        assert client.get("/health/live").status_code == 200


def test_a_client_finds_room_among_those_that_only_wait(tmp_path: Path) -> None:
    with serving(tmp_path / "data", MEDIAGRAPH_CONNECTIONS="10") as (_, client):
        many = [connected(client.base_url.port or 0) for _ in range(10)]
        time.sleep(1.2)
        with httpx2.Client(base_url=client.base_url) as other:
            assert other.get("/health/live").status_code == 200
        for one in many:
            one.close()


def test_slow_peers_of_all_kinds_at_once_are_closed_and_an_honest_client_is_answered() -> None:
    closed, honest = measured(10, **QUICK | {"MEDIAGRAPH_CONNECTIONS": "200"})
    assert max(closed["never a byte"] + closed["headers trickled"]) < HEADERS + 2 + SLACK
    assert max(closed["body trickled"] + closed["answer not read"]) < BODIES + 2 + SLACK
    assert honest.errors == []
    assert len(honest.seconds) > 5


@pytest.mark.parametrize(("workers", "rounds"), [(1, ROUNDS), (2, ROUNDS // 2)])
def test_a_server_that_is_told_to_stop_loses_no_request(workers: int, rounds: int) -> None:
    for _ in range(rounds):
        one = stopped(workers)
        assert one.is_clean, one
        assert one.load.counts["answered"] > 0


def test_a_server_that_stops_says_so_first_and_answers_what_is_under_way(tmp_path: Path) -> None:
    with serving(tmp_path / "data", MEDIAGRAPH_DRAIN_SECONDS="1.5") as (process, client):
        where = ("127.0.0.1", client.base_url.port or 0)
        request = raw.uploading(media.photo())
        with socket.create_connection(where, timeout=30) as slow, socket.create_connection(where, timeout=5) as idle:
            idle.sendall(LIVE)
            assert b"connection: close" not in answer_on(idle)
            slow.sendall(request[:1000])
            process.send_signal(signal.SIGTERM)
            time.sleep(0.4)
            assert httpx2.get(f"http://127.0.0.1:{where[1]}/health/ready").json()["status"] == "DRAINING"
            idle.sendall(LIVE)  # on a connection from before: it is still answered, and told to go
            assert b"connection: close" in answer_on(idle)
            time.sleep(2)
            with pytest.raises(OSError, match="refused"):
                socket.create_connection(where, timeout=5)
            slow.sendall(request[1000:])
            answer = answer_on(slow)
            assert b"connection: close" in answer
            assert b'"READY"' in answer
        assert process.wait(10) == 0


def test_a_connection_in_the_queue_of_a_server_that_stops_is_answered(tmp_path: Path) -> None:
    """While the server is busy the kernel takes connections for it; they are accepted before it closes."""
    with serving(tmp_path / "data", MEDIAGRAPH_DRAIN_SECONDS="0") as (process, client):
        where = ("127.0.0.1", client.base_url.port or 0)
        client.close()
        process.send_signal(signal.SIGSTOP)
        waiting = [socket.create_connection(where, timeout=20) for _ in range(20)]
        for one in waiting:
            one.sendall(LIVE)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGCONT)
        for one in waiting:
            assert one.recv(4096).startswith(b"HTTP/1.1 200")
            one.close()
        assert process.wait(10) == 0


def test_who_is_in_the_queue_can_be_accepted_while_nobody_new_can_connect() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        early = socket.create_connection(listening.getsockname(), timeout=5)
        turn_away(listening.fileno())
        with pytest.raises(TimeoutError):
            socket.create_connection(listening.getsockname(), timeout=0.3)
        taken, _ = listening.accept()
        early.sendall(b"a")
        assert taken.recv(1) == b"a"
        early.close()
        taken.close()


def test_nobody_waits_for_a_peer_that_hung_up(quick: Served) -> None:
    before = temporary(quick)
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", port(quick))) as one:
            one.sendall(raw.uploading(media.photo())[:2000])
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    time.sleep(0.5)
    assert nothing_is_left(quick, before)

"""A server between a client and a server that hears all and spoils some: real HTTP, on loopback."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2

HOP = {"transfer-encoding", "connection", "content-length", "content-encoding", "date", "server"}


@dataclass
class Answer:
    """What goes back."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Heard:
    """What came in, and what becomes of the answers; `spoil` is given the method, path and body asked, and the answer."""

    spoil: Callable[[str, str, bytes, Answer], None] = lambda *_: None
    keys: set[str | None] = field(default_factory=set)
    swallow: bytes | None = None
    """What has this in it is not handed on."""


@contextmanager
def between(server: str, heard: Heard) -> Iterator[str]:
    """The address to ask instead."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            heard.keys.add(self.headers.get("Authorization"))
            if heard.swallow and heard.swallow in body:
                self.send_error(500)
                return
            headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP | {"host"}}
            with httpx2.Client(timeout=60, trust_env=False) as client:
                reply = client.request(self.command, f"{server}{self.path}", content=body, headers=headers)
            kept = {name: value for name, value in reply.headers.items() if name.lower() not in HOP}
            made = Answer(reply.status_code, kept, reply.content)
            heard.spoil(self.command, self.path, body, made)
            self.send_response(made.status)
            for name, value in {**made.headers, "Content-Length": str(len(made.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(made.body)

        do_GET = do_POST = answer  # noqa: N815 - as the library calls them

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{made.server_port}"
        finally:
            made.shutdown()
            thread.join()

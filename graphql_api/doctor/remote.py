"""A server as a client reaches it: over HTTP, directly, and nowhere else than asked."""

import time
import urllib.request
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPException
from typing import Any, cast
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from uuid import uuid4

import orjson

from graphql_api.doctor.finding import one_line
from graphql_api.doctor.library import is_loopback

PATIENCE = 90
"""Seconds for an answer; an upload is answered once it has been processed."""
LONGEST = 64 << 20
TRIES = 3
LONGEST_WAIT = 10
TOO_MANY = 429


class Failed(Exception):
    """A step did not go as it should, and what to do about it."""

    def __init__(self, found: str, advice: str = "") -> None:
        super().__init__(found)
        self.found, self.advice = one_line(found), advice


class Stay(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like any other: a key goes to no other server."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whatever its status."""

    status: int
    headers: Message
    body: bytes

    def json(self) -> Any:
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise Failed(f"{self.status} and no JSON: {self.body[:100]!r}", "Is that address a mediagraph server?") from error


def direct() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay)


@dataclass(frozen=True, slots=True)
class Remote:
    """The address of a server, and a secret key where it asks for one; the key is never shown."""

    address: str
    key: str | None = field(default=None, repr=False)
    opener: urllib.request.OpenerDirector = field(default_factory=direct, repr=False)

    def checked(self) -> None:
        """Raises Failed for an address or a key that cannot be sent; never with the key in it."""
        parts = urlsplit(self.address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Failed("That is no address of a server", "It is http://HOST:PORT or https://HOST.")
        if self.key is not None and not (self.key.isascii() and self.key.isprintable() and self.key and " " not in self.key):
            raise Failed("The key has characters that no key has", "Copy it anew.")

    @property
    def tells_its_key(self) -> bool:
        """Whether the key can be read on the way."""
        parts = urlsplit(self.address)
        return bool(self.key) and parts.scheme == "http" and not is_loopback(parts.hostname or "")

    def send(self, path: str, body: bytes | None = None, **headers: str) -> Reply:
        """The answer to a GET, or with a body to a POST; waits where the server says so.

        Raises:
            Failed: there was no answer.
        """
        for _ in range(TRIES - 1):
            reply = self.sent(path, body, headers)
            wait = reply.headers.get("Retry-After", "1")
            if reply.status != TOO_MANY or not wait.isdigit() or int(wait) > LONGEST_WAIT:
                return reply
            time.sleep(int(wait))
        return self.sent(path, body, headers)

    def sent(self, path: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        all_headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.key:
            all_headers["Authorization"] = f"Bearer {self.key}"
        asked = urllib.request.Request(f"{self.address.rstrip('/')}{path}", body, all_headers)  # noqa: S310 - checked above
        try:
            with self.opener.open(asked, timeout=PATIENCE) as answer:
                return Reply(answer.status, answer.headers, answer.read(LONGEST))
        except HTTPError as error:
            with error:
                return Reply(error.code, error.headers, error.read(LONGEST))
        except (URLError, HTTPException, OSError) as error:
            why = error.reason if isinstance(error, URLError) else error
            raise Failed(f"No answer: {why}", "Is the server running, and is that its address?") from error

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of an operation. Raises Failed where it has errors."""
        body = orjson.dumps({"query": query, "variables": variables})
        return data(self.send("/graphql", body, Content_Type="application/json"))

    def upload(self, query: str, filename: str, content: bytes) -> dict[str, Any]:
        """The data of a mutation whose variable `file` is this file."""
        boundary = f"doctor-{uuid4().hex}"
        operations = orjson.dumps({"query": query, "variables": {"file": None}})
        fields = (("operations", operations), ("map", b'{"0": ["variables.file"]}'))
        parts = [part(boundary, f'name="{name}"', value) for name, value in fields]
        parts.append(part(boundary, f'name="0"; filename="{filename}"', content))
        body = b"".join((*parts, f"--{boundary}--\r\n".encode()))
        kind = f"multipart/form-data; boundary={boundary}"
        return data(self.send("/graphql", body, Content_Type=kind, GraphQL_Require_Preflight="1"))


def part(boundary: str, names: str, content: bytes) -> bytes:
    return f"--{boundary}\r\nContent-Disposition: form-data; {names}\r\n\r\n".encode() + content + b"\r\n"


def data(reply: Reply) -> dict[str, Any]:
    found = reply.json()
    answer = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
    if answer.get("errors") or not isinstance(answer.get("data"), dict):
        told = orjson.dumps(answer.get("errors") or found).decode()
        raise Failed(f"{reply.status}: {told}", advice(reply))
    return answer["data"]


def advice(reply: Reply) -> str:
    """What to do about an answer with errors."""
    if reply.status == TOO_MANY:
        wait = reply.headers.get("Retry-After", "60")
        return f"Not a fault: try again in {wait} seconds, or raise the server's MEDIAGRAPH_UPLOAD_RATE."
    return "See what the error says, and the server's log."

"""The short way for what most requests are: an operation as JSON by POST, from no page of another site."""

from collections.abc import AsyncGenerator, Callable
from functools import lru_cache

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from graphql_api.bootstrap import Server
from graphql_api.context import Context
from graphql_api.execution.operation import Path, Rights
from graphql_api.execution.running import Begun
from graphql_api.hosts import Hosts
from graphql_api.http import PLAIN, answer_type, headers_of, request_id, status
from graphql_api.operator_key import has_key
from graphql_api.parameters import LONGEST_READ, body, is_utf8, kind_of, loaded, request_of

PATH = "/graphql"
BEGUN = "begun"
"""Where a scope's state has an operation that was not answered at once."""
LARGEST = 16 * 1024
"""Bytes of a request that is taken apart at once."""
AtOnce = Callable[[Scope, bytes], tuple[int, bytes] | None]
"""What `Lane.at_once` is."""
OPERATOR, STRANGER = Rights(is_operator=True), Rights(is_operator=False)


class Lane:
    """Answers without the router and what lies around it, which take longer than a small query. It decides nothing by itself:
    all that is decided about a request is decided by the functions of `http` and `parameters`.
    """

    def __init__(self, server: Server) -> None:
        self.server, self.hosts = server, Hosts(server.settings.known_hosts)

    def takes(self, scope: Scope, headers: dict[bytes, bytes]) -> bool:
        """Whether a request is one of those. What is sent twice, and all that is odd, goes the long way."""
        return (
            scope["path"] == PATH and scope["method"] == "POST" and b"origin" not in headers
            and len(headers) == len(scope["headers"]) and is_json(headers.get(b"content-type", b""))
        )  # fmt: skip

    async def answer(self, scope: Scope, receive: Receive, send: Send, headers: dict[bytes, bytes]) -> None:
        """Raises Refused for what is no operation, or must not be answered."""
        settings, kind = self.server.settings, wanted(headers.get(b"accept", b"*/*"))
        begun = scope["state"].get(BEGUN) or self.begun(scope, headers, await whole(receive, settings.body_limit))
        answer = await self.server.executor.go_on(begun)
        told = [*told_of(answer.path, answer.refused, kind, settings.env), (b"content-length", b"%d" % len(answer.body))]
        await send({"type": "http.response.start", "status": status(answer, kind, settings), "headers": told})
        await send({"type": "http.response.body", "body": answer.body})

    def begun(self, scope: Scope, headers: dict[bytes, bytes], body: bytes) -> Begun:
        """What a body asks for, in the name of who sent it."""
        server, request = self.server, request_of(loaded(body))
        address = scope["client"][0] if scope.get("client") else ""
        context = Context(server.parts, server.principal, server.site, scope["state"]["request_id"], address=address)
        key = headers.get(b"authorization", b"").decode("latin-1")
        return Begun(request, context, OPERATOR if has_key(key, server.settings) else STRANGER)

    def at_once(self, scope: Scope, body: bytes) -> tuple[int, bytes] | None:
        """The status, and the response from its own headers on, where an answer takes no waiting. Else None, and all that lies
        around a request is gone through from the beginning, but for an operation that was begun.
        """
        headers, settings = dict(scope["headers"]), self.server.settings
        if len(body) > min(LARGEST, settings.body_limit) or not self.takes(scope, headers):
            return None
        scope["state"]["request_id"] = name = request_id()
        try:
            self.hosts.check(scope)
            kind, begun = wanted(headers.get(b"accept", b"*/*")), self.begun(scope, headers, body)
            answer = self.server.executor.at_once(begun)
        except Exception:  # noqa: BLE001 - `Around` comes to the same, and tells it
            return None
        if answer is None:
            scope["state"][BEGUN] = begun if begun.operation else None
            return None
        told = head_of(answer.path, kind, settings.env), len(answer.body), name.encode(), answer.body
        return status(answer, kind, settings), b"%bcontent-length: %d\r\nx-request-id: %b\r\n\r\n%b" % told


@lru_cache(maxsize=256)
def is_json(content_type: bytes) -> bool:
    kind = content_type.decode("latin-1")
    return kind_of(kind) == PLAIN and is_utf8(kind)


@lru_cache(maxsize=256)
def wanted(accept: bytes) -> str:
    """The type to answer in. Raises Refused where the client takes none of ours."""
    return answer_type(accept.decode("latin-1")[:LONGEST_READ])


@lru_cache(maxsize=64)
def told_of(path: Path | None, refused: str | None, kind: str, env: str) -> list[tuple[bytes, bytes]]:
    """The headers that answers of this sort have in common."""
    told = headers_of(path, refused, kind, env)
    return [*((name.lower().encode(), value.encode()) for name, value in told.items()), (b"vary", b"Origin")]


@lru_cache(maxsize=64)
def head_of(path: Path | None, kind: str, env: str) -> bytes:
    """The same as HTTP has them, of an answer that is not refused."""
    return b"".join(b"%b: %b\r\n" % header for header in told_of(path, None, kind, env))


async def whole(receive: Receive, limit: int) -> bytes:
    """The body; most come in one piece."""
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body") and len(message.get("body", b"")) <= limit:
        return message.get("body", b"")
    return await body(chunks(message, receive), limit)


async def chunks(message: Message, receive: Receive) -> AsyncGenerator[bytes]:
    """What comes of a body, this first. Raises ClientDisconnect where the rest does not."""
    while message["type"] == "http.request":
        yield message.get("body", b"")
        if not message.get("more_body", False):
            return
        message = await receive()
    raise ClientDisconnect

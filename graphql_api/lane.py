"""The short way for what most requests are: an operation as JSON by POST, from no page of another site."""

from collections.abc import AsyncGenerator
from functools import lru_cache

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from graphql_api.bootstrap import Server
from graphql_api.context import Context
from graphql_api.execution.operation import Path, Rights
from graphql_api.http import LONGEST_READ, PLAIN, answer_type, body, headers_of, is_utf8, kind_of, loaded, request_of, status
from graphql_api.operator_key import has_key

PATH = "/graphql"
OPERATOR, STRANGER = Rights(is_operator=True), Rights(is_operator=False)


class Lane:
    """Answers without the router and what lies around it, which take longer than a small query. It decides nothing by itself:
    all that is decided about a request is decided by the functions of `http`.
    """

    def __init__(self, server: Server) -> None:
        self.server = server

    def takes(self, scope: Scope, headers: dict[bytes, bytes]) -> bool:
        """Whether a request is one of those. What is sent twice, and all that is odd, goes the long way."""
        return (
            scope["path"] == PATH and scope["method"] == "POST" and b"origin" not in headers
            and len(headers) == len(scope["headers"]) and is_json(headers.get(b"content-type", b""))
        )  # fmt: skip

    async def answer(self, scope: Scope, receive: Receive, send: Send, headers: dict[bytes, bytes]) -> None:
        """Raises Refused for what is no operation, or must not be answered."""
        server, settings = self.server, self.server.settings
        kind = wanted(headers.get(b"accept", b"*/*"))
        request = request_of(loaded(await whole(receive, settings.body_limit)))
        address = scope["client"][0] if scope.get("client") else ""
        context = Context(server.parts, server.principal, server.site, scope["state"]["request_id"], address=address)
        key = headers.get(b"authorization", b"").decode("latin-1")
        answer = await server.executor.answer(request, context, OPERATOR if has_key(key, settings) else STRANGER)
        told = [*told_of(answer.path, answer.refused, kind, settings.env), (b"content-length", b"%d" % len(answer.body))]
        await send({"type": "http.response.start", "status": status(answer, kind, settings), "headers": told})
        await send({"type": "http.response.body", "body": answer.body})


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

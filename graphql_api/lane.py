"""The short way for what most requests are: an operation as JSON by POST, from no page of another site."""

from collections.abc import AsyncGenerator

from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.types import Receive, Scope, Send

from graphql_api.bootstrap import Server
from graphql_api.context import Context
from graphql_api.execution.executor import Rights
from graphql_api.http import LONGEST_READ, PLAIN, answer_type, body, headers_of, is_utf8, kind_of, loaded, request_of, status
from graphql_api.operator_key import is_operator

PATH = "/graphql"


class Lane:
    """Answers without the router and what lies around it, which take longer than a small query. It decides nothing by itself:
    all that is decided about a request is decided by the functions of `http`.
    """

    def __init__(self, server: Server) -> None:
        self.server = server

    def takes(self, scope: Scope, headers: dict[bytes, bytes]) -> bool:
        """Whether a request is one of those. What is sent twice, and all that is odd, goes the long way."""
        kind = headers.get(b"content-type", b"").decode("latin-1")
        return (
            scope["path"] == PATH and scope["method"] == "POST" and b"origin" not in headers
            and len(headers) == len(scope["headers"]) and kind_of(kind) == PLAIN and is_utf8(kind)
        )  # fmt: skip

    async def answer(self, scope: Scope, receive: Receive, send: Send, headers: dict[bytes, bytes]) -> None:
        """Raises Refused for what is no operation, or must not be answered."""
        server, settings = self.server, self.server.settings
        kind = answer_type(headers.get(b"accept", b"*/*").decode("latin-1")[:LONGEST_READ])
        request = request_of(loaded(await body(chunks(receive), settings.body_limit)))
        address = scope["client"][0] if scope.get("client") else ""
        context = Context(server.parts, server.principal, server.site, scope["state"]["request_id"], address=address)
        answer = await server.executor.answer(request, context, Rights(is_operator=is_operator(HttpRequest(scope), settings)))
        told = [(name.lower().encode(), value.encode()) for name, value in headers_of(answer, kind, settings).items()]
        told += [(b"content-length", b"%d" % len(answer.body)), (b"vary", b"Origin")]
        await send({"type": "http.response.start", "status": status(answer, kind, settings), "headers": told})
        await send({"type": "http.response.body", "body": answer.body})


async def chunks(receive: Receive) -> AsyncGenerator[bytes]:
    """What comes of a body. Raises ClientDisconnect where the rest does not."""
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnect
        more = message.get("more_body", False)
        yield message.get("body", b"")

"""The limit over HTTP: answers by hand behind a bare ASGI application, on uvicorn as the server sets it up.

`python -m benchmarks.bare DATABASE PORT`
"""

import gc
import sys
from pathlib import Path
from typing import Any

import orjson
import uvicorn
from uvicorn.config import Config

from benchmarks.by_hand import BY_HAND, By, connect, library_of

OPERATIONS = {path.stem.upper(): path.read_text("utf-8") for path in (Path(__file__).parent / "operations").glob("*.graphql")}


class Bare:
    """Knows three documents by their text, and nothing else."""

    def __init__(self, path: str) -> None:
        self.db = connect(path)
        self.library = library_of(self.db)
        self.known: dict[str, By] = {OPERATIONS[name]: answer for name, answer in BY_HAND.items()}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        given: dict[str, Any] = orjson.loads(await whole(receive))
        variables: dict[str, str] = given.get("variables", {})
        body = self.known[given["query"]](self.db, self.library, variables.get("id", ""))
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def whole(receive: Any) -> bytes:
    message = await receive()
    body = message["body"]
    while message["more_body"]:
        message = await receive()
        body += message["body"]
    return body


def main(path: str, port: str) -> None:
    app = Bare(path)
    gc.freeze()
    gc.set_threshold(10_000)  # as the server does
    config = Config(
        app, port=int(port), loop="uvloop", http="httptools", lifespan="off", access_log=False, log_level="warning",
        server_header=False, proxy_headers=False,
    )  # fmt: skip
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main(*sys.argv[1:])

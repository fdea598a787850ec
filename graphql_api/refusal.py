"""Requests that are answered before anything is run, in the one shape of errors."""

import orjson
import structlog
from starlette.responses import Response

log = structlog.get_logger("mediagraph")
LONGEST_TOLD = 200


class Refused(Exception):
    """A request that is answered before anything is run.

    Attributes:
        status: of HTTP.
        code: what `extensions.code` says; docs/errors.md has the table.
        headers: further ones of the answer.
    """

    def __init__(self, status: int, message: str, code: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code
        self.headers = {name.replace("_", "-").title(): value for name, value in headers.items()}


def refused(refusal: Refused, request_id: str) -> Response:
    """The answer; one line is logged for it."""
    log.info("refused", status=refusal.status, code=refusal.code, why=refusal.message[:LONGEST_TOLD], request_id=request_id)
    body = orjson.dumps({"errors": [{"message": refusal.message, "extensions": {"code": refusal.code}}]})
    return Response(body, refusal.status, refusal.headers, media_type="application/json; charset=utf-8")

"""What every answer of the API has to be, whatever was asked."""

import re
from typing import Any

import orjson

SECONDS = 10
REFUSED = {
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "OPERATION_RESOLUTION_FAILURE",
    "BAD_USER_INPUT",
    "LIMIT_EXCEEDED",
}
"""Codes of what was not run."""
FAILED = {"INVALID", "NOT_FOUND", "UNAVAILABLE", "LIMIT_EXCEEDED"}
"""Codes of a field of what was run, except INTERNAL, which never may be, and TIMEOUT, which a small library never earns."""
TELLS = re.compile(
    r"Traceback|File \"|\.py\b|site-packages|sqlalchemy|asyncpg|aiosqlite|sqlite3?\.|psycopg"
    r"|\b(SELECT|INSERT INTO|DELETE FROM|UPDATE) \S|/(tmp|home|root|usr|var)/|object at 0x"
    r"|[a-z_]+\.[a-z_.]+(Error|Exception)\b|<class '"
)
"""What a message says only to those who run the server."""


class Wrong(AssertionError):
    """An answer that should not be."""


def refusal(status: int, body: bytes, seconds: float) -> str | None:
    """Why the request was refused, or None where it was run.

    Raises:
        Wrong: the answer breaks a promise.
    """
    must(status < 500, f"status {status}: {body[:500]!r}")
    must(seconds < SECONDS, f"it took {seconds:.1f} s")
    try:
        answer: Any = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Wrong(f"no JSON: {body[:200]!r}") from error
    must(isinstance(answer, dict) and answer.keys() <= {"data", "errors", "extensions"}, f"no answer of GraphQL: {body[:200]!r}")
    codes = [judged(error) for error in answer.get("errors", [])]
    must("errors" not in answer or codes != [], "an empty list of errors")
    try:
        return without_data(status, codes) if "data" not in answer else with_data(status, codes)
    except Wrong as wrong:
        raise Wrong(f"{wrong}: {body[:1000]!r}") from wrong


def without_data(status: int, codes: list[str]) -> str:
    must(bool(codes), "neither data nor errors")
    must(set(codes) <= REFUSED, f"{codes} without data")
    must(status == 400, f"refused with status {status}")
    return codes[0]


def with_data(status: int, codes: list[str]) -> None:
    must(set(codes) <= FAILED, f"{codes} with data")
    must(status == 200, f"run with status {status}")


def judged(error: Any) -> str:
    """The code of an error in the one shape of errors."""
    must(isinstance(error, dict) and error.keys() <= {"message", "locations", "path", "extensions"}, f"no error: {error}")
    message, code = error.get("message"), (error.get("extensions") or {}).get("code")
    must(isinstance(message, str) and message != "", f"an error without a message: {error}")
    must(isinstance(code, str), f"an error without a code: {error}")
    must(code != "INTERNAL", f"our fault: {error}")
    told = TELLS.search(message)
    must(told is None, f"the message tells {told and told.group()!r}: {message}")
    return code


def must(held: bool, otherwise: str) -> None:  # noqa: FBT001 - as assert, which optimising would take away
    if not held:
        raise Wrong(otherwise)

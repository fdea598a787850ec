"""Errors as clients read them: coded, short, and masked where nobody should read them."""

import logging
from typing import Any

from graphql import GraphQLError

from domain.errors import Fault, LimitExceeded
from graphql_api.outages import note

INTERNAL = "Something went wrong on our side. Tell us the id and we will find out what."
LONGEST = 500
"""Characters of a message: a client's own megabyte is not sent back to it."""


def error(message: str, code: str) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": code}}


TOO_DEEP = error("The answer is nested too deep.", "LIMIT_EXCEEDED")


def coded(wrong: GraphQLError, code: str) -> dict[str, Any]:
    """The error with this code; an endless message is cut."""
    shown: dict[str, Any] = dict(wrong.formatted)
    message = shown["message"] if len(shown["message"]) <= LONGEST else f"{shown['message'][:LONGEST]}…"
    return shown | {"message": message, "extensions": {**shown.get("extensions", {}), "code": code}}


def numbers(fault: Fault) -> dict[str, int]:
    """How much is allowed, and how much it was where that is known."""
    told = {"limit": fault.limit, "actual": fault.actual} if isinstance(fault, LimitExceeded) else {}
    return {name: number for name, number in told.items() if number is not None}


def formatted(wrong: GraphQLError, request_id: str) -> dict[str, Any]:
    """An error of a field: a fault by its code, bad input as such, anything else masked."""
    original = wrong.original_error
    while isinstance(original, GraphQLError):
        original = original.original_error
    if isinstance(original, Fault):
        note(original, request_id)
        shown = coded(wrong, str(original.code))
        return shown | {"message": original.message, "extensions": shown["extensions"] | numbers(original)}
    if isinstance(original, RecursionError):
        return {"path": wrong.path or []} | TOO_DEEP
    if original is None or wrong.path is None:  # without a path it is a variable, and nothing has run
        return coded(wrong, "BAD_USER_INPUT")
    logging.getLogger("mediagraph").error("An operation failed. id=%s", request_id, exc_info=original)
    masked = {"message": INTERNAL, "extensions": {"code": "INTERNAL", "id": request_id}}
    return {name: value for name, value in wrong.formatted.items() if name in ("locations", "path")} | masked

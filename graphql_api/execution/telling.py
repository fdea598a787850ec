"""Errors as clients read them: coded, short, and masked where nobody should read them."""

import logging
from typing import Any

from graphql import GraphQLError

from domain.errors import Fault

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


def formatted(wrong: GraphQLError, request_id: str) -> dict[str, Any]:
    """An error of a field: a fault by its code, bad input as such, anything else masked."""
    original = wrong.original_error
    while isinstance(original, GraphQLError):
        original = original.original_error
    if isinstance(original, Fault):
        return coded(wrong, str(original.code)) | {"message": original.message}
    if isinstance(original, RecursionError):
        return {"path": wrong.path or []} | TOO_DEEP
    if original is None or wrong.path is None:  # without a path it is a variable, and nothing has run
        return coded(wrong, "BAD_USER_INPUT")
    logging.getLogger("mediagraph").error("An operation failed. id=%s", request_id, exc_info=original)
    masked = {"message": INTERNAL, "extensions": {"code": "INTERNAL", "id": request_id}}
    return {name: value for name, value in wrong.formatted.items() if name in ("locations", "path")} | masked

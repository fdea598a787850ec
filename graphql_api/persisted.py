"""How a request names a document: by `documentId` (GraphQL over HTTP, appendix A) or as Apollo's automatic persisted queries."""

import re
from typing import Any, cast

from graphql_api.refusal import Refused

NAME = re.compile(r"sha256:[0-9a-f]{64}|(?:x-[\w.~-]{1,100}:)?[\w.~-]{1,200}", re.ASCII)
HASH = re.compile("[0-9a-f]{64}")


def named_in(given: dict[str, Any]) -> tuple[str | None, bool]:
    """What a request calls its document, if it does, and whether the server may keep it under that name.

    Raises:
        Refused: the name is malformed, or there is a text beside it where there must be none.
    """
    name = given.get("documentId")
    if name is not None:
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise Refused(400, "`documentId` is `sha256:` and 64 hexadecimal digits in small letters, or a name.", "BAD_REQUEST")
        if given.get("query") is not None:
            raise Refused(400, "A request has a `query` or a `documentId`, not both.", "BAD_REQUEST")
        return name, False
    extensions = given.get("extensions")
    asked = cast("dict[str, Any]", extensions).get("persistedQuery") if isinstance(extensions, dict) else None
    return (None, False) if asked is None else (f"sha256:{hash_in(asked)}", True)


def hash_in(asked: Any) -> str:
    """The hash that `extensions.persistedQuery` has."""
    match asked:
        case {"version": 1, "sha256Hash": str(found)} if HASH.fullmatch(found):
            return found
        case _:
            raise Refused(400, "`persistedQuery` has the `version` 1 and a `sha256Hash` in small letters.", "BAD_REQUEST")

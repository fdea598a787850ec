"""The file in which an operator names the documents that clients may run."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import orjson

from graphql_api.execution.documents import trusted
from graphql_api.settings import BadSettings

PREFIX = "sha256:"
APOLLO = "apollo-persisted-query-manifest"
HASHES = {32: "md5", 40: "sha1", 64: "sha256"}
"""The algorithms that tools make names with, by how many hexadecimal digits come of it."""
HEX = re.compile("[0-9a-f]+")


def documents_in(path: Path | None) -> dict[str, str]:
    """The documents of a manifest by their names; none without a manifest. Each is there under its own hash too.

    It is what GraphQL Code Generator and Relay write, an object of names and texts, or Apollo's, a list of operations.

    Raises:
        BadSettings: it is not there, is no manifest, or has a document under the hash of another.
    """
    if path is None:
        return {}
    try:
        given: Any = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise BadSettings(f"{path} cannot be read as JSON: {error}") from error
    return trusted(checked(path, name, text) for name, text in entries(path, given))


def entries(path: Path, given: Any) -> Iterator[tuple[Any, Any]]:
    match given:
        case {"format": format, "operations": [*operations]} if format == APOLLO:
            yield from map(operation, operations)
        case dict():
            yield from cast("dict[str, Any]", given).items()
        case _:
            raise BadSettings(f"{path} is no object of names and documents.")


def operation(given: Any) -> tuple[Any, Any]:
    match given:
        case {"id": name, "body": text}:
            return name, text
        case _:
            return None, None


def checked(path: Path, name: Any, text: Any) -> tuple[str, str]:
    """The entry, a hash with its prefix."""
    if not isinstance(name, str) or not isinstance(text, str) or not name or not text.strip():
        raise BadSettings(f"{path} is no object of names and documents.")
    digits = name.removeprefix(PREFIX)
    algorithm = HASHES.get(len(digits)) if HEX.fullmatch(digits) else None
    if algorithm and hashlib.new(algorithm, text.encode(), usedforsecurity=False).hexdigest() != digits:
        raise BadSettings(f"{path} has a document under {name}, which is not its hash.")
    return PREFIX + digits if algorithm == "sha256" else name, text

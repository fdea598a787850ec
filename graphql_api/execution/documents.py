"""Documents that clients name instead of sending: those the operator trusts, and those that a client has sent before."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from graphql_api.execution.remembered import Remembered
from graphql_api.execution.telling import error

MOST_KEPT = 1_000
MOST_CHARACTERS = 4 * 1024 * 1024
"""Of all documents that clients had kept, in one process."""


def sha256_of(text: str) -> str:
    """What names a document by its text, as GraphQL over HTTP has it (appendix A)."""
    return f"sha256:{hashlib.sha256(text.encode(errors='surrogatepass')).hexdigest()}"


class Unknown(Exception):
    """A document that is not run because of how it was named.

    Attributes:
        formatted: the error as clients read it.
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.formatted: dict[str, Any] = error(message, code)


@dataclass(frozen=True)
class Documents:
    """What documents there are, by their names.

    Attributes:
        trusted: from each name to the document that the operator gave it.
        trusted_only: whether only those are run, but for operators.
        automatic: whether a document is kept under its hash because a client sent both.
    """

    trusted: dict[str, str] = field(default_factory=dict[str, str])
    trusted_only: bool = False
    automatic: bool = True
    texts: frozenset[str] = field(init=False)
    kept: Remembered[str] = field(init=False, default_factory=lambda: Remembered[str](MOST_KEPT, MOST_CHARACTERS))

    def __post_init__(self) -> None:
        object.__setattr__(self, "texts", frozenset(self.trusted.values()))

    def trusts(self, name: str | None, text: str) -> bool:
        """Whether the operator gave this document; by its text, where a client sends that."""
        return text in self.texts if text else name in self.trusted

    def check(self, name: str | None, text: str, *, may_any: bool) -> None:
        """Raises Unknown for a document that is not to be trusted, or a text under the hash of another."""
        if self.trusted_only and not may_any and not self.trusts(name, text):
            raise Unknown("This server runs the documents it was given, and no others.", "PERSISTED_DOCUMENT_REQUIRED")
        if name and text and self.automatic and self.kept.get(name) != text and sha256_of(text) != name:
            raise Unknown("`sha256Hash` is not the hash of this `query`.", "BAD_REQUEST")

    def text_of(self, name: str, *, is_automatic: bool) -> str:
        """The document of this name.

        Raises:
            Unknown: there is none; in the words that clients of automatic persisted queries listen for, if it is one of these.
        """
        found = self.trusted.get(name) or self.kept.get(name)
        if found:
            return found
        if not is_automatic:
            raise Unknown("There is no document of that `documentId`.", "PERSISTED_DOCUMENT_NOT_FOUND")
        if not self.automatic:
            raise Unknown("PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED")
        raise Unknown("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")

    def keep(self, name: str, text: str) -> None:
        """Keeps a document that was found valid under its hash."""
        if self.automatic and name not in self.trusted and self.kept.get(name) is None:
            self.kept.keep(name, text, len(text))


def trusted(documents: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Documents by the names they were given, and each by its own hash."""
    found: dict[str, str] = {}
    for name, text in documents:
        found |= {name: text, sha256_of(text): text}
    return found

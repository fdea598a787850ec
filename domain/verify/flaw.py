"""What can be wrong with a library, and what is asked of the database to find out and to mend it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from domain.access import Principal
from domain.ids import Id
from domain.storage import StoredObject


class Wrong(StrEnum):
    """What is wrong; the comment says what mends it, if anything does."""

    MISSING_ORIGINAL = "MISSING_ORIGINAL"  # a backup
    DAMAGED_ORIGINAL = "DAMAGED_ORIGINAL"  # a backup
    MISSING_FILE = "MISSING_FILE"  # putting the file back where it was imported in place
    CHANGED_FILE = "CHANGED_FILE"  # importing it again
    MISSING_RENDITION = "MISSING_RENDITION"  # its row goes, and the media waits to be processed
    DAMAGED_RENDITION = "DAMAGED_RENDITION"  # likewise
    ORPHANED_BYTES = "ORPHANED_BYTES"  # put aside; a picture made of a media is removed
    BYTES_IN_DOUBT = "BYTES_IN_DOUBT"  # the sweep
    UNUSED_BLOB = "UNUSED_BLOB"  # its row goes, its bytes are put aside
    OTHER_BLOB = "OTHER_BLOB"  # a person: the media and its blob tell of different bytes
    NO_METADATA = "NO_METADATA"  # an empty row, and the media waits to be processed
    FOREIGN_LINK = "FOREIGN_LINK"  # the link goes, where it is nothing but that
    WRONG_TREE = "WRONG_TREE"  # made anew
    WRONG_COUNT = "WRONG_COUNT"  # counted anew
    WRONG_TALLY = "WRONG_TALLY"  # counted anew
    NOT_INDEXED = "NOT_INDEXED"  # indexed
    WRONG_WORDS = "WRONG_WORDS"  # indexed
    WRONG_LEFTOVER = "WRONG_LEFTOVER"  # forgotten: a row needs these bytes
    UNREACHABLE_STORAGE = "UNREACHABLE_STORAGE"  # mounting it
    BROKEN_DATABASE = "BROKEN_DATABASE"  # a backup


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One thing that is wrong.

    Attributes:
        what: for people: a file name, a key, a name.
        thing: the row it is about.
        place: the bytes it is about.
        table: where the row is, if `wrong` alone does not say it.
    """

    wrong: Wrong
    what: str
    thing: Id | None = None
    place: StoredObject | None = None
    table: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Bytes that a row says are there: `thing` is the key of the blob or media, `name` is for people."""

    thing: Id
    name: str
    storage_id: Id
    key: str
    size: int | None
    sha256: str | None

    @property
    def place(self) -> StoredObject:
        return StoredObject(storage_id=self.storage_id, key=self.key)


class Place(StrEnum):
    """Which rows say that there are bytes."""

    BLOB = "BLOB"
    RENDITION = "RENDITION"
    FILE = "FILE"


class Verifier(Protocol):
    """Looks at the rows of one library at a time, each time as they are at one moment."""

    async def count(self, principal: Principal) -> int:
        """How many bytes are expected, by key."""
        ...

    async def expected(self, principal: Principal, place: Place, after: Expected | None, limit: int) -> list[Expected]:
        """The bytes that rows of this sort say are there, in order, behind that one."""
        ...

    async def still(self, principal: Principal, place: Place, those: Sequence[Expected]) -> list[Expected]:
        """Those that rows still say so of."""
        ...

    async def unknown(self, storages: Sequence[Id], keys: Sequence[str]) -> list[str]:
        """Keys that neither a row nor a leftover of these storages has, whatever library they are of."""
        ...

    def flaws(self, principal: Principal, *, deep: bool) -> AsyncIterator[tuple[str, list[Flaw]]]:
        """What is wrong with rows, check by check, each with what it looked at; some of it where there is much."""
        ...

    async def mend(self, principal: Principal, wrong: Wrong, flaws: Sequence[Flaw]) -> list[Flaw]:
        """Mends rows in one transaction, after a look at whether they are still wrong; those that are mended."""
        ...

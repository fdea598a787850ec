"""Everything that is expected to go wrong, as facts.

Fault                           what a caller is told, with a code, a message and the path of the input at fault
├── Invalid                     INVALID        the input breaks a rule
│   ├── UnknownKind                            no media type of that name
│   ├── EmptyFile                              a file without bytes
│   └── Cycle                                  a thing would lie below itself
├── NotFound                    NOT_FOUND      no such thing in this library
├── NameTaken                   CONFLICT       another thing of this library has that name
│   ├── TagNameTaken
│   └── CollectionNameTaken
├── NotEmpty                    IN_USE         it still holds things
├── MediaInUse                  IN_USE         something uses the media
├── DuplicateMedia              DUPLICATE      a media of the library has the bytes that came
├── VersionConflict             CONFLICT       somebody else changed it first
├── KeyReused                   CONFLICT       an idempotency key stands for another change
├── SelectionChanged            CONFLICT       a filter matches more, or fewer, than were seen
├── LimitExceeded               LIMIT_EXCEEDED more than is allowed
│   └── TooLarge                TOO_LARGE      more bytes than are allowed
└── Unavailable                 UNAVAILABLE    a part of the server does not answer just now
ProcessingFailed                a processor could not do its work on one file; recorded in its run
└── ProcessingSkipped           the file gives this processor nothing to do
"""

from enum import StrEnum
from typing import Any, ClassVar

from domain.ids import Id

Path = tuple[str, ...]
INPUT: Path = ("input",)


class FaultCode(StrEnum):
    """What went wrong, for programs."""

    INVALID = "INVALID"
    NOT_FOUND = "NOT_FOUND"
    CONFLICT = "CONFLICT"
    DUPLICATE = "DUPLICATE"
    IN_USE = "IN_USE"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    TOO_LARGE = "TOO_LARGE"
    UNAVAILABLE = "UNAVAILABLE"


class Fault(Exception):
    """A failure that is part of the contract: clients read it, nobody logs it as a crash."""

    code: ClassVar[FaultCode] = FaultCode.INVALID

    def __init__(self, message: str, *, path: Path = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path


class Invalid(Fault):
    """The input breaks a rule of the domain."""


class UnknownKind(Invalid):
    """No media type is registered under that kind."""

    def __init__(self, kind: str, *, path: Path = ()) -> None:
        super().__init__(f"There is no media kind {kind!r}.", path=path)


class EmptyFile(Invalid):
    """A file of no bytes holds no media."""

    def __init__(self, *, path: Path = ()) -> None:
        super().__init__("The file is empty.", path=path)


class Cycle(Invalid):
    """A thing of a tree cannot lie below itself."""

    def __init__(self, what: str, key: Id, *, path: Path = ()) -> None:
        super().__init__(f"The {what.lower()} would lie below itself.", path=path)
        self.what = what
        self.key = key


class NotFound(Fault):
    """Nothing of this library has that key; whether another library has is not told."""

    code = FaultCode.NOT_FOUND

    def __init__(self, what: str, key: Id, *, path: Path = ()) -> None:
        super().__init__(f"No such {what.lower()}.", path=path)
        self.what = what
        self.key = key


class NameTaken(Fault):
    """Another thing of this library already has that name."""

    code = FaultCode.CONFLICT
    thing: ClassVar[str] = "thing"

    def __init__(self, name: str, *, path: Path = ()) -> None:
        super().__init__(f"Another {self.thing} is called {name!r}.", path=path)


class TagNameTaken(NameTaken):
    """Two tags of a library never share a name, whatever its case."""

    thing = "tag"


class CollectionNameTaken(NameTaken):
    """Two collections inside the same one never share a name, whatever its case."""

    thing = "collection"


class NotEmpty(Fault):
    """It cannot go while it holds something that would go with it."""

    code = FaultCode.IN_USE


class MediaInUse(Fault):
    """A media cannot go while something uses it; `usages` are the first of so many (`domain.usage.MediaUsage`)."""

    code = FaultCode.IN_USE

    def __init__(self, usage_count: int, usages: tuple[Any, ...], *, path: Path = ()) -> None:
        super().__init__(f"The media is used in {usage_count:,} {'place' if usage_count == 1 else 'places'}.", path=path)
        self.usage_count = usage_count
        self.usages = usages


class DuplicateMedia(Fault):
    """A media of the library has these bytes, and no other is wanted."""

    code = FaultCode.DUPLICATE

    def __init__(self, existing: Id, *, path: Path = ()) -> None:
        super().__init__("A media of the library has these bytes.", path=path)
        self.existing_id = existing


class VersionConflict(Fault):
    """The thing is not at the version the caller saw."""

    code = FaultCode.CONFLICT

    def __init__(self, what: str, key: Id, current: int, *, path: Path = ()) -> None:
        super().__init__(f"The {what.lower()} has changed since: it is at version {current}.", path=path)
        self.what = what
        self.key = key
        self.current_version = current


class KeyReused(Fault):
    """An idempotency key was used for a change with another input."""

    code = FaultCode.CONFLICT

    def __init__(self, *, path: Path = ()) -> None:
        super().__init__("This key was used for a change with another input.", path=path)


class SelectionChanged(Fault):
    """A filter selects another number of things than the caller saw."""

    code = FaultCode.CONFLICT

    def __init__(self, expected: int, found: int, *, path: Path = ()) -> None:
        super().__init__(f"It is {found:,} that are selected, not {expected:,}.", path=path)


class LimitExceeded(Fault):
    """More than a limit of the server allows; both numbers are in the unit the message names."""

    code = FaultCode.LIMIT_EXCEEDED

    def __init__(self, message: str, *, limit: int, actual: int | None = None, path: Path = ()) -> None:
        super().__init__(message, path=path)
        self.limit = limit
        self.actual = actual


class TooLarge(LimitExceeded):
    """More bytes than may be sent."""

    code = FaultCode.TOO_LARGE


class Unavailable(Fault):
    """A storage or a database does not answer; trying again later may succeed."""

    code = FaultCode.UNAVAILABLE


class FailureCode(StrEnum):
    """Why a processor's run did not succeed."""

    UNREADABLE = "UNREADABLE"
    """The bytes are not what their type promises: truncated or corrupted."""
    ENCRYPTED = "ENCRYPTED"
    UNSUPPORTED = "UNSUPPORTED"
    """No decoder for this type, or for this flavour of it."""
    TOO_LARGE = "TOO_LARGE"
    """More pixels, pages or memory than the limits allow: a decompression bomb ends here."""
    TIMEOUT = "TIMEOUT"
    CRASHED = "CRASHED"
    """The decoder's process died."""
    NO_BYTES = "NO_BYTES"
    """The media has no bytes here: it was registered by its address, or its file is gone."""
    INTERNAL = "INTERNAL"
    """The processor itself is at fault."""


class ProcessingFailed(Exception):
    """A processor gave up on one file. Its message is safe to show."""

    retryable: bool

    def __init__(self, code: FailureCode, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retryable = retryable


class ProcessingSkipped(ProcessingFailed):
    """The file gives this processor nothing to do; nothing is wrong."""

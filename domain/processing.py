"""Processors: strategies that read a file and say what is in it. One decorator registers one; its runs are recorded."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from importlib.util import find_spec
from typing import Any, BinaryIO, Protocol

from domain.errors import FailureCode
from domain.ids import Id
from domain.media import MediaKind


class ProcessingOperation(StrEnum):
    """What a processor does, in words that mutations select by."""

    PROBE = "PROBE"
    EXTRACT_METADATA = "EXTRACT_METADATA"
    PHASH = "PHASH"
    PLACEHOLDER = "PLACEHOLDER"
    THUMBNAIL = "THUMBNAIL"
    EXTRACT_TEXT = "EXTRACT_TEXT"


class RunState(StrEnum):
    """How a processor's work on one media stands."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessingRun:
    """The latest work of one processor on one media: how often tried, how it ended, and when."""

    media_id: Id
    processor: str
    state: RunState
    attempts: int = 0
    error_code: FailureCode | None = None
    error_message: str | None = None
    error_retryable: bool | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a processor is told of the media it works on."""

    kind: MediaKind
    mime_type: str
    filename: str
    size: int | None
    source_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """An encoded picture that stands for a media: the bytes, and how many pixels they show."""

    content: bytes
    mime_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What a processor found.

    Attributes:
        facts: values by the name of the field of the media or of its metadata that they belong in; a name that both
            have is written to both. Only what JSON can say: times as RFC 3339 text, streams and chapters as dicts.
        extra: what the decoder knows besides, for which there is no field.
        entries: values under the file's own names, as (namespace, key, value).
        text: the words of a document.
        renditions: pictures made of it, by name; `thumbnail` is the one every client knows.
    """

    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    extra: dict[str, Any] = field(default_factory=dict[str, Any])
    entries: tuple[tuple[str, str, Any], ...] = ()
    text: str | None = None
    renditions: dict[str, Still] = field(default_factory=dict[str, Still])


Strategy = Callable[[BinaryIO, Subject], Extraction]
"""Reads the file, which is open at its start and can be sought, and says what it found; raises ProcessingFailed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Processor:
    """A registered strategy and what is known of it without running it."""

    key: str
    kinds: tuple[MediaKind, ...]
    mime_types: tuple[str, ...]
    operations: tuple[ProcessingOperation, ...]
    version: str
    reads_bytes: bool
    requires: tuple[str, ...]
    strategy: Strategy

    @property
    def missing(self) -> list[str]:
        """The modules it needs and this installation lacks."""
        return [name for name in self.requires if find_spec(name.partition(".")[0]) is None]

    @property
    def is_available(self) -> bool:
        return not self.missing

    def takes(self, kind: MediaKind, mime_type: str) -> bool:
        """Whether this is a processor for such a media."""
        return kind in self.kinds and any(fnmatchcase(mime_type, pattern) for pattern in self.mime_types)


class Registry:
    """The processors there are, by key. Mutations, imports and `Query.processors` all read it."""

    def __init__(self) -> None:
        self.known: dict[str, Processor] = {}

    def __iter__(self) -> Iterator[Processor]:
        return iter(self.known.values())

    def of(self, kind: MediaKind, mime_type: str) -> list[Processor]:
        """Those that work on such a media, in the order they were registered."""
        return [made for made in self.known.values() if made.takes(kind, mime_type)]

    def add(self, made: Processor) -> None:
        """Raises ValueError where the key is taken by another strategy."""
        if made.key in self.known and self.known[made.key].strategy.__qualname__ != made.strategy.__qualname__:
            raise ValueError(f"Another processor is called {made.key!r}.")
        self.known[made.key] = made


PROCESSORS = Registry()


def processor(
    key: str, *, kinds: tuple[MediaKind, ...], operations: tuple[ProcessingOperation, ...], version: str = "1",
    mime_types: tuple[str, ...] = ("*",), reads_bytes: bool = True, requires: tuple[str, ...] = (),
) -> Callable[[Strategy], Strategy]:  # fmt: skip
    """Registers the decorated function as the processor `key`; it then runs for every media it takes.

    `reads_bytes` false means that it also works on media registered by their address, with an empty file.
    """

    def register(strategy: Strategy) -> Strategy:
        made = Processor(
            key=key, kinds=kinds, mime_types=mime_types, operations=operations, version=version, reads_bytes=reads_bytes,
            requires=requires, strategy=strategy,
        )  # fmt: skip
        PROCESSORS.add(made)
        return strategy

    return register


class Sandbox(Protocol):
    """Where strategies run: nothing a file does there can reach the server."""

    async def run(self, made: Processor, subject: Subject, file: BinaryIO | None) -> Extraction:
        """What the processor found in the file, which must have a descriptor.

        Raises:
            ProcessingFailed: it failed, was refused, took too long or died; the code says which.
        """
        ...

    async def probe(self) -> None:
        """Raises Unavailable unless a run comes to its end, or all there is room for are under way."""
        ...


class RunRepository(Protocol):
    """The runs of processors."""

    async def of(self, ids: Sequence[Id]) -> dict[Id, list[ProcessingRun]]: ...
    async def clear(self, media_id: Id) -> None:
        """Forgets the runs of a media."""
        ...

    async def put(self, runs: Sequence[ProcessingRun]) -> None:
        """Adds or replaces, by media and processor."""
        ...

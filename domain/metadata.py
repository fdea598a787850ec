"""Metadata: what was read out of a media's file. What each kind adds is beside its entity in `domain/media_types/`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from domain.changes import Changes
from domain.ids import Id
from domain.media import MediaKind, Rendition
from domain.storage import StoredObject


class MetadataSource(StrEnum):
    """Where a value comes from."""

    EXTRACTED = "EXTRACTED"
    MANUAL = "MANUAL"
    IMPORT = "IMPORT"
    IMPLIED = "IMPLIED"


class ValueType(StrEnum):
    """What a metadata value is."""

    STRING = "STRING"
    INT = "INT"
    FLOAT = "FLOAT"
    BOOLEAN = "BOOLEAN"
    JSON = "JSON"


class StreamKind(StrEnum):
    """What a stream of a container carries."""

    VIDEO = "VIDEO"
    AUDIO = "AUDIO"
    SUBTITLE = "SUBTITLE"


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaMetadata:
    """One to one with its media, whose key it shares."""

    media_id: Id
    kind: MediaKind
    extra: dict[str, Any] = field(default_factory=dict[str, Any])
    extracted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataEntry:
    """One value under the name its file gives it, such as `exif` `Software`. Manual values are locked."""

    id: Id
    media_id: Id
    namespace: str
    key: str
    type: ValueType
    value: Any
    text: str
    source: MetadataSource
    confidence: float | None = None
    locked: bool = False
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaStream:
    """One stream of a container. Bitrate in bits a second, sample rate in hertz, frame rate in frames a second."""

    index: int
    kind: StreamKind
    codec: str | None = None
    profile: str | None = None
    language: str | None = None
    bitrate: int | None = None
    width: int | None = None
    height: int | None = None
    frame_rate: float | None = None
    channels: int | None = None
    sample_rate: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A named part of a recording, in milliseconds from its start."""

    start_ms: int
    end_ms: int
    title: str | None = None


LONGEST_DOCUMENT = 1_000_000
LONGEST_EXCERPT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaText:
    """The words of a document, at most LONGEST_DOCUMENT characters; clients read LONGEST_EXCERPT of them."""

    media_id: Id
    text: str


def value_type(value: object) -> ValueType:
    """The type a value of JSON has."""
    known: dict[type, ValueType] = {str: ValueType.STRING, bool: ValueType.BOOLEAN, int: ValueType.INT, float: ValueType.FLOAT}
    return known.get(type(value), ValueType.JSON)


class MetadataRepository(Protocol):
    """What was read out of media."""

    async def change(self, media_id: Id, changes: Changes) -> None: ...
    async def add_extra(self, media_id: Id, extra: dict[str, Any]) -> None:
        """Adds to what is known besides; a name that is there already is overwritten."""
        ...

    async def clear(self, media_id: Id, kind: MediaKind) -> list[StoredObject]:
        """Forgets all that was extracted, as of a media of this kind that nobody has read; the bytes of its pictures."""
        ...

    async def put_text(self, media_id: Id, text: str) -> None: ...
    async def replace_entries(self, media_id: Id, namespaces: Sequence[str], entries: Sequence[MetadataEntry]) -> None:
        """These entries instead of all unlocked ones in these namespaces."""
        ...

    async def put_rendition(self, rendition: Rendition) -> StoredObject | None:
        """Adds or replaces it; the bytes of the one it replaced."""
        ...

"""Media: one file a library keeps, or points to. What each kind adds is in `domain/media_types/`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.changes import Changes
from domain.ids import Id
from domain.storage import StoredObject

LONGEST_TITLE = 500
LONGEST_TEXT = 10_000
LONGEST_FILENAME = 255
BEST_RATING = 5


class MediaKind(StrEnum):
    """The discriminator of media; each has one file in `domain/media_types/`."""

    IMAGE = "IMAGE"
    VIDEO = "VIDEO"
    AUDIO = "AUDIO"
    DOCUMENT = "DOCUMENT"
    OTHER = "OTHER"


class MediaStatus(StrEnum):
    """How far the processors of a media are."""

    PROCESSING = "PROCESSING"
    READY = "READY"
    FAILED = "FAILED"
    """At least one processor failed; the media can be read all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A file of any kind. Sizes in bytes, places in degrees and metres, times in UTC."""

    id: Id
    kind: MediaKind
    status: MediaStatus
    version: int
    title: str | None = None
    description: str | None = None
    alt_text: str | None = None
    filename: str
    original_filename: str | None = None
    extension: str | None = None
    mime_type: str
    size: int | None = None
    sha256: str | None = None
    storage_id: Id | None = None
    blob_id: Id | None = None
    path: str | None = None
    folder: str = ""
    source_url: str | None = None
    file_modified_at: datetime | None = None
    created_at: datetime
    updated_at: datetime
    taken_at: datetime
    trashed_at: datetime | None = None
    rating: int | None = None
    is_favorite: bool = False
    latitude: float | None = None
    longitude: float | None = None
    altitude: float | None = None
    thumbhash: str | None = None
    dominant_color: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """A picture made of a media. Width and height in pixels, size in bytes."""

    media_id: Id
    name: str
    storage_id: Id
    key: str
    mime_type: str
    width: int
    height: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """Content, kept once for each library and storage however many media share it."""

    id: Id
    storage_id: Id
    sha256: str
    size: int
    key: str


def aspect_ratio(width: int | None, height: int | None) -> float | None:
    """Width over height, once both are known."""
    return width / height if width and height else None


class MediaRepository(Protocol):
    """The media of one library, trashed ones included."""

    async def find(self, ids: Iterable[Id]) -> dict[Id, Media]: ...
    async def with_sha256(self, sha256: str) -> Media | None:
        """The oldest media with these bytes that is not in the trash."""
        ...

    async def at_path(self, storage_id: Id, path: str) -> Media | None: ...
    async def add(self, media: Media) -> None:
        """Adds the media and its empty metadata."""
        ...

    async def change(self, key: Id, changes: Changes) -> None: ...
    async def purge(self, ids: Sequence[Id]) -> list[StoredObject]:
        """Removes these media with all that is theirs; the bytes that nothing needs any more."""
        ...

    async def pending(self, statuses: Sequence[MediaStatus], after: Id, limit: int) -> list[Media]:
        """Media in one of these states, by key, behind `after`."""
        ...


class BlobRepository(Protocol):
    """Content, kept once."""

    async def find(self, key: Id) -> Blob | None: ...
    async def with_sha256(self, storage_id: Id, sha256: str) -> Blob | None: ...
    async def add(self, blob: Blob) -> None: ...

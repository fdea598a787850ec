"""Media: one file a library keeps, or points to. What each kind adds is in `domain/media_types/`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from domain.changes import Changes, changed, now
from domain.detect import safe_filename
from domain.errors import INPUT, Fault, Invalid, NotFound, Path
from domain.ids import Id
from domain.storage import StoredObject
from domain.text import bounded, camel, named

LONGEST_TITLE = 500
LONGEST_TEXT = 10_000
LONGEST_FILENAME = 255
BEST_RATING = 5


class MediaKind(StrEnum):
    """The discriminator of media: each has one file in `domain/media_types/`, and OTHER, the last, takes what no other does."""

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


class Orientation(StrEnum):
    """Which side of a picture is the longer one."""

    LANDSCAPE = "LANDSCAPE"
    PORTRAIT = "PORTRAIT"
    SQUARE = "SQUARE"


class LockableField(StrEnum):
    """What processors tell and people may say better. A lock keeps what people said, or took away, whatever a file says."""

    TITLE = "TITLE"
    DESCRIPTION = "DESCRIPTION"
    TAKEN_AT = "TAKEN_AT"
    LOCATION = "LOCATION"


LOCKABLE = {
    "title": LockableField.TITLE, "description": LockableField.DESCRIPTION, "taken_at": LockableField.TAKEN_AT,
    "latitude": LockableField.LOCATION, "longitude": LockableField.LOCATION, "altitude": LockableField.LOCATION,
}  # fmt: skip
"""What locks each of these fields."""


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
    locked_fields: tuple[str, ...] = ()


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
    async def with_sha256(self, sha256: str, most: int) -> list[Media]:
        """The oldest media with these bytes that are not in the trash."""
        ...

    async def at_path(self, storage_id: Id, path: str) -> Media | None: ...
    async def add(self, media: Media) -> None:
        """Adds the media and its empty metadata."""
        ...

    async def change(self, key: Id, changes: Changes) -> None: ...
    async def purge(self, ids: Sequence[Id]) -> list[StoredObject]:
        """Removes these media with all that is theirs; the bytes that nothing needs any more."""
        ...

    async def forget_unused(self, blobs: Iterable[Id]) -> list[StoredObject]:
        """Removes those of these blobs that no media has; the bytes that were ours to keep."""
        ...

    async def pending(self, statuses: Sequence[MediaStatus], after: Id, limit: int) -> list[Media]:
        """Media in one of these states, by key, behind `after`."""
        ...


class BlobRepository(Protocol):
    """Content, kept once."""

    async def with_sha256(self, storage_id: Id, sha256: str) -> Blob | None: ...
    async def add(self, blob: Blob) -> None: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a bulk change did to one thing: changed it, left it as it was, or why it could not be."""

    id: Id
    changed: bool = False
    fault: Fault | None = None


def locks(names: Iterable[str], before: Iterable[str] = ()) -> tuple[str, ...]:
    """The locks of a media of which people gave these fields."""
    return tuple(sorted({*before, *(LOCKABLE[name] for name in names if name in LOCKABLE)}))


PLACES = {"latitude": 90, "longitude": 180, "altitude": 100_000}
"""How far from zero each may be, in degrees and metres."""
RULES: dict[str, int] = {"title": LONGEST_TITLE, "description": LONGEST_TEXT, "alt_text": LONGEST_TEXT}


def checked(patch: Changes, path: Path = (*INPUT, "patch")) -> dict[str, Any]:
    """The values of a patch as they may be kept.

    Raises:
        Invalid: a text is too long, a rating out of range, or a name empty.
    """
    return {name: checked_value(name, value, (*path, camel(name))) for name, value in patch.items()}


def checked_value(name: str, value: Any, path: Path) -> Any:
    if name == "filename":
        return safe_filename(named(value or "", longest=LONGEST_FILENAME, path=path))
    if name in RULES and value is not None:
        return bounded(value, RULES[name], path)
    if name == "rating" and value is not None and not 0 <= value <= BEST_RATING:
        raise Invalid(f"A rating is 0 to {BEST_RATING}.", path=path)
    if name in PLACES and value is not None and not -PLACES[name] <= value <= PLACES[name]:
        raise Invalid(f"A {name} is {-PLACES[name]:,} to {PLACES[name]:,}.", path=(*path[:-1], "location", path[-1]))
    if name in ("taken_at", "is_favorite") and value is None:
        raise Invalid("This cannot be cleared.", path=path)
    return value


async def trash_media(media: MediaRepository, ids: Sequence[Id]) -> list[Outcome]:
    """Puts media into the trash, where lists do not show them; already there: unchanged."""
    return await put_trash(media, ids, lambda found: found.trashed_at or now())


async def restore_media(media: MediaRepository, ids: Sequence[Id]) -> list[Outcome]:
    """Takes media out of the trash with all they had."""
    return await put_trash(media, ids, lambda _: None)


async def put_trash(media: MediaRepository, ids: Sequence[Id], when: Callable[[Media], datetime | None]) -> list[Outcome]:
    found = await media.find(ids)
    changes = {key: changed("Media", one, {"trashed_at": when(one)}) for key, one in found.items()}
    for key, change in changes.items():
        await media.change(key, change)
    return [outcome(key, bool(changes.get(key)), key in found) for key in ids]


async def purge_media(media: MediaRepository, ids: Sequence[Id]) -> tuple[list[Outcome], list[StoredObject]]:
    """Removes media for good; the bytes that may go once this is committed."""
    found = await media.find(ids)
    freed = await media.purge(list(found)) if found else []
    return [outcome(key, True, key in found) for key in ids], freed


def outcome(key: Id, changed: bool, known: bool) -> Outcome:  # noqa: FBT001
    return Outcome(key, changed=changed) if known else unknown(key)


def unknown(key: Id) -> Outcome:
    return Outcome(key, fault=NotFound("Media", key))

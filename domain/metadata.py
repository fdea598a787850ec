"""Metadata: what was read out of a media's file, and what people say under names of their own. What each kind adds is beside
its entity in `domain/media_types/`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from domain.changes import Changes, changed, now
from domain.errors import INPUT, Invalid, LimitExceeded, NotFound, Path
from domain.ids import Id, new_id
from domain.media import MediaKind, MediaRepository, Rendition
from domain.storage import StoredObject
from domain.text import named


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


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryEdit:
    """What becomes of one entry, which need not be there yet.

    Attributes:
        has_value: whether it gets this value, or goes if that is None; else only its lock is another.
        locked: whether extraction is to leave it alone; a value is locked unless this says otherwise.
    """

    namespace: str
    key: str
    has_value: bool
    value: Any = None
    locked: bool | None = None


LONGEST_NAME = 200
MOST_ENTRIES = 500
"""Of one media by people, and as many by each processor."""
LONGEST_VALUE = 10_000
"""Characters of JSON."""
LARGEST_NUMBER = 2**53 - 1
"""Whole numbers beyond are others in a browser."""
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


def text_of(value: Any) -> str:
    """The value for people, and for search."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


async def set_metadata(
    media: MediaRepository, metadata: "MetadataRepository", key: Id, edits: Sequence[EntryEdit], if_version: int | None = None
) -> None:  # fmt: skip
    """Gives a media values under names, takes some away, locks and unlocks them; all or nothing.

    Raises:
        NotFound: there is no such media, or an entry of which only the lock was given.
        Invalid, LimitExceeded: a name or a value cannot be kept, or there would be too many.
        VersionConflict: the media is at another version than the caller saw.
    """
    found = (await media.find([key])).get(key)
    if found is None:
        raise NotFound("Media", key, path=(*INPUT, "media"))
    changed("Media", found, {}, if_version)
    before = {(one.namespace, one.key): one for one in await metadata.entries(key)}
    after = dict(before)
    for number, edit in enumerate(edits):
        name, entry = edited(key, after, edit, (*INPUT, "entries", str(number)))
        after.pop(name, None) if entry is None else after.update({name: entry})
    check_count(after)
    put = [one for name, one in after.items() if before.get(name) != one]
    if put or len(after) < len(before):
        await metadata.put_entries(key, put, [before[name] for name in before.keys() - after.keys()])
        await media.change(key, {"version": found.version + 1, "updated_at": now()})


Entries = dict[tuple[str, str], MetadataEntry]


def edited(key: Id, known: Entries, edit: EntryEdit, path: Path) -> tuple[tuple[str, str], MetadataEntry | None]:
    """The name of an entry, and what it is after an edit; None if it goes."""
    name = (named(edit.namespace, longest=LONGEST_NAME, path=(*path, "namespace")),
            named(edit.key, longest=LONGEST_NAME, path=(*path, "key")))  # fmt: skip
    old = known.get(name)
    if not edit.has_value:
        if old is None or edit.locked is None:
            raise Invalid("There is no such entry to lock; a value is needed.", path=(*path, "value"))
        return name, replace(old, locked=edit.locked)
    if edit.value is None:
        return name, None
    locked, value = edit.locked is not False, kept(edit.value, (*path, "value"))
    made = MetadataEntry(
        id=old.id if old else new_id(), media_id=key, namespace=name[0], key=name[1], type=value_type(value), value=value,
        text=text_of(value), source=MetadataSource.MANUAL, locked=locked, updated_at=now(),
    )  # fmt: skip
    return name, old if old and replace(made, updated_at=old.updated_at) == old else made


def kept(value: Any, path: Path) -> Any:
    """A value as every database and browser has it. Raises Invalid for what is no such JSON, or too long."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
        json.loads(text, parse_int=exact)
    except (ValueError, TypeError, RecursionError) as error:
        raise Invalid("A value is JSON whose numbers are exact in every client.", path=path) from error
    if len(text) > LONGEST_VALUE or "\\u0000" in text.replace("\\\\", ""):
        raise Invalid(f"A value has at most {LONGEST_VALUE:,} characters as JSON, and no NUL.", path=path)
    return value


def exact(digits: str) -> int:
    """A whole number. Raises ValueError for one that is another in a browser."""
    if abs(number := int(digits)) > LARGEST_NUMBER:
        raise ValueError(digits)
    return number


def check_count(entries: Entries) -> None:
    count = sum(one.source is MetadataSource.MANUAL for one in entries.values())
    if count > MOST_ENTRIES:
        raise LimitExceeded(
            f"A media has at most {MOST_ENTRIES} values by people.", limit=MOST_ENTRIES, actual=count, path=(*INPUT, "entries")
        )


class MetadataRepository(Protocol):
    """What was read out of media."""

    async def change(self, media_id: Id, changes: Changes) -> None: ...
    async def add_extra(self, media_id: Id, extra: dict[str, Any]) -> None:
        """Adds to what is known besides; a name that is there already is overwritten."""
        ...

    async def clear(self, media_id: Id, kind: MediaKind) -> list[StoredObject]:
        """Forgets all that was extracted, as of a media of this kind that nobody has read; the bytes of its pictures."""
        ...

    async def entries(self, media_id: Id) -> list[MetadataEntry]:
        """All of a media."""
        ...

    async def put_entries(self, media_id: Id, put: Sequence[MetadataEntry], gone: Sequence[MetadataEntry]) -> None:
        """Adds entries, or replaces those of their names, and takes others away."""
        ...

    async def put_text(self, media_id: Id, text: str) -> None: ...
    async def replace_entries(self, media_id: Id, namespaces: Sequence[str], entries: Sequence[MetadataEntry]) -> None:
        """These entries instead of all unlocked ones in these namespaces."""
        ...

    async def put_rendition(self, rendition: Rendition) -> StoredObject | None:
        """Adds or replaces it; the bytes of the one it replaced."""
        ...

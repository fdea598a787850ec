"""A library: whose media these are. Root lists are relations of it, and so are its figures."""

from dataclasses import dataclass
from datetime import datetime

from domain.ids import Id
from domain.media import MediaKind

DEFAULT_LIBRARY = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """One tenant: every other thing belongs to exactly one."""

    id: Id
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaAggregate:
    """Figures over all media of a library that are not in the trash. Sizes in bytes, durations in milliseconds."""

    library_id: Id
    count: int
    total_size: int
    total_duration_ms: int
    min_taken_at: datetime | None
    max_taken_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCount:
    """How many media of one kind there are, and their bytes."""

    kind: MediaKind
    count: int
    total_size: int

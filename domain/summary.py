"""What a list comes to without being listed: how many there are, of what, how large, and when they were taken."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol

from domain.errors import Invalid, LimitExceeded
from domain.ids import Id
from domain.media import MediaKind
from domain.media_types import known_as

MOST_READ = 10_000
"""Matches that a summary reads; of more it tells what these come to, and that it is capped."""
MOST_BUCKETS = 100
Row = tuple[Any, ...]


class FacetKey(StrEnum):
    """What the matches of a list can be sorted into."""

    KIND = "KIND"
    MIME_TYPE = "MIME_TYPE"
    STATUS = "STATUS"
    RATING = "RATING"
    ORIENTATION = "ORIENTATION"
    YEAR = "YEAR"
    STORAGE = "STORAGE"
    CAMERA = "CAMERA"
    LENS = "LENS"
    VIDEO_CODEC = "VIDEO_CODEC"
    ARTIST = "ARTIST"
    ALBUM = "ALBUM"
    GENRE = "GENRE"
    TAG = "TAG"
    COLLECTION = "COLLECTION"
    USED_BY = "USED_BY"


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a summary its SQL is made of.

    Attributes:
        what: `count`, `facets`, `aggregate`, `times` or `reclaimable`.
        parts: the facets, in the order of FacetKey; of times their unit, `day`, `hour` or `moment`.
    """

    what: str
    parts: tuple[str, ...] = ()

    @property
    def tells_count(self) -> bool:
        """Whether its rows tell how many matches were read, and there are none only if none were."""
        return self.what != "count" and (self.what != "facets" or bool(self.parts))


COUNT = Shape("count")


class Summary(Protocol):
    """A wish for a summary, and how it is made of the rows that were read for it."""

    @property
    def shape(self) -> Shape:
        """What is to be read."""
        ...

    def made(self, rows: Sequence[Row]) -> Any:
        """The summary of a list; its rows are without the key of their parent."""
        ...


COLUMNS: dict[str, tuple[str, ...]] = {
    "count": ("count", "matched"),
    "facets": ("facet", "value", "label", "tag_id", "collection_id", "storage_id", "count", "total", "matched"),
    "aggregate": ("kind", "count", "size", "duration_ms", "first", "last", "matched"),
    "times": ("value", "count", "matched"),
    "reclaimable": ("size",),
}
"""The columns of the rows of each. `matched` is how many matches were read, one more than MOST_READ at most; null where the
numbers come from counters.
"""


def is_over(matched: int | None) -> bool:
    return matched is not None and matched > MOST_READ


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are; at least so many where it is capped."""

    count: int
    is_capped: bool


@dataclass(frozen=True, slots=True)
class Counting:
    """How many a list has."""

    @property
    def shape(self) -> Shape:
        return COUNT

    def made(self, rows: Sequence[Row]) -> Count:
        count, matched = rows[0] if rows else (0, None)
        return Count(min(count, MOST_READ) if is_over(matched) else count, is_over(matched))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """The matches that share a value.

    Attributes:
        facet: what they were sorted by.
        value: the value, as text; None where a thing is it.
        label: for people; None where the thing has none.
        tag_id: the key of the thing, as are `collection_id` and `storage_id`.
        count: how many.
    """

    facet: FacetKey
    value: str | None
    label: str | None
    tag_id: Id | None
    collection_id: Id | None
    storage_id: Id | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """The matches of a list, sorted by one thing.

    Attributes:
        key: by what.
        is_capped: whether there are more matches than were read.
        buckets: the largest ones first.
        other_count: of all buckets that are not among them.
        missing_count: matches without any value.
    """

    key: FacetKey
    is_capped: bool
    buckets: tuple[Bucket, ...]
    other_count: int
    missing_count: int


NOTHING = (None,) * 5


def largest_first(row: Row) -> tuple[Any, ...]:
    """By count; of equal ones by what they are called, and by their keys."""
    return (-row[6], row[2] or "", row[1] or "", *(key or b"" for key in row[3:6]))


@dataclass(frozen=True, slots=True)
class Faceting:
    """The facets of a list, each with its `limit` largest buckets."""

    keys: tuple[FacetKey, ...]
    limit: int

    @property
    def shape(self) -> Shape:
        return Shape("facets", tuple(key for key in FacetKey if key in self.keys))

    def made(self, rows: Sequence[Row]) -> list[Facet]:
        by_key: defaultdict[str, list[Row]] = defaultdict(list)
        for row in rows:
            by_key[row[0]].append(row)
        return [self.facet(key, by_key[key]) for key in dict.fromkeys(self.keys)]

    def facet(self, key: FacetKey, rows: list[Row]) -> Facet:
        """Of the rows of a facet the one without a value says how many are missing."""
        missing = sum(row[6] for row in rows if row[1:6] == NOTHING)
        valued = sorted((row for row in rows if row[1:6] != NOTHING), key=largest_first)
        shown, total = valued[: self.limit], rows[0][7] if rows else 0
        count = sum(row[6] for row in shown)
        buckets = tuple(Bucket(**dict(zip(COLUMNS["facets"][1:7], row[1:7], strict=True)), facet=key) for row in shown)
        return Facet(
            key=key, is_capped=any(is_over(row[8]) for row in rows), buckets=buckets, other_count=total - missing - count,
            missing_count=missing,
        )  # fmt: skip


def faceting(keys: Sequence[FacetKey], limit: int) -> Faceting:
    """Raises LimitExceeded for more buckets than are read, Invalid for less than none."""
    if limit > MOST_BUCKETS:
        raise LimitExceeded(f"A facet has at most {MOST_BUCKETS} buckets.", limit=MOST_BUCKETS, actual=limit, path=("limit",))
    if limit < 0:
        raise Invalid("limit is 0 or more.", path=("limit",))
    return Faceting(tuple(keys), limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCount:
    """The matches of a kind; sizes in bytes."""

    kind: MediaKind
    count: int
    total_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaAggregate:
    """What the matches of a list come to; sizes in bytes, durations in milliseconds."""

    count: int
    is_capped: bool
    total_size: int
    total_duration_ms: int
    min_taken_at: datetime | None
    max_taken_at: datetime | None
    by_kind: tuple[KindCount, ...]


@dataclass(frozen=True, slots=True)
class Aggregating:
    """Sums over a list."""

    @property
    def shape(self) -> Shape:
        return Shape("aggregate")

    def made(self, rows: Sequence[Row]) -> MediaAggregate:
        sums: dict[MediaKind, list[int]] = {kind: [0, 0] for kind in MediaKind}
        for kind, count, size, *_ in rows:  # a kind that a newer version wrote counts among the others
            of_kind = sums[known_as(kind).kind]
            of_kind[0], of_kind[1] = of_kind[0] + count, of_kind[1] + size
        return MediaAggregate(
            count=sum(row[1] for row in rows), is_capped=any(is_over(row[6]) for row in rows),
            total_size=sum(row[2] for row in rows), total_duration_ms=sum(row[3] for row in rows),
            min_taken_at=min(times(rows, 4), default=None), max_taken_at=max(times(rows, 5), default=None),
            by_kind=tuple(KindCount(kind=kind, count=n, total_size=size) for kind, (n, size) in sorted(sums.items()) if n),
        )  # fmt: skip


def times(rows: Iterable[Row], column: int) -> list[datetime]:
    """The times of a column, which rows have as such or as the wire has them."""
    return [as_time(row[column]) for row in rows if row[column] is not None]


def as_time(value: datetime | str) -> datetime:
    """Texts are of UTC, whether they say so or not."""
    time = datetime.fromisoformat(value) if isinstance(value, str) else value
    return time if time.tzinfo else time.replace(tzinfo=UTC)

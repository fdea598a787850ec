"""Summaries over GraphQL: how many a list of media has, sorted into facets, in figures, and over time."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import strawberry

import domain
from domain.reading import to_cursor
from domain.summary import Aggregating, Counting, Faceting, FacetKey, faceting
from domain.text import rfc3339
from domain.timeline import TimeBucketSize, Timing, timing
from graphql_api.connection import Connection
from graphql_api.declare import computed, relation_one, summed
from graphql_api.price import Price
from graphql_api.scalars import BigInt, MediaFilterJSON

INSTANT = b"\x00" * 16
"""A key that stands before all others."""
NEWEST_FIRST = "-taken_at"


def text(field: str) -> Callable[[str], Any]:
    return lambda value: {field: {"eq": value, "caseSensitive": True}}


NARROWED: dict[FacetKey, Callable[[str], Any]] = {
    FacetKey.KIND: lambda value: {"kind": {"eq": value}},
    FacetKey.MIME_TYPE: text("mimeType"),
    FacetKey.STATUS: lambda value: {"status": {"eq": value}},
    FacetKey.RATING: lambda value: {"rating": {"eq": int(value)}},
    FacetKey.ORIENTATION: lambda value: {"orientation": value},
    FacetKey.YEAR: lambda year: {"takenAt": {"gte": f"{year}-01-01T00:00:00Z", "lte": f"{year}-12-31T23:59:59.999999Z"}},
    FacetKey.STORAGE: lambda value: {"storage": {"eq": value}},
    FacetKey.CAMERA: text("camera"),
    FacetKey.LENS: text("lens"),
    FacetKey.VIDEO_CODEC: text("videoCodec"),
    FacetKey.ARTIST: text("artist"),
    FacetKey.ALBUM: text("album"),
    FacetKey.GENRE: text("genre"),
    FacetKey.TAG: lambda value: {"tags": {"any": [value]}},
    FacetKey.COLLECTION: lambda value: {"collections": {"any": [value]}},
    FacetKey.USED_BY: lambda app: {"usage": {"app": {"eq": app, "caseSensitive": True}}},
}
"""From the value of a bucket to the filter that leaves what is in it."""
THING = ("value", "tag_id", "collection_id", "storage_id")


def value_of(value: str | None, tag_id: domain.Id | None, collection_id: domain.Id | None, storage_id: domain.Id | None) -> str:
    """The value of a bucket: a word, or the id of a thing."""
    things = {b"Tag": tag_id, b"Collection": collection_id, b"Storage": storage_id}
    return value or next((domain.global_id(name, key) for name, key in things.items() if key), "")


def narrowing(facet: FacetKey, *told: Any) -> Any:
    """The filter of a bucket, which is told by its value or its thing."""
    return NARROWED[facet](value_of(*told))


def label_of(label: str | None) -> str:
    return label or ""


@strawberry.type(description="The media of a list that share a value.")
class FacetBucket:
    value = computed(value_of, needs=THING, description="The value; of a thing, its id.")
    label = computed(label_of, needs=("label",), description="The value for people; of a thing, its name.")
    count: int = strawberry.field(description="How many there are.")
    filter = computed(
        narrowing, needs=("facet", *THING), graphql_type=MediaFilterJSON,
        description="What narrows to this bucket: with the list's own filter under `and` it leaves as many as `count`.",
    )  # fmt: skip
    tag = relation_one("tag.Tag", "tag.itself", key="tag_id", description="The tag, of the facet TAG.")
    collection = relation_one(
        "collection.Collection", "collection.itself", key="collection_id", description="The collection, of the facet COLLECTION."
    )


@strawberry.type(description="The media of a list, sorted into buckets by one thing.")
class Facet:
    key: FacetKey = strawberry.field(description="By what.")
    is_capped: bool = strawberry.field(description="Whether more matched than were read: then the counts are of these.")
    buckets: list[FacetBucket] = strawberry.field(description="The largest ones first.")
    other_count: int = strawberry.field(description="How many are in buckets that are not among these.")
    missing_count: int = strawberry.field(description="How many are in none, as they have no value.")


@strawberry.type(description="How many media of one kind there are.")
class KindCount:
    kind: domain.MediaKind = strawberry.field(description="The kind.")
    count: int = strawberry.field(description="How many there are.")
    total_size: BigInt = strawberry.field(description="Their bytes.")


@strawberry.type(description="Figures over many media.")
class MediaAggregate:
    count: int = strawberry.field(description="How many there are.")
    is_capped: bool = strawberry.field(description="Whether more matched than were read: then the figures are of these.")
    total_size: BigInt = strawberry.field(description="Their bytes.")
    total_duration_ms: BigInt = strawberry.field(description="How long they play, in milliseconds.")
    min_taken_at: datetime | None = strawberry.field(description="When the oldest was taken.")
    max_taken_at: datetime | None = strawberry.field(description="When the newest was taken.")
    by_kind: list[KindCount] = strawberry.field(description="The same for each kind there is.")


def jump(end: datetime) -> str:
    """The place ahead of all that was taken before a time, in a list ordered by TAKEN_AT, DESC."""
    return to_cursor(NEWEST_FIRST, (rfc3339(end), INSTANT))


@strawberry.type(description="The media of a list that were taken in one span of time.")
class TimeBucket:
    is_capped: bool = strawberry.field(description="Whether more matched than were read: then the counts are of these.")
    start: datetime = strawberry.field(description="Its first moment.")
    end: datetime = strawberry.field(description="The first moment of the next.")
    count: int = strawberry.field(description="How many there are.")
    cursor = computed(
        jump, needs=("end",), description="Pass it as `after` to the list ordered by TAKEN_AT, DESC alone, to begin with this."
    )


def facets_wish(
    keys: Annotated[list[FacetKey], strawberry.argument(description="What the list is sorted by.")], limit: int | None = 20
) -> Faceting:
    return faceting(keys, 20 if limit is None else limit)


def timeline_wish(bucket: TimeBucketSize | None = TimeBucketSize.MONTH, time_zone: str | None = "UTC") -> Timing:
    return timing(bucket or TimeBucketSize.MONTH, time_zone or "UTC")


@strawberry.type
class SummedConnection(Connection):
    """A page of media, and what all pages come to."""

    total_count = summed(
        Counting, "count", part="count", graphql_type=int, price=Price(weight=5),
        description="How many there are over all pages; of a filtered list up to 10,000. Counted only if selected.",
    )  # fmt: skip
    total_count_is_capped = summed(
        Counting, "count", part="is_capped", graphql_type=bool, price=Price(weight=5),
        description="Whether there are more than `totalCount` says.",
    )  # fmt: skip
    facets = summed(
        facets_wish, "facets", graphql_type=list[Facet], price=Price(weight=10, multipliers=["keys"]),
        description="The list sorted into buckets, each facet with its `limit` largest, at most 100.",
    )  # fmt: skip
    aggregate = summed(
        Aggregating, "aggregate", graphql_type=MediaAggregate, price=Price(weight=5), description="Figures over all pages."
    )
    timeline = summed(
        timeline_wish, "times", graphql_type=list[TimeBucket], price=Price(weight=10),
        description="How many were taken when, the newest first; spans without any are left out. "
        "Time zones are named as in the IANA database.",
    )  # fmt: skip

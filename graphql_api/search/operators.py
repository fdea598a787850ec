"""Inputs of operators: what a value of each sort can be compared by."""

from datetime import datetime

import strawberry

import domain
import graphql_api.words  # noqa: F401 # pyright: ignore[reportUnusedImport] # enums are named before a type uses them
from domain.processing import RunState
from graphql_api.input import sparse
from graphql_api.scalars import BigInt

ISO = "How long before now, as an ISO 8601 duration such as P7D, P1Y6M or PT12H."


@sparse
@strawberry.input(description="Compares a text; whatever its case unless `caseSensitive`. All operators given must hold.")
class StringFilter:
    eq: str | None = None
    ne: str | None = None
    in_: list[str] | None = strawberry.field(name="in", default=None)
    not_in: list[str] | None = None
    contains: str | None = None
    starts_with: str | None = None
    ends_with: str | None = None
    is_null: bool | None = None
    case_sensitive: bool | None = strawberry.field(default=False, description="Tell upper from lower case.")


@sparse
@strawberry.input(description="Compares a whole number. All operators given must hold.")
class IntFilter:
    eq: int | None = None
    ne: int | None = None
    in_: list[int] | None = strawberry.field(name="in", default=None)
    gt: int | None = None
    gte: int | None = None
    lt: int | None = None
    lte: int | None = None
    is_null: bool | None = None


@sparse
@strawberry.input(description="Compares a number. All operators given must hold.")
class FloatFilter:
    eq: float | None = None
    gt: float | None = None
    gte: float | None = None
    lt: float | None = None
    lte: float | None = None
    is_null: bool | None = None


@sparse
@strawberry.input(description="Compares a number of bytes. All operators given must hold.")
class BigIntFilter:
    eq: BigInt | None = None
    gt: BigInt | None = None
    gte: BigInt | None = None
    lt: BigInt | None = None
    lte: BigInt | None = None
    is_null: bool | None = None


@sparse
@strawberry.input(
    description="Compares a time. All operators given must hold. What is said relative to now is so whenever the filter is used."
)
class DateTimeFilter:
    eq: datetime | None = None
    gt: datetime | None = None
    gte: datetime | None = None
    lt: datetime | None = None
    lte: datetime | None = None
    since: str | None = strawberry.field(default=None, description=f"Not earlier than this. {ISO}")
    until: str | None = strawberry.field(default=None, description=f"Not later than this. {ISO}")
    is_null: bool | None = None


@sparse
@strawberry.input(description="Compares an id. All operators given must hold; ids of nothing are ids that nothing has.")
class IdFilter:
    eq: strawberry.ID | None = None
    in_: list[strawberry.ID] | None = strawberry.field(name="in", default=None)
    not_in: list[strawberry.ID] | None = None


@sparse
@strawberry.input(description="Compares a kind. All operators given must hold.")
class KindFilter:
    eq: domain.MediaKind | None = None
    in_: list[domain.MediaKind] | None = strawberry.field(name="in", default=None)
    not_in: list[domain.MediaKind] | None = None


@sparse
@strawberry.input(description="Compares a status. All operators given must hold.")
class StatusFilter:
    eq: domain.MediaStatus | None = None
    in_: list[domain.MediaStatus] | None = strawberry.field(name="in", default=None)


@sparse
@strawberry.input(description="Narrows by the tags a media wears. Ids of no tag match nothing.")
class TagFilterOnMedia:
    any: list[strawberry.ID] | None = strawberry.field(default=None, description="Wears at least one of these.")
    all: list[strawberry.ID] | None = strawberry.field(default=None, description="Wears each of these.")
    none: list[strawberry.ID] | None = strawberry.field(default=None, description="Wears none of these.")
    with_descendants: bool | None = strawberry.field(
        default=False, description="Each of these tags stands for all that lie below it too."
    )
    is_empty: bool | None = strawberry.field(default=None, description="Wears no tag at all, or any.")
    count: IntFilter | None = strawberry.field(default=None, description="By how many it wears.")


@sparse
@strawberry.input(description="Narrows by what uses a media: there is a usage of which every field given holds.")
class UsageFilterOnMedia:
    is_used: bool | None = strawberry.field(default=None, description="False: there is no such usage.")
    app: StringFilter | None = strawberry.field(default=None, description="By the application of the consumer.")
    entity_type: StringFilter | None = strawberry.field(default=None, description="By what the consumer is there.")
    entity_id: StringFilter | None = strawberry.field(default=None, description="By which one it is.")
    field: StringFilter | None = strawberry.field(default=None, description="By what it is used for.")


@sparse
@strawberry.input(description="Narrows by the MANUAL collections a media is in. Ids of no collection match nothing.")
class CollectionFilterOnMedia:
    any: list[strawberry.ID] | None = strawberry.field(default=None, description="Is in at least one of these.")
    all: list[strawberry.ID] | None = strawberry.field(default=None, description="Is in each of these.")
    none: list[strawberry.ID] | None = strawberry.field(default=None, description="Is in none of these.")
    with_descendants: bool | None = strawberry.field(
        default=False, description="Each of these collections stands for all that lie inside it too."
    )
    is_empty: bool | None = strawberry.field(default=None, description="Is in no collection at all, or in any.")


@sparse
@strawberry.input(description="Narrows by one run of a processor: there is one of which all this holds.")
class ProcessingFilter:
    processor: str | None = strawberry.field(default=None, description="The key of the processor.")
    state: RunState | None = strawberry.field(default=None, description="How its latest run stands.")


@sparse
@strawberry.input(
    description="Narrows by one value of metadata, under the name its file gives it: there is one of which all this holds."
)
class MetadataFilter:
    key: str = strawberry.field(description="The name, as it is written.")
    namespace: str | None = strawberry.field(default=None, description="The vocabulary of the name, such as exif; else any.")
    value: StringFilter | None = strawberry.field(default=None, description="By the value as people read it.")
    number: FloatFilter | None = strawberry.field(default=None, description="By the value where it is a number; else it is null.")
    is_null: bool | None = strawberry.field(default=None, description="There is none of that name, or one.")


@strawberry.input(description="A box on a map, in degrees; `west` above `east` is a box across the antimeridian.")
class BoundingBox:
    west: float = strawberry.field(description="Degrees east, -180 to 180.")
    south: float = strawberry.field(description="Degrees north, -90 to 90.")
    east: float = strawberry.field(description="Degrees east, -180 to 180.")
    north: float = strawberry.field(description="Degrees north, not below `south`.")


@strawberry.input(description="A circle on a map.")
class NearInput:
    latitude: float = strawberry.field(description="Degrees north, -90 to 90.")
    longitude: float = strawberry.field(description="Degrees east, -180 to 180.")
    radius_meters: float = strawberry.field(description="Metres over the surface, 0 or more.")


@strawberry.input(one_of=True, description="Narrows by where it was taken; exactly one way of saying so.")
class GeoFilter:
    within: strawberry.Maybe[BoundingBox] = strawberry.field(description="In this box, its edges included.")
    near: strawberry.Maybe[NearInput] = strawberry.field(description="Not further from here than this.")

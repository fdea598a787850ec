"""The filter of media, and the one function that turns it into a value of the domain."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, cast

import strawberry

import domain
from domain.errors import Path
from domain.geo import box_of, circle_of
from domain.media import Orientation
from domain.moment import ago
from domain.search import EVERYTHING, All, AnyOf, Compare, Filter, Has, Inside, Not, Operator, Quantifier, Related
from domain.text import camel, comparable, fold
from graphql_api.input import changes, sparse, values
from graphql_api.search.operators import (
    BigIntFilter,
    CollectionFilterOnMedia,
    DateTimeFilter,
    FloatFilter,
    GeoFilter,
    IdFilter,
    IntFilter,
    KindFilter,
    MetadataFilter,
    ProcessingFilter,
    StatusFilter,
    StringFilter,
    TagFilterOnMedia,
    UsageFilterOnMedia,
)

INPUT: Path = ("filter",)


@sparse
@strawberry.input(description="Narrows a list of media; every field given must hold.")
class MediaFilter:
    and_: list["MediaFilter"] | None = strawberry.field(name="and", default=None, description="Every one of these holds.")
    or_: list["MediaFilter"] | None = strawberry.field(name="or", default=None, description="At least one of these holds.")
    not_: "MediaFilter | None" = strawberry.field(name="not", default=None, description="This does not hold.")
    id: IdFilter | None = strawberry.field(default=None, description="By its id.")
    kind: KindFilter | None = None
    status: StatusFilter | None = None
    processing: ProcessingFilter | None = strawberry.field(default=None, description="By a run of a processor.")
    mime_type: StringFilter | None = None
    filename: StringFilter | None = None
    original_filename: StringFilter | None = strawberry.field(default=None, description="By the name it came with.")
    extension: StringFilter | None = strawberry.field(default=None, description="By the ending of that name.")
    title: StringFilter | None = None
    description: StringFilter | None = None
    alt_text: StringFilter | None = None
    path: StringFilter | None = strawberry.field(default=None, description="By where an imported file lies in its storage.")
    folder: StringFilter | None = None
    storage: IdFilter | None = strawberry.field(default=None, description="By the storage its file lies in.")
    sha256: StringFilter | None = strawberry.field(default=None, description="By the hash of its bytes.")
    size: BigIntFilter | None = None
    width: IntFilter | None = strawberry.field(default=None, description="By its pixels as seen.")
    height: IntFilter | None = strawberry.field(default=None, description="By its pixels as seen.")
    aspect_ratio: FloatFilter | None = strawberry.field(default=None, description="By width over height.")
    orientation: Orientation | None = strawberry.field(default=None, description="Which side is the longer one.")
    is_animated: bool | None = strawberry.field(default=None, description="Is a picture of more than one frame, or is not.")
    duration_ms: IntFilter | None = strawberry.field(default=None, description="By how long it plays, in milliseconds.")
    page_count: IntFilter | None = strawberry.field(default=None, description="By its pages.")
    video_codec: StringFilter | None = strawberry.field(default=None, description="By how its picture is encoded.")
    audio_codec: StringFilter | None = strawberry.field(default=None, description="By how its sound is encoded.")
    camera: StringFilter | None = strawberry.field(
        default=None,
        description="By maker and model as one text, such as Canon EOS R5; a model that begins so is alone.",
    )
    lens: StringFilter | None = strawberry.field(default=None, description="By its lens.")
    iso: IntFilter | None = strawberry.field(default=None, description="By the sensitivity it was taken with.")
    artist: StringFilter | None = strawberry.field(default=None, description="By whom the recording or the picture is.")
    album: StringFilter | None = strawberry.field(default=None, description="By the album it is of.")
    genre: StringFilter | None = strawberry.field(default=None, description="By its genre.")
    year: IntFilter | None = strawberry.field(default=None, description="By the year of the recording.")
    rating: IntFilter | None = strawberry.field(default=None, description="By its rating, 0 to 5.")
    is_favorite: bool | None = None
    location: GeoFilter | None = strawberry.field(default=None, description="By where it was taken.")
    created_at: DateTimeFilter | None = None
    updated_at: DateTimeFilter | None = strawberry.field(default=None, description="By when it last changed.")
    taken_at: DateTimeFilter | None = None
    trashed_at: DateTimeFilter | None = strawberry.field(
        default=None, description="By since when it lies in the trash; lists show that where their `trash` says so."
    )
    metadata: list[MetadataFilter] | None = strawberry.field(default=None, description="Each of these holds.")
    tags: TagFilterOnMedia | None = None
    collections: CollectionFilterOnMedia | None = None
    usage: UsageFilterOnMedia | None = strawberry.field(default=None, description="By what uses it.")
    has_duplicates: bool | None = strawberry.field(
        default=None, description="Another media has the same bytes that is not in the trash nor dismissed, or none has."
    )


IDS = {"id": ("id", "Media"), "storage": ("storage_id", "Storage")}
"""Of each field of ids, what the domain calls it and what things the ids name."""
RELATED = {TagFilterOnMedia: ("tags", "Tag"), CollectionFilterOnMedia: ("collections", "Collection")}
RELATIVE: dict[str, Operator] = {"since": "gte", "until": "lte"}


def to_filter(chosen: MediaFilter | None) -> Filter:
    """The filter as the domain has it, by the names its inputs were declared with.

    Raises:
        Invalid: a text is too long, a duration malformed, or a place not on Earth.
    """
    return All(tuple(parts(chosen))) if chosen else EVERYTHING


def parts(chosen: MediaFilter) -> Iterator[Filter]:
    for name, given in values(chosen).items():
        if given is None:
            continue
        if name == "and_":
            yield All(tuple(map(to_filter, given)))
        elif name == "or_":
            yield AnyOf(tuple(map(to_filter, given)))
        elif name == "not_":
            yield Not(to_filter(given))
        elif type(given) in RELATED:
            yield from related(*RELATED[type(given)], given)
        else:
            yield from told(name, given)


def told(name: str, given: Any) -> Iterator[Filter]:
    """What one field says of a media itself, or of the small things it has."""
    match given:
        case IdFilter():
            field, thing = IDS[name]
            yield from (Compare(field, operator, key_or_keys(thing, value)) for operator, value in operators(given))
        case GeoFilter():
            yield from map(inside, changes(given).values())
        case ProcessingFilter():
            runs = [
                Compare(field, "eq", plain(value, folded=False)) for field, value in values(given).items() if value is not None
            ]
            yield from [Has("processing", All(tuple(runs)))] if runs else []
        case UsageFilterOnMedia():
            yield from used(given)
        case list():
            yield from (part for one in cast("list[MetadataFilter]", given) for part in of_metadata(one))
        case bool() if name == "has_duplicates":
            yield Related("copies", "is_empty", not given)
        case bool() | Orientation():
            yield Compare(name, "eq", given)
        case _:
            yield from compared(name, given)


def compared(field: str, given: Any) -> Iterator[Filter]:
    """The comparisons of an operator input, each by the operator's name."""
    folded = isinstance(given, StringFilter) and given.case_sensitive is not True
    for operator, value in operators(given):
        if operator in RELATIVE:
            yield Compare(field, RELATIVE[operator], ago(value, *INPUT, camel(field), operator))
        else:
            texts = folded and operator != "is_null"
            yield Compare(field, operator, plain(value, folded=texts), folded=texts)


def operators(given: Any) -> Iterator[tuple[Operator, Any]]:
    """What an operator input was given, by the domain's names."""
    for name, value in given_of(given):
        if name != "case_sensitive":
            yield cast("Operator", name.rstrip("_")), value


def given_of(given: Any) -> Iterator[tuple[str, Any]]:
    """The fields of an input that have a value."""
    return ((name, value) for name, value in values(given).items() if value is not None)


def plain(value: Any, *, folded: bool) -> Any:
    if isinstance(value, list):
        return tuple(plain(one, folded=folded) for one in cast("list[Any]", value))
    if not isinstance(value, str) or isinstance(value, StrEnum):
        return value
    return fold(comparable(value, *INPUT)) if folded else comparable(value, *INPUT)


def inside(given: Any) -> Filter:
    """A box or a circle."""
    if hasattr(given, "radius_meters"):
        circle = circle_of(given.latitude, given.longitude, given.radius_meters, *INPUT, "location", "near")
        return Inside(circle.box, circle)
    return Inside(box_of(given.south, given.west, given.north, given.east, *INPUT, "location", "within"))


def of_metadata(given: MetadataFilter) -> Iterator[Filter]:
    """Whether there is an entry, and one with such a value."""
    name = [Compare("key", "eq", plain(given.key, folded=False))]
    if given.namespace is not None:
        name.append(Compare("namespace", "eq", plain(given.namespace, folded=False)))
    wanted = [
        *(compared("text", given.value) if given.value else ()),
        *(compared("number", given.number) if given.number else ()),
    ]
    if wanted or given.is_null is not True:
        yield Has("metadata", All((*name, *wanted)))
    if given.is_null is True:
        yield Not(Has("metadata", All(tuple(name))))


def used(given: UsageFilterOnMedia) -> Iterator[Filter]:
    """There is such a usage, or none."""
    said = dict(given_of(given))
    is_used = said.pop("is_used", True) if said else None
    found = Has("usages", All(tuple(one for name, value in said.items() for one in compared(name, value))))
    if is_used is not None:
        yield found if is_used else Not(found)


def related(relation: str, thing: str, given: Any) -> Iterator[Filter]:
    wanted = dict(values(given))
    deep = wanted.pop("with_descendants", None) is True
    for quantifier, value in wanted.items():
        if isinstance(value, IntFilter):
            yield from compared(f"{thing.lower()}_{quantifier}", value)
        elif isinstance(value, bool):
            yield Related(relation, cast("Quantifier", quantifier), value)
        elif value is not None:
            yield Related(relation, cast("Quantifier", quantifier), keys(thing, value), deep)


def key_or_keys(thing: str, value: str | list[str]) -> Any:
    return keys(thing, value) if isinstance(value, list) else domain.key_of(thing, value)


def keys(thing: str, ids: list[str]) -> tuple[domain.Id, ...]:
    return tuple(domain.key_of(thing, one) for one in ids)

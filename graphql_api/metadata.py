"""Metadata over GraphQL: what every kind has; the typed facts of a kind are in `media_types/`."""

from datetime import datetime
from typing import ClassVar

import strawberry
from strawberry.scalars import JSON

import domain
from domain.media_types import MEDIA_TYPES, known_as
from graphql_api.connection import NamedAsEntity
from graphql_api.declare import id_of, narrowed, relation_list
from graphql_api.fields import ToldBy, Wish
from graphql_api.scalars import BigInt


@strawberry.type(description="One value under the name its file gives it.")
class MetadataEntry:
    id = id_of("MetadataEntry")
    namespace: str = strawberry.field(description="The vocabulary of the name, such as exif.")
    key: str = strawberry.field(description="The name.")
    type: domain.ValueType = strawberry.field(description="What the value is.")
    value: JSON = strawberry.field(description="The value.")
    text: str = strawberry.field(description="The value for people.")
    source: domain.MetadataSource = strawberry.field(description="Where it comes from.")
    confidence: float | None = strawberry.field(description="How sure the source is, 0 to 1.")
    locked: bool = strawberry.field(description="Whether extraction leaves it alone.")
    updated_at: datetime = strawberry.field(description="When it was last written.")


def entries_wish(namespaces: list[str] | None = None, keys: list[str] | None = None) -> Wish:
    """What the arguments of entries ask for."""
    return Wish(first=None, filter=narrowed(namespace=namespaces, key=keys))


@strawberry.interface(description="The metadata entity of a media: one to one.")
class MediaMetadata(NamedAsEntity):
    told_by: ClassVar[ToldBy] = ToldBy("kind", tuple(MEDIA_TYPES), lambda kind: known_as(kind).metadata.__name__)
    extra: JSON = strawberry.field(description="What the decoders know besides, for which there is no field.")
    extracted_at: datetime | None = strawberry.field(description="When a processor last wrote it.")

    entries = relation_list(
        "metadata.MetadataEntry", "media.entries", key="media_id", wish=entries_wish,
        description="Values under the names the file gives them, perhaps of some namespaces or names only.",
    )  # fmt: skip


@strawberry.type(description="One stream of a container.")
class MediaStream:
    index: int = strawberry.field(description="Its place in the container.")
    kind: domain.StreamKind = strawberry.field(description="What it carries.")
    codec: str | None = strawberry.field(description="How it is encoded.")
    profile: str | None = strawberry.field(description="The profile of the codec.")
    language: str | None = strawberry.field(description="Its language, as the container names it.")
    bitrate: BigInt | None = strawberry.field(description="Bits a second.")
    width: int | None = strawberry.field(description="Pixels as encoded.")
    height: int | None = strawberry.field(description="Pixels as encoded.")
    frame_rate: float | None = strawberry.field(description="Frames a second.")
    channels: int | None = strawberry.field(description="How many channels.")
    sample_rate: int | None = strawberry.field(description="Hertz.")


@strawberry.type(description="A named part of a recording.")
class Chapter:
    start_ms: int = strawberry.field(description="Milliseconds from the start.")
    end_ms: int = strawberry.field(description="Milliseconds from the start.")
    title: str | None = strawberry.field(description="Its name.")

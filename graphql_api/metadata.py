"""Metadata over GraphQL: what every kind has, and what people say; the typed facts of a kind are in `media_types/`."""

from datetime import datetime
from typing import ClassVar

import strawberry
from strawberry.scalars import JSON

import domain
from domain.errors import INPUT, LimitExceeded
from domain.media_types import MEDIA_TYPES, known_as
from domain.metadata import EntryEdit, set_metadata
from domain.ports import Work
from graphql_api.connection import NamedAsEntity
from graphql_api.context import Info
from graphql_api.declare import id_of, narrowed, relation_list
from graphql_api.errors import done
from graphql_api.fields import ToldBy, Wish
from graphql_api.idempotency import Repeatable, wanted_once
from graphql_api.media import MediaPayload
from graphql_api.scalars import BigInt

MOST_AT_ONCE = 100
OWN_NAMESPACE = "user"
"""Of names that are of no vocabulary."""


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


@strawberry.input(description="One value under a name, what becomes of it, and of its lock.")
class MetadataEntryInput:
    namespace: str | None = strawberry.field(default=OWN_NAMESPACE, description="The vocabulary of the name.")
    key: str = strawberry.field(description="The name.")
    value: strawberry.Maybe[JSON | None] = strawberry.field(
        description="The value; null takes it away. Without it, only the lock is another."
    )
    locked: bool | None = strawberry.field(
        default=None, description="Whether extraction leaves it alone; a value is locked where this says nothing."
    )


@strawberry.input(description="What people say of one media, under names.")
class SetMetadataInput(Repeatable):
    media: strawberry.ID = strawberry.field(description="Which media.")
    entries: list[MetadataEntryInput] = strawberry.field(description="The values, in turn; at most 100.")
    if_version: int | None = None
    dry_run: bool | None = False


def edit_of(entry: MetadataEntryInput) -> EntryEdit:
    """What an input says, null included."""
    value = entry.value.value if entry.value else None
    return EntryEdit(
        namespace=OWN_NAMESPACE if entry.namespace is None else entry.namespace, key=entry.key, locked=entry.locked,
        has_value=entry.value is not None, value=value,
    )  # fmt: skip


@strawberry.type
class MetadataMutation:
    @strawberry.mutation(description="Gives a media values under names, takes some away, locks and unlocks them; all or nothing.")
    async def set_metadata(self, info: Info, input: SetMetadataInput) -> MediaPayload:
        key = domain.key_of("Media", input.media)

        async def write(work: Work) -> domain.Id:
            if len(input.entries) > MOST_AT_ONCE:
                raise LimitExceeded(
                    f"At most {MOST_AT_ONCE} at once.", limit=MOST_AT_ONCE, actual=len(input.entries), path=(*INPUT, "entries")
                )
            await set_metadata(work.media, work.metadata, key, [edit_of(one) for one in input.entries], input.if_version)
            return key

        return done(await info.context.write(write, dry_run=bool(input.dry_run), wanted=wanted_once(info, input)))  # pyright: ignore[reportReturnType]

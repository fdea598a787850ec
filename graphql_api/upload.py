"""Uploads over GraphQL: bytes of a multipart request, and media that stay where they are."""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any, Protocol

import strawberry

import domain
from domain.duplicate import DuplicatePolicy
from domain.errors import Fault, NotFound
from domain.extraction import process
from domain.storage import CHUNK, Chunks
from domain.tag import MOST_TAGS
from domain.upload import ATTRIBUTES, Arrival, register_media, take_in
from graphql_api.context import Info
from graphql_api.errors import done
from graphql_api.idempotency import Repeatable, wanted_once
from graphql_api.input import present
from graphql_api.media import MediaPayload
from graphql_api.scalars import URL, Upload
from graphql_api.selection import limited

PATIENCE = timedelta(minutes=5)
"""How long the runs of an earlier upload of the same bytes are left alone; a run takes a minute at most."""
log = logging.getLogger("mediagraph")
VALUES = ("title", "description", "alt_text", "taken_at")


class File(Protocol):
    """A file of a multipart request, spooled to disk by the parser."""

    filename: str | None

    async def seek(self, offset: int) -> None: ...
    async def read(self, size: int = -1) -> bytes: ...


@strawberry.input(description="What people say of a media to be.")
class MediaAttributesInput:
    title: str | None = None
    description: str | None = None
    alt_text: str | None = None
    taken_at: datetime | None = None
    tag_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Tags to put on it.")
    collection_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Collections to put it in.")
    folder: str | None = strawberry.field(default=None, description="Segments joined by slashes.")


@strawberry.input(description="A file, and what is said about it.")
class UploadMediaInput(Repeatable):
    file: Upload
    sha256: str | None = strawberry.field(default=None, description="What the bytes must hash to, in hexadecimal digits.")
    attributes: MediaAttributesInput | None = None
    duplicate_policy: DuplicatePolicy | None = strawberry.field(
        default=DuplicatePolicy.REUSE, description="What becomes of bytes that a media of the library has, the trash aside."
    )


@strawberry.input(description="An address, and what lies there.")
class RegisterMediaInput(Repeatable):
    url: URL = strawberry.field(description="Of http or https; nothing is fetched.")
    kind: domain.MediaKind | None = strawberry.field(default=None, description="What it is; told from the address if absent.")
    title: str | None = None
    alt_text: str | None = None
    description: str | None = None


def arrival(file: File, input: UploadMediaInput) -> Arrival:
    given = input.attributes or MediaAttributesInput()
    return Arrival(
        filename=file.filename or "", sha256=input.sha256, values=present(given, *VALUES), folder=given.folder or "",
        tag_ids=limited("Tag", given.tag_ids or [], *ATTRIBUTES, "tagIds", most=MOST_TAGS),
        collection_ids=limited("Collection", given.collection_ids or [], *ATTRIBUTES, "collectionIds", most=MOST_TAGS),
        policy=input.duplicate_policy or DuplicatePolicy.REUSE,
    )  # fmt: skip


async def chunks(file: File) -> Chunks:
    """The bytes from the start: a file that two variables name is one handle."""
    await file.seek(0)
    while chunk := await file.read(CHUNK):
        yield chunk


async def taken(info: Info, coming: Any) -> Any:
    """The payload of a media that is coming in; it is processed before this returns."""
    context = info.context
    await context.forget()
    try:
        media, fresh = await coming
    except Fault as fault:
        return done(fault)
    if fresh or media.status is domain.MediaStatus.PROCESSING:
        try:
            await asyncio.shield(process(context.parts, context.principal, media.id, patience=PATIENCE))
        except NotFound as fault:  # purged meanwhile
            return done(fault)
        except Fault:  # it is kept, whatever becomes of its runs: they stay to be taken up
            log.warning("A media was kept and could not be processed.", exc_info=True)
    return done(media.id)


@strawberry.type
class UploadMutation:
    @strawberry.mutation(
        description="Takes in one file of a multipart request and processes it. Bytes the library has already add "
        "nothing unless `duplicatePolicy` says otherwise: the media that has them is answered."
    )
    async def upload_media(self, info: Info, input: UploadMediaInput) -> MediaPayload:
        return await taken(info, arrived(info, input))

    @strawberry.mutation(description="Adds a media whose bytes are elsewhere. Nothing is fetched and nothing is copied.")
    async def register_media(self, info: Info, input: RegisterMediaInput) -> MediaPayload:
        values = present(input, "title", "alt_text", "description")
        return await taken(info, registered(info, input, values))


async def arrived(info: Info, input: UploadMediaInput) -> tuple[domain.Media, bool]:
    file: Any = input.file
    context = info.context
    return await take_in(context.parts, context.principal, arrival(file, input), chunks(file), wanted_once(info, input))


async def registered(info: Info, input: RegisterMediaInput, values: dict[str, Any]) -> tuple[domain.Media, bool]:
    context = info.context
    wanted = wanted_once(info, input)
    return await register_media(context.parts, context.principal, input.url, input.kind, values, wanted), True

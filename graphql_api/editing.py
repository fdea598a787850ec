"""Editing media over GraphQL, one or many: values, tags and collections, the trash, removal for good."""

from datetime import datetime
from typing import Any

import strawberry

import domain
from domain.editing import PATCH, MediaEdit, edit_media
from domain.media import LockableField, Outcome, restore_media
from domain.ports import Work
from domain.reading import TrashScope
from domain.usage import InUsePolicy, purge_unless_used, trash_unless_used
from graphql_api.bulk import BulkInput, BulkPayload, in_bulk
from graphql_api.context import Info
from graphql_api.errors import done
from graphql_api.id_list import IdListPatch, list_change
from graphql_api.idempotency import Repeatable, wanted_once
from graphql_api.input import changes, values
from graphql_api.media import MediaPayload

LISTS = {"tags": "Tag", "collections": "Collection"}
"""What of a patch is a list of other things: what they are."""
PLACE = ("latitude", "longitude", "altitude")


@strawberry.input(description="A place on Earth (WGS 84), in degrees and metres.")
class GeoPointInput:
    latitude: float = strawberry.field(description="Degrees north, -90 to 90.")
    longitude: float = strawberry.field(description="Degrees east, -180 to 180.")
    altitude: float | None = strawberry.field(default=None, description="Metres above sea level.")


@strawberry.input(description="What to change: absent leaves a value, null clears it.")
class MediaPatch:
    title: strawberry.Maybe[str | None]
    description: strawberry.Maybe[str | None]
    alt_text: strawberry.Maybe[str | None]
    taken_at: strawberry.Maybe[datetime | None]
    rating: strawberry.Maybe[int | None]
    is_favorite: strawberry.Maybe[bool | None]
    filename: strawberry.Maybe[str | None]
    location: strawberry.Maybe[GeoPointInput | None] = strawberry.field(description="Where it was taken.")
    locked_fields: strawberry.Maybe[list[LockableField] | None] = strawberry.field(
        description="What no processor overwrites from now on; null for nothing. Without it, what a patch changes is locked."
    )
    tags: strawberry.Maybe[IdListPatch | None] = strawberry.field(description="The tags it wears.")
    collections: strawberry.Maybe[IdListPatch | None] = strawberry.field(
        description="The collections it is in; it comes behind all others of a new one."
    )


@strawberry.input(description="One media and what to change of it.")
class UpdateMediaInput(Repeatable):
    id: strawberry.ID
    patch: MediaPatch
    if_version: int | None = None


@strawberry.input(description="Many media and what to change of each.")
class BulkUpdateMediaInput(BulkInput):
    patch: MediaPatch


@strawberry.input(description="Which media to put into the trash.")
class TrashMediaInput(BulkInput):
    in_use: InUsePolicy | None = strawberry.field(
        default=InUsePolicy.RESTRICT, description="What becomes of those that something uses."
    )


@strawberry.input(description="Which media to take out of the trash.")
class RestoreMediaInput(BulkInput):
    pass


@strawberry.input(description="Which media to remove for good, with their bytes.")
class PurgeMediaInput(BulkInput):
    in_use: InUsePolicy | None = strawberry.field(
        default=InUsePolicy.RESTRICT, description="What becomes of those that something uses."
    )


def edit_of(patch: MediaPatch) -> MediaEdit:
    """What a patch says, null included."""
    given = changes(patch)
    lists = {name: list_change(kind, given.pop(name), *PATCH, name) for name, kind in LISTS.items() if name in given}
    if "location" in given:
        place = given.pop("location")
        given |= dict.fromkeys(PLACE) if place is None else values(place)
    locked = tuple(given.pop("locked_fields") or ()) if "locked_fields" in given else None
    return MediaEdit(values=given, locked=locked, **lists)


@strawberry.type
class EditingMutation:
    @strawberry.mutation(description="Edits one media.")
    async def update_media(self, info: Info, input: UpdateMediaInput) -> MediaPayload:
        key = domain.key_of("Media", input.id)

        async def update(work: Work) -> domain.Id:
            (outcome,) = await edit_media(work, [key], edit_of(input.patch), input.if_version)
            if outcome.fault:
                outcome.fault.path = outcome.fault.path or ("input", "id")
                raise outcome.fault
            return key

        return done(await info.context.write(update, wanted=wanted_once(info, input)))  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Edits many media in the same way.")
    async def bulk_update_media(self, info: Info, input: BulkUpdateMediaInput) -> BulkPayload:
        async def update(work: Work, ids: list[domain.Id]) -> list[Outcome]:
            return await edit_media(work, ids, edit_of(input.patch))

        return await in_bulk(info, input, update)  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Puts media into the trash; lists no longer show them, and `restoreMedia` brings them back.")
    async def trash_media(self, info: Info, input: TrashMediaInput) -> BulkPayload:
        async def trash(work: Work, ids: list[domain.Id]) -> list[Outcome]:
            return await trash_unless_used(work.media, work.usages, ids, input.in_use or InUsePolicy.RESTRICT)

        return await in_bulk(info, input, trash)  # pyright: ignore[reportReturnType]

    @strawberry.mutation(description="Takes media out of the trash, with their tags and their places in collections.")
    async def restore_media(self, info: Info, input: RestoreMediaInput) -> BulkPayload:
        return await in_bulk(info, input, lambda work, ids: restore_media(work.media, ids), TrashScope.ONLY)  # pyright: ignore[reportReturnType]

    @strawberry.mutation(
        description="Removes media for good, in the trash or not, with everything made of them and the bytes nothing else needs. "
        "Files that were imported in place stay where they are."
    )
    async def purge_media(self, info: Info, input: PurgeMediaInput) -> BulkPayload:
        freed: list[Any] = []

        async def purge(work: Work, ids: list[domain.Id]) -> list[Outcome]:
            outcomes, objects = await purge_unless_used(work.media, work.usages, ids, input.in_use or InUsePolicy.RESTRICT)
            freed.extend(objects)
            return outcomes

        answer = await in_bulk(info, input, purge)
        await info.context.parts.remove(info.context.principal, freed)
        return answer  # pyright: ignore[reportReturnType]

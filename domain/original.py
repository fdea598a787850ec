"""Where the bytes of a media are."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from domain.access import Principal
from domain.ids import Id
from domain.media import Media
from domain.ports import Parts
from domain.reading import Ask, Load, TrashScope
from domain.storage import Storage


@dataclass(frozen=True, slots=True)
class Original:
    """Bytes in an open storage."""

    storage: Storage
    key: str

    async def size(self) -> int:
        """How many bytes. Raises FileNotFoundError where none are, Unavailable."""
        return await self.storage.size(self.key)


async def original(parts: Parts, principal: Principal, media: Media) -> Original | None:
    """The bytes as they came in; None for a media registered by its address, or purged meanwhile.

    A read-only storage holds files at paths of their own, a writable one blobs at keys of ours.
    """
    if media.blob_id is None or media.storage_id is None:
        return None
    info = (await parts.storages(principal))[media.storage_id]
    if info.is_read_only and media.path is not None:
        return Original(parts.open_storage(info), media.path)
    async with parts.database.reading(principal) as reader:
        found = await reader.find(Load(ask=Ask(relation="media.blob", trash=TrashScope.INCLUDE), keys=(media.id,)))
    return Original(parts.open_storage(info), found[0].entity.key) if found else None


async def newest_originals(
    parts: Parts, principal: Principal, storage_id: Id, first: int, trash: TrashScope
) -> AsyncGenerator[Original]:
    """The bytes in one storage of those of the library's `first` newest media that have any."""
    load = Load(ask=Ask(relation="library.media", trash=trash), first=first, keys=(principal.library_id,))
    async with parts.database.reading(principal) as reader:
        newest = [one.entity for one in await reader.find(load) if one.entity.storage_id == storage_id]
    for media in newest:
        if place := await original(parts, principal, media):
            yield place

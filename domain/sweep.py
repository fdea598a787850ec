"""Collects bytes that nothing needs: those whose rows went, and those that never got any. Safe to repeat, and to kill.

Keys are never used twice, and what is to be collected is written down before: no upload can come to need what a sweep takes.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from domain.access import Principal
from domain.errors import Unavailable
from domain.ids import Id
from domain.original import Original, newest_originals
from domain.ports import Parts
from domain.reading import TrashScope
from domain.storage import StorageInfo, StoredObject

PIECE = 500
LOOKED_FOR = 5
"""Of the newest media; a storage that has the file of one of them is the one it should be."""
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Swept:
    """What a sweep did.

    Attributes:
        collected: bytes, by key, that were taken away, or turned out to be gone.
        waiting: what storages could not take away just now; the next sweep tries again.
    """

    collected: int = 0
    waiting: int = 0

    def add(self, other: "Swept") -> None:
        self.collected += other.collected
        self.waiting += other.waiting


Progress = Callable[[Swept], None]


def unheard(_: Swept) -> None:
    """Nobody looks."""


async def sweep(parts: Parts, principal: Principal, progress: Progress = unheard) -> Swept:
    """Collects what is left over in a library."""
    done, infos = Swept(), await parts.storages(principal)
    for info in infos.values():
        if not info.is_read_only:
            done.add(await sweep_drafts(parts, principal, info))
            progress(done)
    after: StoredObject | None = None
    whole: dict[Id, bool] = {}
    while some := await leftovers(parts, principal, after):
        for storage_id in {one.storage_id for one in some} - whole.keys():
            whole[storage_id] = await is_whole(parts, principal, storage_id)
        done.add(await collect(parts, principal, some, whole))
        after = some[-1]
        progress(done)
    return done


async def leftovers(parts: Parts, principal: Principal, after: StoredObject | None) -> list[StoredObject]:
    async with parts.database.writing(principal) as work:
        return await work.leftovers.some(after, PIECE)


async def collect(parts: Parts, principal: Principal, some: list[StoredObject], whole: dict[Id, bool]) -> Swept:
    """Takes bytes away, then forgets them. What is not there may be on a disk that is not mounted: then it waits."""
    infos, gone = await parts.storages(principal), list[StoredObject]()
    for one in some:
        with suppress(Unavailable):
            if await parts.open_storage(infos[one.storage_id]).remove(one.key) or whole[one.storage_id]:
                gone.append(one)
    if gone:
        async with parts.database.writing(principal) as work:
            await work.leftovers.forget(gone)
    return Swept(len(gone), len(some) - len(gone))


async def sweep_drafts(parts: Parts, principal: Principal, info: StorageInfo) -> Swept:
    """Decides about bytes that got their key from somebody who did not live to say whether they are needed."""
    storage, done = parts.open_storage(info), Swept()
    try:
        keys = await storage.in_doubt()
        if not keys:
            return done
        async with parts.database.writing(principal) as work:  # whoever was about to commit has done so, or never will
            unneeded = set(await work.leftovers.unneeded(info.id, keys))
        for key in keys:
            done.collected += key in unneeded and await storage.remove(key)
            await storage.settle(key)
    except Unavailable:
        log.warning("The storage %s cannot be swept just now.", info.key)
    return done


async def is_whole(parts: Parts, principal: Principal, storage_id: Id) -> bool:
    """Whether a storage has what the library's newest media say; the empty folder of a disk that is not mounted has not."""
    places = [one async for one in newest_originals(parts, principal, storage_id, LOOKED_FOR, TrashScope.INCLUDE)]
    return not places or any([await is_there(place) for place in places])


async def is_there(place: Original) -> bool:
    """Whether a storage has the bytes, as far as it can be reached."""
    with suppress(FileNotFoundError, Unavailable):
        await place.size()
        return True
    return False

"""The walk through a library: rows first, then the bytes they expect, then the bytes that are there."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from domain.access import Principal
from domain.errors import Unavailable
from domain.ids import Id
from domain.ports import Parts
from domain.storage import Storage, StorageInfo, StoredObject
from domain.verify.flaw import Expected, Flaw, Place, Verifier, Wrong
from domain.verify.mending import mend

PIECE = 500
MISSING = {Place.BLOB: Wrong.MISSING_ORIGINAL, Place.RENDITION: Wrong.MISSING_RENDITION, Place.FILE: Wrong.MISSING_FILE}
DAMAGED = {Place.BLOB: Wrong.DAMAGED_ORIGINAL, Place.RENDITION: Wrong.DAMAGED_RENDITION, Place.FILE: Wrong.CHANGED_FILE}


@dataclass(frozen=True, slots=True)
class Verified:
    """A flaw, and whether it has been mended."""

    flaw: Flaw
    is_mended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """How a library is looked at. `step` hears how many more expected bytes have been looked at."""

    parts: Parts
    verifier: Verifier
    principal: Principal
    deep: bool
    repair: bool
    others: Callable[[StorageInfo], Sequence[Id]]
    step: Callable[[int], None]


async def verify(walk: Walk) -> AsyncIterator[Verified]:
    """Everything that is wrong with one library; safe beside a server that runs."""
    async for _, found in walk.verifier.flaws(walk.principal, deep=walk.deep):
        for one in await told(walk, found):
            yield one
    infos = await walk.parts.storages(walk.principal)
    away: set[Id] = set()
    for place in Place:
        async for found in missing_or_damaged(walk, place, infos, away):
            for one in await told(walk, found):
                yield one
    for info in infos.values():
        if not info.is_read_only and info.id not in away:
            async for found in orphaned(walk, info):
                for one in await told(walk, found):
                    yield one


async def told(walk: Walk, found: list[Flaw]) -> list[Verified]:
    """What was found, mended if it may be."""
    mended = await mend(walk.parts, walk.verifier, walk.principal, found) if walk.repair and found else []
    return [Verified(one, one in mended) for one in found]


async def missing_or_damaged(
    walk: Walk, place: Place, infos: dict[Id, StorageInfo], away: set[Id]
) -> AsyncIterator[list[Flaw]]:  # fmt: skip
    """Piece by piece, what is not as rows say. A storage that has nothing at all of a piece is not the one it should be."""
    after: Expected | None = None
    while some := await walk.verifier.expected(walk.principal, place, after, PIECE):
        found: list[tuple[Expected, Wrong]] = []
        for storage_id in dict.fromkeys(one.storage_id for one in some if one.storage_id not in away):
            those = [one for one in some if one.storage_id == storage_id]
            try:
                wrong = await looked_at(walk, place, infos[storage_id], those)
            except Unavailable as error:
                away.add(storage_id)
                yield [Flaw(wrong=Wrong.UNREACHABLE_STORAGE, what=f"{infos[storage_id].key}: {error.message}")]
                continue
            found += wrong
        still = set(await walk.verifier.still(walk.principal, place, [one for one, _ in found]))
        yield [Flaw(wrong=wrong, what=one.name, thing=one.thing, place=one.place) for one, wrong in found if one in still]
        walk.step(len(some))
        after = some[-1]


async def looked_at(walk: Walk, place: Place, info: StorageInfo, those: list[Expected]) -> list[tuple[Expected, Wrong]]:
    storage = walk.parts.open_storage(info)
    found = [(one, await differing(storage, one, place, deep=walk.deep)) for one in those]
    missing = [one for one, wrong in found if wrong is MISSING[place]]
    if len(missing) == len(those) and not await holds_any(storage):
        raise Unavailable("It has none of its files: is its disk mounted?")
    return [(one, wrong) for one, wrong in found if wrong]


async def holds_any(storage: Storage) -> bool:
    async for _ in storage.keys():
        return True
    return False


async def differing(storage: Storage, one: Expected, place: Place, *, deep: bool) -> Wrong | None:
    """How bytes are not what the row says, if they are not."""
    try:
        size = await storage.size(one.key)
        if one.size is not None and size != one.size:
            return DAMAGED[place]
        if deep and one.sha256 is not None and await hashed(storage, one.key, size) != one.sha256:
            return DAMAGED[place]
    except FileNotFoundError:
        return MISSING[place]
    except ValueError:  # no key that a server makes
        return MISSING[place]
    return None


async def hashed(storage: Storage, key: str, size: int) -> str:
    digest = sha256()
    async for chunk in storage.read(key, 0, size):
        digest.update(chunk)
    return digest.hexdigest()


async def orphaned(walk: Walk, info: StorageInfo) -> AsyncIterator[list[Flaw]]:
    """Bytes that no row has, of this storage or of another one at the same place; those of uploads under way are no orphans."""
    storage = walk.parts.open_storage(info)
    try:
        doubted = await walk.verifier.unknown([info.id], await storage.in_doubt())
        yield [flaw(Wrong.BYTES_IN_DOUBT, info, key) for key in doubted]
        if walk.others(info)[0] != info.id:  # looked at already
            return
        async for keys in storage.keys():
            if unknown := await walk.verifier.unknown(walk.others(info), keys):
                yield await certain(walk, info, storage, unknown)
    except Unavailable as error:
        yield [Flaw(wrong=Wrong.UNREACHABLE_STORAGE, what=f"{info.key}: {error.message}")]


async def certain(walk: Walk, info: StorageInfo, storage: Storage, keys: list[str]) -> list[Flaw]:
    """Of keys that seemed to be orphans those that are: whoever was about to commit their rows has done so by now, or not."""
    under_way = await storage.under_way()
    keys = await walk.verifier.unknown(walk.others(info), [key for key in keys if key not in under_way])
    return [flaw(Wrong.ORPHANED_BYTES, info, key) for key in keys if await is_there(storage, key)]


async def is_there(storage: Storage, key: str) -> bool:
    try:
        await storage.size(key)
    except FileNotFoundError:
        return False
    return True


def flaw(wrong: Wrong, info: StorageInfo, key: str) -> Flaw:
    return Flaw(wrong=wrong, what=f"{info.key}: {key}", place=StoredObject(storage_id=info.id, key=key))

"""Mending without loss: no media and no original is ever deleted."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from itertools import groupby

from domain.access import Principal
from domain.errors import Unavailable
from domain.ids import Id
from domain.media import MediaStatus
from domain.ports import Parts, Work
from domain.processing import PROCESSORS, ProcessingOperation, ProcessingRun, RunState
from domain.storage import StoredObject
from domain.sweep import sweep_drafts
from domain.verify.flaw import Flaw, Verifier, Wrong

MADE = "renditions/"
"""What the keys of pictures made of media begin with: they can be made again."""
ROWS = {
    Wrong.UNUSED_BLOB, Wrong.NO_METADATA, Wrong.FOREIGN_LINK, Wrong.WRONG_TREE, Wrong.WRONG_COUNT, Wrong.WRONG_TALLY,
    Wrong.NOT_INDEXED, Wrong.WRONG_WORDS, Wrong.WRONG_LEFTOVER, Wrong.MISSING_RENDITION, Wrong.DAMAGED_RENDITION,
}  # fmt: skip
"""What the database mends."""
MENDABLE = ROWS | {Wrong.ORPHANED_BYTES, Wrong.BYTES_IN_DOUBT}
AGAIN = {Wrong.NO_METADATA, Wrong.MISSING_RENDITION, Wrong.DAMAGED_RENDITION}
"""What processors mend afterwards."""


async def mend(parts: Parts, verifier: Verifier, principal: Principal, found: Sequence[Flaw]) -> list[Flaw]:
    """Those of these flaws that are mended now."""
    done: list[Flaw] = []
    for wrong, those in groupby(sorted(found, key=lambda one: one.wrong), key=lambda one: one.wrong):
        done += await mended(parts, verifier, principal, wrong, list(those))
    return done


async def mended(parts: Parts, verifier: Verifier, principal: Principal, wrong: Wrong, those: list[Flaw]) -> list[Flaw]:
    try:
        if wrong in ROWS:
            done = await verifier.mend(principal, wrong, those)
            if wrong in AGAIN:
                await process_again(parts, principal, [one.thing for one in done if one.thing], all_=wrong is Wrong.NO_METADATA)
            if wrong is Wrong.UNUSED_BLOB:
                await each(parts, principal, done, put_aside)
            return done
        if wrong is Wrong.ORPHANED_BYTES:
            return await each(parts, principal, those, put_aside)
        if wrong is Wrong.BYTES_IN_DOUBT:
            infos = await parts.storages(principal)
            for storage_id in {one.place.storage_id for one in those if one.place}:
                await sweep_drafts(parts, principal, infos[storage_id])
            return those
    except Unavailable:
        pass
    return []


async def each(
    parts: Parts, principal: Principal, those: Sequence[Flaw], work: Callable[[Parts, Principal, StoredObject], Awaitable[None]]
) -> list[Flaw]:  # fmt: skip
    for one in those:
        if one.place:
            await work(parts, principal, one.place)
    return list(those)


async def put_aside(parts: Parts, principal: Principal, place: StoredObject) -> None:
    info = (await parts.storages(principal))[place.storage_id]
    if info.is_read_only:
        return
    storage = parts.open_storage(info)
    await (storage.remove(place.key) if place.key.startswith(MADE) else storage.set_aside(place.key))


async def process_again(parts: Parts, principal: Principal, ids: Sequence[Id], *, all_: bool) -> None:
    """Lets media wait for their processors: all, or those that make pictures."""
    async with parts.database.writing(principal) as work:
        for key, media in (await work.media.find(ids)).items():
            due = [
                made for made in PROCESSORS.of(media.kind, media.mime_type)
                if all_ or ProcessingOperation.THUMBNAIL in made.operations
            ]  # fmt: skip
            await wait(work, key, [made.key for made in due])


async def wait(work: Work, key: Id, names: list[str]) -> None:
    known = {run.processor: run for run in (await work.runs.of([key])).get(key, [])}
    runs = [known.get(name) or ProcessingRun(media_id=key, processor=name, state=RunState.PENDING) for name in names]
    if runs:
        await work.runs.put([replace(run, state=RunState.PENDING) for run in runs])
        await work.media.change(key, {"status": MediaStatus.PROCESSING})

"""Runs processors over media and keeps what they find. One processor's failure costs nobody else anything."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256

from domain.access import Principal
from domain.changes import now
from domain.errors import FailureCode, Fault, NotFound, ProcessingFailed, ProcessingSkipped
from domain.facts import fitted
from domain.ids import Id, new_id
from domain.media import Media, MediaStatus, Rendition
from domain.media_types import known_as
from domain.metadata import LONGEST_DOCUMENT, LONGEST_NAME, MOST_ENTRIES, MetadataEntry, MetadataSource, text_of, value_type
from domain.original import Original, original
from domain.ports import Parts, Work
from domain.processing import (
    PROCESSORS,
    Extraction,
    ProcessingOperation,
    ProcessingRun,
    Processor,
    RunState,
    Sandbox,
    Still,
    Subject,
)  # fmt: skip
from domain.storage import CHUNK, Chunks, StoredObject
from domain.text import clean, without_controls

log = logging.getLogger(__name__)
LONGEST_MESSAGE = 500


@dataclass(slots=True)
class Findings:
    """What the processors of one media did, before any of it is kept."""

    media: Media
    runs: list[ProcessingRun] = field(default_factory=list[ProcessingRun])
    extractions: list[Extraction] = field(default_factory=list[Extraction])
    renditions: list[Rendition] = field(default_factory=list[Rendition])


def planned_runs(media: Media) -> list[ProcessingRun]:
    """The runs a new media has ahead of it."""
    return [
        ProcessingRun(media_id=media.id, processor=made.key, state=RunState.PENDING)
        for made in PROCESSORS.of(media.kind, media.mime_type)
    ]


async def process(
    parts: Parts,
    principal: Principal,
    key: Id,
    operations: Sequence[ProcessingOperation] | None = None,
    *,
    force: bool = False,
    patience: timedelta = timedelta(0),
) -> MediaStatus:
    """Runs the processors of a media that have not succeeded yet; with `force`, all; with `operations`, only theirs.

    Returns the status the media has then. Runs begun less than `patience` ago are left to whoever began them.

    Raises:
        NotFound: there is no such media.
    """
    async with parts.database.writing(principal) as work:
        media = (await work.media.find([key])).get(key)
        if media is None:
            raise NotFound("Media", key)
        started = await start(work, media, operations, force=force, patience=patience)
        found = await set_status(work, key)
    if not started:
        return found
    findings = Findings(media)
    try:
        async with AsyncExitStack() as drafts:  # until it is committed that they are needed
            await find_out(parts, principal, findings, started, drafts)
            return await keep(parts, principal, findings)
    except Exception:
        if len(findings.runs) < len(started):
            raise
        log.exception("What processors found in a media cannot be kept.")
        return await give_up(parts, principal, findings)


async def start(
    work: Work, media: Media, operations: Sequence[ProcessingOperation] | None, *, force: bool, patience: timedelta
) -> list[ProcessingRun]:  # fmt: skip
    """Marks the runs that are due as running. A server that dies now leaves them so, and `process` takes them up again."""
    known = {run.processor: run for run in (await work.runs.of([media.id])).get(media.id, [])}
    due: list[ProcessingRun] = []
    for made in PROCESSORS.of(media.kind, media.mime_type):
        run = known.get(made.key) or ProcessingRun(media_id=media.id, processor=made.key, state=RunState.PENDING)
        wanted = operations is None or set(operations) & set(made.operations)
        under_way = run.state is RunState.RUNNING and run.started_at is not None and now() - run.started_at < patience
        if wanted and not under_way and (force or run.state not in (RunState.SUCCEEDED, RunState.SKIPPED)):
            attempts = run.attempts + 1
            due.append(replace(run, state=RunState.RUNNING, attempts=attempts, started_at=now(), finished_at=None))
    await work.runs.put(due)
    return due


async def find_out(
    parts: Parts, principal: Principal, findings: Findings, started: list[ProcessingRun], drafts: AsyncExitStack
) -> None:  # fmt: skip
    """Runs the processors side by side; puts the pictures they made into the storage."""
    media = findings.media
    place = await original(parts, principal, media)
    done = await asyncio.gather(*(run_one(parts.sandbox, media, place, run) for run in started))
    for run, extraction in done:
        made = Extraction() if extraction is None else extraction
        try:
            for one in made.renditions.items():
                findings.renditions.append(await put(parts, principal, media, *one, drafts))
        except Fault as fault:
            run = ended(run, ProcessingFailed(FailureCode.INTERNAL, fault.message, retryable=True))  # noqa: PLW2901
        findings.runs.append(run)
        findings.extractions += [made] if extraction else []


async def run_one(
    sandbox: Sandbox, media: Media, place: Original | None, run: ProcessingRun
) -> tuple[ProcessingRun, Extraction | None]:  # fmt: skip
    """One run, to its end, whatever that is."""
    made = PROCESSORS.known[run.processor]
    try:
        extraction = await extract(sandbox, media, place, made)
    except ProcessingFailed as failure:
        return ended(run, failure), None
    except (Fault, FileNotFoundError):
        return ended(run, ProcessingFailed(FailureCode.NO_BYTES, "The bytes cannot be reached.", retryable=True)), None
    except Exception:
        log.exception("The processor %s failed on a media.", made.key)
        return ended(run, ProcessingFailed(FailureCode.INTERNAL, "The processor failed.")), None
    done = replace(run, state=RunState.SUCCEEDED, error_code=None, error_message=None, error_retryable=None, finished_at=now())
    return done, extraction


def ended(run: ProcessingRun, failure: ProcessingFailed) -> ProcessingRun:
    state = RunState.SKIPPED if isinstance(failure, ProcessingSkipped) else RunState.FAILED
    return replace(
        run, state=state, error_code=failure.code, error_message=clean(failure.message[:LONGEST_MESSAGE]),
        error_retryable=failure.retryable, finished_at=now(),
    )  # fmt: skip


async def extract(sandbox: Sandbox, media: Media, place: Original | None, made: Processor) -> Extraction:
    """What the processor finds in the bytes of a media."""
    subject = Subject(
        kind=media.kind, mime_type=media.mime_type, filename=media.filename, size=media.size, source_url=media.source_url
    )
    if not made.is_available:
        raise ProcessingFailed(FailureCode.UNSUPPORTED, f"Not installed: {', '.join(made.missing)}.", retryable=True)
    if place is None:
        if made.reads_bytes:
            raise ProcessingSkipped(FailureCode.NO_BYTES, "The media is registered by its address; its bytes are not here.")
        return await sandbox.run(made, subject, None)
    with await place.storage.open(place.key) as file:
        return await sandbox.run(made, subject, file)


async def put(
    parts: Parts, principal: Principal, media: Media, name: str, still: Still, drafts: AsyncExitStack
) -> Rendition:  # fmt: skip
    """Writes a picture made of a media under a key of its own."""
    info, storage = await parts.default_storage(principal)
    key = f"renditions/{new_id().hex()}"
    draft = await drafts.enter_async_context(storage.draft())
    await draft.write(chunks(still.content), limit=len(still.content))
    await draft.keep(key)
    return Rendition(
        media_id=media.id, name=name, storage_id=info.id, key=key, mime_type=still.mime_type, width=still.width,
        height=still.height, size=len(still.content), sha256=sha256(still.content).hexdigest(),
    )  # fmt: skip


async def chunks(content: bytes) -> Chunks:
    for start in range(0, len(content), CHUNK):
        yield content[start : start + CHUNK]


async def give_up(parts: Parts, principal: Principal, findings: Findings) -> MediaStatus:
    """Ends the runs whose findings no database takes: nobody is to wait for them."""
    failure = ProcessingFailed(FailureCode.INTERNAL, "What was found cannot be kept.")
    async with parts.database.writing(principal) as work:
        if await work.media.find([findings.media.id]):
            await work.runs.put([ended(run, failure) for run in findings.runs])
        return await set_status(work, findings.media.id)


def objects(findings: Findings) -> list[StoredObject]:
    """The bytes of the pictures that were made."""
    return [StoredObject(storage_id=one.storage_id, key=one.key) for one in findings.renditions]


async def keep(parts: Parts, principal: Principal, findings: Findings) -> MediaStatus:
    """One transaction for all of a media's findings; then the bytes of pictures they replace are removed."""
    key = findings.media.id
    async with parts.database.writing(principal) as work:
        media = (await work.media.find([key])).get(key)
        if media is None:  # purged meanwhile: nothing is kept, and the new pictures go again
            freed = objects(findings)
            await work.leftovers.add(freed)
        else:
            await keep_facts(work, media, findings.extractions)
            await work.runs.put(findings.runs)
            freed = [old for one in findings.renditions if (old := await work.metadata.put_rendition(one))]
        found = await set_status(work, key)
    await parts.remove(principal, freed)
    return found


async def keep_facts(work: Work, media: Media, extractions: list[Extraction]) -> None:
    all_facts = {name: value for one in extractions for name, value in one.facts.items()}
    found = fitted(media, known_as(media.kind), all_facts)
    await work.media.change(media.id, found.media)  # not an edit: nobody's `ifVersion` is to fail over it
    if extractions:
        await work.metadata.change(media.id, found.metadata | {"extracted_at": now()})
        await work.metadata.add_extra(media.id, {name: value for one in extractions for name, value in one.extra.items()})
        await keep_entries(work, media, extractions)
    for text in (one.text for one in extractions if one.text is not None):
        await work.metadata.put_text(media.id, without_controls(text)[:LONGEST_DOCUMENT])


async def keep_entries(work: Work, media: Media, extractions: list[Extraction]) -> None:
    """Entries of the namespaces these processors know replace the ones they found before."""
    found = {
        (space[:LONGEST_NAME], key[:LONGEST_NAME]): value
        for one in extractions for space, key, value in one.entries[:MOST_ENTRIES]
    }  # fmt: skip
    entries = [
        MetadataEntry(
            id=new_id(), media_id=media.id, namespace=space, key=key, type=value_type(value), value=value, text=text_of(value),
            source=MetadataSource.EXTRACTED, updated_at=now(),
        )
        for (space, key), value in found.items()
    ]  # fmt: skip
    if entries:
        await work.metadata.replace_entries(media.id, sorted({space for space, _ in found}), entries)


async def set_status(work: Work, key: Id) -> MediaStatus:
    """Gives a media the status that its runs amount to."""
    states = {run.state for run in (await work.runs.of([key])).get(key, [])}
    found = MediaStatus.FAILED if RunState.FAILED in states else MediaStatus.READY
    found = MediaStatus.PROCESSING if states & {RunState.PENDING, RunState.RUNNING} else found
    await work.media.change(key, {"status": found})
    return found

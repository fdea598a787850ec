"""Taking files in: bytes first, safely on disk, then one transaction that makes them a media."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from mimetypes import guess_type
from typing import Any
from urllib.parse import unquote, urlsplit

from domain.access import Principal
from domain.changes import now
from domain.collection import add_to_collection
from domain.detect import detect, extension_of, safe_filename
from domain.duplicate import DuplicatePolicy
from domain.errors import INPUT, EmptyFile, Fault, Invalid, NotFound, Path, Unavailable
from domain.extraction import planned_runs
from domain.facts import ON_EVERY_MEDIA
from domain.idempotency import AT, Once, once
from domain.ids import Id, new_id
from domain.media import LOCKABLE, Blob, Media, MediaStatus, checked, locks
from domain.media_types import MediaType, known_as, media_type_of, type_of_kind
from domain.metadata import MetadataSource
from domain.ports import Parts, Work
from domain.resolving import known_bytes, supersede
from domain.storage import Chunks, Draft, StorageInfo, StoredObject, Written
from domain.tag import MediaTag, tag_media

LONGEST_URL = 2_000
NOT_IN_URL = re.compile(r"[\x00-\x20\x7f\"'<>\\^`{|}\ud800-\udfff]")
LONGEST_FOLDER = 1_000
"""Bytes, as of a path: databases index no longer ones."""
OF_THE_FILE = ("kind", "status", "mime_type", "extension", "size", "sha256", "blob_id", "file_modified_at")
ATTRIBUTES: Path = (*INPUT, "attributes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What is said about a file on its way in.

    Attributes:
        filename: as the sender has it; it never becomes a path here.
        sha256: what the bytes must hash to, if the sender knows.
        values: title, description, alt_text, taken_at.
        path: what tells it from other imported files of the same storage; None for uploads.
        policy: what becomes of bytes that a media has.
    """

    filename: str
    sha256: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    tag_ids: Sequence[Id] = ()
    collection_ids: Sequence[Id] = ()
    folder: str = ""
    path: str | None = None
    modified_at: datetime | None = None
    policy: DuplicatePolicy = DuplicatePolicy.REUSE


async def take_in(
    parts: Parts, principal: Principal, arrival: Arrival, chunks: Chunks, wanted: Once | None = None
) -> tuple[Media, bool]:  # fmt: skip
    """Keeps the bytes and the media they are; whether it is new. Of bytes the library has already the policy says what becomes;
    an upload that was `wanted` once and is asked for again adds nothing.

    Raises:
        TooLarge, EmptyFile, Invalid, NotFound, DuplicateMedia, MediaInUse, Unavailable: nothing was kept.
    """
    info, storage = await parts.default_storage(principal)
    async with storage.draft() as draft:
        written = await draft.write(chunks, limit=parts.upload_limit)
        check(arrival, written)
        key = f"blobs/{new_id().hex()}"
        async with parts.database.writing(principal) as work:
            same = wanted.of(f"{arrival.filename} {written.sha256}") if wanted else None
            try:
                return await once_added(work, same, lambda: settle(work, arrival, written, info, Unnamed(draft, key)))
            except Exception:  # nothing is committed; had the commit failed, it would be in doubt, and the sweep's to decide
                with suppress(Unavailable):
                    await storage.remove(key)
                raise


async def once_added(
    work: Work, wanted: Once | None, add: Callable[[], Awaitable[tuple[Media, bool]]]
) -> tuple[Media, bool]:  # fmt: skip
    """Adds a media, or finds the one that was added when this was asked for first. Raises NotFound where that is gone."""

    async def added() -> tuple[Id, bool]:
        media, fresh = await add()
        return media.id, fresh

    key, fresh = await once(work.answers, wanted, added)
    found = (await work.media.find([key])).get(key)
    if found is None:
        raise NotFound("Media", key, path=AT)
    return found, fresh


@dataclass(slots=True)
class Unnamed:
    """Bytes that get their name when the first media needs them."""

    draft: Draft
    key: str


async def settle(work: Work, arrival: Arrival, written: Written, info: StorageInfo, bytes_: Unnamed) -> tuple[Media, bool]:
    """Finds or makes the blob and the media, within one transaction."""
    known = await at_path(work, arrival, info)
    same = [] if known else await known_bytes(work, written.sha256, arrival.policy)
    if known or (same and arrival.policy is DuplicatePolicy.REUSE):
        return known or same[0], False
    blob = await work.blobs.with_sha256(info.id, written.sha256)
    if blob is None:
        blob = Blob(id=new_id(), storage_id=info.id, sha256=written.sha256, size=written.size, key=bytes_.key)
        await bytes_.draft.keep(blob.key)
        await work.blobs.add(blob)
    media = media_of(arrival, written, blob)
    await add(work, media, arrival)
    await supersede(work, media.id, same)
    return media, True


async def at_path(work: Work, arrival: Arrival, info: StorageInfo) -> Media | None:
    """The media of a file that was imported before."""
    return None if arrival.path is None else await work.media.at_path(info.id, arrival.path)


def check(arrival: Arrival, written: Written) -> None:
    if written.size == 0:
        raise EmptyFile(path=("input", "file"))
    if arrival.sha256 is not None and arrival.sha256.lower() != written.sha256:
        raise Invalid("The bytes that arrived do not have this hash.", path=("input", "sha256"))


def media_of(arrival: Arrival, written: Written, blob: Blob) -> Media:
    """A media of the type its bytes say, whatever the sender says."""
    filename = safe_filename(arrival.filename)
    mime_type = detect(written.head, filename)
    file = {
        "mime_type": mime_type, "size": written.size, "sha256": written.sha256, "storage_id": blob.storage_id, "blob_id": blob.id,
        "path": arrival.path, "file_modified_at": arrival.modified_at, "folder": folder(arrival.folder),
    }  # fmt: skip
    return new_media(media_type_of(mime_type), filename, arrival.values, ATTRIBUTES, **file)


def folder(text: str) -> str:
    """A folder as segments joined by slashes. It orders media for people; no file lies there."""
    parts = (part.strip() for part in text[:LONGEST_FOLDER].split("/"))
    made = "/".join(safe_filename(part) for part in parts if part not in ("", ".", ".."))
    return made.encode()[:LONGEST_FOLDER].decode(errors="ignore").rstrip("/")


def new_media(made: MediaType, filename: str, values: Mapping[str, Any], place: Path = INPUT, **file: Any) -> Media:
    """A media that nobody has processed yet; `place` is where its values stand in the input."""
    time = now()
    given = {name: value for name, value in checked(values, place).items() if value is not None}
    first: dict[str, Any] = {
        "id": new_id(), "kind": made.kind, "status": MediaStatus.PROCESSING, "version": 1, "filename": filename,
        "original_filename": filename, "extension": extension_of(filename), "created_at": time, "updated_at": time,
        "taken_at": time,
    }  # fmt: skip
    return made.entity(**first | given | file, locked_fields=locks(given))


async def add(work: Work, media: Media, arrival: Arrival) -> None:
    """Adds a media with its tags, its collections and the runs it has ahead."""
    await work.media.add(media)
    await work.runs.put(planned_runs(media))
    try:
        await associate(work, media, arrival)
    except Fault as fault:
        fault.path = (*ATTRIBUTES, *fault.path[1:])
        raise


async def associate(work: Work, media: Media, arrival: Arrival) -> None:
    """Puts its tags on a media, and the media into its collections."""
    if arrival.tag_ids:
        link = MediaTag(source=MetadataSource.MANUAL, confidence=None, tagged_at=media.created_at)
        (done,) = await tag_media(work.tags, work.media, [media.id], arrival.tag_ids, [], link)
        if done.fault:
            raise done.fault
    for number, collection in enumerate(arrival.collection_ids):
        try:
            await add_to_collection(work.collections, work.media, collection, [media.id])
        except NotFound as fault:
            fault.path = (*INPUT, "collectionIds", str(number))
            raise


async def register_media(
    parts: Parts, principal: Principal, url: str, kind: str | None, values: Mapping[str, Any], wanted: Once | None = None
) -> Media:  # fmt: skip
    """Adds a media whose bytes are elsewhere; nothing is fetched. Its type is what its address ends in, as far as that tells.

    Raises:
        UnknownKind: there is no such kind.
        Invalid: the address is none of http or https.
    """
    split = checked_url(url)
    filename = safe_filename(unquote(split.path.rpartition("/")[2]) or split.hostname or "")
    mime_type = guess_type(filename)[0] or "application/octet-stream"
    made = media_type_of(mime_type) if kind is None else type_of_kind(kind)
    mime_type = mime_type if made.takes(mime_type) else "application/octet-stream"
    media = new_media(made, filename, values, mime_type=mime_type, source_url=url)

    async def added() -> tuple[Media, bool]:
        await add(work, media, Arrival(filename=filename))
        return media, True

    async with parts.database.writing(principal) as work:
        found, _ = await once_added(work, wanted, added)
    return found


def checked_url(url: str) -> Any:
    try:
        split = urlsplit(url)
        known = split.scheme in ("http", "https") and split.hostname and "@" not in split.netloc
        if not known or len(url) > LONGEST_URL or NOT_IN_URL.search(url):
            raise ValueError(url)
    except ValueError as error:
        raise Invalid("An address of http or https, without a user name, is needed.", path=("input", "url")) from error
    return split


async def refer(parts: Parts, principal: Principal, arrival: Arrival, written: Written, info: StorageInfo) -> tuple[Media, bool]:
    """Adds, or brings up to date, the media of a file that stays where it is, in a read-only storage."""
    check(arrival, written)
    async with parts.database.writing(principal) as work:
        known = await at_path(work, arrival, info)
        same = [] if known else await known_bytes(work, written.sha256, arrival.policy)
        if same and arrival.policy is DuplicatePolicy.REUSE:
            return same[0], False
        blob = await work.blobs.with_sha256(info.id, written.sha256)
        if blob is None:
            blob = Blob(id=new_id(), storage_id=info.id, sha256=written.sha256, size=written.size, key=arrival.path or "")
            await work.blobs.add(blob)
        media = media_of(arrival, written, blob)
        if known is None:
            await add(work, media, arrival)
            await supersede(work, media.id, same)
            return media, True
        freed = await replace_bytes(work, known, media)
    await parts.remove(principal, freed)
    return known, False


async def replace_bytes(work: Work, known: Media, fresh: Media) -> list[StoredObject]:
    """The file was edited where it lies: the media keeps its key and what people gave it, and is read anew.

    What was read out of the old bytes goes, place and camera included: it may have been why the file was edited. What is
    locked was not read out of them.
    """
    own = known_as(known.kind).own_fields | type_of_kind(fresh.kind).own_fields
    change: dict[str, Any] = dict.fromkeys(own | ON_EVERY_MEDIA) | {"taken_at": known.created_at}
    change = {name: value for name, value in change.items() if LOCKABLE.get(name) not in known.locked_fields}
    change |= {name: getattr(fresh, name) for name in OF_THE_FILE}
    await work.media.change(known.id, change | {"version": known.version + 1, "updated_at": fresh.updated_at})
    await work.runs.clear(known.id)
    await work.runs.put([replace(run, media_id=known.id) for run in planned_runs(fresh)])
    freed = await work.metadata.clear(known.id, fresh.kind)
    return freed + await work.media.forget_unused([known.blob_id] if known.blob_id else [])

"""Importing files and folders of this machine: copies, or references to files that stay where they are."""

import asyncio
import logging
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from domain.access import Principal
from domain.changes import now
from domain.duplicate import DuplicatePolicy
from domain.errors import Fault, Invalid
from domain.extraction import process
from domain.ids import Id, new_id
from domain.media import Media, MediaStatus
from domain.ports import Parts
from domain.storage import CHUNK, HEAD, Chunks, StorageInfo, Written, inside
from domain.text import KEPT_YEARS, free_slug
from domain.upload import Arrival, refer, take_in

LONGEST_PATH = 2_000
log = logging.getLogger(__name__)
SIDE_BY_SIDE = 4
"""Files read at once; their processors wait for a free child."""


class Result(StrEnum):
    """What became of a file."""

    ADDED = "added"
    UPDATED = "updated"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A file to import and the path that tells it from others: the folder's own name and where it lies in it."""

    file: Path
    path: str

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]


@dataclass(slots=True)
class Summary:
    """How many files came to what, and why some were refused."""

    counts: dict[Result, int] = field(default_factory=lambda: dict.fromkeys(Result, 0))
    refused: list[tuple[Path, str]] = field(default_factory=list[tuple[Path, str]])
    failed: list[Id] = field(default_factory=list[Id])


def candidates(sources: Iterable[Path]) -> Iterator[Candidate]:
    """Every regular file named or below a folder named, sorted; hidden ones and symbolic links are passed over."""
    for source in sources:
        root = source.resolve()
        if root.is_dir():
            for file in walk(root):
                yield Candidate(file=file, path=f"{root.name}/{file.relative_to(root).as_posix()}".lstrip("/"))
        else:
            yield Candidate(file=root, path=root.name)


def walk(folder: Path) -> Iterator[Path]:
    """The files below a folder, depth first; a folder that cannot be read is passed over."""
    open_folders = [iter(listed(folder))]
    while open_folders:
        entry = next(open_folders[-1], None)
        if entry is None:
            open_folders.pop()
        elif entry.is_dir(follow_symlinks=False):
            open_folders.append(iter(listed(Path(entry.path))))
        elif entry.is_file(follow_symlinks=False):
            yield Path(entry.path)


def listed(folder: Path) -> list[os.DirEntry[str]]:
    try:
        return sorted((entry for entry in os.scandir(folder) if not entry.name.startswith(".")), key=lambda entry: entry.name)
    except OSError as error:
        log.warning("A folder cannot be read: %s", error.strerror)
        return []


async def import_files(
    parts: Parts, principal: Principal, found: list[Candidate], *, in_place: bool = False,
    policy: DuplicatePolicy = DuplicatePolicy.KEEP_BOTH, progress: Callable[[Candidate, Result], None] | None = None,
) -> Summary:  # fmt: skip
    """Imports and processes files, a few at a time. A file imported before adds nothing; of another with bytes that a media has
    the policy says what becomes.
    """
    summary, free = Summary(), asyncio.Semaphore(SIDE_BY_SIDE)
    homes = await folder_storages(parts, principal, found) if in_place else {}

    async def one(candidate: Candidate) -> None:
        async with free:
            result = await import_one(parts, principal, candidate, homes, policy, summary)
        summary.counts[result] += 1
        if progress:
            progress(candidate, result)

    for start in range(0, len(found), 1_000):
        await asyncio.gather(*map(one, found[start : start + 1_000]))
    return summary


async def import_one(
    parts: Parts, principal: Principal, candidate: Candidate, homes: dict[Path, StorageInfo], policy: DuplicatePolicy,
    summary: Summary,
) -> Result:  # fmt: skip
    try:
        info = homes.get(home_of(candidate)) or (await parts.default_storage(principal))[0]
        media, result = await take(parts, principal, candidate, info, policy)
    except Exception as error:  # noqa: BLE001 - one file is not to end the import of the others
        summary.refused.append((candidate.file, reason(error)))
        return Result.REFUSED
    due = result is not Result.KNOWN or media.status is MediaStatus.PROCESSING
    if due and await process(parts, principal, media.id) is MediaStatus.FAILED:
        summary.failed.append(media.id)
    return result


def reason(error: Exception) -> str:
    """Why a file was refused, for people."""
    if isinstance(error, Fault):
        return error.message
    if isinstance(error, OSError):
        return error.strerror or "It cannot be read."
    log.error("A file cannot be imported.", exc_info=error)
    return "It cannot be imported; the log says why."


def described(candidate: Candidate) -> tuple[int, datetime]:
    """The size of a file and when it was last written.

    Raises:
        Invalid: its name is no text, too long, or it is from a time without a date.
    """
    told = candidate.file.lstat()
    try:
        if len(candidate.path.encode()) > LONGEST_PATH:
            raise Invalid(f"Its path has more than {LONGEST_PATH:,} bytes.")
        modified = datetime.fromtimestamp(told.st_mtime, UTC)
    except (UnicodeEncodeError, ValueError, OverflowError) as error:
        raise Invalid("Its name is not UTF-8, or its date is out of range.") from error
    return told.st_size, modified if modified.year in KEPT_YEARS else datetime.fromtimestamp(0, UTC)


async def take(
    parts: Parts, principal: Principal, candidate: Candidate, info: StorageInfo, policy: DuplicatePolicy
) -> tuple[Media, Result]:  # fmt: skip
    """Adds the file unless it is known: by its path, its size and the time it was last written, or else by its bytes."""
    size, modified = described(candidate)
    path = inside(Path(info.root), candidate.file) if info.is_read_only and info.root else candidate.path
    arrival = Arrival(
        filename=candidate.file.name, folder=candidate.folder, path=path, modified_at=modified, policy=policy
    )  # fmt: skip
    known = await at_path(parts, principal, info, arrival)
    if known and known.size == size and known.file_modified_at == modified:
        return known, Result.KNOWN
    with await asyncio.to_thread(opened, candidate.file) as file:
        if not info.is_read_only:
            return await copied(parts, principal, arrival, known, file)
        media, fresh = await refer(parts, principal, arrival, await hashed(file), info)
    return media, result_of(media, arrival.path, fresh=fresh)


def result_of(media: Media, path: str | None, *, fresh: bool) -> Result:
    """What became of a file that stays where it is."""
    if fresh:
        return Result.ADDED
    return Result.UPDATED if media.path == path else Result.KNOWN


async def copied(
    parts: Parts, principal: Principal, arrival: Arrival, known: Media | None, file: BinaryIO
) -> tuple[Media, Result]:  # fmt: skip
    """Copies the bytes in. Where another file had the path before, the new one is told from it by its hash."""
    if known:
        written = await hashed(file)
        if written.sha256 == known.sha256:
            return known, Result.KNOWN
        stem, dot, ending = (arrival.path or "").rpartition(".")
        path = f"{stem or ending}-{written.sha256[:12]}{dot}{ending if stem else ''}"
        arrival = replace(arrival, path=path)
        file.seek(0)
    media, fresh = await take_in(parts, principal, arrival, chunks_of(file))
    return media, Result.ADDED if fresh else Result.KNOWN


async def at_path(parts: Parts, principal: Principal, info: StorageInfo, arrival: Arrival) -> Media | None:
    async with parts.database.writing(principal) as work:
        return await work.media.at_path(info.id, arrival.path or "")


def opened(file: Path) -> BinaryIO:
    """The file, if it is a regular one where it was found: a pipe would wait for ever, and a link may lead anywhere."""
    opened = os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
    if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode) or os.path.realpath(file) != str(file):
        opened.close()
        raise Invalid("This is no file that can be read.")
    return opened


async def chunks_of(file: BinaryIO) -> Chunks:
    while chunk := await asyncio.to_thread(file.read, CHUNK):
        yield chunk


async def hashed(file: BinaryIO) -> Written:
    """Hash, size and first bytes of a file that is not copied."""
    digest, size, head = sha256(), 0, b""
    async for chunk in chunks_of(file):
        digest.update(chunk)
        size += len(chunk)
        head += chunk[: HEAD - len(head)]
    return Written(sha256=digest.hexdigest(), size=size, head=head)


def home_of(candidate: Candidate) -> Path:
    """The folder that was named, or that holds the file that was."""
    return candidate.file.parents[candidate.path.count("/") - 1] if "/" in candidate.path else candidate.file.parent


async def folder_storages(parts: Parts, principal: Principal, found: list[Candidate]) -> dict[Path, StorageInfo]:
    """A read-only storage for each folder named; one that lies in a folder known already uses that."""
    homes = dict.fromkeys(map(home_of, found))
    async with parts.database.writing(principal) as work:
        known = [info for info in await work.storages.all() if info.is_read_only and info.root]
        result: dict[Path, StorageInfo] = {}
        for home in homes:
            info = next((info for info in known if info.root and home.is_relative_to(info.root)), None)
            if info is None:
                info = folder_storage(home, {info.key for info in known})
                await work.storages.add(info)
                known.append(info)
            result[home] = info
    return result


def folder_storage(home: Path, taken: set[str]) -> StorageInfo:
    return StorageInfo(
        id=new_id(), key=free_slug(home.name, taken), name=home.name or "/", protocol="file", root=str(home), is_read_only=True,
        is_default=False, created_at=now(),
    )  # fmt: skip

"""Bytes in a folder of this machine: synced before they get a name, and never reached through a name that leads out."""

import asyncio
import errno
import os
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from domain.errors import Unavailable
from persistence.storage.disk import ASIDE, TEMPORARY, piece, reading, regular_file, server_key, unlink_and_prune, writing
from persistence.storage.draft import LocalDraft, drafts, given_up, settled

PIECE = 1_000
"""Keys listed at a time."""


class LocalStorage:
    """Files below `root`, which must exist: a disk that is not mounted must not pass for an empty one.

    A writable storage takes keys of the server only (lower case letters, digits, `_`, `-` and `/`; ValueError for any
    other text). A read-only one takes relative POSIX paths, and finds nothing where they lead out of the root. Several may
    have one root: each answers for the drafts of its `owner`.
    """

    def __init__(self, root: Path, *, read_only: bool, owner: str = "0") -> None:
        self.root = root
        self.read_only = read_only
        self.owner = owner

    @asynccontextmanager
    async def draft(self) -> AsyncGenerator["LocalDraft"]:
        """A file in the making.

        Raises:
            Unavailable: the storage is read-only.
        """
        self.must_be_writable()
        made = LocalDraft(self.root, self.owner)
        try:
            yield made
        except BaseException:
            await asyncio.shield(asyncio.to_thread(made.discard, in_doubt=True))
            raise
        await asyncio.shield(asyncio.to_thread(made.discard))

    async def open(self, key: str) -> BinaryIO:
        """The file, at its start.

        Raises:
            FileNotFoundError: there is no regular file at this key.
            Unavailable: the root is gone, or the file cannot be read.
        """
        return await asyncio.to_thread(self.opened, key)

    async def size(self, key: str) -> int:
        """How many bytes the key has; raises as `open` does."""
        return await asyncio.to_thread(self.measured, key)

    async def read(self, key: str, start: int, length: int) -> AsyncIterator[bytes]:
        """`length` bytes from `start`, fewer where the file ends before; raises as `open` does."""
        with await self.open(key) as file:
            while length > 0 and (chunk := await asyncio.to_thread(piece, file, start, length)):
                yield chunk
                start += len(chunk)
                length -= len(chunk)

    async def remove(self, key: str) -> bool:
        """Removes the bytes, and the folders that are empty then; whether there were any.

        Raises:
            Unavailable: the storage is read-only, or its root is gone.
        """
        self.must_be_writable()
        return await asyncio.to_thread(self.removed, server_key(key))

    async def keys(self) -> AsyncIterator[list[str]]:
        """The keys that have bytes, folder by folder.

        Raises:
            Unavailable: the root is gone, or a folder cannot be read.
        """
        listed = self.listed()
        while some := await asyncio.to_thread(self.some, listed):
            yield some

    async def under_way(self) -> frozenset[str]:
        """Of all owners: they may share the root."""
        return await asyncio.to_thread(self.drafted)

    async def in_doubt(self) -> list[str]:
        self.must_be_writable()
        return await asyncio.to_thread(self.given_up)

    async def settle(self, key: str) -> None:
        await asyncio.to_thread(self.settled, server_key(key))

    async def set_aside(self, key: str) -> None:
        """Moves a file to the folder `aside`."""
        self.must_be_writable()
        await asyncio.to_thread(self.moved_aside, server_key(key))

    async def probe(self) -> None:
        """Writes and removes a small file, or lists the root of a read-only storage.

        Raises:
            Unavailable: that failed; the message tells no path.
        """
        await asyncio.to_thread(self.probed)

    def must_be_writable(self) -> None:
        if self.read_only:
            raise Unavailable("This storage is read-only.")

    def opened(self, key: str) -> BinaryIO:
        with reading(self.root):
            return regular_file(self.root.resolve(strict=True), self.parts(key))

    def measured(self, key: str) -> int:
        with self.opened(key) as file:
            return os.fstat(file.fileno()).st_size

    def parts(self, key: str) -> tuple[str, ...]:
        """The names from the root to the file. Those of a path that people made are told after its symbolic links."""
        if not self.read_only:
            return tuple(server_key(key).split("/"))
        segments = key.split("/")
        if "\0" in key or any(part in ("", ".", "..") for part in segments):
            raise FileNotFoundError(errno.ENOENT, "No such key.")
        root = self.root.resolve(strict=True)
        found = root.joinpath(*segments).resolve(strict=True)
        if not found.is_relative_to(root):
            raise FileNotFoundError(errno.ENOENT, "No such key.")
        return found.relative_to(root).parts

    def removed(self, key: str) -> bool:
        with writing():
            return unlink_and_prune(self.root, key)

    def some(self, listed: Iterator[str]) -> list[str]:
        with writing("The storage cannot be read just now."):
            return list(islice(listed, PIECE))

    def listed(self) -> Iterator[str]:
        """Names that no server could have made are no keys of a writable storage: whoever put such a file there knows why."""
        self.root.stat()
        for folder, folders, names in os.walk(self.root, onerror=refused):
            within = Path(folder).relative_to(self.root)
            folders[:] = [name for name in folders if folder != str(self.root) or name not in (TEMPORARY, ASIDE)]
            for key in ((within / name).as_posix() for name in names):
                with suppress(ValueError):
                    yield key if self.read_only else server_key(key)

    def drafted(self) -> frozenset[str]:
        with writing("The storage cannot be read just now."):
            return frozenset(key for _, _, key in drafts(self.root) if key)

    def given_up(self) -> list[str]:
        with writing():
            return given_up(self.root, self.owner)

    def settled(self, key: str) -> None:
        with writing():
            settled(self.root, self.owner, key)

    def moved_aside(self, key: str) -> None:
        target = self.root / ASIDE / key
        with writing():
            target.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):
                (self.root / key).rename(target)
            unlink_and_prune(self.root, key)

    def probed(self) -> None:
        if self.read_only:
            with writing("The storage cannot be read."), os.scandir(self.root) as entries:
                next(entries, None)
            return
        made = LocalDraft(self.root, self.owner)
        try:
            made.begin()
            made.append(b"probe")
            made.sync()
        finally:
            made.discard()


def refused(error: OSError) -> None:
    """A folder that went meanwhile has no keys; another that cannot be read is told."""
    if error.errno not in (errno.ENOENT, errno.ENOTDIR):
        raise error

"""Bytes in a folder of this machine: synced before they get a name, and never reached through a name that leads out."""

import asyncio
import errno
import os
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import BinaryIO
from uuid import uuid4

from domain.errors import TooLarge, Unavailable
from domain.storage import CHUNK, HEAD, Chunks, Written
from persistence.storage.disk import TEMPORARY, name_for_good, piece, reading, regular_file, server_key, unlink_and_prune, writing


class LocalStorage:
    """Files below `root`, which must exist: a disk that is not mounted must not pass for an empty one.

    A writable storage takes keys of the server only (lower case letters, digits, `_`, `-` and `/`; ValueError for any
    other text). A read-only one takes relative POSIX paths, and finds nothing where they lead out of the root.
    """

    def __init__(self, root: Path, *, read_only: bool) -> None:
        self.root = root
        self.read_only = read_only

    @asynccontextmanager
    async def draft(self) -> AsyncGenerator["LocalDraft"]:
        """A file in the making.

        Raises:
            Unavailable: the storage is read-only.
        """
        self.must_be_writable()
        made = LocalDraft(self.root)
        try:
            yield made
        finally:
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

    async def remove(self, key: str) -> None:
        """Removes the bytes, and the folders that are empty then.

        Raises:
            Unavailable: the storage is read-only, or its root is gone.
        """
        self.must_be_writable()
        await asyncio.to_thread(self.removed, server_key(key))

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

    def removed(self, key: str) -> None:
        with writing():
            unlink_and_prune(self.root, key)

    def probed(self) -> None:
        if self.read_only:
            with writing("The storage cannot be read."), os.scandir(self.root) as entries:
                next(entries, None)
            return
        made = LocalDraft(self.root)
        try:
            made.begin()
            made.append(b"probe")
            made.sync()
        finally:
            made.discard()


class LocalDraft:
    """A temporary file. Its lock keeps the end of a cancelled request from closing what a thread still writes to."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.path = root / TEMPORARY / uuid4().hex
        self.lock = Lock()
        self.file: BinaryIO | None = None
        self.is_over = False
        self.hash = sha256()
        self.size = 0
        self.head = b""

    async def write(self, chunks: Chunks, *, limit: int) -> Written:
        """Takes all chunks and syncs them.

        Raises:
            TooLarge: more than `limit` bytes came; `actual` is how many had come by then.
            Unavailable: the disk is full, broken or gone.
        """
        try:
            await asyncio.to_thread(self.begin)
            await self.take(chunks, limit)
            await asyncio.to_thread(self.sync)
        except BaseException:
            await asyncio.shield(asyncio.to_thread(self.discard))
            raise
        return Written(sha256=self.hash.hexdigest(), size=self.size, head=self.head)

    async def take(self, chunks: Chunks, limit: int) -> None:
        waiting = bytearray()
        async for chunk in chunks:
            waiting += chunk
            if (actual := self.size + len(waiting)) > limit:
                raise TooLarge(f"The file has more than {limit} bytes.", limit=limit, actual=actual)
            if len(waiting) >= CHUNK:
                await asyncio.to_thread(self.append, bytes(waiting))
                waiting.clear()
        await asyncio.to_thread(self.append, bytes(waiting))

    def open(self) -> BinaryIO:
        """The bytes at their start: another descriptor than the one they were written through."""
        return self.path.open("rb")

    async def keep(self, key: str) -> None:
        """Names the file and syncs the folders down to it.

        Raises:
            FileExistsError: the key has bytes already; they stay as they are.
            Unavailable: the disk is full, broken or gone.
        """
        await asyncio.to_thread(self.named, server_key(key))

    def begin(self) -> None:
        with self.lock, writing():
            self.must_go_on()
            with suppress(FileExistsError):
                self.path.parent.mkdir()
            self.file = self.path.open("xb", buffering=0)

    def append(self, data: bytes) -> None:
        with self.lock, writing():
            view = memoryview(data)
            while view:
                view = view[os.write(self.must_go_on(), view) :]
        self.hash.update(data)
        self.size += len(data)
        self.head = (self.head + data[:HEAD])[:HEAD]

    def sync(self) -> None:
        with self.lock, writing():
            os.fsync(self.must_go_on())

    def named(self, key: str) -> None:
        with self.lock, writing():
            self.must_go_on()
            self.path = name_for_good(self.path, self.root, key)
            self.close()

    def must_go_on(self) -> int:
        """The descriptor; -1 before it is opened."""
        if self.is_over:
            raise OSError(errno.EBADF, "The draft is over.")
        return -1 if self.file is None else self.file.fileno()

    def discard(self) -> None:
        """Removes what was not kept."""
        with self.lock:
            if self.is_over:
                return
            self.close()
            with suppress(OSError):
                self.path.unlink()

    def close(self) -> None:
        self.is_over = True
        if self.file is not None:
            self.file.close()

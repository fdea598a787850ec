"""Bytes in this process: for tests, and for libraries that may be forgotten."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from tempfile import TemporaryFile
from typing import BinaryIO

from domain.errors import TooLarge
from domain.storage import CHUNK, HEAD, Chunks, Written
from persistence.storage.disk import server_key


class MemoryStorage:
    """A dict of bytes by key; a key that no server makes is a ValueError, as on disk."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.drafted, self.doubted = set[str](), set[str]()

    @asynccontextmanager
    async def draft(self) -> AsyncGenerator["MemoryDraft"]:
        """A file in the making."""
        made = MemoryDraft(self)
        try:
            yield made
        except BaseException:
            self.drafted -= made.keys
            self.doubted &= self.kept.keys() | self.drafted
            raise
        self.drafted -= made.keys
        self.doubted -= made.keys

    async def open(self, key: str) -> BinaryIO:
        """A copy in a temporary file, for those who need a descriptor.

        Raises:
            FileNotFoundError: the key has no bytes.
        """
        return await asyncio.to_thread(filed, self.found(key))

    async def size(self, key: str) -> int:
        """How many bytes the key has; raises as `open` does."""
        return len(self.found(key))

    async def read(self, key: str, start: int, length: int) -> AsyncIterator[bytes]:
        """`length` bytes from `start`, fewer where the content ends before; raises as `open` does."""
        content = self.found(key)[start : start + length]
        for begin in range(0, len(content), CHUNK):
            yield content[begin : begin + CHUNK]

    async def remove(self, key: str) -> bool:
        """Removes the bytes if they are there; whether they were."""
        return self.kept.pop(server_key(key), None) is not None

    async def keys(self) -> AsyncIterator[list[str]]:
        """All at once."""
        if self.kept:
            yield sorted(self.kept)

    async def under_way(self) -> frozenset[str]:
        return frozenset(self.doubted)

    async def in_doubt(self) -> list[str]:
        """Those whose drafts were left by an exception: nothing here outlives the process."""
        return sorted(self.doubted - self.drafted)

    async def settle(self, key: str) -> None:
        self.doubted.discard(server_key(key))

    async def set_aside(self, key: str) -> None:
        """Memory keeps nothing to look at."""
        await self.remove(key)

    async def probe(self) -> None:
        """Memory is always there."""

    def found(self, key: str) -> bytes:
        if server_key(key) not in self.kept:
            raise FileNotFoundError("No such key.")
        return self.kept[key]


class MemoryDraft:
    """Bytes without a key."""

    def __init__(self, storage: MemoryStorage) -> None:
        self.storage = storage
        self.content = b""
        self.keys = set[str]()

    async def write(self, chunks: Chunks, *, limit: int) -> Written:
        """Takes all chunks.

        Raises:
            TooLarge: more than `limit` bytes came.
        """
        taken = bytearray()
        async for chunk in chunks:
            taken += chunk
            if len(taken) > limit:
                raise TooLarge(f"The file has more than {limit} bytes.", limit=limit, actual=len(taken))
        self.content = bytes(taken)
        return Written(sha256=sha256(self.content).hexdigest(), size=len(taken), head=self.content[:HEAD])

    def open(self) -> BinaryIO:
        """The bytes in a temporary file, at its start."""
        return filed(self.content)

    async def keep(self, key: str) -> None:
        """Gives the bytes their key.

        Raises:
            FileExistsError: the key has bytes already.
        """
        if server_key(key) in self.storage.kept:
            raise FileExistsError("The key is taken.")
        for those in (self.keys, self.storage.drafted, self.storage.doubted):
            those.add(key)
        self.storage.kept[key] = self.content


def filed(content: bytes) -> BinaryIO:
    """A real file with this content, gone when it is closed."""
    file = TemporaryFile()  # noqa: SIM115 (the caller closes it)
    file.write(content)
    file.seek(0)
    return file

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

    @asynccontextmanager
    async def draft(self) -> AsyncGenerator["MemoryDraft"]:
        """A file in the making."""
        yield MemoryDraft(self.kept)

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

    async def remove(self, key: str) -> None:
        """Removes the bytes if they are there."""
        self.kept.pop(server_key(key), None)

    async def probe(self) -> None:
        """Memory is always there."""

    def found(self, key: str) -> bytes:
        if server_key(key) not in self.kept:
            raise FileNotFoundError("No such key.")
        return self.kept[key]


class MemoryDraft:
    """Bytes without a key."""

    def __init__(self, kept: dict[str, bytes]) -> None:
        self.kept = kept
        self.content = b""

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
        if server_key(key) in self.kept:
            raise FileExistsError("The key is taken.")
        self.kept[key] = self.content


def filed(content: bytes) -> BinaryIO:
    """A real file with this content, gone when it is closed."""
    file = TemporaryFile()  # noqa: SIM115 (the caller closes it)
    file.write(content)
    file.seek(0)
    return file

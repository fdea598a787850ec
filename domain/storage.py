"""Where bytes are kept: the port every storage fills, and what is known of one."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from domain.ids import Id

CHUNK = 64 * 1024
"""Bytes read or written at a time."""
HEAD = 8192
"""First bytes kept of a file on its way in: what telling its type takes."""

Chunks = AsyncIterator[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageInfo:
    """A storage of a library. A read-only one holds files at paths of their own; a writable one holds blobs at keys of ours."""

    id: Id
    key: str
    name: str
    protocol: str
    root: str | None
    is_read_only: bool
    is_default: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Content on its way in: safely on disk under no name yet. `head` holds its first bytes, for telling its type."""

    sha256: str
    size: int
    head: bytes


class Draft(Protocol):
    """One file being taken in. Leaving its context without `keep` removes every byte of it.

    Whoever keeps it ends its transaction within the context. Where that is left by an exception, or by the death of the
    process, the bytes that have a name already stay, and the storage tells their key as one in doubt.
    """

    async def write(self, chunks: Chunks, *, limit: int) -> Written:
        """Takes all chunks, and returns once they are synced to disk.

        Raises:
            TooLarge: there were more than `limit` bytes; what was written is removed.
        """
        ...

    def open(self) -> BinaryIO:
        """The bytes, before they have a name; has a descriptor, at its start."""
        ...

    async def keep(self, key: str) -> None:
        """Gives the bytes their name; when this returns a power cut cannot take it back."""
        ...


class Storage(Protocol):
    """Bytes by key. Keys are made by the server; no text of a client ever becomes one.

    `open`, `size` and `read` raise FileNotFoundError where the key has no bytes, and every method raises Unavailable where
    the storage itself cannot be reached.
    """

    def draft(self) -> AbstractAsyncContextManager[Draft]: ...

    async def open(self, key: str) -> BinaryIO:
        """A real file with a descriptor, at its start: what a sandboxed child may be handed."""
        ...

    async def size(self, key: str) -> int: ...

    def read(self, key: str, start: int, length: int) -> Chunks:
        """`length` bytes from `start`, at most CHUNK at a time."""
        ...

    async def remove(self, key: str) -> bool:
        """Removes the bytes; whether there were any. That they are gone already is success."""
        ...

    def keys(self) -> AsyncIterator[list[str]]:
        """All keys that have bytes, some at a time; those given or taken away meanwhile may be missing."""
        ...

    async def under_way(self) -> frozenset[str]:
        """The keys of drafts that were kept, or are about to be, and whose contexts were not left as all went well."""
        ...

    async def in_doubt(self) -> list[str]:
        """Those of them that nobody works on any more: whether their bytes are needed only the database knows.

        Drafts that were given up before they had a key are removed.
        """
        ...

    async def settle(self, key: str) -> None:
        """The key is no longer in doubt: its bytes are needed, or have been removed."""
        ...

    async def set_aside(self, key: str) -> None:
        """Moves bytes to where no key leads, for people to look at; that they are gone already is success."""
        ...

    async def probe(self) -> None:
        """Raises Unavailable unless the storage can be read, and written where it may be."""
        ...


OpenStorage = Callable[[StorageInfo], Storage]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """Bytes by storage and key."""

    storage_id: Id
    key: str


def inside(root: Path, path: Path) -> str | None:
    """The path of a file relative to a root that contains it, with forward slashes; None if it lies elsewhere."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else None


class StorageRepository(Protocol):
    """Where the bytes of one library are."""

    async def all(self) -> list[StorageInfo]: ...
    async def add(self, storage: StorageInfo) -> None: ...


class LeftoverRepository(Protocol):
    """Bytes of one library that were needed and are not any more. Their rows went in the transaction that wrote these down."""

    async def add(self, objects: Sequence[StoredObject]) -> None: ...
    async def some(self, after: StoredObject | None, limit: int) -> list[StoredObject]:
        """Those behind that one whose bytes no row needs, in order."""
        ...

    async def among(self, objects: Sequence[StoredObject]) -> list[StoredObject]:
        """Those of these that are written down, and that no row needs."""
        ...

    async def forget(self, objects: Sequence[StoredObject]) -> None:
        """Their bytes are gone."""
        ...

    async def unneeded(self, storage_id: Id, keys: Sequence[str]) -> list[str]:
        """Those of these keys that no row has."""
        ...

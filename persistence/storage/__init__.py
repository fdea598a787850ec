"""Where blobs live: one file and one line here for each protocol."""

from collections.abc import Callable
from pathlib import Path

from domain.errors import Unavailable
from domain.ids import Id
from domain.storage import Storage, StorageInfo
from persistence.storage.local import LocalStorage
from persistence.storage.memory import MemoryStorage

__all__ = ["PROTOCOLS", "LocalStorage", "MemoryStorage", "open_storage"]

MEMORIES: dict[Id, MemoryStorage] = {}


def in_folder(info: StorageInfo) -> Storage:
    """Files below the storage's root."""
    if info.root is None:
        raise Unavailable(f"The storage {info.key!r} has no folder.")
    return LocalStorage(Path(info.root), read_only=info.is_read_only, owner=info.id.hex())


def in_memory(info: StorageInfo) -> Storage:
    """The same bytes for the same storage, as long as the process lives."""
    return MEMORIES.setdefault(info.id, MemoryStorage())


PROTOCOLS: dict[str, Callable[[StorageInfo], Storage]] = {
    "file": in_folder,
    "memory": in_memory,
}


def open_storage(info: StorageInfo) -> Storage:
    """The storage behind a protocol; opening touches no disk.

    Raises:
        Unavailable: nothing here speaks this protocol.
    """
    if info.protocol not in PROTOCOLS:
        raise Unavailable(f"No storage speaks {info.protocol!r}.")
    return PROTOCOLS[info.protocol](info)

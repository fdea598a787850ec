"""What the domain asks of its surroundings: a place to read, a place to write, both bound to one principal."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from domain.access import Principal
from domain.collection import CollectionRepository
from domain.media import BlobRepository, MediaRepository
from domain.metadata import MetadataRepository
from domain.processing import RunRepository
from domain.reading import Reader
from domain.storage import StorageRepository
from domain.tag import TagRepository


class Work(Protocol):
    """One transaction of one principal: all of it is kept, or nothing."""

    principal: Principal
    media: MediaRepository
    metadata: MetadataRepository
    blobs: BlobRepository
    runs: RunRepository
    tags: TagRepository
    collections: CollectionRepository
    storages: StorageRepository


class Database(Protocol):
    """Where a library is kept."""

    def reading(self, principal: Principal) -> AbstractAsyncContextManager[Reader]:
        """A view as of the first read."""
        ...

    def writing(self, principal: Principal) -> AbstractAsyncContextManager[Work]:
        """A transaction that nobody else writes beside; kept when the context ends without an exception."""
        ...

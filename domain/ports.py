"""What the domain asks of its surroundings: a place to read, a place to write, both bound to one principal."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from typing import Any, Protocol

from domain.access import Principal
from domain.changelog import ChangeLog
from domain.collection import CollectionRepository
from domain.duplicate import DuplicateRepository
from domain.errors import Unavailable
from domain.idempotency import AnswerRepository
from domain.ids import Id
from domain.media import BlobRepository, MediaRepository
from domain.metadata import MetadataRepository
from domain.processing import RunRepository, Sandbox
from domain.reading import LARGEST_PAGE, Ask, Load, Reader, Steps
from domain.storage import LeftoverRepository, OpenStorage, Storage, StorageInfo, StorageRepository, StoredObject
from domain.tag import TagRepository
from domain.usage import UsageRepository


class Work(Protocol):
    """One transaction of one principal: all of it is kept, or nothing. `reader` sees what it has written."""

    principal: Principal
    reader: Reader
    media: MediaRepository
    metadata: MetadataRepository
    blobs: BlobRepository
    runs: RunRepository
    tags: TagRepository
    collections: CollectionRepository
    usages: UsageRepository
    duplicates: DuplicateRepository
    storages: StorageRepository
    answers: AnswerRepository
    log: ChangeLog
    leftovers: LeftoverRepository

    def of(self, extension: str) -> Any:
        """The repository of an extension; a KeyError where there is none of that name."""
        ...


class Database(Protocol):
    """Where a library is kept.

    Attributes:
        is_at_hand: whether a few rows are read without waiting for anybody.
    """

    is_at_hand: bool

    def reading(self, principal: Principal) -> AbstractAsyncContextManager[Reader]:
        """A view as of the first read."""
        ...

    async def answered(self, principal: Principal, steps: Steps) -> bytes:
        """Runs a plan to its end over one view, for one library; nothing of another can be asked for.

        Args:
            principal: whose library.
            steps: the plan under way. Whatever it raises is raised.
        """
        ...

    def answered_at_once(self, principal: Principal, steps: Steps) -> bytes:
        """The same where rows are `is_at_hand`, for a plan that reads a few by their keys: handing it on would cost more.

        Raises TakesLong where they are not few.
        """
        ...

    def writing(self, principal: Principal) -> AbstractAsyncContextManager[Work]:
        """A transaction that nobody else writes beside; kept when the context ends without an exception."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """All that the domain's functions need of their surroundings. `upload_limit` is in bytes."""

    database: Database
    open_storage: OpenStorage
    sandbox: Sandbox
    upload_limit: int = 100 * 1024 * 1024

    async def storages(self, principal: Principal) -> dict[Id, StorageInfo]:
        """The storages of the library, by key."""
        ask = Ask(relation="library.storages")
        async with self.database.reading(principal) as reader:
            found = await reader.find(Load(ask=ask, first=LARGEST_PAGE, keys=(principal.library_id,)))
        return {one.entity.id: one.entity for one in found}

    async def default_storage(self, principal: Principal) -> tuple[StorageInfo, Storage]:
        """Where new bytes go. Raises Unavailable where the library has no such storage."""
        for info in (await self.storages(principal)).values():
            if info.is_default:
                return info, self.open_storage(info)
        raise Unavailable("The library has no storage to write to.")

    async def remove(self, principal: Principal, objects: Sequence[StoredObject]) -> None:
        """Removes bytes whose rows are gone, as the database says: what took them away may have been rolled back.

        What a storage cannot remove just now, or has not, is left to the sweep.
        """
        if not objects:
            return
        with suppress(Unavailable):
            known = await self.storages(principal)
            async with self.database.writing(principal) as work:
                due = await work.leftovers.among(objects)
            gone = [one for one in due if await self.is_removed(known[one.storage_id], one.key)]
            if gone:
                async with self.database.writing(principal) as work:
                    await work.leftovers.forget(gone)

    async def is_removed(self, info: StorageInfo, key: str) -> bool:
        """Whether bytes were there and are gone now."""
        with suppress(Unavailable):
            return await self.open_storage(info).remove(key)
        return False

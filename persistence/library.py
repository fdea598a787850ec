"""The storages of a library."""

from domain import StorageInfo
from persistence.reading import answers
from persistence.rows import Kept
from persistence.tables import storage_table
from persistence.writing import Repository

STORAGE = Kept(storage_table, (StorageInfo,))
answers(
    "library.storages", STORAGE, parent=storage_table.c.library_id, key=storage_table.c.id, order=(storage_table.c.key,),
    few=True,
)  # fmt: skip


class SqlStorageRepository(Repository[StorageInfo]):
    """Where the bytes of one library are."""

    table, kept = storage_table, STORAGE

    async def all(self) -> list[StorageInfo]:
        return await self.entities(self.mine().order_by(storage_table.c.id))

    async def add(self, storage: StorageInfo) -> None:
        await self.insert(storage)

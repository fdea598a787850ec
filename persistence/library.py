"""Library rows, the storages of a library, and its figures."""

from typing import Any

from sqlalchemy import BigInteger, cast, func, select

from domain import KindCount, MediaAggregate, StorageInfo
from domain.reading import Ask
from persistence.reading import answers
from persistence.rows import Kept, Selected
from persistence.tables import media_table, storage_table
from persistence.writing import Repository

STORAGE = Kept(storage_table, (StorageInfo,))
media = media_table.c
SUMS: dict[str, Any] = {
    "library_id": media.library_id,
    "kind": media.kind,
    "count": func.count(),
    "total_size": cast(func.coalesce(func.sum(media.size), 0), BigInteger),
    "total_duration_ms": cast(func.coalesce(func.sum(media.duration_ms), 0), BigInteger),
    "min_taken_at": func.min(media.taken_at, type_=media.taken_at.type),
    "max_taken_at": func.max(media.taken_at, type_=media.taken_at.type),
}


def sums(ask: Ask, entity: type[Any], *by: Any) -> Selected:
    names = entity.__slots__ if ask.fields is None else ask.fields
    return select(*(SUMS[name].label(name) for name in names)).select_from(media_table).group_by(*by)


answers(
    "library.aggregate", Kept(media_table, (MediaAggregate,)), parent=media.library_id, key=media.id,
    select=lambda ask: sums(ask, MediaAggregate, media.library_id),
)  # fmt: skip
answers(
    "library.kinds", Kept(media_table, (KindCount,)), parent=media.library_id, key=media.kind, few=True, order=(media.kind,),
    select=lambda ask: sums(ask, KindCount, media.library_id, media.kind),
)  # fmt: skip
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

"""Media rows: one table for every kind."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, insert, select

from domain import Blob, Id, Media, MediaStatus, Rendition
from domain.changelog import ChangeAction
from domain.changes import Changes
from domain.media_types import MEDIA_TYPES, known_as
from domain.reading import Ask
from domain.storage import StoredObject
from persistence.columns import folds
from persistence.leftover import leave
from persistence.reading import answers
from persistence.rows import Kept, Selected
from persistence.tables import (
    blob_table,
    media_metadata_table,
    media_table,
    media_tag_table,
    rendition_table,
    storage_table,
)  # fmt: skip
from persistence.writing import Repository

MEDIA = Kept(media_table, tuple(made.entity for made in MEDIA_TYPES.values()), lambda row: known_as(row["kind"]).entity)
BLOB = Kept(blob_table, (Blob,))
RENDITION = Kept(rendition_table, (Rendition,))


def thumbnails(ask: Ask) -> Selected:
    return select(*RENDITION.columns(ask)).select_from(rendition_table).where(rendition_table.c.name == "thumbnail")


def blobs_of_media(ask: Ask) -> Selected:
    return select(*BLOB.columns(ask)).join_from(media_table, blob_table)


answers("media.itself", MEDIA, parent=media_table.c.id, key=media_table.c.id)
answers(
    "library.media", MEDIA, parent=media_table.c.library_id, key=media_table.c.id, order=(media_table.c.created_at,),
    descending=True,
)  # fmt: skip
answers(
    "tag.media", MEDIA, parent=media_tag_table.c.tag_id, key=media_tag_table.c.media_id,
    order=(media_tag_table.c.media_created_at,), descending=True,
)  # fmt: skip
answers("media.thumbnail", RENDITION, parent=rendition_table.c.media_id, key=rendition_table.c.media_id, select=thumbnails)
answers("media.blob", BLOB, parent=media_table.c.id, key=blob_table.c.id, select=blobs_of_media)


class SqlMediaRepository(Repository[Media]):
    """Media and what belongs to them alone."""

    table, kept, node = media_table, MEDIA, "Media"
    gone = ChangeAction.PURGED

    async def with_sha256(self, sha256: str, most: int) -> list[Media]:
        oldest = self.mine().where(media_table.c.sha256 == sha256, media_table.c.trashed_at.is_(None))
        return await self.entities(oldest.order_by(media_table.c.id).limit(most))

    async def at_path(self, storage_id: Id, path: str) -> Media | None:
        return await self.first(self.mine().where(media_table.c.storage_id == storage_id, media_table.c.path == path))

    async def add(self, media: Media) -> None:
        await self.insert(media)
        metadata: dict[str, Any] = {"media_id": media.id, "library_id": self.library, "kind": media.kind, "extra": {}}
        await self.run(insert(media_metadata_table).values(metadata))
        self.touched.media.add(media.id)
        if getattr(media, "phash", None) is not None:
            self.touched.looks.add(media.id)

    async def change(self, key: Id, changes: Changes) -> None:
        await super().change(key, folds(media_table, changes))
        self.touched.fields(key, changes)
        if changes.get("status", MediaStatus.PROCESSING) is not MediaStatus.PROCESSING:
            self.note(ChangeAction.PROCESSED, key)
        if "trashed_at" in changes:
            self.note(ChangeAction.TRASHED if changes["trashed_at"] else ChangeAction.RESTORED, key)

    async def pending(self, statuses: Sequence[MediaStatus], after: Id, limit: int) -> list[Media]:
        those = self.mine().where(media_table.c.status.in_(statuses), media_table.c.id > after)
        return await self.entities(those.order_by(media_table.c.id).limit(limit))

    async def purge(self, ids: Sequence[Id]) -> list[StoredObject]:
        freed = await self.stored(rendition_table, rendition_table.c.media_id.in_(ids))
        blobs = await self.run(select(media_table.c.blob_id).where(media_table.c.id.in_(ids), *self.within(media_table)))
        await self.delete(ids)
        await leave(self, freed)
        return freed + await self.forget_unused([row["blob_id"] for row in blobs if row["blob_id"]])

    async def forget_unused(self, blobs: Iterable[Id]) -> list[StoredObject]:
        """Removes those of these blobs that no media has; the bytes that were ours to keep."""
        still = select(media_table.c.blob_id).where(media_table.c.blob_id == blob_table.c.id)
        unused = (blob_table.c.id.in_(list(blobs)), ~still.exists(), *self.within(blob_table))
        writable = select(storage_table.c.id).where(~storage_table.c.is_read_only, *self.within(storage_table))
        freed = await self.stored(blob_table, *unused, blob_table.c.storage_id.in_(writable))
        await self.run(delete(blob_table).where(*unused))
        await leave(self, freed)
        return freed

    async def stored(self, table: Any, *conditions: Any) -> list[StoredObject]:
        rows = await self.run(select(table.c.storage_id, table.c.key).where(*conditions, *self.within(table)))
        return [StoredObject(storage_id=row["storage_id"], key=row["key"]) for row in rows]

"""Metadata rows: one to one with media; entries, texts and renditions beside them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from domain import Blob, Id, MediaKind, MediaText, MetadataEntry, Rendition
from domain.changelog import ChangeAction
from domain.changes import Changes
from domain.media_types import MEDIA_TYPES, known_as
from domain.media_types.image import camera
from domain.metadata import LONGEST_EXCERPT
from domain.reading import Ask
from domain.storage import StoredObject
from persistence.columns import folds, text_folded
from persistence.leftover import leave
from persistence.reading import answers
from persistence.rows import Kept, Selected, in_pieces, to_row
from persistence.tables import (
    blob_table,
    media_metadata_table,
    media_text_table,
    metadata_entry_table,
    rendition_table,
)  # fmt: skip
from persistence.writing import Repository, Rows

METADATA = Kept(
    media_metadata_table, tuple(made.metadata for made in MEDIA_TYPES.values()), lambda row: known_as(row["kind"]).metadata
)
ENTRY = Kept(metadata_entry_table, (MetadataEntry,))
TEXT = Kept(media_text_table, (MediaText,))


def excerpts(_: Ask) -> Selected:
    start = func.substr(media_text_table.c.text, 1, LONGEST_EXCERPT)
    return select(media_text_table.c.media_id, start.label("text"))


answers("media.metadata", METADATA, parent=media_metadata_table.c.media_id, key=media_metadata_table.c.media_id)
answers(
    "media.entries", ENTRY, parent=metadata_entry_table.c.media_id, key=metadata_entry_table.c.id, few=True,
    order=(metadata_entry_table.c.namespace, metadata_entry_table.c.key),
)  # fmt: skip
answers("media.text", TEXT, parent=media_text_table.c.media_id, key=media_text_table.c.media_id, select=excerpts)


class SqlMetadataRepository(Rows):
    """What was read out of media."""

    async def change(self, media_id: Id, changes: Changes) -> None:
        table = media_metadata_table
        own = (table.c.media_id == media_id, *self.within(table))
        if changes.keys() & {"make", "model"}:
            known = await self.run(select(table.c.make, table.c.model).where(*own))
            for named in ({**row, **changes} for row in known):
                changes = {**changes, "folded_camera": text_folded(camera(named["make"], named["model"]))}
        if changes:
            await self.run(update(table).where(*own).values(folds(table, changes)))
            self.touched.fields(media_id, changes)

    async def add_extra(self, media_id: Id, extra: dict[str, Any]) -> None:
        table = media_metadata_table
        known = await self.run(select(table.c.extra).where(table.c.media_id == media_id, *self.within(table)))
        if extra and known:
            await self.change(media_id, {"extra": known[0]["extra"] | extra})

    async def clear(self, media_id: Id, kind: MediaKind) -> list[StoredObject]:
        table, entry, picture = media_metadata_table, metadata_entry_table, rendition_table
        empty = {column.name: None for column in table.c if column.nullable}
        await self.change(media_id, {**empty, "kind": kind, "extra": {}})
        await self.run(delete(media_text_table).where(media_text_table.c.media_id == media_id, *self.within(media_text_table)))
        await self.run(delete(entry).where(entry.c.media_id == media_id, ~entry.c.locked, *self.within(entry)))
        self.touched.media.add(media_id)
        made = (picture.c.media_id == media_id, *self.within(picture))
        rows = await self.run(select(picture.c.storage_id, picture.c.key).where(*made))
        await self.run(delete(picture).where(*made))
        freed = [StoredObject(storage_id=row["storage_id"], key=row["key"]) for row in rows]
        await leave(self, freed)
        return freed

    async def put_text(self, media_id: Id, text: str) -> None:
        table = media_text_table
        await self.run(delete(table).where(table.c.media_id == media_id, *self.within(table)))
        await self.run(insert(table).values(media_id=media_id, library_id=self.library, text=text))
        self.touched.media.add(media_id)

    async def replace_entries(self, media_id: Id, namespaces: Sequence[str], entries: Sequence[MetadataEntry]) -> None:
        table = metadata_entry_table
        same = (table.c.media_id == media_id, table.c.namespace.in_(namespaces), *self.within(table))
        locked = {(row["namespace"], row["key"]) for row in await self.run(select(table).where(*same, table.c.locked))}
        await self.run(delete(table).where(*same, ~table.c.locked))
        fresh = [entry for entry in entries if (entry.namespace, entry.key) not in locked]
        if fresh:
            await self.run(insert(table), [to_row(entry, table, library_id=self.library) for entry in fresh])
        self.touched.media.add(media_id)

    async def entries(self, media_id: Id) -> list[MetadataEntry]:
        table = metadata_entry_table
        rows = await self.run(select(table).where(table.c.media_id == media_id, *self.within(table)))
        return [ENTRY.entity(row) for row in rows]

    async def put_entries(self, media_id: Id, put: Sequence[MetadataEntry], gone: Sequence[MetadataEntry]) -> None:
        table = metadata_entry_table
        for some in in_pieces([one.id for one in (*put, *gone)]):
            await self.run(delete(table).where(table.c.id.in_(some), *self.within(table)))
        if put:
            await self.run(insert(table), [to_row(entry, table, library_id=self.library) for entry in put])
        self.touched.media.add(media_id)
        self.log.note(ChangeAction.UPDATED, "Media", media_id, ["metadata"])

    async def put_rendition(self, rendition: Rendition) -> StoredObject | None:
        table = rendition_table
        same = (table.c.media_id == rendition.media_id, table.c.name == rendition.name, *self.within(table))
        old = await self.run(select(table.c.storage_id, table.c.key).where(*same))
        await self.run(delete(table).where(*same))
        await self.run(insert(table).values(to_row(rendition, table, library_id=self.library)))
        freed = [StoredObject(storage_id=row["storage_id"], key=row["key"]) for row in old]
        await leave(self, freed)
        return freed[0] if freed else None


class SqlBlobRepository(Repository[Blob]):
    """Content, kept once for each library and storage."""

    table, kept = blob_table, Kept(blob_table, (Blob,))

    async def with_sha256(self, storage_id: Id, sha256: str) -> Blob | None:
        return await self.first(self.mine().where(blob_table.c.storage_id == storage_id, blob_table.c.sha256 == sha256))

    async def add(self, blob: Blob) -> None:
        await self.insert(blob)

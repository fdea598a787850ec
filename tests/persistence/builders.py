"""Rows to test on, made through the repositories."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from domain import (
    Blob,
    Collection,
    Media,
    MediaKind,
    MediaStatus,
    MediaTag,
    MediaUsage,
    MetadataEntry,
    MetadataSource,
    Principal,
    ProcessingRun,
    Rendition,
    RunState,
    StorageInfo,
    Tag,
    ValueType,
    new_id,
)
from domain.idempotency import Answer
from domain.media_types import MEDIA_TYPES
from domain.storage import StoredObject
from domain.text import slug
from persistence.database import SqlDatabase, SqlWork
from persistence.providers import Composed
from persistence.reading import SOURCES
from persistence.tables import collection_table, media_table, schema, tag_alias_table, tag_table

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
OF_TEXT = frozenset({"library.suggestions", "library.tags_named", "library.collections_named"})
"""Relations that say nothing without a text to begin with (tests/persistence/test_suggestion.py, test_results.py)."""
CORE = {
    name: source for name, source in SOURCES.items()
    if source.kept.table.metadata is schema or isinstance(source.kept.table, Composed) or name in OF_TEXT
}  # fmt: skip
"""What the core answers: tests of an extension bring more, in tables that libraries here have not."""
OF_A_CALLER = Answer(key="again", digest="00", result=["id", "00"], answered_at=EPOCH)
LINK = MediaTag(source=MetadataSource.MANUAL, confidence=None, tagged_at=EPOCH)


def media_of(number: int = 0, kind: MediaKind = MediaKind.IMAGE, **values: Any) -> Media:
    """A media, made `number` seconds after the epoch of these tests."""
    time = EPOCH + timedelta(seconds=number)
    plain = {
        "id": new_id(), "kind": kind, "status": MediaStatus.READY, "version": 1, "filename": f"{number:04}.bin",
        "mime_type": "application/octet-stream", "created_at": time, "updated_at": time, "taken_at": time,
    }  # fmt: skip
    return MEDIA_TYPES[kind].entity(**plain | values)


async def add_media(work: SqlWork, number: int = 0, kind: MediaKind = MediaKind.IMAGE, **values: Any) -> Media:
    media = media_of(number, kind, **values)
    await work.media.add(media)
    return media


async def add_tag(work: SqlWork, name: str, *media: Media, parent: Tag | None = None, aliases: tuple[str, ...] = ()) -> Tag:
    """A tag, and the media that wear it."""
    tag = Tag(
        id=new_id(), name=name, slug=slug(name), path=f"{parent.path}/{slug(name)}" if parent else slug(name), version=1,
        depth=parent.depth + 1 if parent else 0, parent_id=parent.id if parent else None, aliases=aliases,
        created_at=EPOCH, updated_at=EPOCH,
    )  # fmt: skip
    await work.tags.add(tag)
    await work.tags.attach({(one.id, tag.id): LINK for one in media}, {one.id: one for one in media})
    return tag


async def add_collection(work: SqlWork, name: str, *media: Media, parent: Collection | None = None) -> Collection:
    """A collection, and the media in it in that order."""
    own, parent_id = slug(name), parent.id if parent else None
    path = f"{parent.path}/{own}" if parent else own
    made = Collection(
        id=new_id(), name=name, slug=own, path=path, parent_id=parent_id, version=1, created_at=EPOCH, updated_at=EPOCH
    )
    await work.collections.add(made)
    await work.collections.put(made.id, {one.id: f"{number:04}" for number, one in enumerate(media)}, EPOCH)
    return made


async def add_usage(work: SqlWork, media: Media, field: str = "main", **values: Any) -> MediaUsage:
    """A usage by a page of a shop, unless it is by something else."""
    plain = {"app": "shop", "entity_type": "page", "entity_id": "1", "position": 0, "created_at": EPOCH}
    made = MediaUsage(**{"id": new_id(), "media_id": media.id, "field": field, **plain, **values})
    await work.usages.put([made])
    return made


async def add_storage(work: SqlWork, key: str = "main") -> StorageInfo:
    info = StorageInfo(
        id=new_id(), key=key, name=key, protocol="memory", root=None, is_read_only=False, is_default=True, created_at=EPOCH
    )
    await work.storages.add(info)
    return info


@dataclass(frozen=True)
class Filled:
    """One of everything, all of it linked to one media."""

    storage: StorageInfo
    blob: Blob
    media: Media
    spare: Media
    colour: Tag
    tag: Tag
    parent: Collection
    collection: Collection
    entry: MetadataEntry
    rendition: Rendition
    run: ProcessingRun
    usage: MediaUsage

    @property
    def keys(self) -> dict[str, bytes]:
        """The key of a parent of each type that relations start from."""
        return {"media": self.media.id, "tag": self.tag.id, "collection": self.collection.id, "usage": self.usage.id}


def entry_of(media: Media, key: str = "Software", value: str = "made by hand") -> MetadataEntry:
    return MetadataEntry(
        id=new_id(), media_id=media.id, namespace="exif", key=key, type=ValueType.STRING, value=value, text=value,
        source=MetadataSource.EXTRACTED, updated_at=EPOCH,
    )  # fmt: skip


def rendition_of(media: Media, storage: StorageInfo, key: str = "renditions/1") -> Rendition:
    return Rendition(
        media_id=media.id, name="thumbnail", storage_id=storage.id, key=key, mime_type="image/webp", width=4, height=3,
        size=9, sha256="cd" * 32,
    )  # fmt: skip


async def fill(work: SqlWork) -> Filled:
    """One row at least in every table of a library."""
    storage = await add_storage(work)
    blob = Blob(id=new_id(), storage_id=storage.id, sha256="ab" * 32, size=5, key="blobs/1")
    await work.blobs.add(blob)
    held = {
        "storage_id": storage.id,
        "blob_id": blob.id,
        "sha256": blob.sha256,
        "size": 5,
        "path": "a/b.jpg",
        "title": "One",
        "phash": "00" * 8,
    }
    media, spare = await add_media(work, 1, **held), await add_media(work, 2)
    await add_media(work, 3, sha256=blob.sha256, size=5, phash="00" * 7 + "0f")
    await work.duplicates.dismiss([(media.id, spare.id)])
    await work.answers.keep(OF_A_CALLER)
    await work.leftovers.add([StoredObject(storage_id=storage.id, key="blobs/gone")])
    entry, rendition = entry_of(media), rendition_of(media, storage)
    run = ProcessingRun(media_id=media.id, processor="probe", state=RunState.SUCCEEDED, attempts=1)
    await work.metadata.change(media.id, {"artist": "Ada", "iso": 100, "extra": {"a": 1}})
    await work.metadata.put_text(media.id, "words")
    await work.metadata.replace_entries(media.id, ["exif"], [entry])
    await work.metadata.put_rendition(rendition)
    await work.runs.put([run])
    colour = await add_tag(work, "Colour")
    tag = await add_tag(work, "Red", media, parent=colour, aliases=("Rouge",))
    await add_tag(work, "Crimson", parent=tag)
    await work.tags.imply(tag.id, [colour.id])
    parent = await add_collection(work, "Above")
    collection = await add_collection(work, "Inside", media, parent=parent)
    await add_collection(work, "Below", parent=collection)
    usage = await add_usage(work, media, label="Home", url="https://h/1", crop={"x": 0.5}, focal_x=0.25, focal_y=0.75)
    return Filled(storage, blob, media, spare, colour, tag, parent, collection, entry, rendition, run, usage)


async def add_names(database: SqlDatabase, principal: Principal, beginning: str, count: int) -> None:
    """So many tags, aliases, collections and titles that begin so, without all else that comes with these."""
    own = {"library_id": principal.library_id, "version": 1, **dict.fromkeys(("created_at", "updated_at"), EPOCH)}
    names = [f"{beginning}{number:04}" for number in range(count)]
    named = [{**own, "id": new_id(), "name": name, "folded_name": name, "slug": name, "path": name} for name in names]
    aliases = [{"library_id": one["library_id"], "folded_name": f"{one['name']} too", "tag_id": one["id"]} for one in named]
    plain = {"kind": MediaKind.OTHER, "status": MediaStatus.READY, "filename": "x", "mime_type": "x/y", "folder": ""}
    media = [{**own, **plain, "id": new_id(), "is_favorite": False, "taken_at": EPOCH, "title": name} for name in names]
    async with database.transaction() as connection:
        await connection.execute(tag_table.insert(), named)
        await connection.execute(tag_alias_table.insert(), aliases)
        await connection.execute(collection_table.insert(), [{**one, "id": new_id()} for one in named])
        await connection.execute(media_table.insert(), media)

"""Every table. A column is named as the field it holds; every table has `library_id`.

What a media type adds to media and to metadata is not written here: its entity's fields are the columns.
"""

from sqlalchemy import BigInteger, Boolean, Column, Double, Index, Integer, MetaData, Sequence, Table, event
from sqlalchemy import CheckConstraint as Check
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy import text as sql

from domain.changelog import POINTERS, ChangeAction
from domain.matching import SearchField
from domain.media import BEST_RATING, MediaKind, MediaStatus
from domain.media_types import MEDIA_TYPES
from domain.metadata import MetadataSource, ValueType
from domain.processing import RunState
from persistence.columns import camera_folded, folded, key, library, shuffled, typed_columns
from persistence.counters import keep
from persistence.matching import ON_POSTGRESQL, ON_SQLITE
from persistence.types import Json, Lexemes, Texts, UtcTime, Word, Words

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
schema = MetaData(naming_convention=NAMES)
TYPES = list(MEDIA_TYPES.values())

library_table = Table(
    "library",
    schema,
    key("id", primary=True),
    key("library_id"),
    Column("name", Words, nullable=False, unique=True),
    Column("created_at", UtcTime, nullable=False),
    Check("library_id = id", name="is_itself"),
)
storage_table = Table(
    "storage",
    schema,
    key("id", primary=True),
    library(),
    Column("key", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("protocol", Words, nullable=False),
    Column("root", Words),
    Column("is_read_only", Boolean, nullable=False),
    Column("is_default", Boolean, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Unique("library_id", "key"),
)
blob_table = Table(
    "blob",
    schema,
    key("id", primary=True),
    library(),
    key("storage_id", "storage.id"),
    Column("sha256", Words, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("key", Words, nullable=False),
    Unique("library_id", "storage_id", "sha256"),
    Index("ix_blob_key", "storage_id", "key"),
)
leftover_table = Table(  # bytes that no row needs any more: whoever removes a row writes them down with it
    "leftover",
    schema,
    library(primary=True),
    key("storage_id", "storage.id", primary=True),
    Column("key", Words, primary_key=True),
    Column("since", UtcTime, nullable=False),
    sqlite_with_rowid=False,
)
media_table = Table(
    "media",
    schema,
    key("id", primary=True),
    library(),
    Column("kind", Word(MediaKind), nullable=False),
    Column("status", Word(MediaStatus), nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", Words),
    Column("description", Words),
    Column("alt_text", Words),
    Column("filename", Words, nullable=False),
    Column("original_filename", Words),
    Column("extension", Words),
    Column("mime_type", Words, nullable=False),
    Column("size", BigInteger),
    Column("sha256", Words),
    key("storage_id", "storage.id", optional=True),
    key("blob_id", "blob.id", optional=True),
    Column("path", Words),
    Column("folder", Words, nullable=False),
    Column("source_url", Words),
    Column("file_modified_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("taken_at", UtcTime, nullable=False),
    Column("trashed_at", UtcTime),
    Column("rating", Integer),
    Column("is_favorite", Boolean, nullable=False),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("altitude", Double),
    Column("thumbhash", Words),
    Column("dominant_color", Words),
    Column("shuffle", BigInteger, nullable=False, default=shuffled, server_default="0"),
    *map(folded, ("title", "filename", "folder")),
    *typed_columns([made.entity for made in TYPES], frozenset[str]().union(*(made.own_fields for made in TYPES))),
    Unique("storage_id", "path"),
    Check(f"rating BETWEEN 0 AND {BEST_RATING}", name="rating"),
    Check("size >= 0", name="size"),
    Index("ix_media_created", "library_id", "created_at", "id"),
    Index("ix_media_kind_created", "library_id", "kind", "created_at", "id"),
    Index("ix_media_taken", "library_id", "taken_at", "id"),
    Index("ix_media_status_created", "library_id", "status", "created_at", "id"),
    Index("ix_media_updated", "library_id", "updated_at", "id"),
    Index("ix_media_title", "library_id", "title", "id"),
    Index("ix_media_filename", "library_id", "filename", "id"),
    Index("ix_media_size", "library_id", "size", "id"),
    Index("ix_media_width", "library_id", "width", "id"),
    Index("ix_media_duration", "library_id", "duration_ms", "id"),
    Index("ix_media_rating", "library_id", "rating", "id"),
    Index("ix_media_rating_taken", "library_id", "rating", "taken_at", "id"),
    Index("ix_media_shuffle", "library_id", "shuffle", "id"),
    Index("ix_media_place", "library_id", "latitude", "longitude", "id"),
    Index("ix_media_mime_type", "library_id", "mime_type", "created_at", "id"),
    Index("ix_media_folder", "library_id", "folder", "created_at", "id"),
    Index("ix_media_folded_title", "library_id", "folded_title", "id"),
    Index("ix_media_folded_filename", "library_id", "folded_filename", "id"),
    Index("ix_media_folded_folder", "library_id", "folded_folder", "created_at", "id"),
    Index("ix_media_sha256", "library_id", "sha256"),
    Index(
        "ix_media_trashed",
        "library_id",
        "created_at",
        "id",
        sqlite_where=sql("trashed_at IS NOT NULL"),
        postgresql_where=sql("trashed_at IS NOT NULL"),
    ),
    Index("ix_media_blob", "blob_id"),
)
media_tally_table = Table(
    "media_tally",
    schema,
    library(primary=True),
    Column("facet", Words, primary_key=True),
    Column("value", Words, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("duration_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
media_metadata_table = Table(
    "media_metadata",
    schema,
    key("media_id", "media.id", primary=True, cascade=True),
    library(),
    Column("kind", Word(MediaKind), nullable=False),
    Column("extra", Json, nullable=False),
    Column("extracted_at", UtcTime),
    *typed_columns([made.metadata for made in TYPES], frozenset[str]().union(*(made.metadata_fields for made in TYPES))),
    *map(folded, ("artist", "album", "genre")),
    Column("folded_camera", Words, default=camera_folded),
    Index("ix_media_metadata_artist", "library_id", "folded_artist", "media_id"),
    Index("ix_media_metadata_album", "library_id", "folded_album", "media_id"),
    Index("ix_media_metadata_genre", "library_id", "folded_genre", "media_id"),
    Index("ix_media_metadata_camera", "library_id", "folded_camera", "media_id"),
    Index("ix_media_metadata_title", "library_id", "title", "media_id"),
)
media_text_table = Table(
    "media_text",
    schema,
    key("media_id", "media.id", primary=True, cascade=True),
    library(),
    Column("text", Words, nullable=False),
)
metadata_entry_table = Table(
    "metadata_entry",
    schema,
    key("id", primary=True),
    library(),
    key("media_id", "media.id", cascade=True),
    Column("namespace", Words, nullable=False),
    Column("key", Words, nullable=False),
    Column("type", Word(ValueType), nullable=False),
    Column("value", Json),
    Column("text", Words, nullable=False),
    Column("source", Word(MetadataSource), nullable=False),
    Column("confidence", Double),
    Column("locked", Boolean, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Unique("media_id", "namespace", "key"),
    Index("ix_metadata_entry_key", "library_id", "namespace", "key", "media_id"),
)
rendition_table = Table(
    "rendition",
    schema,
    key("media_id", "media.id", primary=True, cascade=True),
    Column("name", Words, primary_key=True),
    library(),
    key("storage_id", "storage.id"),
    Column("key", Words, nullable=False),
    Column("mime_type", Words, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", Words, nullable=False),
    Index("ix_rendition_key", "storage_id", "key"),
)
processing_run_table = Table(
    "processing_run",
    schema,
    key("media_id", "media.id", primary=True, cascade=True),
    Column("processor", Words, primary_key=True),
    library(),
    Column("state", Word(RunState), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error_code", Words),
    Column("error_message", Words),
    Column("error_retryable", Boolean),
    Column("started_at", UtcTime),
    Column("finished_at", UtcTime),
    Index("ix_processing_run_state", "library_id", "state", "media_id"),
)
tag_table = Table(
    "tag",
    schema,
    key("id", primary=True),
    library(),
    Column("name", Words, nullable=False),
    Column("folded_name", Words, nullable=False),
    Column("slug", Words, nullable=False),
    Column("description", Words),
    Column("color", Words),
    Column("category", Words),
    Column("aliases", Texts, nullable=False, server_default="[]"),
    key("parent_id", "tag.id", optional=True),
    Column("path", Words, nullable=False),
    Column("depth", Integer, nullable=False, server_default="0"),
    Column("media_count", Integer, nullable=False, server_default="0"),  # kept by triggers: see persistence/counters.py
    Column("version", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Unique("library_id", "folded_name"),
    Unique("library_id", "slug"),
    Index("ix_tag_parent", "parent_id", "folded_name", "id"),
    Index("ix_tag_media_count", "library_id", "media_count", "id"),
    Index("ix_tag_created", "library_id", "created_at", "id"),
)
tag_closure_table = Table(  # a row for each tag and each that it lies below, itself first
    "tag_closure",
    schema,
    key("ancestor_id", "tag.id", primary=True, cascade=True),
    key("descendant_id", "tag.id", primary=True, cascade=True),
    library(),
    Column("depth", Integer, nullable=False),
    Index("ix_tag_closure_descendant", "descendant_id", "ancestor_id", "depth", "library_id"),
    sqlite_with_rowid=False,
)
tag_key_table = Table(  # every key a tag answers to: its own, and those of tags that were merged into it
    "tag_key",
    schema,
    key("key", primary=True),
    library(),
    key("tag_id", "tag.id", cascade=True),
    Index("ix_tag_key_tag", "tag_id"),
    sqlite_with_rowid=False,
)
tag_alias_table = Table(  # `tag.aliases` as they are compared
    "tag_alias",
    schema,
    key("library_id", "library.id", primary=True, cascade=True),
    Column("folded_name", Words, primary_key=True),
    key("tag_id", "tag.id", cascade=True),
    Index("ix_tag_alias_tag", "tag_id", "folded_name"),
    sqlite_with_rowid=False,
)
tag_implication_table = Table(
    "tag_implication",
    schema,
    key("tag_id", "tag.id", primary=True, cascade=True),
    key("implied_id", "tag.id", primary=True, cascade=True),
    library(),
    Index("ix_tag_implication_implied", "implied_id", "tag_id"),
    sqlite_with_rowid=False,
)
media_tag_table = Table(
    "media_tag",
    schema,
    key("media_id", "media.id", primary=True, cascade=True),
    key("tag_id", "tag.id", primary=True, cascade=True),
    library(),
    Column("source", Word(MetadataSource), nullable=False),
    Column("confidence", Double),
    Column("tagged_at", UtcTime, nullable=False),
    Column("media_created_at", UtcTime, nullable=False),  # the sort key lives in the link, so a page is one index range
    Index("ix_media_tag_tag", "tag_id", "media_created_at", "media_id", "library_id"),
    sqlite_with_rowid=False,
)
collection_table = Table(
    "collection",
    schema,
    key("id", primary=True),
    library(),
    Column("name", Words, nullable=False),
    Column("folded_name", Words, nullable=False),
    Column("slug", Words, nullable=False),
    Column("path", Words, nullable=False, server_default=""),
    Column("description", Words),
    key("parent_id", "collection.id", optional=True),
    key("cover_id", "media.id", optional=True, ondelete="SET NULL"),
    Column("rule", Words),
    Column("media_count", Integer, nullable=False, server_default="0"),  # triggers keep it
    Column("version", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Unique("library_id", "parent_id", "folded_name"),
    Unique("library_id", "slug"),
    # NULLs are never equal, so the collections of the top level need an index of their own
    Index("uq_collection_root_name", "library_id", "folded_name", unique=True, sqlite_where=sql("parent_id IS NULL"),
          postgresql_where=sql("parent_id IS NULL")),
    Index("ix_collection_parent", "parent_id", "folded_name", "id"),
    Index("ix_collection_folded_name", "library_id", "folded_name", "id"),
    Index("ix_collection_cover", "cover_id"),
)  # fmt: skip
collection_closure_table = Table(
    "collection_closure",
    schema,
    key("ancestor_id", "collection.id", primary=True, cascade=True),
    key("descendant_id", "collection.id", primary=True, cascade=True),
    library(),
    Column("depth", Integer, nullable=False),
    Index("ix_collection_closure_descendant", "descendant_id", "ancestor_id", "library_id"),
    sqlite_with_rowid=False,
)
collection_item_table = Table(
    "collection_item",
    schema,
    key("media_id", "media.id", primary=True, cascade=True),
    key("collection_id", "collection.id", primary=True, cascade=True),
    library(),
    Column("position", Words, nullable=False),
    Column("added_at", UtcTime, nullable=False),
    Unique("collection_id", "position"),
    Index("ix_collection_item_position", "collection_id", "position", "media_id", "library_id"),
    sqlite_with_rowid=False,
)
media_usage_table = Table(  # of consumers without code; `persistence/providers.py` has it beside those of others
    "media_usage",
    schema,
    key("id", primary=True),
    library(),
    key("media_id", "media.id", cascade=True),
    *(Column(name, Words, nullable=False) for name in ("app", "entity_type", "entity_id", "field")),
    Column("position", Integer),
    *(Column(name, Words) for name in ("label", "url", "alt_text", "caption")),
    Column("crop", Json),
    *(Column(name, Double) for name in ("focal_x", "focal_y")),
    Column("created_at", UtcTime),
    Unique("library_id", "app", "entity_type", "entity_id", "field", "media_id", name="uq_media_usage"),
    Index("ix_media_usage_media", "media_id", "app", "entity_type", "entity_id", "id", "library_id"),
)

answer_table = Table(  # what came of changes, by the idempotency keys of their callers
    "answer",
    schema,
    library(primary=True),
    Column("key", Words, primary_key=True),
    Column("digest", Words, nullable=False),
    Column("result", Json),
    Column("answered_at", UtcTime, nullable=False),
    Index("ix_answer_answered", "library_id", "answered_at"),
)
change_table = Table(
    "change",
    schema,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    key("id"),
    library(),
    Column("action", Word(ChangeAction), nullable=False),
    Column("node_type", Words, nullable=False),
    *(key(name, optional=True) for name in POINTERS.values()),  # whether or not the thing is still there
    Column("fields", Texts, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Words, nullable=False),
    Index("ix_change_seq", "library_id", "seq", "id"),
    sqlite_autoincrement=True,  # a number that was given is never given again: cursors hold it
)

media_search_seq = Sequence("media_search_seq", metadata=schema)
media_search_table = Table(
    "media_search",
    schema,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    key("media_id", "media.id", cascade=True),
    library(),
    Column("stale", Boolean, nullable=False),
    *(Column(name.lower(), Words) for name in SearchField),  # on SQLite
    Column("lexemes", Lexemes),  # on PostgreSQL
    Unique("media_id"),
    Index("ix_media_search_seq", "library_id", "seq", "media_id"),
    Index("ix_media_search_stale", "library_id", "media_id", sqlite_where=sql("stale = 1"), postgresql_where=sql("stale")),
)
for made, dialect in ((ON_SQLITE, "sqlite"), (ON_POSTGRESQL, "postgresql")):
    for one in made:
        event.listen(media_search_table, "after_create", one.execute_if(dialect=dialect))
keep(schema)

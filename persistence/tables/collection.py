"""Tables of collections, which lie in each other, and what is in them."""

from sqlalchemy import Column, Index, Integer, Table
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy import text as sql

from persistence.columns import key, library
from persistence.tables.naming import schema
from persistence.types import UtcTime, Words

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

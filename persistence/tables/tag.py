"""Tables of tags, their tree, and what wears them."""

from sqlalchemy import Column, Double, Index, Integer, Table
from sqlalchemy import UniqueConstraint as Unique

from domain.metadata import MetadataSource
from persistence.columns import key, library
from persistence.tables.naming import schema
from persistence.types import Texts, UtcTime, Word, Words

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

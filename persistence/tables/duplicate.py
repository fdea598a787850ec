"""Tables of duplicates: how pictures look, which look alike, and what people have said are no duplicates."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table

from persistence.columns import key, library
from persistence.tables.naming import schema
from persistence.types import UtcTime

media_band_table = Table(  # a row for each band of a perceptual hash, with the whole of it as a signed number
    "media_band",
    schema,
    library(primary=True),
    Column("slot", Integer, primary_key=True, autoincrement=False),
    key("media_id", "media.id", primary=True, cascade=True),
    Column("bits", BigInteger, nullable=False),
    Index("ix_media_band_media", "media_id"),
    sqlite_with_rowid=False,
)
media_likeness_table = Table(  # each pair both ways, in the trash or not
    "media_likeness",
    schema,
    key("other_id", "media.id", primary=True, cascade=True),
    key("media_id", "media.id", primary=True, cascade=True),
    library(),
    Column("distance", Integer, nullable=False),
    Index("ix_media_likeness_media", "media_id", "distance", "other_id", "library_id"),
    Index("ix_media_likeness_library", "library_id", "media_id", "distance", "other_id"),
    sqlite_with_rowid=False,
)
duplicate_dismissal_table = Table(  # each pair both ways
    "duplicate_dismissal",
    schema,
    key("media_id", "media.id", primary=True, cascade=True),
    key("other_id", "media.id", primary=True, cascade=True),
    library(),
    Column("dismissed_at", UtcTime, nullable=False),
    Index("ix_duplicate_dismissal_other", "other_id", "media_id"),
    sqlite_with_rowid=False,
)

"""Tables of duplicates: what people have said are none."""

from sqlalchemy import Column, Index, Table

from persistence.columns import key, library
from persistence.tables.naming import schema
from persistence.types import UtcTime

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

"""Tables of a library itself: storages, bytes, the log of changes, answers that are kept."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table
from sqlalchemy import CheckConstraint as Check
from sqlalchemy import UniqueConstraint as Unique

from domain.changelog import POINTERS, ChangeAction
from persistence.columns import key, library
from persistence.tables.naming import schema
from persistence.types import Json, Texts, UtcTime, Word, Words

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

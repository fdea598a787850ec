"""The table of the words of media, and what each database searches it by."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Sequence, Table, event
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy import text as sql

from domain.matching import SearchField
from persistence.columns import key, library
from persistence.matching import ON_POSTGRESQL, ON_SQLITE
from persistence.tables.naming import schema
from persistence.types import Lexemes, Words

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

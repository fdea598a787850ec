"""Words to search by: `media_search`, and what each database needs to find rows of it by words.

The words of media that are there already are put in by `mediagraph migrate`, or by `mediagraph reindex`.
"""

import sqlalchemy as sa
from alembic import op

from persistence import types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
FTS = "media_search_fts"
FIELDS = ["title", "tags", "filename", "alt_text", "description", "metadata", "extracted_text"]
TAKEN = f"INSERT INTO {FTS}({FTS}, rowid, {', '.join(FIELDS)}) VALUES ('delete', old.seq, {', '.join(f'old.{f}' for f in FIELDS)})"  # noqa: S608
PUT = f"INSERT INTO {FTS}(rowid, {', '.join(FIELDS)}) VALUES (new.seq, {', '.join(f'new.{f}' for f in FIELDS)})"  # noqa: S608


def upgrade() -> None:
    op.create_table(
        "media_search",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("media_id", types.Key(), nullable=False),
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        *(sa.Column(name, types.Words(), nullable=True) for name in FIELDS),
        sa.Column("lexemes", types.Lexemes(), nullable=True),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name=op.f("fk_media_search_library_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_media_search_media_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_media_search")),
        sa.UniqueConstraint("media_id", name=op.f("uq_media_search_media_id")),
    )
    op.create_index("ix_media_search_seq", "media_search", ["library_id", "seq", "media_id"])
    stale = sa.text("stale")
    op.create_index(
        "ix_media_search_stale", "media_search", ["library_id", "media_id"], sqlite_where=sa.text("stale = 1"), postgresql_where=stale
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE SEQUENCE media_search_seq")
        op.execute("CREATE INDEX ix_media_search_lexemes ON media_search USING gin (lexemes)")
        return
    op.execute(
        f"CREATE VIRTUAL TABLE {FTS} USING fts5({', '.join(FIELDS)}, content='media_search', content_rowid='seq', "
        "tokenize='ascii', prefix='1 2 3')"
    )
    op.execute(f"CREATE TRIGGER media_search_added AFTER INSERT ON media_search BEGIN {PUT}; END")
    op.execute(f"CREATE TRIGGER media_search_deleted AFTER DELETE ON media_search BEGIN {TAKEN}; END")
    op.execute(
        f"CREATE TRIGGER media_search_changed AFTER UPDATE OF {', '.join(FIELDS)} ON media_search "
        f"BEGIN {TAKEN}; {PUT}; END"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TABLE {FTS}")
    op.drop_table("media_search")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP SEQUENCE media_search_seq")

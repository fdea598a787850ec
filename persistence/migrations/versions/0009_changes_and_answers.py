"""The log of changes, and the answers that are kept for callers who ask again."""

import sqlalchemy as sa
from alembic import op

from domain.changelog import ChangeAction
from persistence import types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def library() -> sa.Column[bytes]:
    return sa.Column("library_id", types.Key(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "answer",
        library(),
        sa.Column("key", types.Words(), nullable=False),
        sa.Column("digest", types.Words(), nullable=False),
        sa.Column("result", types.Json()),
        sa.Column("answered_at", types.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name="fk_answer_library_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("library_id", "key", name="pk_answer"),
    )
    op.create_index("ix_answer_answered", "answer", ["library_id", "answered_at"])
    op.create_table(
        "change",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", types.Key(), nullable=False),
        library(),
        sa.Column("action", types.Word(ChangeAction), nullable=False),
        sa.Column("node_type", types.Words(), nullable=False),
        sa.Column("media_id", types.Key()),
        sa.Column("tag_id", types.Key()),
        sa.Column("collection_id", types.Key()),
        sa.Column("fields", types.Texts(), nullable=False),
        sa.Column("at", types.UtcTime(), nullable=False),
        sa.Column("actor", types.Words(), nullable=False),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name="fk_change_library_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("seq", name="pk_change"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_change_seq", "change", ["library_id", "seq", "id"])


def downgrade() -> None:
    op.drop_table("change")
    op.drop_table("answer")

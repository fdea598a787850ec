"""Bytes to be collected, and indexes that say whether a row needs some."""

import sqlalchemy as sa
from alembic import op

from persistence import types

revision = "0013"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leftover",
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("storage_id", types.Key(), nullable=False),
        sa.Column("key", types.Words(), nullable=False),
        sa.Column("since", types.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name=op.f("fk_leftover_library_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["storage_id"], ["storage.id"], name=op.f("fk_leftover_storage_id")),
        sa.PrimaryKeyConstraint("library_id", "storage_id", "key", name=op.f("pk_leftover")),
        sqlite_with_rowid=False,
    )
    op.drop_index("ix_blob_storage_id", "blob")
    op.create_index("ix_blob_key", "blob", ["storage_id", "key"])
    op.create_index("ix_rendition_key", "rendition", ["storage_id", "key"])


def downgrade() -> None:
    op.drop_index("ix_rendition_key", "rendition")
    op.drop_index("ix_blob_key", "blob")
    op.create_index("ix_blob_storage_id", "blob", ["storage_id"])
    op.drop_table("leftover")

"""What people say are no duplicates, and an index that has media of the same bytes beside each other."""

import sqlalchemy as sa
from alembic import op

from persistence import types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duplicate_dismissal",
        sa.Column("media_id", types.Key(), nullable=False),
        sa.Column("other_id", types.Key(), nullable=False),
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("dismissed_at", types.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_duplicate_dismissal_media_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other_id"], ["media.id"], name=op.f("fk_duplicate_dismissal_other_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["library_id"], ["library.id"], name=op.f("fk_duplicate_dismissal_library_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("media_id", "other_id", name=op.f("pk_duplicate_dismissal")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_duplicate_dismissal_other", "duplicate_dismissal", ["other_id", "media_id"])
    op.drop_index("ix_media_sha256", "media")
    op.create_index("ix_media_sha256", "media", ["library_id", "sha256", "trashed_at", "id", "size"])


def downgrade() -> None:
    op.drop_index("ix_media_sha256", "media")
    op.create_index("ix_media_sha256", "media", ["library_id", "sha256"])
    op.drop_table("duplicate_dismissal")

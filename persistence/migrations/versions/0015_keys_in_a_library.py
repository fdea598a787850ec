"""Foreign keys of extensions may hold a media and a row of theirs in one library."""

from alembic import op

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_media_library", "media", ["library_id", "id"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_media_library", "media")

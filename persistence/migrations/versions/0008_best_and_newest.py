"""An index of media by rating, and by time among equals: the best of a library, of which there are always many."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_media_rating_taken", "media", ["library_id", "rating", "taken_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_media_rating_taken", "media")

"""An index of all collections by name, wherever they lie: for the list of all, and for names that begin so."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_collection_folded_name", "collection", ["library_id", "folded_name", "id"])


def downgrade() -> None:
    op.drop_index("ix_collection_folded_name", "collection")

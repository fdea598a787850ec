"""Which things outside the library use which of its media."""

import sqlalchemy as sa
from alembic import op

from persistence import types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "media_usage",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("media_id", types.Key(), nullable=False),
        sa.Column("app", types.Words(), nullable=False),
        sa.Column("entity_type", types.Words(), nullable=False),
        sa.Column("entity_id", types.Words(), nullable=False),
        sa.Column("field", types.Words(), nullable=False),
        sa.Column("position", sa.Integer()),
        sa.Column("label", types.Words()),
        sa.Column("url", types.Words()),
        sa.Column("alt_text", types.Words()),
        sa.Column("caption", types.Words()),
        sa.Column("crop", types.Json()),
        sa.Column("focal_x", sa.Double()),
        sa.Column("focal_y", sa.Double()),
        sa.Column("created_at", types.UtcTime()),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name="fk_media_usage_library_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name="fk_media_usage_media_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_media_usage"),
        sa.UniqueConstraint("library_id", "app", "entity_type", "entity_id", "field", "media_id", name="uq_media_usage"),
    )
    op.create_index("ix_media_usage_media", "media_usage", ["media_id", "app", "entity_type", "entity_id", "id", "library_id"])


def downgrade() -> None:
    op.drop_table("media_usage")

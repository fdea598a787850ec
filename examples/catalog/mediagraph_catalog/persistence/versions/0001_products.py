"""Products and their media."""

import sqlalchemy as sa
from alembic import op

from persistence import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "product",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("sku", types.Words(), nullable=False),
        sa.Column("name", types.Words(), nullable=False),
        sa.Column("created_at", types.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name="fk_product_library", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_product"),
        sa.UniqueConstraint("library_id", "sku", name="uq_product_sku"),
        sa.UniqueConstraint("library_id", "id", name="uq_product_library"),
    )
    op.create_index("ix_product_name", "product", ["library_id", "name", "id"])
    op.create_table(
        "product_media",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("product_id", types.Key(), nullable=False),
        sa.Column("media_id", types.Key(), nullable=False),
        sa.Column("usage", sa.String(20), nullable=False, server_default="GALLERY"),
        sa.Column("display_order", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("variant_id", types.Words()),
        sa.Column("created_at", types.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["library_id", "product_id"], ["product.library_id", "product.id"], name="fk_product_media_product", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["library_id", "media_id"], ["media.library_id", "media.id"], name="fk_product_media_media", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_product_media"),
        sa.CheckConstraint("display_order >= 0", name="ck_product_media_display_order"),
        sa.UniqueConstraint("product_id", "media_id", "usage", "variant_id", name="uq_product_media_variant"),
    )
    op.create_index("ix_product_media_product", "product_media", ["product_id", "display_order", "id", "library_id"])
    op.create_index("ix_product_media_media", "product_media", ["media_id", "product_id", "id", "library_id"])
    whole = sa.text("variant_id IS NULL")
    op.create_index(
        "uq_product_media_place", "product_media", ["product_id", "media_id", "usage"], unique=True, sqlite_where=whole,
        postgresql_where=whole,
    )
    main = sa.text("usage = 'MAIN_IMAGE'")
    op.create_index(
        "uq_product_media_main_image", "product_media", ["product_id"], unique=True, sqlite_where=main, postgresql_where=main
    )


def downgrade() -> None:
    op.drop_table("product_media")
    op.drop_table("product")

"""Tables of the catalog. Foreign keys of two columns hold a product, its media and the row between in one library."""

from sqlalchemy import CheckConstraint as Check
from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, MetaData, Table, text
from sqlalchemy import UniqueConstraint as Unique

from mediagraph_catalog.domain.product import ProductUsage
from persistence.columns import key
from persistence.tables import library_table, media_table
from persistence.types import UtcTime, Word, Words

tables = MetaData()
product_table = Table(
    "product",
    tables,
    key("id", primary=True),
    key("library_id", library_table.c.id, cascade=True),
    Column("sku", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Unique("library_id", "sku", name="uq_product_sku"),
    Unique("library_id", "id", name="uq_product_library"),
    Index("ix_product_name", "library_id", "name", "id"),
)
product_media_table = Table(
    "product_media",
    tables,
    key("id", primary=True),
    key("library_id"),
    key("product_id"),
    key("media_id"),
    Column("usage", Word(ProductUsage), nullable=False, server_default=ProductUsage.GALLERY),
    Column("display_order", Integer, nullable=False, server_default="0"),
    Column("variant_id", Words),
    Column("created_at", UtcTime, nullable=False),
    ForeignKeyConstraint(
        ["library_id", "product_id"], [product_table.c.library_id, product_table.c.id], name="fk_product_media_product",
        ondelete="CASCADE",
    ),
    ForeignKeyConstraint(
        ["library_id", "media_id"], [media_table.c.library_id, media_table.c.id], name="fk_product_media_media",
        ondelete="CASCADE",
    ),
    Check("display_order >= 0", name="ck_product_media_display_order"),
    Index("ix_product_media_product", "product_id", "display_order", "id", "library_id"),
    Index("ix_product_media_media", "media_id", "product_id", "id", "library_id"),
    Unique("product_id", "media_id", "usage", "variant_id", name="uq_product_media_variant"),
    Index(
        "uq_product_media_place", "product_id", "media_id", "usage", unique=True, sqlite_where=text("variant_id IS NULL"),
        postgresql_where=text("variant_id IS NULL"),
    ),
    Index(
        "uq_product_media_main_image", "product_id", unique=True, sqlite_where=text("usage = 'MAIN_IMAGE'"),
        postgresql_where=text("usage = 'MAIN_IMAGE'"),
    ),
)  # fmt: skip

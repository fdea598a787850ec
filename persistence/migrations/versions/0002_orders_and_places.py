"""What lists are ordered and narrowed by: a permutation of all media, texts whatever their case, and their indexes."""

import sqlalchemy as sa
from alembic import op

from persistence import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MEDIA = ("folded_title", "folded_filename", "folded_folder")
METADATA = ("folded_artist", "folded_album", "folded_genre", "folded_camera")
INDEXES = {
    "ix_media_updated": ["library_id", "updated_at", "id"],
    "ix_media_width": ["library_id", "width", "id"],
    "ix_media_duration": ["library_id", "duration_ms", "id"],
    "ix_media_rating": ["library_id", "rating", "id"],
    "ix_media_shuffle": ["library_id", "shuffle", "id"],
    "ix_media_place": ["library_id", "latitude", "longitude", "id"],
    "ix_media_folded_title": ["library_id", "folded_title", "id"],
    "ix_media_folded_filename": ["library_id", "folded_filename", "id"],
    "ix_media_folded_folder": ["library_id", "folded_folder", "created_at", "id"],
}
FACTS = ("artist", "album", "genre", "camera")
BEFORE = ("artist", "album", "genre")
CHANCE = {"sqlite": "random() & 2147483647", "postgresql": "floor(random() * 2147483648)::bigint"}
CAMERA = (
    "CASE WHEN make IS NULL THEN model WHEN model IS NULL THEN make "
    "WHEN substr(model, 1, length(make)) = make THEN model ELSE make || ' ' || model END"
)


def upgrade() -> None:
    # SQLite adds a column without copying the table only where it has a default or may be null
    op.add_column("media", sa.Column("shuffle", sa.BigInteger(), nullable=False, server_default="0"))
    for table, names in (("media", MEDIA), ("media_metadata", METADATA)):
        for name in names:
            op.add_column(table, sa.Column(name, types.Words(), nullable=True))
    fill()
    for name in BEFORE:
        op.drop_index(f"ix_media_metadata_{name}", "media_metadata")
    for name, columns in INDEXES.items():
        op.create_index(name, "media", columns)
    for name in FACTS:
        op.create_index(f"ix_media_metadata_{name}", "media_metadata", ["library_id", f"folded_{name}", "media_id"])


def fill() -> None:
    """What rows that are there already have in the new columns."""
    dialect = op.get_bind().dialect.name

    def fold(value: str) -> str:  # what connections to SQLite are given, and what PostgreSQL has nearest to it
        return f"fold({value})" if dialect == "sqlite" else f'lower(normalize({value}, NFC) COLLATE "und-x-icu")'

    media = ", ".join(f"{name} = {fold(name.removeprefix('folded_'))}" for name in MEDIA)
    op.execute(f"UPDATE media SET shuffle = {CHANCE[dialect]}, {media}")
    facts = ", ".join(f"{name} = {fold(name.removeprefix('folded_'))}" for name in METADATA[:-1])
    op.execute(f"UPDATE media_metadata SET {facts}, folded_camera = {fold(f'({CAMERA})')}")


def downgrade() -> None:
    for name in FACTS:
        op.drop_index(f"ix_media_metadata_{name}", "media_metadata")
    for name in INDEXES:
        op.drop_index(name, "media")
    for name in BEFORE:
        op.create_index(f"ix_media_metadata_{name}", "media_metadata", ["library_id", name, "media_id"])
    for table, names in (("media", ("shuffle", *MEDIA)), ("media_metadata", METADATA)):
        for name in names:
            op.drop_column(table, name)

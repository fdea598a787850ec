"""What lists are ordered and narrowed by: a permutation of all media, texts whatever their case, and their indexes."""

import unicodedata

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

    def fold(value: str) -> str:  # connections to SQLite are given one; what is not ASCII, PostgreSQL folds in another way
        return f"fold({value})" if dialect == "sqlite" else f"lower({value})"

    media = ", ".join(f"{name} = {fold(name.removeprefix('folded_'))}" for name in MEDIA)
    op.execute(f"UPDATE media SET shuffle = {CHANCE[dialect]}, {media}")
    facts = ", ".join(f"{name} = {fold(name.removeprefix('folded_'))}" for name in METADATA[:-1])
    op.execute(f"UPDATE media_metadata SET {facts}, folded_camera = {fold(f'({CAMERA})')}")
    if dialect == "postgresql":
        for name in MEDIA:
            fold_beyond_ascii("media", "id", name, name.removeprefix("folded_"))
        for name in METADATA:
            fold_beyond_ascii("media_metadata", "media_id", name, CAMERA if name == "folded_camera" else name.removeprefix("folded_"))


def fold_beyond_ascii(table: str, key: str, name: str, value: str) -> None:
    """Folds texts as the application does, page by page: `ß` is `ss`, which no function of PostgreSQL says."""
    page = sa.text(
        f"SELECT {key}, value FROM (SELECT {key}, {value} AS value FROM {table}) AS found "
        f"WHERE octet_length(value) <> char_length(value) AND {key} > :after ORDER BY {key} LIMIT 10000"
    ).bindparams(sa.bindparam("after", type_=types.Key()))
    change = sa.text(f"UPDATE {table} SET {name} = :folded WHERE {key} = :key").bindparams(sa.bindparam("key", type_=types.Key()))
    connection, after = op.get_bind(), bytes(16)
    while found := connection.execute(page.columns(sa.column(key, types.Key()), sa.column("value")), {"after": after}).all():
        after = found[-1][0]
        folded = ({"key": own, "folded": unicodedata.normalize("NFC", text).casefold()} for own, text in found)
        connection.execute(change, list(folded))


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

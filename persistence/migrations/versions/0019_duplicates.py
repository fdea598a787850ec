"""Which pictures look alike, what people say are no duplicates, and an index that has media of the same bytes beside each other.

Pictures that are there already are compared here, each with those before it, as the application does when one comes.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from persistence import types

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
HASH = re.compile("[0-9a-f]{16}")
MOST_APART, MOST_ALIKE, WIDTHS, SLOT, PIECE = 8, 100, (13, 13, 13, 13, 12), 13, 1_000
MOST_A_SLOT = 1_000
"""Of those that share a band the oldest are compared with those behind them: black frames, which all have one hash, would take for ever."""


def upgrade() -> None:
    band = op.create_table(
        "media_band",
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("media_id", types.Key(), nullable=False),
        sa.Column("bits", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name=op.f("fk_media_band_library_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_media_band_media_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("library_id", "slot", "media_id", name=op.f("pk_media_band")),
        sqlite_with_rowid=False,
    )
    likeness = op.create_table(
        "media_likeness",
        sa.Column("other_id", types.Key(), nullable=False),
        sa.Column("media_id", types.Key(), nullable=False),
        sa.Column("library_id", types.Key(), nullable=False),
        sa.Column("distance", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["other_id"], ["media.id"], name=op.f("fk_media_likeness_other_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_media_likeness_media_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name=op.f("fk_media_likeness_library_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("other_id", "media_id", name=op.f("pk_media_likeness")),
        sqlite_with_rowid=False,
    )
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
    compare(band, likeness)
    op.create_index("ix_media_band_media", "media_band", ["media_id"])
    op.create_index("ix_media_likeness_media", "media_likeness", ["media_id", "distance", "other_id", "library_id"])
    op.create_index("ix_media_likeness_library", "media_likeness", ["library_id", "media_id", "distance", "other_id"])
    op.create_index("ix_duplicate_dismissal_other", "duplicate_dismissal", ["other_id", "media_id"])
    op.drop_index("ix_media_sha256", "media")
    op.create_index("ix_media_sha256", "media", ["library_id", "sha256", "trashed_at", "id", "size"])


def compare(band: Any, likeness: Any) -> None:
    """Fills both tables, library by library."""
    names = (sa.column("id", types.Key()), sa.column("library_id", types.Key()), sa.column("phash", sa.String()))
    media, connection = sa.table("media", *names), op.get_bind()
    hashed = sa.select(media.c.id, media.c.phash).where(media.c.phash.is_not(None)).order_by(media.c.id)
    for library in connection.execute(sa.select(media.c.library_id).distinct()).scalars().all():
        bands, pairs = list[dict[str, Any]](), list[dict[str, Any]]()
        kept: defaultdict[int, list[tuple[bytes, int]]] = defaultdict(list)
        for key, phash in connection.execute(hashed.where(media.c.library_id == library)).all():
            if not HASH.fullmatch(phash):
                continue
            bits = int(phash, 16)
            pairs += alike(library, key, bits, kept)
            signed = bits - (1 << 64) if bits >> 63 else bits
            for slot in slots(bits):
                if len(kept[slot]) < MOST_A_SLOT:
                    kept[slot].append((key, bits))
                bands.append({"library_id": library, "slot": slot, "media_id": key, "bits": signed})
            bands, pairs = flushed(band, bands, PIECE), flushed(likeness, pairs, PIECE)
        flushed(band, bands, 1)
        flushed(likeness, pairs, 1)


def alike(library: bytes, key: bytes, bits: int, kept: Any) -> Iterator[dict[str, Any]]:
    """The pairs of a picture with those before it, both ways."""
    found = {
        other: apart for slot in slots(bits, turned=True) for other, there in kept.get(slot, ())
        if (apart := (bits ^ there).bit_count()) <= MOST_APART
    }  # fmt: skip
    near = sorted((apart, other) for other, apart in found.items())[:MOST_ALIKE]
    for apart, there in near:
        for one, other in ((key, there), (there, key)):
            yield {"library_id": library, "media_id": one, "other_id": other, "distance": apart}


def slots(bits: int, *, turned: bool = False) -> Iterator[int]:
    """A slot for each band of a hash; and those with one bit turned."""
    for number, width in enumerate(WIDTHS):
        value = bits & ((1 << width) - 1)
        yield number << SLOT | value
        if turned:
            yield from (number << SLOT | value ^ (1 << at) for at in range(width))
        bits >>= width


def flushed(table: Any, rows: list[dict[str, Any]], least: int) -> list[dict[str, Any]]:
    """Writes rows once there are enough; what is left of them."""
    if len(rows) < least:
        return rows
    op.bulk_insert(table, rows)
    return []


def downgrade() -> None:
    op.drop_index("ix_media_sha256", "media")
    op.create_index("ix_media_sha256", "media", ["library_id", "sha256"])
    op.drop_table("duplicate_dismissal")
    op.drop_table("media_likeness")
    op.drop_table("media_band")

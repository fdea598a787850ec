"""Which pictures look alike: compared before the transaction ends in which one gets another hash."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import Id
from domain.likeness import MOST_ALIKE, MOST_APART, MOST_COMPARED, bits_of, distance, near_slots, slots
from persistence.rows import in_pieces
from persistence.tables import media_band_table, media_likeness_table, media_table

ALL_BITS = 1 << 64
band, near = media_band_table.c, media_likeness_table.c


async def compare_looks(connection: AsyncConnection, library: Id, keys: Iterable[Id]) -> None:
    """Finds anew what these media look like, each beside all that were compared before."""
    for some in in_pieces(sorted(keys), 100):
        await forget(connection, library, some)
        hashed = select(media_table.c.id, media_table.c.phash).where(
            media_table.c.id.in_(some), media_table.c.library_id == library, media_table.c.phash.is_not(None)
        )
        for row in (await connection.execute(hashed.order_by(media_table.c.id))).mappings().all():
            if (bits := bits_of(row["phash"])) is not None:
                await compare(connection, library, row["id"], bits)


async def forget(connection: AsyncConnection, library: Id, keys: Sequence[Id]) -> None:
    await connection.execute(delete(media_band_table).where(band.media_id.in_(keys), band.library_id == library))
    pairs = or_(near.media_id.in_(keys), near.other_id.in_(keys))
    await connection.execute(delete(media_likeness_table).where(pairs, near.library_id == library))


async def compare(connection: AsyncConnection, library: Id, key: Id, bits: int) -> None:
    """Keeps a hash, and the nearest of those that are near."""
    near_it = (band.library_id == library, band.slot.in_(near_slots(bits)))
    found = select(band.media_id, band.bits).where(*near_it).limit(MOST_COMPARED)
    others = {row["media_id"]: distance(bits, row["bits"] % ALL_BITS) for row in (await connection.execute(found)).mappings()}
    alike = sorted((apart, other) for other, apart in others.items() if apart <= MOST_APART)[:MOST_ALIKE]
    own = {"library_id": library, "media_id": key, "bits": signed(bits)}
    await connection.execute(insert(media_band_table), [own | {"slot": slot} for slot in slots(bits)])
    pairs = [
        {"library_id": library, "media_id": one, "other_id": other, "distance": apart}
        for apart, there in alike for one, other in ((key, there), (there, key))
    ]  # fmt: skip
    if pairs:
        await connection.execute(insert(media_likeness_table), pairs)


def signed(bits: int) -> int:
    """As databases keep 64 bits."""
    return bits - ALL_BITS if bits >= ALL_BITS >> 1 else bits

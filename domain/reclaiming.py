"""What would be free if of each group of duplicates the keeper alone were left."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.summary import Row, Shape


@dataclass(frozen=True, slots=True)
class Reclaiming:
    """The bytes that groups have besides those of their keepers."""

    @property
    def shape(self) -> Shape:
        return Shape("reclaimable")

    def made(self, rows: Sequence[Row]) -> int:
        return rows[0][0] if rows else 0

"""How alike two pictures look: the bits their perceptual hashes differ in, and which hashes have to be compared at all."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.errors import Invalid

HASH = re.compile("[0-9a-f]{16}")
MOST_APART = 8
"""Bits of 64 up to which two pictures are compared."""
MOST_ALIKE = 100
"""Of those that look like one the nearest are remembered, of equally near ones the oldest."""
MOST_COMPARED = 20_000
"""Of hashes that share a band with a new one, so many are compared with it: a million by chance share one with 8,400. Where more
do, as black frames and white pages have one hash, some that look like it are missed.
"""
WIDTHS = (13, 13, 13, 13, 12)
"""A hash is cut into bands of so many bits. Of nine bits that differ one of five bands has one at most: whoever looks for each
band as it is, and with each of its bits turned, finds all hashes that differ in fewer than ten.
"""
SLOT = 13
"""Bits of a band in the number of a slot, which is the number of the band and its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How far a picture is from another: in how many bits of 64."""

    distance: int


def bits_of(phash: str) -> int | None:
    """The hash as a number; None for what is no hash, whatever a processor may have said."""
    return int(phash, 16) if HASH.fullmatch(phash) else None


def distance(one: int, other: int) -> int:
    return (one ^ other).bit_count()


def bands(bits: int) -> Iterator[tuple[int, int, int]]:
    """Of each band its number, its width and its value."""
    for number, width in enumerate(WIDTHS):
        yield number, width, bits & ((1 << width) - 1)
        bits >>= width


def slots(bits: int) -> list[int]:
    """Where a hash is kept: a slot for each of its bands."""
    return [number << SLOT | value for number, _, value in bands(bits)]


def near_slots(bits: int) -> list[int]:
    """Where all hashes are kept that may be near: each has a slot that differs in one bit at most."""
    found = list[int]()
    for number, width, value in bands(bits):
        found += [number << SLOT | value ^ turned for turned in (0, *(1 << at for at in range(width)))]
    return found


def checked_distance(apart: int) -> int:
    """Raises Invalid for more than is remembered, or less than nothing."""
    if not 0 <= apart <= MOST_APART:
        raise Invalid(f"A distance is 0 to {MOST_APART}.", path=("maxDistance",))
    return apart

"""Media that are the same, or look it: what that means, and what may be done about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from domain.ids import Id

BY_PIXELS, BY_SIZE, BY_AGE = 1, 2, 4
"""A picture is preferred by its pixels, then by its bytes, then by its age."""


class DuplicatePolicy(StrEnum):
    """What becomes of bytes that a media of the library has; what lies in the trash does not count."""

    REUSE = "REUSE"
    REJECT = "REJECT"
    KEEP_BOTH = "KEEP_BOTH"
    REPLACE = "REPLACE"


class DuplicateKind(StrEnum):
    """In what media of a group are alike."""

    EXACT = "EXACT"
    PERCEPTUAL = "PERCEPTUAL"


class DiscardAction(StrEnum):
    """What becomes of media that another is kept for."""

    TRASH = "TRASH"
    DISMISS = "DISMISS"


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateGroup:
    """A star: a media that is suggested to be kept, and those that are alike it. These are compared with it alone.

    Its key is made of that of its keeper, so it is the same group as long as its keeper is that.

    Attributes:
        keeper_id: the media in its middle.
        max_distance: how far from it the others are at most.
        member_count: how many media, the keeper among them.
        reclaimable_size: the bytes of all but the keeper.
    """

    id: Id
    kind: DuplicateKind
    keeper_id: Id
    max_distance: int
    member_count: int
    reclaimable_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateMember:
    """A media of a group, and how far it is from the keeper.

    Attributes:
        other: 0 for the keeper, 1 for each of the others.
        why: by what the keeper is preferred, to this one, or if this is it to any of the others: a sum of BY_PIXELS and such.
    """

    group_id: Id
    media_id: Id
    other: int
    distance: int
    why: int


class DuplicateRepository(Protocol):
    """What people have said of the duplicates of one library."""

    async def dismiss(self, pairs: Iterable[tuple[Id, Id]]) -> set[Id]:
        """Remembers that these are no duplicates of each other; the media of which that is new."""
        ...

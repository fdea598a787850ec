"""What is in a collection, and its order: media are put in, taken out and moved, and a move writes what moves."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from domain.changes import ListChange, now
from domain.collection.editing import known
from domain.collection.entity import CollectionRepository
from domain.collection.smart import check_manual
from domain.errors import Invalid, Path
from domain.ids import Id
from domain.media import MediaRepository
from domain.rank import LONGEST, free_ranks

WINDOW = 16
"""How many on either side are ranked anew where ranks have become too long; twice as many as long as that is not enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where in a collection: at an end, or beside a media that is in it."""

    first: bool = False
    before: Id | None = None
    after: Id | None = None


LAST = Placement()


async def add_to_collection(
    collections: CollectionRepository, media: MediaRepository, key: Id, ids: Sequence[Id], at: Placement = LAST
) -> tuple[int, list[Id]]:
    """Puts media into a collection, in the order given; how many, and those that were in it already or do not exist."""
    check_manual(await known(collections, key, ("input", "collection")), ("input", "collection"))
    wanted = list(dict.fromkeys(ids))
    there, real = await collections.positions(key, wanted), await media.find(wanted)
    fresh = [one for one in wanted if one in real and one not in there]
    await place(collections, key, fresh, at, ("input", "at"))
    return len(fresh), [one for one in wanted if one not in fresh]


async def remove_from_collection(collections: CollectionRepository, key: Id, ids: Sequence[Id]) -> tuple[int, list[Id]]:
    """Takes media out of a collection; how many, and those that were not in it."""
    check_manual(await known(collections, key, ("input", "collection")), ("input", "collection"))
    there = await collections.positions(key, ids)
    await collections.take(key, list(there))
    return len(there), [one for one in ids if one not in there]


async def move_in_collection(
    collections: CollectionRepository, key: Id, ids: Sequence[Id], to: Placement
) -> tuple[int, list[Id]]:  # fmt: skip
    """Moves media of a collection to one place, in the order given; how many, and those that are not in it."""
    check_manual(await known(collections, key, ("input", "collection")), ("input", "collection"))
    wanted = list(dict.fromkeys(ids))
    there = await collections.positions(key, wanted)
    await place(collections, key, [one for one in wanted if one in there], to, ("input", "to"), there)
    return len(there), [one for one in wanted if one not in there]


async def recollect_media(
    collections: CollectionRepository, ids: Sequence[Id], change: ListChange, path: Path
) -> set[Id]:  # fmt: skip
    """Changes which collections media are in, new ones behind all others there; the media for which that is another than
    before. The media are known; `path` is where the change stands in the input.

    Raises:
        NotFound: there is no such collection to be in.
        Invalid: a rule fills it.
    """
    if change == ListChange():
        return set()
    entered = change.to if change.to is not None else change.add
    for key in entered:
        check_manual(await known(collections, key, path), path)
    held = defaultdict[Id, list[Id]](list)
    for one, here in await collections.holding(ids):
        held[one].append(here)
    entering, leaving = defaultdict[Id, list[Id]](list), defaultdict[Id, list[Id]](list)
    for one in ids:
        before, after = set(held[one]), set(change.of(held[one]))
        for here in after - before:
            entering[here].append(one)
        for here in before - after:
            leaving[here].append(one)
    for here, those in leaving.items():
        await collections.take(here, those)
    for here, those in entering.items():
        await place(collections, here, those, LAST, path)
    return {one for those in (*entering.values(), *leaving.values()) for one in those}


Positions = dict[Id, str]


async def place(
    collections: CollectionRepository, key: Id, ids: Sequence[Id], at: Placement, path: Path, there: Positions | None = None
) -> None:  # fmt: skip
    """Gives media positions; those in `there` have one already. No other row is written, unless ranks become too long.

    Raises:
        Invalid: the neighbour named is not in the collection, or is itself being moved.
    """
    low, high = await bounds(collections, key, ids, at, path)
    if not ids:
        return
    held = there or {}
    found = dict(zip(ids, free_ranks(len(ids), low, high, held.values()), strict=True))
    if max(map(len, found.values())) > LONGEST:
        found, held = await respaced(collections, key, ids, (low, high), held)
    await collections.move(key, {one: position for one, position in found.items() if one in held})
    await collections.put(key, {one: position for one, position in found.items() if one not in held}, now())


async def respaced(
    collections: CollectionRepository, key: Id, ids: Sequence[Id], gap: tuple[str | None, str | None], held: Positions
) -> tuple[Positions, Positions]:  # fmt: skip
    """New positions for media between two, and for as many around them as it takes to have short ones; and what those that are
    in the collection have now.
    """
    count = WINDOW
    while True:
        below = await collections.beside(key, gap[1], count, above=False, ignoring=ids)
        beyond = await collections.beside(key, gap[0], count, above=True, ignoring=ids)
        (low, below), (high, beyond) = outermost(below, count), outermost(beyond, count)
        order = [*(one for one, _ in reversed(below)), *ids, *(one for one, _ in beyond)]
        held = held | dict(below) | dict(beyond)
        found = dict(zip(order, free_ranks(len(order), low, high, held.values()), strict=True))
        if max(map(len, found.values())) <= LONGEST // 2:
            return found, held
        count *= 2


def outermost(near: list[tuple[Id, str]], count: int) -> tuple[str | None, list[tuple[Id, str]]]:
    """The position that bounds a window, and what lies within; None where the window reaches the end."""
    return (near[-1][1], near[:-1]) if len(near) == count else (None, near)


async def bounds(
    collections: CollectionRepository, key: Id, ids: Sequence[Id], at: Placement, path: Path
) -> tuple[str | None, str | None]:
    """The positions a placement lies between, not counting those of `ids`."""
    beside = at.before or at.after
    if beside is None:
        nearest = await nearest_to(collections, key, None, ids, above=at.first)
        return (None, nearest) if at.first else (nearest, None)
    there = (await collections.positions(key, [beside])).get(beside)
    if there is None or beside in ids:
        raise Invalid("The neighbour is not in the collection, or is itself being moved.", path=path)
    other = await nearest_to(collections, key, there, ids, above=at.before is None)
    return (other, there) if at.before else (there, other)


async def nearest_to(
    collections: CollectionRepository, key: Id, position: str | None, ignoring: Sequence[Id], *, above: bool
) -> str | None:  # fmt: skip
    """The position next to this one; None where there is none."""
    found = await collections.beside(key, position, 1, above=above, ignoring=ignoring)
    return found[0][1] if found else None

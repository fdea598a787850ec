"""Collections: media put together, in an order people chose."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from domain.changes import Changes, changed, now
from domain.errors import INPUT, CollectionNameTaken, Invalid, NotEmpty, NotFound, Path
from domain.ids import Id, new_id
from domain.media import LONGEST_TEXT, MediaRepository
from domain.rank import ranks
from domain.text import bounded, free_slug, named, slug

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """An ordered set of media, perhaps inside another collection."""

    id: Id
    name: str
    slug: str
    description: str | None = None
    parent_id: Id | None = None
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionItem:
    """A media in a collection. Positions sort as text."""

    position: str
    added_at: datetime


class CollectionRepository(Protocol):
    """The collections of one library, and what is in them."""

    async def find(self, ids: Iterable[Id]) -> dict[Id, Collection]: ...
    async def named(self, parent_id: Id | None, name: str) -> Collection | None: ...
    async def slugs(self, of: str) -> set[str]:
        """Those slugs that are this one, or this one numbered."""
        ...

    async def children(self, ids: Sequence[Id]) -> list[Id]: ...
    async def add(self, entity: Collection) -> None: ...
    async def change(self, key: Id, changes: Changes) -> None: ...
    async def delete(self, ids: Sequence[Id]) -> None: ...
    async def positions(self, key: Id, media_ids: Sequence[Id]) -> dict[Id, str]:
        """The positions of those of these media that are in it."""
        ...

    async def neighbour(self, key: Id, position: str | None, *, above: bool, ignoring: Sequence[Id]) -> str | None:
        """The nearest position above or below one; None for the position means from the open end."""
        ...

    async def put(self, key: Id, positions: Mapping[Id, str], added_at: datetime) -> None:
        """Adds these media, or moves those that are in it already."""
        ...

    async def take(self, key: Id, media_ids: Sequence[Id]) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where in a collection: at an end, or beside a media that is in it."""

    first: bool = False
    before: Id | None = None
    after: Id | None = None


LAST = Placement()


def checked(patch: Changes, path: Path = INPUT) -> dict[str, Any]:
    """The values of a patch as they may be kept. Raises Invalid where a text is too long or a name empty."""
    kept = dict(patch)
    if "name" in kept:
        kept["name"] = named(kept["name"] or "", longest=LONGEST_NAME, path=(*path, "name"))
    if kept.get("description") is not None:
        kept["description"] = bounded(kept["description"], LONGEST_TEXT, (*path, "description"))
    return kept


async def create_collection(collections: CollectionRepository, values: Changes) -> Collection:
    """Adds a collection, inside `parent_id` if that is given.

    Raises:
        CollectionNameTaken: its parent holds another of that name.
        NotFound: there is no such parent.
        Invalid: a value breaks a rule.
    """
    kept = checked(values)
    parent: Id | None = kept.get("parent_id")
    if parent is not None and parent not in await collections.find([parent]):
        raise NotFound("Collection", parent, path=("input", "parent"))
    if await collections.named(parent, kept["name"]):
        raise CollectionNameTaken(kept["name"], path=("input", "name"))
    time, taken = now(), await collections.slugs(slug(kept["name"]))
    made = Collection(id=new_id(), slug=free_slug(kept["name"], taken), version=1, created_at=time, updated_at=time, **kept)
    await collections.add(made)
    return made


async def update_collection(
    collections: CollectionRepository, key: Id, patch: Changes, if_version: int | None = None
) -> None:  # fmt: skip
    """Edits a collection; its slug follows its name.

    Raises:
        NotFound, VersionConflict, CollectionNameTaken, Invalid: nothing was changed.
    """
    found = await known(collections, key, ("input", "id"))
    change = changed("Collection", found, checked(patch, (*INPUT, "patch")), if_version)
    if "name" in change:
        if (other := await collections.named(found.parent_id, change["name"])) and other.id != key:
            raise CollectionNameTaken(change["name"], path=("input", "patch", "name"))
        change["slug"] = free_slug(change["name"], await collections.slugs(slug(change["name"])) - {found.slug})
    await collections.change(key, change)


async def delete_collections(collections: CollectionRepository, ids: Sequence[Id]) -> list[Id]:
    """Removes collections, never the media in them; those that were there.

    Raises:
        NotEmpty: one holds a collection that is not among them.
    """
    found = list(await collections.find(ids))
    if left := set(await collections.children(found)) - set(found):
        raise NotEmpty(f"{len(left)} collections lie inside; delete or move them first.", path=("ids",))
    await collections.delete(found)
    return found


async def known(collections: CollectionRepository, key: Id, path: tuple[str, ...]) -> Collection:
    found = (await collections.find([key])).get(key)
    if found is None:
        raise NotFound("Collection", key, path=path)
    return found


async def add_to_collection(
    collections: CollectionRepository, media: MediaRepository, key: Id, ids: Sequence[Id], at: Placement = LAST
) -> tuple[int, list[Id]]:
    """Puts media into a collection, in the order given; how many, and those that were in it already or do not exist."""
    await known(collections, key, ("input", "collection"))
    wanted = list(dict.fromkeys(ids))
    there, real = await collections.positions(key, wanted), await media.find(wanted)
    fresh = [one for one in wanted if one in real and one not in there]
    await place(collections, key, fresh, at, ("input", "at"))
    return len(fresh), [one for one in wanted if one not in fresh]


async def remove_from_collection(collections: CollectionRepository, key: Id, ids: Sequence[Id]) -> tuple[int, list[Id]]:
    """Takes media out of a collection; how many, and those that were not in it."""
    await known(collections, key, ("input", "collection"))
    there = await collections.positions(key, ids)
    await collections.take(key, list(there))
    return len(there), [one for one in ids if one not in there]


async def move_in_collection(
    collections: CollectionRepository, key: Id, ids: Sequence[Id], to: Placement
) -> tuple[int, list[Id]]:  # fmt: skip
    """Moves media of a collection to one place, in the order given; how many, and those that are not in it."""
    await known(collections, key, ("input", "collection"))
    wanted = list(dict.fromkeys(ids))
    there = await collections.positions(key, wanted)
    await place(collections, key, [one for one in wanted if one in there], to, ("input", "to"))
    return len(there), [one for one in wanted if one not in there]


async def place(
    collections: CollectionRepository, key: Id, ids: Sequence[Id], at: Placement, path: tuple[str, ...]
) -> None:  # fmt: skip
    """Gives media new positions; no other row is written.

    Raises:
        Invalid: the neighbour named is not in the collection, or is itself being moved.
    """
    low, high = await bounds(collections, key, ids, at, path)
    if ids:
        await collections.put(key, dict(zip(ids, ranks(len(ids), low, high), strict=True)), now())


async def bounds(
    collections: CollectionRepository, key: Id, ids: Sequence[Id], at: Placement, path: tuple[str, ...]
) -> tuple[str | None, str | None]:  # fmt: skip
    """The positions a placement lies between, not counting those of `ids`."""
    beside = at.before or at.after
    if beside is None:
        nearest = await collections.neighbour(key, None, above=at.first, ignoring=ids)
        return (None, nearest) if at.first else (nearest, None)
    there = (await collections.positions(key, [beside])).get(beside)
    if there is None or beside in ids:
        raise Invalid("The neighbour is not in the collection, or is itself being moved.", path=path)
    other = await collections.neighbour(key, there, above=at.before is None, ignoring=ids)
    return (other, there) if at.before else (there, other)

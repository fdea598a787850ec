"""Collections: media put together, in an order people chose."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.changes import Changes
from domain.ids import Id

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
    async def slugs(self, prefix: str) -> set[str]: ...
    async def children(self, ids: Sequence[Id]) -> list[Id]: ...
    async def add(self, collection: Collection) -> None: ...
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

"""What a collection is, what is in it, and who keeps them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.changes import Changes
from domain.ids import Id

LONGEST_NAME = 200
DEEPEST = 20
"""Levels of collections inside each other; one of the top level is on the first."""


class CollectionKind(StrEnum):
    """Whether people say what is in a collection, or a rule does."""

    MANUAL = "MANUAL"
    SMART = "SMART"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Media put together, perhaps inside another collection.

    Attributes:
        path: the slugs of those it lies in and its own, joined by slashes.
        cover_id: the media that stands for it.
        rule: what a SMART one holds, as JSON text; None of a MANUAL one.
        media_count: of a MANUAL one, what is in it and not in the trash; the database keeps it.
    """

    id: Id
    name: str
    slug: str
    path: str
    description: str | None = None
    parent_id: Id | None = None
    cover_id: Id | None = None
    rule: str | None = None
    media_count: int = 0
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionItem:
    """A media in a collection. Positions sort as text."""

    position: str
    added_at: datetime


def kind_of(rule: str | None) -> CollectionKind:
    """A collection with a rule is SMART."""
    return CollectionKind.MANUAL if rule is None else CollectionKind.SMART


def path_of(slug: str, parent: Collection | None) -> str:
    """The path of a collection in that one."""
    return f"{parent.path}/{slug}" if parent else slug


class CollectionRepository(Protocol):
    """The collections of one library, and what is in them."""

    async def find(self, ids: Iterable[Id]) -> dict[Id, Collection]: ...
    async def named(self, parent_id: Id | None, name: str) -> Collection | None: ...
    async def slugs(self, of: str) -> set[str]:
        """Those slugs that are this one, or this one numbered."""
        ...

    async def children(self, ids: Sequence[Id]) -> list[Id]: ...
    async def above(self, key: Id) -> list[Id]:
        """Those that hold it, itself included."""
        ...

    async def levels(self, key: Id) -> int:
        """How many levels it and what lies inside take."""
        ...

    async def add(self, entity: Collection) -> None: ...
    async def change(self, key: Id, changes: Changes) -> None:
        """Writes new values; what lies inside keeps its place below, and its path follows."""
        ...

    async def delete(self, ids: Sequence[Id]) -> None: ...
    async def positions(self, key: Id, media_ids: Sequence[Id]) -> dict[Id, str]:
        """The positions of those of these media that are in it."""
        ...

    async def holding(self, media_ids: Sequence[Id]) -> set[tuple[Id, Id]]:
        """These media and the collections each is in."""
        ...

    async def beside(
        self, key: Id, position: str | None, count: int, *, above: bool, ignoring: Sequence[Id]
    ) -> list[tuple[Id, str]]:  # fmt: skip
        """The nearest media above or below a position, nearest first; None for the position means from the open end."""
        ...

    async def put(self, key: Id, positions: Mapping[Id, str], added_at: datetime) -> None:
        """Adds media that are not in it."""
        ...

    async def move(self, key: Id, positions: Mapping[Id, str]) -> None:
        """Gives media that are in it other positions; writes their rows alone."""
        ...

    async def take(self, key: Id, media_ids: Sequence[Id]) -> None: ...

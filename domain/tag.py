"""Tags: words that people, or processors, put on media."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.changes import Changes
from domain.ids import Id
from domain.media import Media
from domain.metadata import MetadataSource

LONGEST_NAME = 50
MOST_TAGS = 100
"""Tags one media can wear: what keeps `Media.tags` one cheap read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A word. Two tags of a library never share a name, whatever its case."""

    id: Id
    name: str
    slug: str
    description: str | None = None
    color: str | None = None
    category: str | None = None
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaTag:
    """A tag on a media: since when, and who says so, how surely (0 to 1)."""

    source: MetadataSource
    confidence: float | None
    tagged_at: datetime


class TagRepository(Protocol):
    """The tags of one library, and what wears them."""

    async def find(self, ids: Iterable[Id]) -> dict[Id, Tag]: ...
    async def named(self, names: Iterable[str]) -> dict[str, Tag]:
        """By folded name."""
        ...

    async def slugs(self, prefix: str) -> set[str]: ...
    async def add(self, tag: Tag) -> None: ...
    async def change(self, key: Id, changes: Changes) -> None: ...
    async def delete(self, ids: Sequence[Id]) -> None: ...
    async def unused(self) -> list[Id]: ...
    async def counts(self, media_ids: Sequence[Id]) -> dict[Id, int]:
        """How many tags each media wears."""
        ...

    async def worn(self, media_ids: Sequence[Id]) -> set[tuple[Id, Id]]:
        """(media, tag) for every tag these media wear."""
        ...

    async def attach(self, pairs: Iterable[tuple[Media, Id]], link: MediaTag) -> None: ...
    async def detach(self, pairs: Iterable[tuple[Id, Id]]) -> None: ...

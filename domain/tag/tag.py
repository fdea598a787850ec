"""What a tag is, and what is asked of where tags are kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.changes import Changes
from domain.ids import Id
from domain.media import Media
from domain.metadata import MetadataSource

MOST_TAGS = 100
"""Tags one media can wear: what keeps `Media.tags` one cheap read."""
MOST_LEVELS = 20
"""Levels of the tree; a tag of the top is the first."""
MOST_ALIASES = 100
MOST_IMPLIED = 50
"""Tags that one tag implies by itself; what those imply is not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A word. Two tags of a library never share a name or an alias, whatever its case.

    `path` is the slugs from the top down to its own, joined by slashes; `depth` is 0 at the top. `media_count` is of the media
    that are not in the trash.
    """

    id: Id
    name: str
    slug: str
    description: str | None = None
    color: str | None = None
    category: str | None = None
    aliases: tuple[str, ...] = ()
    parent_id: Id | None = None
    path: str
    depth: int = 0
    media_count: int = 0
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
    """The tags of one library, and what wears them. The key of a tag that was merged finds the one it was merged into."""

    async def find(self, ids: Iterable[Id]) -> dict[Id, Tag]:
        """By the keys that were asked for."""
        ...

    async def named(self, names: Iterable[str]) -> dict[str, Tag]:
        """By folded name, or alias."""
        ...

    async def slugs(self, of: str) -> set[str]:
        """Those slugs that are this one, or this one numbered."""
        ...

    async def add(self, entity: Tag) -> None: ...
    async def change(self, key: Id, changes: Changes) -> None: ...
    async def delete(self, ids: Sequence[Id]) -> None:
        """Removes tags, each after those below it."""
        ...

    async def unused(self) -> list[Id]:
        """Those that no media wears, nor a tag below them."""
        ...

    async def children(self, ids: Sequence[Id]) -> dict[Id, Id]:
        """What lies right below these, and below which."""
        ...

    async def below(self, ids: Sequence[Id]) -> dict[Id, int]:
        """These and all that lie below them, with their depths."""
        ...

    async def move(self, ids: Sequence[Id], old: Tag | None, new: Tag | None) -> None:
        """Hangs siblings, with all below them, below another tag, or puts them at the top: their `old` parent is one."""
        ...

    async def respell(self, key: Id, old: str, new: str) -> None:
        """Writes another path for a tag, and so for all below it."""
        ...

    async def implications(self, key: Id) -> list[Id]:
        """What a tag implies by itself."""
        ...

    async def imply(self, key: Id, ids: Sequence[Id]) -> None:
        """Lets a tag imply these, and no others."""
        ...

    async def implied(self, ids: Sequence[Id]) -> set[Id]:
        """What these imply, and what that implies, to the end, without these."""
        ...

    async def absorb(self, sources: Sequence[Id], into: Id) -> int:
        """Gives a tag the links, implications and keys of others; how many media wore one of those."""
        ...

    async def worn(self, media_ids: Sequence[Id]) -> set[tuple[Id, Id]]:
        """(media, tag) for every tag these media wear."""
        ...

    async def attach(self, links: Mapping[tuple[Id, Id], MediaTag], media: Mapping[Id, Media]) -> None:
        """Puts tags on media, by (media, tag)."""
        ...

    async def detach(self, pairs: Iterable[tuple[Id, Id]]) -> None: ...

"""Tags: words that people, or processors, put on media."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from domain.changes import Changes, changed, now
from domain.errors import INPUT, Invalid, LimitExceeded, NotFound, Path, TagNameTaken
from domain.ids import Id, new_id
from domain.media import LONGEST_TEXT, Media, MediaRepository, Outcome, outcome
from domain.metadata import MetadataSource
from domain.text import bounded, fold, free_slug, named, slug

COLOR = re.compile(r"#[0-9a-fA-F]{6}")
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

    async def slugs(self, of: str) -> set[str]:
        """Those slugs that are this one, or this one numbered."""
        ...

    async def add(self, entity: Tag) -> None: ...
    async def change(self, key: Id, changes: Changes) -> None: ...
    async def delete(self, ids: Sequence[Id]) -> None: ...
    async def unused(self) -> list[Id]: ...
    async def worn(self, media_ids: Sequence[Id]) -> set[tuple[Id, Id]]:
        """(media, tag) for every tag these media wear."""
        ...

    async def attach(self, pairs: Iterable[tuple[Media, Id]], link: MediaTag) -> None: ...
    async def detach(self, pairs: Iterable[tuple[Id, Id]]) -> None: ...


def checked(patch: Changes, path: Path = INPUT) -> dict[str, Any]:
    """The values of a patch as they may be kept.

    Raises:
        Invalid: a name is empty or too long, a colour no colour, a text too long.
    """
    return {name: checked_value(name, value, (*path, name)) for name, value in patch.items()}


def checked_value(name: str, value: Any, path: Path) -> Any:
    if name == "name":
        return named(value or "", longest=LONGEST_NAME, path=path)
    if name == "color" and value is not None and not COLOR.fullmatch(value):
        raise Invalid("A colour is written #rrggbb.", path=path)
    return bounded(value, LONGEST_TEXT, path) if isinstance(value, str) else value


async def create_tag(tags: TagRepository, values: Changes) -> Tag:
    """Adds a tag.

    Raises:
        TagNameTaken: another tag has the name, whatever its case.
        Invalid: a value breaks a rule.
    """
    kept = checked(values)
    if await tags.named([kept["name"]]):
        raise TagNameTaken(kept["name"], path=("input", "name"))
    time = now()
    taken = await tags.slugs(slug(kept["name"]))
    made = Tag(id=new_id(), slug=free_slug(kept["name"], taken), version=1, created_at=time, updated_at=time, **kept)
    await tags.add(made)
    return made


async def update_tag(tags: TagRepository, key: Id, patch: Changes, if_version: int | None = None) -> None:
    """Edits a tag; its slug follows its name.

    Raises:
        NotFound, VersionConflict, TagNameTaken, Invalid: nothing was changed.
    """
    found = (await tags.find([key])).get(key)
    if found is None:
        raise NotFound("Tag", key, path=("input", "id"))
    change = changed("Tag", found, checked(patch, (*INPUT, "patch")), if_version)
    if "name" in change:
        if (other := (await tags.named([change["name"]])).get(fold(change["name"]))) and other.id != key:
            raise TagNameTaken(change["name"], path=("input", "patch", "name"))
        change["slug"] = free_slug(change["name"], await tags.slugs(slug(change["name"])) - {found.slug})
    await tags.change(key, change)


async def delete_tags(tags: TagRepository, ids: Sequence[Id], *, unused: bool = False) -> list[Id]:
    """Removes tags, and from all media that wear them; those that were there."""
    wanted = [*ids, *(await tags.unused() if unused else [])]
    found = list(await tags.find(dict.fromkeys(wanted)))
    await tags.delete(found)
    return found


async def tag_media(
    tags: TagRepository, media: MediaRepository, ids: Sequence[Id], wanted: Sequence[Id], names: Sequence[str], link: MediaTag
) -> list[Outcome]:
    """Puts tags, known by key or name, on media; names that no tag has become tags.

    Raises:
        NotFound, Invalid: a tag is unknown, or a name is no name; nothing was changed.
    """
    found, chosen = await media.find(ids), await chosen_tags(tags, wanted, names)
    worn = await tags.worn(list(found))
    counts = Counter(one for one, _ in worn)
    outcomes: list[Outcome] = []
    for key in ids:
        fresh = [tag for tag in chosen if (key, tag) not in worn]
        if (one := found.get(key)) is None:
            outcomes.append(Outcome(key, fault=NotFound("Media", key)))
        elif (count := counts[key] + len(fresh)) > MOST_TAGS:
            fault = LimitExceeded(f"A media wears at most {MOST_TAGS} tags.", limit=MOST_TAGS, actual=count)
            outcomes.append(Outcome(key, fault=fault))
        else:
            await tags.attach([(one, tag) for tag in fresh], link)
            outcomes.append(Outcome(key, changed=bool(fresh)))
    return outcomes


async def untag_media(
    tags: TagRepository, media: MediaRepository, ids: Sequence[Id], wanted: Sequence[Id], names: Sequence[str]
) -> list[Outcome]:
    """Takes tags, known by key or name, off media; tags that are not worn, or not there, change nothing."""
    found = await media.find(ids)
    chosen = {*wanted, *(tag.id for tag in (await tags.named(names)).values())}
    off = {pair for pair in await tags.worn(list(found)) if pair[1] in chosen}
    await tags.detach(off)
    touched = {key for key, _ in off}
    return [outcome(key, key in touched, key in found) for key in ids]


async def chosen_tags(tags: TagRepository, wanted: Sequence[Id], names: Sequence[str]) -> list[Id]:
    """The keys of these tags, made where only a name is known."""
    known = await tags.find(wanted)
    for number, key in enumerate(wanted):
        if key not in known:
            raise NotFound("Tag", key, path=("input", "tagIds", str(number)))
    tidied = [named(name, longest=LONGEST_NAME, path=("input", "tagNames", str(n))) for n, name in enumerate(names)]
    by_name = await tags.named(tidied)
    made = [
        by_name.get(fold(name)) or await create_tag(tags, {"name": name})
        for name in {fold(n): n for n in reversed(tidied)}.values()
    ]
    return list(dict.fromkeys([*wanted, *(tag.id for tag in made)]))

"""Putting tags on media and taking them off."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.changes import ListChange
from domain.errors import LimitExceeded, NotFound, Path
from domain.ids import Id
from domain.media import Media, MediaRepository, Outcome, outcome, unknown
from domain.metadata import MetadataSource
from domain.tag.editing import LONGEST_NAME, create_tag
from domain.tag.tag import MOST_TAGS, MediaTag, Tag, TagRepository
from domain.text import fold, named


async def tag_media(
    tags: TagRepository, media: MediaRepository, ids: Sequence[Id], wanted: Sequence[Id], names: Sequence[str], link: MediaTag
) -> list[Outcome]:
    """Puts tags, known by key or name, on media, and all that they imply; names that no tag has become tags.

    Raises:
        NotFound, Invalid: a tag is unknown, or a name is no name; nothing was changed.
    """
    found, chosen = await media.find(ids), await chosen_tags(tags, wanted, names)
    fates = await wear(tags, found, ListChange(add=tuple(chosen)), link)
    return [fates.get(key) or unknown(key) for key in ids]


async def retag_media(
    tags: TagRepository, media: Mapping[Id, Media], change: ListChange, link: MediaTag, path: Path
) -> dict[Id, Outcome]:  # fmt: skip
    """Changes which tags these media wear, which are there. `path` is where the change stands in the input.

    Raises:
        NotFound: a tag to be worn is unknown; nothing was changed.
    """
    return await wear(tags, media, await as_they_are(tags, change, path), link, path)


async def wear(
    tags: TagRepository, media: Mapping[Id, Media], change: ListChange, link: MediaTag, path: Path = ()
) -> dict[Id, Outcome]:  # fmt: skip
    """Changes which tags these media wear; what new ones imply comes with them. One that would wear too many keeps its own."""
    chosen = change.add if change.to is None else change.to
    implied, worn = await tags.implied(chosen) if chosen else set[Id](), defaultdict[Id, set[Id]](set)
    for one, tag in await tags.worn(list(media)):
        worn[one].add(tag)
    wanted = {key: {*change.of(worn[key]), *implied} for key in media}
    fits = {key: some for key, some in wanted.items() if len(some) <= MOST_TAGS}
    await tags.detach({(key, tag) for key, some in fits.items() for tag in worn[key] - some})
    sources = dict.fromkeys(chosen, link.source) | dict.fromkeys(implied, MetadataSource.IMPLIED)
    fresh = ((key, tag) for key, some in fits.items() for tag in some - worn[key])
    await tags.attach({pair: replace(link, source=sources[pair[1]]) for pair in fresh}, media)
    fates = {key: Outcome(key, changed=some != worn[key]) for key, some in fits.items()}
    return fates | {key: Outcome(key, fault=too_many(len(wanted[key]), path)) for key in wanted.keys() - fits.keys()}


async def as_they_are(tags: TagRepository, change: ListChange, path: Path) -> ListChange:
    """The change with the keys of what merged tags have become. Raises NotFound for one to be worn that is unknown."""
    known = await tags.find([*(change.to or ()), *change.add, *change.remove])
    for key in (*(change.to or ()), *change.add):
        if key not in known:
            raise NotFound("Tag", key, path=path)
    to = None if change.to is None else today(change.to, known)
    return ListChange(to=to, add=today(change.add, known), remove=today(change.remove, known))


def today(ids: Sequence[Id], known: Mapping[Id, Tag]) -> tuple[Id, ...]:
    """The keys of the tags that these have become, as far as they are known."""
    return tuple(known[one].id for one in ids if one in known)


def too_many(count: int, path: Path = ()) -> LimitExceeded:
    return LimitExceeded(f"A media wears at most {MOST_TAGS} tags.", limit=MOST_TAGS, actual=count, path=path)


async def untag_media(
    tags: TagRepository, media: MediaRepository, ids: Sequence[Id], wanted: Sequence[Id], names: Sequence[str]
) -> list[Outcome]:
    """Takes tags, known by key or name, off media; tags that are not worn, or not there, change nothing."""
    found, known = await media.find(ids), await tags.find(wanted)
    chosen = {tag.id for tag in (*known.values(), *(await tags.named(names)).values())}
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
    return list(dict.fromkeys(tag.id for tag in (*(known[key] for key in wanted), *made)))

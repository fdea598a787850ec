"""Putting tags on media and taking them off."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from domain.errors import LimitExceeded, NotFound
from domain.ids import Id
from domain.media import MediaRepository, Outcome, outcome
from domain.metadata import MetadataSource
from domain.tag.editing import LONGEST_NAME, create_tag
from domain.tag.tag import MOST_TAGS, MediaTag, TagRepository
from domain.text import fold, named


async def tag_media(
    tags: TagRepository, media: MediaRepository, ids: Sequence[Id], wanted: Sequence[Id], names: Sequence[str], link: MediaTag
) -> list[Outcome]:
    """Puts tags, known by key or name, on media, and all that they imply; names that no tag has become tags.

    Raises:
        NotFound, Invalid: a tag is unknown, or a name is no name; nothing was changed.
    """
    found, chosen = await media.find(ids), await chosen_tags(tags, wanted, names)
    sources = dict.fromkeys(chosen, link.source) | dict.fromkeys(await tags.implied(chosen), MetadataSource.IMPLIED)
    worn = await tags.worn(list(found))
    counts = Counter(one for one, _ in worn)
    outcomes, links = list[Outcome](), dict[tuple[Id, Id], MediaTag]()
    for key in ids:
        fresh = [tag for tag in sources if (key, tag) not in worn]
        if key not in found:
            outcomes.append(Outcome(key, fault=NotFound("Media", key)))
        elif (count := counts[key] + len(fresh)) > MOST_TAGS:
            fault = LimitExceeded(f"A media wears at most {MOST_TAGS} tags.", limit=MOST_TAGS, actual=count)
            outcomes.append(Outcome(key, fault=fault))
        else:
            links |= {(key, tag): replace(link, source=sources[tag]) for tag in fresh}
            outcomes.append(Outcome(key, changed=bool(fresh)))
    await tags.attach(links, found)
    return outcomes


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

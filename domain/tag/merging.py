"""Merging tags into one, and deleting them, with what becomes of those below them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.changes import now
from domain.errors import INPUT, Invalid, LimitExceeded, NotEmpty, NotFound
from domain.ids import Id
from domain.tag.tag import MOST_ALIASES, MOST_LEVELS, Tag, TagRepository
from domain.text import fold


class TagDeletePolicy(StrEnum):
    """What becomes of the tags below one that is deleted."""

    RESTRICT = "RESTRICT"
    REPARENT_CHILDREN = "REPARENT_CHILDREN"
    DELETE_SUBTREE = "DELETE_SUBTREE"


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge came to: the tag, how many media wore one of the others, and which of those are gone."""

    into: Id
    retagged: int
    deleted: list[Id]


async def merge_tags(tags: TagRepository, sources: Sequence[Id], into: Id, *, keep_names: bool = True) -> Merged:
    """Makes one tag of several: it gets their media, children and implications, answers to their keys and, if they are kept, to
    their names.

    Raises:
        NotFound: there is no such tag.
        Invalid: a tag is to be merged into itself.
        LimitExceeded: it would have too many aliases, or what lies below would lie too deep.
    """
    found = await tags.find([*sources, into])
    target = found.get(into)
    if target is None:
        raise NotFound("Tag", into, path=(*INPUT, "into"))
    gone: dict[Id, Tag] = {}
    for number, key in enumerate(sources):
        if key not in found:
            raise NotFound("Tag", key, path=(*INPUT, "sources", str(number)))
        if found[key].id == target.id:
            raise Invalid("A tag is not merged into itself.", path=(*INPUT, "sources", str(number)))
        gone[found[key].id] = found[key]
    aliases = merged_aliases(target, list(gone.values())) if keep_names else target.aliases
    await lift(tags, target, gone)
    await adopt(tags, gone, dict.fromkeys(gone, target.id))
    retagged = await tags.absorb(list(gone), target.id)
    await tags.delete(list(gone))
    if aliases != target.aliases:
        await tags.change(target.id, {"aliases": aliases, "version": target.version + 1, "updated_at": now()})
    return Merged(target.id, retagged, list(gone))


def merged_aliases(target: Tag, others: Sequence[Tag]) -> tuple[str, ...]:
    """The aliases of a tag that is called by the names of others too."""
    names = [*target.aliases, *(name for one in others for name in (one.name, *one.aliases))]
    found = tuple({fold(name): name for name in names}.values())
    if len(found) > MOST_ALIASES:
        path = (*INPUT, "keepNamesAsAliases")
        raise LimitExceeded(f"A tag has at most {MOST_ALIASES} aliases.", limit=MOST_ALIASES, actual=len(found), path=path)
    return found


async def lift(tags: TagRepository, target: Tag, gone: Mapping[Id, Tag]) -> None:
    """Takes a tag out from below those that it replaces, to where the highest of them is."""
    top, at = None, target
    while at.parent_id is not None:
        at = (await tags.find([at.parent_id]))[at.parent_id]
        top = at if at.id in gone else top
    if top is not None:
        known = await tags.find([one for one in (target.parent_id, top.parent_id) if one])
        await tags.move([target.id], known[target.parent_id or b""], known.get(top.parent_id or b""))


async def adopt(tags: TagRepository, gone: Mapping[Id, Tag], homes: Mapping[Id, Id | None]) -> None:
    """Moves what lies right below tags that are to go, and stays, to where `homes` says."""
    left: defaultdict[Id, list[Id]] = defaultdict(list)
    for child, parent in (await tags.children(list(gone))).items():
        if child not in gone:
            left[parent].append(child)
    for parent, children in left.items():
        home = homes[parent]
        known = await tags.find([one for one in (parent, home) if one])  # anew: a move before may have moved them
        new = known[home] if home else None
        if new:
            await check_levels(tags, children, new)
        await tags.move(children, known[parent], new)


async def check_levels(tags: TagRepository, children: Sequence[Id], new: Tag) -> None:
    depths = await tags.below(children)
    levels = max(depths.values()) - min(depths.values()) + 1
    if (deep := new.depth + 1 + levels) > MOST_LEVELS:
        raise LimitExceeded(f"Tags lie in at most {MOST_LEVELS} levels.", limit=MOST_LEVELS, actual=deep, path=(*INPUT, "into"))


async def delete_tags(
    tags: TagRepository, ids: Sequence[Id], *, unused: bool = False, policy: TagDeletePolicy = TagDeletePolicy.RESTRICT
) -> list[Id]:
    """Removes tags, and from all media that wear them; those that are gone.

    Raises:
        NotEmpty: others lie below one of them, and the policy does not say what becomes of those.
    """
    found = await tags.find(dict.fromkeys([*ids, *(await tags.unused() if unused else [])]))
    gone = {tag.id: tag for tag in found.values()}
    if policy is TagDeletePolicy.DELETE_SUBTREE:
        everything = list(await tags.below(list(gone)))
        await tags.delete(everything)
        return everything
    if policy is TagDeletePolicy.RESTRICT and (left := (await tags.children(list(gone))).keys() - gone.keys()):
        raise NotEmpty(f"Others lie below ({len(left)}); say by `policy` what becomes of them.", path=(*INPUT, "policy"))
    await adopt(tags, gone, {tag.id: home(tag, gone) for tag in gone.values()})
    await tags.delete(list(gone))
    return list(gone)


def home(tag: Tag, gone: Mapping[Id, Tag]) -> Id | None:
    """The nearest above it that stays."""
    parent = tag.parent_id
    while parent is not None and parent in gone:
        parent = gone[parent].parent_id
    return parent

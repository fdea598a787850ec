"""Making and changing tags: their names, their place in the tree, what they imply."""

import re
from collections.abc import Sequence
from typing import Any

from domain.changes import Changes, ListChange, changed, now
from domain.errors import INPUT, Cycle, Invalid, LimitExceeded, NotFound, Path, TagNameTaken
from domain.ids import Id, new_id
from domain.media import LONGEST_TEXT
from domain.tag.tag import MOST_ALIASES, MOST_IMPLIED, MOST_LEVELS, Tag, TagRepository
from domain.text import bounded, fold, free_slug, named, slug

COLOR = re.compile(r"#[0-9a-fA-F]{6}")
LONGEST_NAME = 50


def checked(patch: Changes, path: Path = INPUT) -> dict[str, Any]:
    """The values of a patch as they may be kept.

    Raises:
        Invalid: a name is empty or too long, a colour no colour, a text too long.
        LimitExceeded: there are too many aliases.
    """
    return {name: checked_value(name, value, (*path, name)) for name, value in patch.items()}


def checked_value(name: str, value: Any, path: Path) -> Any:
    if name == "name":
        return named(value or "", longest=LONGEST_NAME, path=path)
    if name == "aliases":
        return checked_aliases(value or (), path)
    if name == "color" and value is not None and not COLOR.fullmatch(value):
        raise Invalid("A colour is written #rrggbb.", path=path)
    return bounded(value, LONGEST_TEXT, path) if isinstance(value, str) else value


def checked_aliases(aliases: Sequence[str], path: Path) -> tuple[str, ...]:
    """The aliases, each once whatever its case."""
    if len(aliases) > MOST_ALIASES:
        raise LimitExceeded(f"At most {MOST_ALIASES} aliases.", limit=MOST_ALIASES, actual=len(aliases), path=path)
    tidied = [named(alias, longest=LONGEST_NAME, path=(*path, str(number))) for number, alias in enumerate(aliases)]
    return tuple({fold(alias): alias for alias in reversed(tidied)}.values())[::-1]


async def create_tag(tags: TagRepository, values: Changes) -> Tag:
    """Adds a tag, below `parent_id` if that is given; `implies` are the keys of other tags.

    Raises:
        TagNameTaken: another tag has the name or an alias, whatever its case.
        NotFound: there is no such parent, or no such tag to imply.
        LimitExceeded: it would lie too deep, have too many aliases, or imply too many.
        Invalid: a value breaks a rule.
    """
    kept = checked(values)
    implies: Sequence[Id] = kept.pop("implies", ())
    parent = await parent_of(tags, kept.pop("parent_id", None), 1, INPUT)
    await check_names(tags, None, kept["name"], kept.get("aliases", ()), INPUT)
    time, spelled = now(), free_slug(kept["name"], await tags.slugs(slug(kept["name"])))
    made = Tag(
        id=new_id(), slug=spelled, parent_id=parent.id if parent else None, path=path_of(parent, spelled),
        depth=parent.depth + 1 if parent else 0, version=1, created_at=time, updated_at=time, **kept,
    )  # fmt: skip
    await tags.add(made)
    if implies:
        await tags.imply(made.id, await implicable(tags, made.id, implies, INPUT))
    return made


def path_of(parent: Tag | None, spelled: str) -> str:
    return f"{parent.path}/{spelled}" if parent else spelled


async def parent_of(tags: TagRepository, key: Id | None, levels: int, path: Path) -> Tag | None:
    """The tag below which `levels` of others are to lie; None at the top."""
    if key is None:
        return None
    found = (await tags.find([key])).get(key)
    if found is None:
        raise NotFound("Tag", key, path=(*path, "parent"))
    if (deep := found.depth + 1 + levels) > MOST_LEVELS:
        raise LimitExceeded(f"Tags lie in at most {MOST_LEVELS} levels.", limit=MOST_LEVELS, actual=deep, path=(*path, "parent"))
    return found


async def check_names(tags: TagRepository, key: Id | None, name: str, aliases: Sequence[str], path: Path) -> None:
    """Raises TagNameTaken if another tag has one of these, Invalid where an alias is the name itself."""
    taken = await tags.named([name, *aliases])
    for called, where in ((name, ("name",)), *((alias, ("aliases", str(n))) for n, alias in enumerate(aliases))):
        if (other := taken.get(fold(called))) and other.id != key:
            raise TagNameTaken(called, path=(*path, *where))
        if where[0] == "aliases" and fold(called) == fold(name):
            raise Invalid("An alias is another word than the name.", path=(*path, *where))


async def implicable(tags: TagRepository, key: Id, ids: Sequence[Id], path: Path) -> list[Id]:
    """The keys of the tags to imply, as they are now."""
    at = (*path, "implies")
    if len(ids) > MOST_IMPLIED:
        raise LimitExceeded(f"A tag implies at most {MOST_IMPLIED}.", limit=MOST_IMPLIED, actual=len(ids), path=at)
    found = await tags.find(ids)
    for one in ids:
        if one not in found:
            raise NotFound("Tag", one, path=at)
        if found[one].id == key:
            raise Invalid("A tag does not imply itself.", path=at)
    return list(dict.fromkeys(found[one].id for one in ids))


async def update_tag(tags: TagRepository, key: Id, patch: Changes, if_version: int | None = None) -> None:
    """Edits a tag; its slug follows its name, and the paths of all below it follow both. `implies` is a ListChange.

    Raises:
        NotFound, VersionConflict, TagNameTaken, Cycle, LimitExceeded, Invalid: nothing was changed.
    """
    found = (await tags.find([key])).get(key)
    if found is None:
        raise NotFound("Tag", key, path=("input", "id"))
    path = (*INPUT, "patch")
    wanted = checked(patch, path)
    implies: ListChange | None = wanted.pop("implies", None)
    if "parent_id" in wanted:
        wanted["parent_id"] = await new_parent(tags, found, wanted["parent_id"], path)
    if "name" in wanted and "aliases" not in wanted:
        wanted["aliases"] = tuple(one for one in found.aliases if fold(one) != fold(wanted["name"]))
    change = changed("Tag", found, wanted, if_version)
    if "name" in change or "aliases" in change:
        await check_names(tags, found.id, change.get("name", found.name), change.get("aliases", found.aliases), path)
    await placed(tags, found, change)
    if implies and await implying(tags, found, implies, path) and not change:
        change = {"version": found.version + 1, "updated_at": now()}
    await tags.change(found.id, change)


async def new_parent(tags: TagRepository, tag: Tag, key: Id | None, path: Path) -> Id | None:
    """The key of the tag that another is to lie below.

    Raises:
        Cycle: it lies below that other, or is it.
    """
    below = await tags.below([tag.id])
    parent = await parent_of(tags, key, max(below.values()) - tag.depth + 1, path)
    if parent and parent.id in below:
        raise Cycle("Tag", parent.id, path=(*path, "parent"))
    return parent.id if parent else None


async def placed(tags: TagRepository, tag: Tag, change: dict[str, Any]) -> None:
    """Moves a tag to its new parent and gives it its new path; takes the parent out of the change, as that is then written."""
    at = tag.path
    if "parent_id" in change:
        key = change.pop("parent_id")
        known = await tags.find([one for one in (tag.parent_id, key) if one])
        new = known[key] if key else None
        await tags.move([tag.id], known[tag.parent_id] if tag.parent_id else None, new)
        at = path_of(new, tag.slug)
    if "name" in change:
        change["slug"] = free_slug(change["name"], await tags.slugs(slug(change["name"])) - {tag.slug})
        await tags.respell(tag.id, at, at.removesuffix(tag.slug) + change["slug"])


async def implying(tags: TagRepository, tag: Tag, change: ListChange, path: Path) -> bool:
    """Changes what a tag implies; whether that is another than before."""
    before = await tags.implications(tag.id)
    known = await tags.find((*(change.to or ()), *change.add, *change.remove))

    def today(ids: Sequence[Id]) -> tuple[Id, ...]:
        return tuple(known[one].id if one in known else one for one in ids)

    to = None if change.to is None else today(change.to)
    wanted = ListChange(to=to, add=today(change.add), remove=today(change.remove)).of(before)
    if set(wanted) == set(before):
        return False
    await tags.imply(tag.id, await implicable(tags, tag.id, wanted, path))
    return True

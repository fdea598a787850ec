"""Making, changing and deleting collections: names, and where they lie."""

from collections.abc import Sequence
from typing import Any

from domain.changes import Changes, changed, now
from domain.collection.entity import DEEPEST, LONGEST_NAME, Collection, CollectionRepository, path_of
from domain.collection.smart import check_bare, check_manual
from domain.errors import INPUT, CollectionNameTaken, Cycle, LimitExceeded, NotEmpty, NotFound, Path
from domain.ids import Id, new_id
from domain.media import LONGEST_TEXT, MediaRepository
from domain.text import bounded, free_slug, named, slug

PATCH: Path = (*INPUT, "patch")


def checked(patch: Changes, path: Path = INPUT) -> dict[str, Any]:
    """The values of a patch as they may be kept. Raises Invalid where a text is too long or a name empty."""
    kept = dict(patch)
    if "name" in kept:
        kept["name"] = named(kept["name"] or "", longest=LONGEST_NAME, path=(*path, "name"))
    if kept.get("description") is not None:
        kept["description"] = bounded(kept["description"], LONGEST_TEXT, (*path, "description"))
    return kept


async def create_collection(collections: CollectionRepository, media: MediaRepository, values: Changes) -> Collection:
    """Adds a collection, inside `parent_id` if that is given.

    Raises:
        CollectionNameTaken: its parent holds another of that name.
        NotFound: there is no such parent, or cover.
        LimitExceeded: it would lie too deep.
        Invalid: a value breaks a rule.
    """
    kept = checked(values)
    parent = await holder(collections, None, kept.get("parent_id"), INPUT)
    await cover_known(media, kept, INPUT)
    if await collections.named(kept.get("parent_id"), kept["name"]):
        raise CollectionNameTaken(kept["name"], path=("input", "name"))
    own = free_slug(kept["name"], await collections.slugs(slug(kept["name"])))
    time = now()
    made = Collection(id=new_id(), slug=own, path=path_of(own, parent), version=1, created_at=time, updated_at=time, **kept)
    await collections.add(made)
    return made


async def update_collection(
    collections: CollectionRepository, media: MediaRepository, key: Id, patch: Changes, if_version: int | None = None
) -> None:  # fmt: skip
    """Edits a collection; its slug follows its name, and the paths of all inside follow both.

    Raises:
        NotFound, VersionConflict, CollectionNameTaken, LimitExceeded, NotEmpty, Invalid: nothing was changed.
    """
    found = await known(collections, key, ("input", "id"))
    change = changed("Collection", found, checked(patch, PATCH), if_version)
    await cover_known(media, change, PATCH)
    await check_bare(collections, found, change, PATCH)
    if not change.keys().isdisjoint(("name", "parent_id")):
        change |= await elsewhere(collections, found, change)
    await collections.change(key, change)


async def elsewhere(collections: CollectionRepository, found: Collection, change: Changes) -> Changes:
    """The slug and the path of one that gets another name or parent."""
    name, parent_id = change.get("name", found.name), change.get("parent_id", found.parent_id)
    parent = await holder(collections, found.id if "parent_id" in change else None, parent_id, PATCH)
    if (other := await collections.named(parent_id, name)) and other.id != found.id:
        raise CollectionNameTaken(name, path=(*PATCH, "name" if "name" in change else "parent"))
    own = found.slug
    if "name" in change:
        own = free_slug(name, await collections.slugs(slug(name)) - {found.slug})
    return {"slug": own, "path": path_of(own, parent)}


async def holder(collections: CollectionRepository, key: Id | None, parent_id: Id | None, path: Path) -> Collection | None:
    """The collection that another one is to lie in: a new one, or that of this key with all it holds.

    Raises:
        NotFound: there is none.
        Cycle: it is the one to be moved, or lies inside it.
        Invalid: it is SMART.
        LimitExceeded: something would lie too deep.
    """
    if parent_id is None:
        return None
    parent = await known(collections, parent_id, (*path, "parent"))
    check_manual(parent, (*path, "parent"))
    above = await collections.above(parent_id)
    if key is not None and key in above:
        raise Cycle("Collection", key, path=(*path, "parent"))
    levels = len(above) + (await collections.levels(key) if key else 1)
    if levels > DEEPEST:
        raise LimitExceeded(
            f"Collections lie in each other at most {DEEPEST} deep.", limit=DEEPEST, actual=levels, path=(*path, "parent")
        )
    return parent


async def cover_known(media: MediaRepository, change: Changes, path: Path) -> None:
    """Raises NotFound for a cover that is no media of the library."""
    cover: Id | None = change.get("cover_id")
    if cover is not None and cover not in await media.find([cover]):
        raise NotFound("Media", cover, path=(*path, "cover"))


async def delete_collections(collections: CollectionRepository, ids: Sequence[Id]) -> list[Id]:
    """Removes collections, never the media in them; those that were there.

    Raises:
        NotEmpty: one holds a collection that is not among them.
    """
    found = await collections.find(ids)
    if left := set(await collections.children(list(found))) - set(found):
        raise NotEmpty(f"Others lie inside ({len(left)}); delete or move them first.", path=("ids",))
    inside_first = sorted(found, key=lambda key: found[key].path.count("/"), reverse=True)
    await collections.delete(inside_first)
    return list(found)


async def known(collections: CollectionRepository, key: Id, path: Path) -> Collection:
    """Raises NotFound."""
    found = (await collections.find([key])).get(key)
    if found is None:
        raise NotFound("Collection", key, path=path)
    return found

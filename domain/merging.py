"""What others have, given to one media: tags, places in collections, usages, and values where it has none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from domain.changes import changed
from domain.collection.items import Placement, place
from domain.errors import INPUT, LimitExceeded
from domain.ids import Id
from domain.media import Media, locks
from domain.metadata import MetadataSource
from domain.ports import Work
from domain.reading import Ask, Load, TrashScope
from domain.tag import MOST_TAGS, MediaTag
from domain.usage import MediaUsage

DESCRIPTION = ("title", "description", "alt_text")
PLACE = ("latitude", "longitude", "altitude")


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """What of the others a media is given. What it has itself is never changed."""

    tags: bool = True
    collections: bool = True
    usages: bool = True
    rating: bool = True
    description: bool = True


async def merge_into(work: Work, key: Id, others: Sequence[Id], merge: Merge) -> bool:
    """Gives a media what these others have; whether it is another than before. All of them are known.

    Raises:
        LimitExceeded: it would wear too many tags.
    """
    done = [
        merge.tags and await wear(work, key, others),
        merge.collections and await join(work, key, others),
        merge.usages and await stand_in(work, key, others),
        await fill(work, key, others, merge),
    ]
    return any(done)


async def wear(work: Work, key: Id, others: Sequence[Id]) -> bool:
    """Puts the tags of others on a media, as they had them."""
    found = await work.reader.find(
        Load(ask=Ask(relation="media.tags", trash=TrashScope.INCLUDE), first=None, keys=(key, *others))
    )
    own = {one.entity.id for one in found if one.parent == key}
    fresh: dict[tuple[Id, Id], MediaTag] = {}
    for one in found:
        if one.entity.id not in own:
            before = fresh.get((key, one.entity.id))
            fresh[key, one.entity.id] = better(before, one.link)
    if (count := len(own) + len(fresh)) > MOST_TAGS:
        raise LimitExceeded(f"A media wears at most {MOST_TAGS} tags.", limit=MOST_TAGS, actual=count)
    await work.tags.attach(fresh, await work.media.find([key]))
    return bool(fresh)


def better(before: MediaTag | None, link: MediaTag) -> MediaTag:
    """Of two reasons to wear a tag the one that people gave."""
    return before if before and before.source is MetadataSource.MANUAL else link


async def join(work: Work, key: Id, others: Sequence[Id]) -> bool:
    """Puts a media behind others in their collections, those it is in already left as they are."""
    held = await work.collections.holding([key, *others])
    known = {collection for one, collection in held if one == key}
    places: dict[Id, Id] = {}
    for other in others:
        for collection in sorted(collection for one, collection in held if one == other and collection not in known):
            places.setdefault(collection, other)
    for collection, beside in places.items():
        await place(work.collections, collection, [key], Placement(after=beside), INPUT)
    return bool(places)


async def stand_in(work: Work, key: Id, others: Sequence[Id]) -> bool:
    """Lets whatever uses others use a media instead; what uses both in one field uses it once."""
    held = await work.usages.of_media([key, *others])
    taken = {(one.app, one.entity_type, one.entity_id, one.field) for one in held if one.media_id == key}
    moved, ended = list[MediaUsage](), [one for one in held if one.media_id != key]
    for one in ended:
        field = (one.app, one.entity_type, one.entity_id, one.field)
        if field not in taken:
            moved.append(replace(one, media_id=key))
        taken.add(field)
    await work.usages.delete([one.id for one in ended])
    await work.usages.put(moved)
    return bool(moved)


async def fill(work: Work, key: Id, others: Sequence[Id], merge: Merge) -> bool:
    """Gives a media the values of others where it has none, those named first before the rest."""
    found = await work.media.find([key, *others])
    own, rest = found[key], [found[one] for one in others]
    values: dict[str, Any] = {}
    if merge.description:
        values |= {name: first(name, own, rest) for name in DESCRIPTION}
        located = next((one for one in (own, *rest) if one.latitude is not None), own)
        values |= {name: getattr(located, name) for name in PLACE}
    if merge.rating:
        values |= {"rating": first("rating", own, rest), "is_favorite": any(one.is_favorite for one in (own, *rest))}
    taken = [name for name, value in values.items() if getattr(own, name) != value]
    change = changed("Media", own, values | {"locked_fields": locks(taken, own.locked_fields)})
    await work.media.change(key, change)
    return bool(change)


def first(name: str, own: Media, rest: Sequence[Media]) -> Any:
    """The value of a field where the first of these has one."""
    return next((value for one in (own, *rest) if (value := getattr(one, name)) not in (None, "")), getattr(own, name))

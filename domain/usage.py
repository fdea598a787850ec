"""Usages: which things outside the library use which of its media, and what that means for whoever deletes these."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from math import isfinite
from typing import Any, Protocol, cast

from domain.changes import now
from domain.errors import INPUT, Fault, Invalid, LimitExceeded, MediaInUse, NotFound, Path
from domain.ids import Id, new_id
from domain.media import LONGEST_TEXT, MediaRepository, Outcome, purge_media, trash_media
from domain.storage import StoredObject
from domain.text import CONTROL, bounded, camel

LONGEST_WORD = 100
LONGEST_ID = 200
LONGEST_LABEL = 500
LONGEST_URL = 2_000
MOST_ITEMS = 1_000
MOST_OF_CROP = 20
MOST_TOLD = 10
LARGEST_POSITION = 2**31 - 1
ADDRESS = re.compile(r"https?://[^\s/\\@?#]+([/?#][^\s\\]*)?", re.IGNORECASE)
CONSUMER: Path = (*INPUT, "consumer")
ITEMS: Path = (*INPUT, "items")


class InUsePolicy(StrEnum):
    """What becomes of media that are to be deleted while something uses them."""

    RESTRICT = "RESTRICT"
    DETACH = "DETACH"
    FORCE = "FORCE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """A thing outside the library: which of the things of which application, and for people what it is and where."""

    app: str
    entity_type: str
    entity_id: str
    label: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaUsage:
    """One media in one field of a consumer. The focal point is 0 to 1 from the left and from the top.

    Providers need not know more than the names of the consumer, the field and the position.
    """

    id: Id
    media_id: Id
    app: str
    entity_type: str
    entity_id: str
    field: str
    position: int | None = None
    label: str | None = None
    url: str | None = None
    alt_text: str | None = None
    caption: str | None = None
    crop: dict[str, Any] | None = None
    focal_x: float | None = None
    focal_y: float | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """How many usages hold a media, and the first of them."""

    count: int
    usages: tuple[MediaUsage, ...]


@dataclass(frozen=True, slots=True)
class Attached:
    """What a consumer uses from now on, how many usages are new, and how many are no more."""

    usages: tuple[MediaUsage, ...]
    attached: int
    detached: int


class UsageRepository(Protocol):
    """The usages of the media of one library."""

    async def of_consumer(self, consumer: Consumer) -> list[MediaUsage]:
        """Those that the library itself keeps; a provider keeps its own."""
        ...

    async def of_media(self, media_ids: Sequence[Id]) -> list[MediaUsage]:
        """Those of these media that the library itself keeps, by consumer."""
        ...

    async def put(self, usages: Sequence[MediaUsage]) -> None: ...
    async def delete(self, ids: Sequence[Id]) -> None: ...
    async def holding(self, media_ids: Sequence[Id], *, lasting: bool) -> dict[Id, Held]:
        """Of those of these media that are used, by what; `lasting`: only by what cannot be detached here."""
        ...

    async def detach(self, media_ids: Sequence[Id]) -> None:
        """Ends all usages of these media that can be ended here."""
        ...


async def set_usages(
    usages: UsageRepository, media: MediaRepository, consumer: Consumer, items: Sequence[Mapping[str, Any]]
) -> Attached:
    """Makes these all that a consumer uses: what is not among them is detached.

    Args:
        usages: those of the library.
        media: those of the library.
        consumer: who uses them.
        items: of each the fields of a MediaUsage that the consumer says; without a position its place among those of its field.

    Raises:
        NotFound: the library has no such media.
        Invalid, LimitExceeded: a value breaks a rule, or there are too many. Nothing was changed.
    """
    own = checked_consumer(consumer)
    wanted = wanted_of(own, items)
    await all_known(media, [one.media_id for one in wanted])
    before = {(one.field, one.media_id): one for one in await usages.of_consumer(own)}
    after = [as_before(one, before.get((one.field, one.media_id))) for one in wanted]
    kept = {one.id for one in after}
    gone = [one.id for one in before.values() if one.id not in kept]
    fresh = [one for one in after if one != before.get((one.field, one.media_id))]
    await usages.delete([*gone, *(one.id for one in fresh)])
    await usages.put(fresh)
    return Attached(tuple(after), len(after) - (len(before) - len(gone)), len(gone))


def as_before(wanted: MediaUsage, before: MediaUsage | None) -> MediaUsage:
    """The same usage keeps its key and its time, whatever else is said of it."""
    return replace(wanted, id=before.id, created_at=before.created_at) if before else wanted


async def all_known(media: MediaRepository, ids: Sequence[Id]) -> None:
    known = await media.find(dict.fromkeys(ids))
    for number, key in enumerate(ids):
        if key not in known:
            raise NotFound("Media", key, path=(*ITEMS, str(number), "media"))


def wanted_of(consumer: Consumer, items: Sequence[Mapping[str, Any]]) -> list[MediaUsage]:
    """The usages of the items, as if none were there yet."""
    if len(items) > MOST_ITEMS:
        raise LimitExceeded(f"At most {MOST_ITEMS:,} items.", limit=MOST_ITEMS, actual=len(items), path=ITEMS)
    told: dict[str, Any] = {"label": consumer.label, "url": consumer.url, "created_at": now()}
    told |= {"app": consumer.app, "entity_type": consumer.entity_type, "entity_id": consumer.entity_id}
    places = dict[str, int]()
    made = dict[tuple[str, Id], MediaUsage]()
    for number, item in enumerate(items):
        values = checked_item(item, (*ITEMS, str(number)))
        place = places[values["field"]] = places.get(values["field"], -1) + 1
        values["position"] = place if values.get("position") is None else values["position"]
        one = MediaUsage(id=new_id(), **told, **values)
        if (one.field, one.media_id) in made:
            raise Invalid("A field has a media once.", path=(*ITEMS, str(number), "media"))
        made[one.field, one.media_id] = one
    return list(made.values())


def checked_consumer(given: Consumer) -> Consumer:
    """Raises Invalid where a part of its name is none, a label too long, or an address not one of http or https."""
    for name, longest in (("app", LONGEST_WORD), ("entity_type", LONGEST_WORD), ("entity_id", LONGEST_ID)):
        word(getattr(given, name), longest, (*CONSUMER, camel(name)))
    label = given.label if given.label is None else bounded(given.label, LONGEST_LABEL, (*CONSUMER, "label"))
    if given.url is not None and (len(given.url) > LONGEST_URL or CONTROL.search(given.url) or not ADDRESS.fullmatch(given.url)):
        raise Invalid("An address of http or https, without a user name, is needed.", path=(*CONSUMER, "url"))
    return replace(given, label=label)


def checked_item(item: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """The values of an item as they may be kept. Raises Invalid for one that breaks a rule."""
    values = {name: value for name, value in item.items() if value is not None}
    word(values["field"], LONGEST_WORD, (*path, "field"))
    if not 0 <= values.get("position", 0) <= LARGEST_POSITION:
        raise Invalid("A position is 0 or more.", path=(*path, "position"))
    for name in ("alt_text", "caption"):
        if name in values:
            values[name] = bounded(values[name], LONGEST_TEXT, (*path, camel(name)))
    if not all(0 <= values.get(name, 0) <= 1 for name in ("focal_x", "focal_y")):
        raise Invalid("A focal point is 0 to 1 from the left, and from the top.", path=(*path, "focalPoint"))
    if "crop" in values:
        values["crop"] = checked_crop(values["crop"], (*path, "crop"))
    return values


def word(text: str, longest: int, path: Path) -> None:
    """Raises Invalid for what is no name of a program's: names are kept and compared as they are."""
    if not 1 <= len(text) <= longest or text != text.strip() or CONTROL.search(text) or "\n" in text or "\t" in text:
        raise Invalid(f"A name has 1 to {longest} characters, no space around them and no line breaks.", path=path)


def checked_crop(crop: object, path: Path) -> dict[str, Any]:
    """A few numbers and words under names, in the order that every database keeps them in."""
    parts = cast("dict[str, Any]", crop) if isinstance(crop, dict) else None
    if parts is None or len(parts) > MOST_OF_CROP or not all(is_short(name) and is_plain(one) for name, one in parts.items()):
        raise Invalid(f"A crop is an object of at most {MOST_OF_CROP} numbers, truths and short words.", path=path)
    return dict(sorted(parts.items(), key=lambda part: (len(part[0].encode()), part[0].encode())))


def is_short(text: str) -> bool:
    return len(text) <= LONGEST_WORD and not CONTROL.search(text)


def is_plain(value: object) -> bool:
    if isinstance(value, str):
        return is_short(value)
    return value is None or (isinstance(value, int | float) and isfinite(value) and abs(value) < 2**53)


async def trash_unless_used(
    media: MediaRepository, usages: UsageRepository, ids: Sequence[Id], policy: InUsePolicy
) -> list[Outcome]:
    """Puts media into the trash that nothing uses, or all as the policy says; what lies there already is not asked about."""
    live = [key for key, one in (await media.find(ids)).items() if one.trashed_at is None]
    return await unless_used(usages, ids, live, policy, lambda free: trash_media(media, free))


async def purge_unless_used(
    media: MediaRepository, usages: UsageRepository, ids: Sequence[Id], policy: InUsePolicy
) -> tuple[list[Outcome], list[StoredObject]]:
    """Removes media for good that nothing uses, or all as the policy says; the bytes that may go once this is committed."""
    freed = list[StoredObject]()

    async def purge(free: Sequence[Id]) -> list[Outcome]:
        outcomes, objects = await purge_media(media, free)
        freed.extend(objects)
        return outcomes

    return await unless_used(usages, ids, ids, policy, purge), freed


async def unless_used(
    usages: UsageRepository, ids: Sequence[Id], asked: Sequence[Id], policy: InUsePolicy,
    change: Callable[[Sequence[Id]], Awaitable[list[Outcome]]],
) -> list[Outcome]:  # fmt: skip
    """Changes those that no usage holds back, of those that are `asked` about; the others are told why.

    To be called in the transaction that deletes: one that was asked before would not know who came since.
    """
    holding = {} if policy is InUsePolicy.FORCE else await usages.holding(asked, lasting=policy is InUsePolicy.DETACH)
    free = [key for key in ids if key not in holding]
    if policy is InUsePolicy.DETACH:
        await usages.detach(in_both(asked, free))
    outcomes = {one.id: one for one in await change(free)}
    return [outcomes[key] if key in outcomes else Outcome(key, fault=in_use(holding[key])) for key in ids]


def in_both(some: Iterable[Id], others: Iterable[Id]) -> list[Id]:
    known = set(others)
    return [key for key in some if key in known]


def in_use(held: Held) -> Fault:
    return MediaInUse(held.count, held.usages)

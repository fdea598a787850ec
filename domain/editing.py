"""Editing media, one or many: their own values, their tags, their collections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.changes import ListChange, changed, now
from domain.collection import recollect_media
from domain.errors import INPUT, Path
from domain.ids import Id
from domain.media import LockableField, Media, Outcome, checked, locks, unknown
from domain.metadata import MetadataSource
from domain.ports import Work
from domain.tag import MediaTag, retag_media

PATCH: Path = (*INPUT, "patch")


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaEdit:
    """What to change of media: values of their own by the names of fields, lists, and the locks they have from now on.

    A value locks its field, unless it is said what is locked.
    """

    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    tags: ListChange | None = None
    collections: ListChange | None = None
    locked: tuple[LockableField, ...] | None = None


async def edit_media(work: Work, ids: Sequence[Id], edit: MediaEdit, if_version: int | None = None) -> list[Outcome]:
    """Gives media other values, and puts them among others; what became of each.

    A media that is refused keeps all it had. `if_version` is what the caller saw of the one that is edited.

    Raises:
        Invalid, NotFound: no media can have these values, or this tag or collection; nothing was changed.
        VersionConflict: nothing was changed.
    """
    values, found = checked(edit.values, PATCH), await work.media.find(ids)
    changes = {key: changed("Media", one, values | locked(one, edit), if_version) for key, one in found.items()}
    fates = {key: Outcome(key) for key in found} | await retagged(work, found, edit.tags)
    fit = [key for key in ids if key in found and fates[key].fault is None]
    moved = await recollect_media(work.collections, fit, edit.collections or ListChange(), (*PATCH, "collections"))
    for key in fit:
        await work.media.change(key, changes[key])
        is_other = fates[key].changed or key in moved or bool(changes[key])
        fates[key] = Outcome(key, changed=is_other)
    return [fates.get(key) or unknown(key) for key in ids]


def locked(media: Media, edit: MediaEdit) -> dict[str, Any]:
    """The locks a media has when it is edited."""
    if edit.locked is not None:
        return {"locked_fields": tuple(sorted(set(edit.locked)))}
    return {"locked_fields": locks(edit.values, media.locked_fields)}


async def retagged(work: Work, media: Mapping[Id, Media], change: ListChange | None) -> dict[Id, Outcome]:
    link = MediaTag(source=MetadataSource.MANUAL, confidence=None, tagged_at=now())
    return await retag_media(work.tags, media, change, link, (*PATCH, "tags")) if change else {}

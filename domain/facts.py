"""What processors found, fitted to the fields it belongs in. A processor's process is not trusted: what does not fit is left."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from sys import float_info
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from domain.media import LOCKABLE, LONGEST_TEXT, LONGEST_TITLE, Media
from domain.media_types import MediaType
from domain.text import KEPT_YEARS, clean

ON_EVERY_MEDIA = frozenset({"latitude", "longitude", "altitude", "thumbhash", "dominant_color"})
ONLY_IF_EMPTY = {"title": LONGEST_TITLE, "description": LONGEST_TEXT}
LONGEST_VALUE = 2_000
"""Bytes: PostgreSQL indexes no row above 2,704."""
LARGEST_INT = 2**31 - 1
LARGEST_LONG = 2**53 - 1
LONG = frozenset({"bitrate"})
"""Fields that are shown as BigInt."""
MOST_PARTS = 500
HINTS: dict[type[Any], dict[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class Fitted:
    """New values of a media and of its metadata, by field name."""

    media: dict[str, Any]
    metadata: dict[str, Any]


def fitted(media: Media, made: MediaType, facts: dict[str, Any]) -> Fitted:
    """Each fact by its name: in the media, in its metadata, or in both. What people wrote, and what is locked, is not
    overwritten.
    """
    locked = {name for name, lock in LOCKABLE.items() if lock in media.locked_fields}
    ours = (made.own_fields | ON_EVERY_MEDIA) - locked
    of_media = {name: value for name in facts.keys() & ours if (value := fit(made.entity, name, facts[name])) is not None}
    of_metadata = {
        name: value
        for name in facts.keys() & made.metadata_fields
        if (value := fit(made.metadata, name, facts[name])) is not None
    }
    for name in ONLY_IF_EMPTY.keys() - locked:
        if not getattr(media, name) and (text := short(facts.get(name), ONLY_IF_EMPTY[name])):
            of_media[name] = text
    taken = fit(made.entity, "taken_at", facts.get("taken_at"))
    if taken and "taken_at" not in locked and media.taken_at == media.created_at:  # nobody has said otherwise yet
        of_media["taken_at"] = taken
    return Fitted(of_media, of_metadata)


def short(text: Any, longest: int) -> str:
    """A text that people may read, empty where it is none."""
    return clean(text[:longest]).strip()[:longest] if isinstance(text, str) else ""


def fit(entity: type[Any], name: str, value: Any) -> Any:
    """The value as the field holds it; None where it is not of the field's type."""
    hint = hints(entity)[name]
    if get_origin(hint) in (Union, UnionType):
        (hint,) = (part for part in get_args(hint) if part is not NoneType)
    if get_origin(hint) is tuple:
        return parts(get_args(hint)[0], value)
    return whole(value, LARGEST_LONG if name in LONG else LARGEST_INT) if hint is int else scalar(hint, value)


def whole(value: Any, largest: int) -> int | None:
    """A whole number that the field can show: GraphQL's Int has 32 bits."""
    return value if type(value) is int and abs(value) <= largest else None


def hints(entity: type[Any]) -> dict[str, Any]:
    """The annotations of an entity's fields, read once."""
    if entity not in HINTS:
        HINTS[entity] = get_type_hints(entity)
    return HINTS[entity]


def scalar(hint: Any, value: Any) -> Any:
    if hint is str and isinstance(value, str):
        return clean(value[:LONGEST_VALUE]).strip().encode()[:LONGEST_VALUE].decode(errors="ignore") or None
    if hint is bool and isinstance(value, bool):
        return value
    if hint is float and type(value) in (int, float) and abs(value) <= float_info.max:
        return float(value)
    if issubclass(hint, StrEnum):
        return hint(value) if value in hint.__members__ else None
    return time(value) if hint is datetime and isinstance(value, str) else None


def time(text: str) -> datetime | None:
    """RFC 3339 text as a time; without an offset it is UTC."""
    try:
        found = datetime.fromisoformat(text)
        kept = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return kept if kept.year in KEPT_YEARS else None


def parts(entity: type[Any], values: Any) -> tuple[Any, ...]:
    """Dicts as small entities; those that do not fit are left out."""
    if not isinstance(values, list):
        return ()
    return tuple(made for value in values[:MOST_PARTS] if (made := part(entity, value)) is not None)  # pyright: ignore[reportUnknownVariableType]


def part(entity: type[Any], value: Any) -> Any:
    try:
        found = {name: fit(entity, name, one) for name, one in value.items() if name in hints(entity)}
        needed = (name for name, one in found.items() if one is None and NoneType not in get_args(hints(entity)[name]))
        return None if any(needed) else entity(**found)
    except (TypeError, AttributeError):
        return None

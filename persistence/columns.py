"""Columns that every table has, and columns made of the fields of an entity."""

from dataclasses import fields
from datetime import datetime
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from sqlalchemy import BigInteger, Boolean, Column, Double, ForeignKey

from persistence.types import JsonList, Key, UtcTime, Words

KINDS_OF_COLUMN: dict[Any, Any] = {int: BigInteger, float: Double, str: Words, bool: Boolean, datetime: UtcTime}


def key(
    name: str, of: str | None = None, *, primary: bool = False, optional: bool = False, cascade: bool = False
) -> Column[bytes]:
    """A column of 16 bytes, perhaps the key of another table; `cascade` deletes the row with what it points to."""
    foreign = [ForeignKey(of, ondelete="CASCADE" if cascade else None)] if of else []
    return Column(name, Key, *foreign, primary_key=primary, nullable=optional)


def library() -> Column[bytes]:
    return key("library_id", "library.id", cascade=True)


def typed_columns(entities: list[type[Any]], names: frozenset[str]) -> list[Column[Any]]:
    """A nullable column for each of these fields, of the type their annotation says; entities that share one agree."""
    found: dict[str, Any] = {}
    for entity in entities:
        hints = get_type_hints(entity)
        for field in (field.name for field in fields(entity) if field.name in names):
            if found.setdefault(field, hints[field]) != hints[field]:
                raise TypeError(f"{entity.__name__}.{field} is of another type than its namesake.")
    return [Column(name, column_type(hint)) for name, hint in sorted(found.items())]


def column_type(hint: Any) -> Any:
    """The column type of an annotation such as `int | None` or `tuple[Chapter, ...]`."""
    if get_origin(hint) in (Union, UnionType):
        (hint,) = (part for part in get_args(hint) if part is not NoneType)
    return JsonList(get_args(hint)[0]) if get_origin(hint) is tuple else KINDS_OF_COLUMN[hint]

"""Columns that every table has, and columns made of the fields of an entity."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from random import randrange
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from sqlalchemy import BigInteger, Boolean, Column, Double, ForeignKey, Table

from domain.media_types.image import camera
from domain.text import fold
from persistence.expressions import ROUND
from persistence.types import JsonList, Key, UtcTime, Words

FOLDED = "folded_"
KINDS_OF_COLUMN: dict[Any, Any] = {int: BigInteger, float: Double, str: Words, bool: Boolean, datetime: UtcTime}


def key(
    name: str, of: str | Column[Any] | None = None, *, primary: bool = False, optional: bool = False, cascade: bool = False,
    ondelete: str | None = None,
) -> Column[bytes]:  # fmt: skip
    """A column of 16 bytes, perhaps the key of another table, which other MetaData tell by its column; `cascade` deletes the row
    with what it points to, `ondelete` says what else is done then.
    """
    foreign = [ForeignKey(of, ondelete="CASCADE" if cascade else ondelete)] if of is not None else []
    return Column(name, Key, *foreign, primary_key=primary, nullable=optional)


def library(*, primary: bool = False) -> Column[bytes]:
    return key("library_id", "library.id", cascade=True, primary=primary)


def shuffled() -> int:
    """A place in the permutation that media are shown by at random."""
    return randrange(ROUND)  # noqa: S311 - nothing is secret about it


def folded(name: str) -> Column[str]:
    """What a text is compared by whatever its case, beside it: filled when a row is made, and by `folds` when it changes."""

    def fold_of(context: Any) -> str | None:
        return text_folded(context.get_current_parameters().get(name))

    return Column(f"{FOLDED}{name}", Words, default=fold_of)


def camera_folded(context: Any) -> str | None:
    """The camera of a row that is made, whatever its case."""
    row = context.get_current_parameters()
    return text_folded(camera(row.get("make"), row.get("model")))


def text_folded(text: str | None) -> str | None:
    return None if text is None else fold(text)


def folds(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, and beside each text that has one its folded form."""
    more = {f"{FOLDED}{name}": text_folded(value) for name, value in values.items() if f"{FOLDED}{name}" in table.c}
    return {**values, **more}


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

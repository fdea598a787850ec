"""Rows and entities: a column is named as the field it holds, so nothing else has to say which is which."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, cast

from sqlalchemy import Column, Select, Table

from domain.reading import LINK, Ask

Selected = Select[*tuple[Any, ...]]
Mapped = Mapping[Any, Any]
NAMES: dict[type[Any], tuple[str, ...]] = {}


@dataclass(frozen=True, eq=False)
class Kept:
    """Entities and the table they are kept in; where one table holds several types, `told_by` picks by row."""

    table: Table
    entities: tuple[type[Any], ...]
    told_by: Callable[[Mapped], type[Any]] | None = None

    def columns(self, ask: Ask) -> list[Column[Any]]:
        """The columns of this table an Ask names; without names, all that these entities hold."""
        names = ask.fields
        if names is None:
            names = tuple(dict.fromkeys(name for entity in self.entities for name in field_names(entity)))
        return [self.table.c[name] for name in names if not name.startswith(LINK)]

    def entity(self, row: Mapped) -> Any:
        return to_entity(self.told_by(row) if self.told_by else self.entities[0], row)


def to_entity(entity: type[Any], row: Mapped, prefix: str = "") -> Any:
    return entity(**{name: row[prefix + name] for name in field_names(entity)})


def to_row(entity: Any, table: Table, **more: Any) -> dict[str, Any]:
    """What of an entity the table has columns for, and more."""
    return {name: getattr(entity, name) for name in field_names(cast("type[Any]", type(entity))) if name in table.c} | more


def field_names(entity: type[Any]) -> tuple[str, ...]:
    """The fields of an entity, looked up once."""
    if entity not in NAMES:
        NAMES[entity] = tuple(field.name for field in fields(entity))
    return NAMES[entity]


def in_pieces(keys: Iterable[Any], size: int = 500) -> Iterable[list[Any]]:
    """Lists of at most `size`: databases bound the binds of a statement."""
    keys = list(keys)
    return (keys[start : start + size] for start in range(0, len(keys), size))

"""Who tells which media are used: selects, and one table to read that is all of them, one after the other."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, ColumnElement, CompoundSelect, MetaData, Select, Table, cast, delete, null, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

from domain import Id
from persistence.expressions import also_of_library
from persistence.rows import Selected
from persistence.tables import media_usage_table
from persistence.types import Key

Detach = Callable[[AsyncConnection, Id, Sequence[Id]], Awaitable[None]]
TOLD = ("library_id", "media_id", "app", "entity_type", "entity_id", "field", "position")
"""What every provider selects. It may select more of the columns of `media_usage`; what it lacks is null, and a row without
a key of its own gets one that is made of these.
"""


@dataclass(frozen=True, eq=False)
class Provider:
    """Tells of usages.

    Attributes:
        name: of the provider, as a name in SQL.
        rows: selects at least what is TOLD; no two rows are the same. They go with their media, by a foreign key that cascades.
        detach: ends all usages of these media of a library, in the transaction of that connection; without it, a media
            that is used so can be deleted by FORCE alone.
    """

    name: str
    rows: Selected
    detach: Detach | None = None

    def __post_init__(self) -> None:
        """Raises ValueError if it lacks a column."""
        if missing := [name for name in TOLD if name not in self.rows.selected_columns]:
            raise ValueError(f"The provider {self.name} selects no {', '.join(missing)}.")


async def detach_own(connection: AsyncConnection, library: Id, media_ids: Sequence[Id]) -> None:
    own = media_usage_table.c
    await connection.execute(delete(media_usage_table).where(own.media_id.in_(media_ids), own.library_id == library))


Providers = tuple[Provider, ...]
PROVIDERS = "providers"
"""What a compiler is told them as."""
OWN = Provider("media_usage", select(media_usage_table), detach_own)
OWN_ALONE: Providers = (OWN,)


def told_by(providers: Sequence[Provider]) -> CompoundSelect[Any]:
    """The usages that these providers tell of, of the library that the statement is for."""
    return union_all(*map(whole, providers))


def whole(provider: Provider) -> Select[Any]:
    """The rows of a provider with every column that a usage has."""
    rows = provider.rows.subquery(provider.name)
    named = {column.name: rows.c[column.name] if column.name in rows.c else without(column, rows) for column in usage_table.c}
    return select(*(value.label(name) for name, value in named.items())).where(also_of_library(rows))


def without(column: Column[Any], rows: Any) -> ColumnElement[Any]:
    """What stands where a provider has no such column."""
    if column.name != "id":
        return cast(null(), column.type)
    return MadeKey(*(rows.c[name] for name in TOLD if name != "library_id"))


class MadeKey(FunctionElement[bytes]):
    """A key made of a usage itself, the same on both databases."""

    name = "made_key"
    type = Key()
    inherit_cache = True


@compiles(MadeKey, "sqlite")
def made_on_sqlite(element: MadeKey, compiler: Any, **kw: Any) -> str:
    return f"made_key({compiler.process(element.clauses, **kw)})"


@compiles(MadeKey, "postgresql")
def made_on_postgresql(element: MadeKey, compiler: Any, **kw: Any) -> str:
    media, *others = (compiler.process(one, **kw) for one in element.clauses)
    text = ", ".join((f"replace(CAST({media} AS text), '-', '')", *(f"coalesce(CAST({one} AS text), '')" for one in others)))
    digest = f"sha256(convert_to(concat_ws(chr(31), {text}), 'UTF8'))"
    return f"CAST(encode(substr({digest}, 1, 16), 'hex') AS uuid)"


def made_key(media: bytes, *told: str | int | None) -> bytes:
    """What SQLite is given as `made_key`."""
    text = "\x1f".join((media.hex(), *("" if one is None else str(one) for one in told)))
    return sha256(text.encode()).digest()[:16]


class Composed(Table):
    """A table that no database has: where it is read from, rows stand that its `info` makes, of the providers there are."""


@compiles(Composed)
def composed(element: Composed, compiler: Any, from_linter: Any = None, **kw: Any) -> str:
    if from_linter:
        from_linter.froms[element] = element.name
    rows = element.info["rows"](kw.get(PROVIDERS, OWN_ALONE))
    return str(compiler.process(rows.subquery(element.name), **kw))


usage_table = Composed(
    "usage", MetaData(), *(Column(one.name, one.type, nullable=one.nullable) for one in media_usage_table.c),
    info={"rows": told_by},
)  # fmt: skip

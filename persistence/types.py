"""Column types: each says how a value is kept in SQLite and in PostgreSQL, and how the driver's value becomes the wire's."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

import orjson
from sqlalchemy import JSON, Boolean, Dialect, LargeBinary, String, Uuid
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, TSVECTOR
from sqlalchemy.types import TypeDecorator, TypeEngine

from domain.moment import Ago
from domain.text import rfc3339

Wire = Callable[[Any], Any]


def wire_of(kind: TypeEngine[Any], dialect: str) -> Wire | None:
    """What makes the wire's value of the driver's; None where they are the same. Plans read rows without SQLAlchemy."""
    match kind:
        case JsonList():
            return kind.entities
        case Json() if dialect == "sqlite":  # asyncpg decodes by a codec that SQLAlchemy sets
            return from_json
        case Key() if dialect == "postgresql":
            return key_bytes
        case UtcTime() if dialect == "postgresql":
            return time_text
        case Boolean() if dialect == "sqlite":
            return truth
        case _:
            return None


def truth(value: int | None) -> bool | None:
    return None if value is None else bool(value)


def from_json(value: Any) -> Any:
    """SQLite keeps the text of a number as a number."""
    return orjson.loads(value) if isinstance(value, str | bytes) else value


def key_bytes(value: UUID | None) -> bytes | None:
    return None if value is None else value.bytes


def time_text(value: datetime | None) -> str | None:
    return None if value is None else rfc3339(value)


class Words(TypeDecorator[str]):
    """Text that sorts by code point on both databases."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String(collation="C") if dialect.name == "postgresql" else String())


class Lexemes(TypeDecorator[str]):
    """Words with their places, as PostgreSQL finds them; SQLite keeps none."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else String())


class Json(TypeDecorator[Any]):
    """Any JSON; a None is NULL."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor((JSONB if dialect.name == "postgresql" else JSON)(none_as_null=True))


class Key(TypeDecorator[bytes]):
    """Sixteen bytes: a BLOB on SQLite, which is half of a text, a uuid on PostgreSQL."""

    impl = LargeBinary(16)
    cache_ok = True
    as_is: ClassVar[tuple[str, ...]] = ("sqlite",)
    """Where the driver takes what everybody else has."""

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Uuid() if dialect.name == "postgresql" else LargeBinary(16))

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> Any:
        return UUID(bytes=value) if value is not None and dialect.name == "postgresql" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:
        return value.bytes if isinstance(value, UUID) else value


class UtcTime(TypeDecorator[datetime]):
    """A time in UTC: fixed-width text on SQLite, which sorts as it stands and is what the wire carries."""

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TIMESTAMP(timezone=True) if dialect.name == "postgresql" else String(27))

    def process_bind_param(self, value: datetime | str | Ago | None, dialect: Dialect) -> Any:
        """Takes the wire's text too, as cursors carry it, and times relative to now, which filters keep."""
        if isinstance(value, Ago):
            value = value.before(datetime.now(UTC))
        time = datetime.fromisoformat(value) if isinstance(value, str) else value
        if time is None or dialect.name == "postgresql":
            return time
        return rfc3339(time)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        time: datetime | None = datetime.fromisoformat(value) if isinstance(value, str) else value
        return time if time is None or time.tzinfo else time.replace(tzinfo=UTC)


class Word(TypeDecorator[StrEnum]):
    """A word of a StrEnum. One that a newer version wrote is read as the text it is."""

    impl = String(20)
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__(20)
        self.words = words

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(self.words(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return self.words(value) if value in self.words.__members__ else value


class Texts(Json):
    """A tuple of texts, as a JSON list."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return list(value) if value is not None else None

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...]:
        return tuple(value or ())


class JsonList(Json):
    """A tuple of small frozen dataclasses, as a JSON list; NULL is read as an empty one."""

    cache_ok = True

    def __init__(self, entity: type[Any]) -> None:
        super().__init__()
        self.entity = entity

    def entities(self, value: Any) -> tuple[Any, ...]:
        return tuple(self.entity(**part) for part in from_json(value) or ())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return [asdict(part) for part in value] if value else None

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Any, ...]:
        return self.entities(value)

"""What all strategies share in reading files they do not trust: one kind of failure, and values fit to keep."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportMissingTypeStubs=false
# The codecs tell only part of their types.
import math
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, SupportsFloat, cast

from domain.errors import FailureCode, ProcessingFailed
from domain.text import clean, rfc3339

LONGEST_VALUE = 1_000
MOST_ENTRIES = 200
MOST_ITEMS = 64


@contextmanager
def reading(what: str) -> Generator[None]:
    """Codecs raise whatever comes to their mind for malformed bytes: all of it means that the file cannot be read.

    Raises:
        ProcessingFailed: UNREADABLE, or what a strategy itself has raised inside.
    """
    try:
        yield
    except (ProcessingFailed, MemoryError):
        raise
    except Exception as error:
        raise ProcessingFailed(FailureCode.UNREADABLE, f"The {what} is truncated or corrupted.") from error


def unsupported(mime_type: str) -> ProcessingFailed:
    return ProcessingFailed(FailureCode.UNSUPPORTED, f"There is no decoder for {mime_type}.")


def words(value: object, longest: int = LONGEST_VALUE) -> str | None:
    """The text of a tag without what databases refuse and without its padding; None where nothing is left."""
    return clean(value)[:longest].strip() or None if isinstance(value, str) else None


def number(value: object, digits: int = 6) -> float | None:
    """A finite number; None for 0/0, infinities and what is none."""
    try:
        found = float(cast("SupportsFloat", value))
    except (TypeError, ValueError, ArithmeticError):
        return None
    return round(found, digits) if math.isfinite(found) else None


def positive(value: object, digits: int = 6) -> float | None:
    """A number above zero: zero is how cameras and containers say that they do not know."""
    found = number(value, digits)
    return found if found is not None and found > 0 else None


def whole(value: object) -> int | None:
    """A number above zero as an integer that databases can hold."""
    found = positive(value)
    return round(found) if found is not None and found < 1 << 53 else None


def in_utc(moment: datetime) -> str:
    """The moment as the wire has it; without an offset it is read as UTC."""
    return rfc3339(moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment)


def known(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts that were found; what is unknown is not written over what a person may have entered."""
    return {name: value for name, value in facts.items() if value is not None}


def bounded(entries: Iterator[tuple[str, str, Any]]) -> tuple[tuple[str, str, Any], ...]:
    """The first entries that hold something, no more than are worth keeping."""
    kept: list[tuple[str, str, Any]] = []
    for namespace, key, value in entries:
        if (name := words(key, 100)) and (shown := json_value(value)) is not None and len(kept) < MOST_ENTRIES:
            kept.append((namespace, name, shown))
    return tuple(kept)


def json_value(value: Any) -> Any:
    """The value as JSON can say it, bounded; None for what it cannot: bytes that are no text, rationals that are no number."""
    if isinstance(value, bytes):
        value = value.rstrip(b"\0").decode("ascii") if value.rstrip(b"\0").isascii() and len(value) <= LONGEST_VALUE else None
        return words(value) if value and value.isprintable() else None
    if isinstance(value, (str, bool)):
        return words(value) if isinstance(value, str) else value
    if isinstance(value, (tuple, list)):
        items = [json_value(one) for one in cast("list[Any]", value)[: MOST_ITEMS + 1]]
        return items if 0 < len(items) <= MOST_ITEMS and None not in items else None
    if isinstance(value, int):
        return value if abs(value) < 1 << 53 else None
    return number(value)

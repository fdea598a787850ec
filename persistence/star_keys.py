"""Keys of groups of pictures that look alike: that of the keeper, with one digit that says how far the others are at most.

A key is a UUID of version 7 (RFC 9562), so that digit is always a 7. In its place stands the distance plus eight: 8 for 0, 9 for
1, ..., f for 7, 0 for 8. A group of equal bytes has the key of its keeper as it is.
"""

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

from persistence.types import Key

VERSION, DIGITS = 7, 16
SHIFT = 8
AT = 15
"""Where the digit stands in the text of a uuid, from 1."""


class StarKey(FunctionElement[bytes]):
    """The key of a group, of those of its keeper and of the distance."""

    name = "star_key"
    type = Key()
    inherit_cache = True


class KeeperOf(FunctionElement[bytes]):
    """The key of the keeper of a group."""

    name = "keeper_of"
    type = Key()
    inherit_cache = True


class ReachOf(FunctionElement[int]):
    """How far from its keeper the others of a group are at most; -1 of a group of equal bytes."""

    name = "reach_of"
    type = Integer()
    inherit_cache = True


def star_key(keeper: bytes, reach: int) -> bytes:
    """What SQLite is given under this name."""
    return keeper[:6] + bytes([keeper[6] & 0x0F | (reach + SHIFT) % DIGITS << 4]) + keeper[7:]


def keeper_of(key: bytes | None) -> bytes | None:
    """What SQLite is given under this name."""
    return None if key is None else key[:6] + bytes([key[6] & 0x0F | VERSION << 4]) + key[7:]


def reach_of(key: bytes | None) -> int | None:
    """What SQLite is given under this name."""
    if key is None:
        return None
    digit = key[6] >> 4
    return -1 if digit == VERSION else (digit - SHIFT) % DIGITS


@compiles(StarKey)
@compiles(KeeperOf)
@compiles(ReachOf)
def by_name(element: FunctionElement[Any], compiler: Any, **kw: Any) -> str:
    return f"{element.name}({compiler.process(element.clauses, **kw)})"


@compiles(StarKey, "postgresql")
def star_key_on_postgresql(element: StarKey, compiler: Any, **kw: Any) -> str:
    keeper, reach = (compiler.process(one, **kw) for one in element.clauses)
    digit = f"to_hex(({reach} + {SHIFT}) % {DIGITS})"
    return f"CAST(overlay(CAST({keeper} AS text) PLACING {digit} FROM {AT} FOR 1) AS uuid)"


@compiles(KeeperOf, "postgresql")
def keeper_of_on_postgresql(element: KeeperOf, compiler: Any, **kw: Any) -> str:
    key = compiler.process(element.clauses, **kw)
    return f"CAST(overlay(CAST({key} AS text) PLACING '{VERSION}' FROM {AT} FOR 1) AS uuid)"


@compiles(ReachOf, "postgresql")
def reach_of_on_postgresql(element: ReachOf, compiler: Any, **kw: Any) -> str:
    key = compiler.process(element.clauses, **kw)
    digit = f"(strpos('0123456789abcdef', substr(CAST({key} AS text), {AT}, 1)) - 1)"
    return f"(CASE WHEN {digit} = {VERSION} THEN -1 ELSE ({digit} + {SHIFT}) % {DIGITS} END)"

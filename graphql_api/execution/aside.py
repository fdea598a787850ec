"""What a plan's assembly calls where a value is not one that it may put in an answer: then the plan steps aside."""

from collections.abc import Callable, Iterable
from math import isfinite
from typing import Any

from domain.ids import Id
from domain.reading import Row
from domain.summary import Summary

LEAST, MOST = -(2**31), 2**31 - 1
"""What a GraphQL Int can be (specification, 3.5.1)."""


class SteppedAside(Exception):
    """The plan met what only graphql-core can put in words; it answers the same request."""


class Words(dict[Any, str | None]):
    """From what rows and objects hold to the names of an enum; of a word that it has not, nobody can make an answer."""

    def __missing__(self, key: Any) -> None:
        raise SteppedAside


def no() -> Any:
    """Raises SteppedAside, where a statement cannot stand."""
    raise SteppedAside


def need(value: Any) -> Any:
    """The value of a field that may not be null."""
    return no() if value is None else value


def whole(value: Any) -> Any:
    """An Int or None."""
    return value if value is None or (type(value) is int and LEAST <= value <= MOST) else no()


def finite(value: Any) -> Any:
    """A Float or None."""
    return value if value is None or (type(value) is float and isfinite(value)) else no()


def big(value: Any) -> Any:
    """A whole number of any size, or None."""
    return value if value is None or type(value) is int else no()


def words(value: Any) -> Any:
    """A text or None."""
    return value if value is None or isinstance(value, str) else no()


def truth(value: Any) -> Any:
    """True, False or None."""
    return value if value is None or value is True or value is False else no()


def each(made: Callable[[Any], Any], values: Iterable[Any] | None) -> list[Any] | None:
    """A list of what is made of each value."""
    return None if values is None else [made(value) for value in values]


def named(pairs: Iterable[tuple[str, Id] | None], sets: dict[str, dict[Id, Any]]) -> list[Any]:
    """The records of these names and keys, in their order; None where there is none."""
    return [sets[pair[0]].get(pair[1]) if pair and pair[0] in sets else None for pair in pairs]


def summed(summary: Summary, rows: Iterable[Row]) -> Any:
    """What a list comes to, of rows that begin with the key of their parent."""
    return summary.made([row[1:] for row in rows])


BUILT_IN: dict[str, Any] = {
    "no": no, "need": need, "whole": whole, "finite": finite, "big": big, "words": words, "truth": truth, "each": each,
    "named": named, "summed": summed, "NO_ROWS": (None, ()),
}  # fmt: skip
"""What the source of every plan may call."""

"""Ranks: texts that sort in the order people chose, with room for another between any two.

A rank is a number in base 62: eight digits before the point, which is not written, and as many behind it as it takes.
Moving one thing so rewrites one row, and a million things appended one by one still have ranks of eight digits.
"""

from collections.abc import Collection, Iterator

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BASE = len(DIGITS)
WHOLE = 8
LONGEST = 32
"""Digits of a rank before those around it are given anew; putting things in one place takes a digit every six times."""
FIRST = DIGITS[BASE // 2] + DIGITS[0] * (WHOLE - 1)


def between(low: str | None, high: str | None) -> str:
    """A rank above `low` and below `high`; None stands for the open end.

    Raises:
        ValueError: there is no room, because `low` is not below `high`.
    """
    if low is None:
        return FIRST if high is None else neighbour(high, -1)
    if high is None:
        return neighbour(low, 1)
    if low >= high:
        raise ValueError(f"No rank lies between {low!r} and {high!r}.")
    return middle(low, high)


def neighbour(rank: str, step: int) -> str:
    """The next whole number above or below."""
    number = 0
    for digit in rank[:WHOLE].ljust(WHOLE, DIGITS[0]):
        number = number * BASE + DIGITS.index(digit)
    number += step
    digits = ""
    for _ in range(WHOLE):
        number, last = divmod(number, BASE)
        digits = DIGITS[last] + digits
    return digits


def middle(low: str, high: str) -> str:
    """The digits in common, then one halfway."""
    kept = ""
    bounded = True
    for place in range(len(low) + len(high) + 1):
        least = DIGITS.index(low[place]) if place < len(low) else 0
        most = (DIGITS.index(high[place]) if place < len(high) else 0) if bounded else BASE
        if most - least > 1:
            return kept + DIGITS[(least + most) // 2]
        kept += DIGITS[least]
        bounded = bounded and most == least
    raise ValueError(f"No rank lies between {low!r} and {high!r}.")


def ranks(count: int, low: str | None, high: str | None) -> Iterator[str]:
    """`count` ascending ranks between two: at an open end one after the other, between two by halves, which keeps them short."""
    if low is None and high is not None:
        yield from reversed(list(outward(count, high, -1)))
    elif high is None:
        yield from outward(count, low, 1)
    elif count > 0:
        half = between(low, high)
        yield from ranks((count - 1) // 2, low, half)
        yield half
        yield from ranks(count // 2, half, high)


def outward(count: int, start: str | None, step: int) -> Iterator[str]:
    """`count` ranks one after the other, away from `start`."""
    for _ in range(count):
        start = FIRST if start is None else neighbour(start, step)
        yield start


def free_ranks(count: int, low: str | None, high: str | None, taken: Collection[str]) -> list[str]:
    """`count` ascending ranks between two that are none of those taken."""
    between_them = {one for one in taken if (low is None or low < one) and (high is None or one < high)}
    return [one for one in ranks(count + len(between_them), low, high) if one not in between_them][:count]

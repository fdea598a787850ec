"""Loads of a level, read together: how many media a list has is not read where another summary of the same list tells it."""

from collections.abc import Generator, Iterator
from dataclasses import replace

from domain.reading import Load, Row, Wanted
from domain.summary import COUNT

Reading = Generator[list[Wanted], list[list[Row]], list[list[Row]]]


def together(wanted: list[Wanted]) -> Reading:
    """Yields the loads that are to be read, is sent the rows of each, returns the rows of all that are wanted."""
    told = dict(tellers(wanted))
    left = [at for at in range(len(wanted)) if at not in told]
    rows = dict(zip(left, (yield [wanted[at] for at in left]), strict=True))
    return [counted(rows[told[at]]) if at in told else rows[at] for at in range(len(wanted))]


def tellers(wanted: list[Wanted]) -> Iterator[tuple[int, int]]:
    """The places of counts, each with the place of a summary that tells it."""
    for at, (load, keys) in enumerate(wanted):
        if load.ask.summary == COUNT and not load.ask.is_of_all:
            same = (of_any(load), keys)
            found = (by for by, (other, own) in enumerate(wanted) if tells(other) and (of_any(other), own) == same)
            yield from ((at, by) for by in [next(found, None)] if by is not None)


def tells(load: Load) -> bool:
    return load.ask.summary is not None and load.ask.summary.tells_count


def of_any(load: Load) -> Load:
    """The list that a load is of, whatever is wanted of it."""
    return replace(load, ask=replace(load.ask, summary=None))


def counted(rows: list[Row]) -> list[Row]:
    """The rows of a count, by those of another summary: each ends with how many were read."""
    return [(parent, matched, matched) for parent, matched in {row[0]: row[-1] for row in rows}.items()]

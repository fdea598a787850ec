"""Times relative to now, as ISO 8601 durations: what is kept in a filter stays relative until a database is asked."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.errors import Invalid
from domain.text import KEPT_YEARS

DURATION = re.compile(
    r"-?P(?=[\dT])(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,6})W)?(?:(\d{1,7})D)?"
    r"(?:T(?=\d)(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,10})(?:[.,](\d{1,6}))?S)?)?",
    re.ASCII,
)
EARLIEST = datetime(KEPT_YEARS.start, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ago:
    """So long before now: months of the calendar first, then the rest."""

    months: int = 0
    rest: timedelta = timedelta()

    def before(self, time: datetime) -> datetime:
        """That moment, seen from this one; the last day of a month that is too short, and the earliest that is kept."""
        year, month = divmod(time.year * 12 + time.month - 1 - self.months, 12)
        if year < KEPT_YEARS.start:
            return EARLIEST
        day = min(time.day, monthrange(year, month + 1)[1])
        moved = time.replace(year=year, month=month + 1, day=day)
        return moved - self.rest if self.rest < moved - EARLIEST else EARLIEST


def ago(duration: str, *path: str) -> Ago:
    """The time before now that an ISO 8601 duration says, such as P7D or P1Y2M; a minus before it says no more.

    Raises:
        Invalid: it is none.
    """
    found = DURATION.fullmatch(duration)
    if found is None:
        raise Invalid("A duration is written as ISO 8601 has it, such as P7D, P1Y6M or PT12H.", path=path)
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[:7])
    fraction = int((found[8] or "").ljust(6, "0"))
    rest = timedelta(days=days, weeks=weeks, hours=hours, minutes=minutes, seconds=seconds, microseconds=fraction)
    return Ago(12 * years + months, rest)

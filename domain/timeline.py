"""Timelines: the matches of a list by the day, week, month or year in which they were taken, in any time zone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

from domain.errors import Invalid
from domain.summary import Row, Shape, as_time, is_over

MOST_ZONE = 64
WHOLE_HOUR = timedelta(hours=1)
SAMPLED = range(1970, 2038)


class TimeBucketSize(StrEnum):
    """How long a bucket of a timeline is. Weeks begin on Mondays (ISO 8601)."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    YEAR = "YEAR"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeBucket:
    """The matches taken from `start` on and before `end`."""

    start: datetime
    end: datetime
    count: int
    is_capped: bool


@dataclass(frozen=True, slots=True)
class Timing:
    """A timeline of a list, the newest bucket first; buckets without a match are left out."""

    size: TimeBucketSize
    zone: str

    @property
    def shape(self) -> Shape:
        return Shape("times", (unit_of(self.zone),))

    def made(self, rows: Sequence[Row]) -> list[TimeBucket]:
        zone, counts = zone_named(self.zone), Counter[datetime]()
        for value, count, _ in rows:
            counts[start_of(self.size, local(as_time(value), zone))] += count
        capped = any(is_over(row[2]) for row in rows)
        starts = sorted(counts, reverse=True)
        return [TimeBucket(start=one, end=end_of(self.size, one), count=counts[one], is_capped=capped) for one in starts]


def timing(size: TimeBucketSize, zone: str) -> Timing:
    """Raises Invalid for a time zone that is not in the IANA database."""
    zone_named(zone)
    return Timing(size, zone)


def zone_named(name: str) -> tzinfo:
    try:
        return known_zone(name) if len(name) <= MOST_ZONE else known_zone("")
    except (ValueError, OSError, KeyError) as error:
        raise Invalid("A time zone is named as in the IANA database, such as Europe/Berlin.", path=("timeZone",)) from error


@cache
def known_zone(name: str) -> tzinfo:
    """The zone; only those that exist are remembered."""
    return UTC if name == "UTC" else ZoneInfo(name)


@cache
def unit_of(name: str) -> str:
    """What may be counted together before days of a zone are told apart: those of UTC, hours, or nothing."""
    zone = known_zone(name)
    if zone is UTC:
        return "day"
    offsets = {datetime(year, month, 1, tzinfo=zone).utcoffset() for year in SAMPLED for month in range(1, 13)}
    return "moment" if any((offset or timedelta()) % WHOLE_HOUR for offset in offsets) else "hour"


def local(time: datetime, zone: tzinfo) -> datetime:
    """The time in a zone; at the ends of the calendar, where there is none, the same clock."""
    try:
        return time.astimezone(zone)
    except OverflowError:
        return time.replace(tzinfo=zone)


def start_of(size: TimeBucketSize, time: datetime) -> datetime:
    """The beginning of the bucket that a local time lies in."""
    day = time.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    match size:
        case TimeBucketSize.DAY:
            return day
        case TimeBucketSize.WEEK:
            return day - timedelta(days=min(day.weekday(), day.toordinal() - 1))
        case TimeBucketSize.MONTH:
            return day.replace(day=1)
        case TimeBucketSize.YEAR:
            return day.replace(month=1, day=1)


def end_of(size: TimeBucketSize, start: datetime) -> datetime:
    """The beginning of the next bucket; of the calendar's last one, its end."""
    try:
        return next_start(size, start)
    except (OverflowError, ValueError):
        return datetime.max.replace(tzinfo=start.tzinfo)


def next_start(size: TimeBucketSize, start: datetime) -> datetime:
    match size:
        case TimeBucketSize.DAY:
            return start + timedelta(days=1)
        case TimeBucketSize.WEEK:
            return start + timedelta(days=7)
        case TimeBucketSize.MONTH:
            return (start.replace(day=28) + timedelta(days=4)).replace(day=1)
        case TimeBucketSize.YEAR:
            return start.replace(year=start.year + 1)

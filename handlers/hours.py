"""When somebody works: days and times on the wall clock of their own zone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from handlers.time_words import instant

_AHEAD = range(-1, 15)
"""The days that are looked through, from the one before: hours that go past midnight belong to the day they begin on.

Two weeks, because the hours of one day a week may lie in those that a clock skips.
"""


@dataclass(frozen=True, slots=True)
class Hours:
    """The days of the week (Monday is 0) and the times of working hours; with an end before the beginning, past midnight."""

    days: frozenset[int] = frozenset(range(5))
    begins: time = time(9)
    ends: time = time(17, 30)


def zone_named(name: str, otherwise: tzinfo) -> tzinfo:
    """Return the time zone of a name; `otherwise` if there is none."""
    try:
        return ZoneInfo(name) if name else otherwise
    except (LookupError, ValueError, OSError):  # what is no name, and the name of a folder of zones
        return otherwise


def next_working(hours: Iterable[Hours], zone: tzinfo, at: datetime) -> datetime:
    """Return a time if it lies in any of some working hours, else the next beginning of any."""
    found = [_next(each, zone, at) for each in hours]
    return min((each for each in found if each is not None), default=at)


def _next(hours: Hours, zone: tzinfo, at: datetime) -> datetime | None:
    today = at.astimezone(zone).date()
    past_midnight = timedelta(days=hours.ends <= hours.begins)
    for ahead in _AHEAD:
        day = today + timedelta(days=ahead)
        if day.weekday() not in hours.days:
            continue
        begins = instant(datetime.combine(day, hours.begins), zone)
        ends = instant(datetime.combine(day + past_midnight, hours.ends), zone)
        if ends > max(begins, at):
            return max(begins, at).astimezone(UTC)
    return None

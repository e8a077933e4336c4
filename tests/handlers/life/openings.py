"""A second implementation of windows and freezes: from what a clock on the wall has shown, not from moments in UTC."""

from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from handlers.calendar import Calendar, Window
from handlers.release import Kind, Release

if TYPE_CHECKING:
    from tests.handlers.life.world import World

_STEP = timedelta(minutes=15)
"""All windows of this world begin and end at quarters of an hour."""
_FAR = timedelta(days=8)


def _shown(now: datetime, zone: tzinfo) -> datetime:
    """Return the latest time that a clock on the wall has shown so far: it may have been set back since."""
    local = now.astimezone(zone)
    earlier = range(1, 181) if local.fold else ()
    times = (local, *((now - timedelta(minutes=each)).astimezone(zone) for each in earlier))
    return max(each.replace(tzinfo=None, fold=0) for each in times)


def _has_opened(window: Window, calendar: Calendar, clock: datetime, ago: int) -> bool:
    """Whether the opening of today, or of the day before, has come and is not over."""
    day = clock.date() - timedelta(days=ago)
    unknown = calendar.known_until is None or day > calendar.known_until or day in calendar.holidays
    if day.weekday() not in window.days or (window.not_on_holidays and unknown):
        return False
    last = window.last_start or window.ends
    over = day if last > window.begins else day + timedelta(days=1)
    return datetime.combine(day, window.begins) <= clock < datetime.combine(over, last)


def is_open(calendar: Calendar, now: datetime) -> bool:
    """Whether the windows let something start."""
    clock = _shown(now, calendar.zone)
    opened = (_has_opened(each, calendar, clock, ago) for each in calendar.windows for ago in (0, 1))
    return not calendar.windows or any(opened)


def is_frozen(calendar: Calendar, now: datetime) -> bool:
    """Whether a freeze is in force."""
    return any(each.begins <= now < each.ends for each in calendar.freezes)


def next_change(calendar: Calendar, now: datetime, end: datetime) -> datetime | None:
    """Return the first moment after now and before an end at which windows or freezes let something start, or do not."""
    was = is_open(calendar, now), is_frozen(calendar, now)
    quarter = now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)
    while (quarter := quarter + _STEP) < min(end, now + _FAR):
        if (is_open(calendar, quarter), is_frozen(calendar, quarter)) != was:
            return quarter
    return None


def calendar_of(world: "World", environment: str) -> Calendar:
    """Return the calendar in force of an environment."""
    return world.calendars.get(environment, Calendar())


def in_window(world: "World", release: Release, environment: str) -> bool:
    """Whether the windows let a release start there: they are for normal ones."""
    return release.kind is not Kind.NORMAL or is_open(calendar_of(world, environment), world.now)


def frozen(world: "World", release: Release, environment: str) -> bool:
    """Whether a freeze keeps a release from starting there: it is for normal ones."""
    return release.kind is Kind.NORMAL and is_frozen(calendar_of(world, environment), world.now)

"""Reads which time of the past people mean: `yesterday`, `last week`, `since mon 09:00`, `2026-Q4`, `last 3 days`.

Words and clocks are those of `handlers.time_words`. A day or a week that is named goes on until its end, also if that is yet
to come.
"""

import re
from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from handlers.time_words import (
    DATE,
    WEEKDAYS,
    UnreadableTime,
    duration,
    few,
    instant,
    time_of_day,
    unpunctuated,
)

_DAY = timedelta(days=1)
_BACK = {"today": 0, "yesterday": 1}
_CALENDAR = frozenset({"day", "week", "month", "quarter", "year"})
_MONTH = re.compile(r"(\d{4})-(\d{2})\Z", re.ASCII)
_QUARTER = re.compile(r"(?:(\d{4})-?)?q([1-4])\Z", re.ASCII)
_AND = frozenset({"until", "till", "til", "to", "and", "-"})


@dataclass(frozen=True, slots=True)
class TimeRange:
    """From when to when, in UTC, and the words after it; `until` None means until now."""

    since: datetime
    until: datetime | None
    rest: tuple[str, ...]


def read_range(words: tuple[str, ...], now: datetime, zone: tzinfo) -> TimeRange | UnreadableTime | None:
    """Read a time of the past at the front of some words; None if they do not begin with one."""
    reader = _READERS.get(unpunctuated(words[0])) if words else None
    try:
        found = (reader or _named)(words, _Now(now, zone))
    except (ValueError, OverflowError):
        found, reader = None, reader or _named
    if found is None:
        return UnreadableTime(few(words)) if reader is not None else None
    if found.since > now or (found.until is not None and found.until <= found.since):
        return UnreadableTime(" ".join(words[: len(words) - len(found.rest)]), found.since)
    return found


def range_among(
    words: tuple[str, ...], names: Container[str], now: datetime, zone: tzinfo
) -> tuple[TimeRange | UnreadableTime | None, tuple[str, ...]]:
    """Return the time of the past that some words name, wherever it stands, and the words beside it; `names` are no times."""
    for at in range(len(words)):
        if words[at] in names:
            continue
        found = read_range(words[at:], now, zone)
        if found is not None:
            return found, words[:at] + (found.rest if isinstance(found, TimeRange) else ())
    return None, words


@dataclass(frozen=True, slots=True)
class _Now:
    now: datetime
    zone: tzinfo

    @property
    def today(self) -> datetime:
        """The beginning of this day on the wall."""
        return self.now.astimezone(self.zone).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)

    def at(self, wall: datetime) -> datetime:
        return instant(wall, self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class _Edge:
    """A day, from its beginning to its end, or a moment, at which both are the same."""

    begins: datetime
    ends: datetime
    rest: tuple[str, ...]


def _edge(words: tuple[str, ...], now: _Now) -> _Edge | None:
    """Read a day, a time of today, both, or `2h ago` at the front."""
    word = unpunctuated(words[0]) if words else ""
    if word in {"last", "on"} and len(words) > 1:
        return _edge(words[1:], now)
    months = _months(word, now)
    if months is not None:
        return _Edge(now.at(months[0]), now.at(months[1]), words[1:])
    day = _day(word, now)
    if day is None:
        return _moment_of_today(word, words, now)
    rest = words[2:] if len(words) > 1 and unpunctuated(words[1]) == "at" else words[1:]
    at = time_of_day(unpunctuated(rest[0])) if rest else None
    if at is None:
        return _Edge(now.at(day), now.at(day + _DAY), words[1:])
    moment = now.at(datetime.combine(day, at))
    return _Edge(moment, moment, rest[1:])


def _moment_of_today(word: str, words: tuple[str, ...], now: _Now) -> _Edge | None:
    at = time_of_day(word)
    if at is None:
        return _ago(words, now)
    moment = now.at(datetime.combine(now.today, at))
    return _Edge(moment, moment, words[1:])


def _months(word: str, now: _Now) -> tuple[datetime, datetime] | None:
    """Return the beginning and the end of a month, as in `2026-11`, or a quarter: `2026-Q4`, or `q4`, the last one that began.

    Raises ValueError if there is no such month.
    """
    month, quarter = _MONTH.match(word), _QUARTER.match(word)
    if month is not None:
        begins, lasts = datetime(int(month[1]), int(month[2]), 1), 1  # noqa: DTZ001 - a wall clock
    elif quarter is not None:
        first = 3 * int(quarter[2]) - 2
        year = int(quarter[1]) if quarter[1] else now.today.year - (first > now.today.month)
        begins, lasts = datetime(year, first, 1), 3  # noqa: DTZ001 - the same
    else:
        return None
    after = begins.month - 1 + lasts
    return begins, begins.replace(year=begins.year + after // 12, month=after % 12 + 1)


def _day(word: str, now: _Now) -> datetime | None:
    """Return the beginning of the last day that a word names: a weekday is at most six days ago."""
    if word in _BACK:
        return now.today - _BACK[word] * _DAY
    if word in WEEKDAYS:
        return now.today - (now.today.weekday() - WEEKDAYS[word]) % 7 * _DAY
    dated = DATE.match(word)
    if dated is None or dated[4]:
        return None
    return datetime(int(dated[1]), int(dated[2]), int(dated[3]))  # noqa: DTZ001 - a wall clock


def _ago(words: tuple[str, ...], now: _Now) -> _Edge | None:
    lasts = duration(words)
    if lasts is None:
        return None
    rest = lasts[1][1:] if lasts[1] and unpunctuated(lasts[1][0]) == "ago" else lasts[1]
    moment = now.now - lasts[0]
    return _Edge(moment, moment, rest)


def _named(words: tuple[str, ...], now: _Now) -> TimeRange | None:
    """Read a day, from one day to another, or `3 days`: that long until now."""
    first = _edge(words, now) if words and time_of_day(unpunctuated(words[0])) is None else None
    if first is None:
        return None
    return _with_end(first, first.ends if first.ends > first.begins else None, now)


def _since(words: tuple[str, ...], now: _Now) -> TimeRange | None:
    """Read `since X`, `from X to Y` and `between X and Y`."""
    first = _edge(words[1:], now)
    return _with_end(first, None, now) if first is not None else None


def _with_end(first: _Edge, ends: datetime | None, now: _Now) -> TimeRange:
    """Read the end that may follow the beginning.

    Raises ValueError if there is one that cannot be read.
    """
    if not first.rest or unpunctuated(first.rest[0]) not in _AND:
        return TimeRange(first.begins, ends, first.rest)
    last = _edge(first.rest[1:], now)
    if last is None:
        raise ValueError("no end that can be read")
    return TimeRange(first.begins, last.ends, last.rest)


def _last(words: tuple[str, ...], now: _Now) -> TimeRange | None:
    """Read `last week`, which ended on Sunday, `last mon`, `last hour` and `last 3 days`, which end now."""
    unit = unpunctuated(words[1]) if len(words) > 1 else ""
    if unit in _CALENDAR:
        this = _beginning(unit, now.today)
        return TimeRange(now.at(_beginning(unit, this - _DAY)), now.at(this), words[2:])
    if unit == "hour":
        return TimeRange(now.now - timedelta(hours=1), None, words[2:])
    if unit in WEEKDAYS:
        day = _day(unit, now) or now.today
        day -= 7 * _DAY if day == now.today else timedelta()
        return TimeRange(now.at(day), now.at(day + _DAY), words[2:])
    lasts = duration(words[1:])
    return TimeRange(now.now - lasts[0], None, lasts[1]) if lasts is not None else None


def _this(words: tuple[str, ...], now: _Now) -> TimeRange | None:
    unit = unpunctuated(words[1]) if len(words) > 1 else ""
    return TimeRange(now.at(_beginning(unit, now.today)), None, words[2:]) if unit in _CALENDAR else None


def _beginning(unit: str, day: datetime) -> datetime:
    """Return when the day, week, month or year of a day began."""
    if unit == "week":
        return day - day.weekday() * _DAY
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return day.replace(month=day.month - (day.month - 1) % 3, day=1)
    return day.replace(month=1, day=1) if unit == "year" else day


_READERS: dict[str, Callable[[tuple[str, ...], _Now], TimeRange | None]] = {
    **dict.fromkeys(("since", "from", "after", "between"), _since),
    **dict.fromkeys(("last", "past", "previous"), _last),
    "this": _this,
}

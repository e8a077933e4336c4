"""Reads until when something lasts, as people write it: `for 90m`, `until mon 09:00`, `until 2027-01-04 08:00`.

It is the one reader of times in commands. What looks like a time and cannot be read is never taken for other words.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from handlers.durations import parse_duration

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORTER = {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
WEEKDAYS = {name: at for at, day in enumerate(_DAYS) for name in (day, day[:3])} | _SHORTER
_NEAR = {"today": 0, "tomorrow": 1}
_NAMED_TIMES = {"noon": time(12), "midnight": time(0)}
_UNITS = {
    "s": ("s", "sec", "secs", "second", "seconds"),
    "m": ("m", "min", "mins", "minute", "minutes"),
    "h": ("h", "hr", "hrs", "hour", "hours"),
    "d": ("d", "day", "days"),
    "w": ("w", "week", "weeks"),
}
_UNIT = {word: unit for unit, words in _UNITS.items() for word in words}
_UNIT_WORDS = "|".join(sorted(_UNIT, key=len, reverse=True))
_SIZES = {unit: timedelta(**{words[-1]: 1}) for unit, words in _UNITS.items()}
_AMOUNT = re.compile(rf"(\d{{1,5}})({_UNIT_WORDS})\Z", re.ASCII)
_NUMBER = re.compile(r"\d{1,5}\Z", re.ASCII)
HTTP_STATUS = re.compile(r"[1-5]\d\ds\Z", re.ASCII)
"""Several answers of a server with one status, as in `502s`: no duration."""
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})\Z", re.ASCII)
_HALF_DAY = re.compile(r"(\d{1,2})(?::(\d{2}))?(am|pm)\Z", re.ASCII)
DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:t(\d{1,2}:\d{2}))?\Z", re.ASCII)
_TIME_LIKE = re.compile(
    rf"[+-]?\d+(?:[.,]\d+)?(?:{_UNIT_WORDS}|months?|years?|am|pm)(?:\d.*)?\Z"
    r"|\d{1,2}[:.h]\d{2}(?:\D.*)?\Z|\d{4}-\d{1,2}(?:-\d.*)?\Z|\d{1,2}[./]\d{1,2}(?:[./](?:\d{2,4})?)?\Z",
    re.ASCII,
)
_NUMERIC = re.compile(r"\d+(?:[.,:]\d+)?\Z", re.ASCII)
_UNTIL = frozenset({"until", "till", "til"})
_LONG_UNITS = frozenset(_UNIT) | {"month", "months", "year", "years", "am", "pm"}
_QUOTES = ('"', "“", "”", "'")


@dataclass(frozen=True, slots=True)
class Ending:
    """Until when something lasts, in UTC, and the words beside it; None means without an end."""

    until: datetime | None
    rest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnreadableTime:
    """Words that look like a time and are none, or one that is past; `moment` is the past one."""

    words: str
    moment: datetime | None = None


def read_ending(words: tuple[str, ...], now: datetime, zone: tzinfo) -> Ending | UnreadableTime:
    """Read an end at the front of some words, or at their end; the rest is free text.

    Text that begins with a quotation mark is never read as a time.
    """
    if not words or words[0].startswith(_QUOTES):
        return Ending(None, words)
    first = words[0].lower()
    if first == "for" or first in _UNTIL:
        return _read(words, first, _Moment(now, zone))
    if parsed := duration(words):
        return _from_now(words[: len(words) - len(parsed[1])], parsed, now)
    if _looks_like_time(words):
        return UnreadableTime(few(words))
    return _at_the_end(words, _Moment(now, zone))


def instant(wall: datetime, zone: tzinfo) -> datetime:
    """Return when a wall clock in a zone shows a time, in UTC.

    A time that does not exist is the first minute after it, one that exists twice is the first.
    """
    early = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if early.astimezone(zone).replace(tzinfo=None) == wall:
        return early
    offset = wall.replace(tzinfo=zone, fold=1).utcoffset()
    at = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while at.astimezone(zone).utcoffset() != offset:
        at += timedelta(minutes=1)
    return at


@dataclass(frozen=True, slots=True)
class _Moment:
    now: datetime
    zone: tzinfo

    @property
    def today(self) -> datetime:
        return self.now.astimezone(self.zone).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)


_Parsed = tuple[timedelta, tuple[str, ...]] | None


def _read(words: tuple[str, ...], first: str, moment: _Moment) -> Ending | UnreadableTime:
    rest = words[1:]
    if first == "for":
        parsed = duration(rest)
        return UnreadableTime(few(words)) if parsed is None else _from_now(words, parsed, moment.now)
    try:
        found = _moment(rest, moment)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        return UnreadableTime(few(words))
    until, left = found
    if until <= moment.now:
        return UnreadableTime(" ".join(words[: len(words) - len(left)]), until)
    return Ending(until, left)


def _from_now(
    words: tuple[str, ...], parsed: tuple[timedelta, tuple[str, ...]], now: datetime
) -> Ending | UnreadableTime:
    lasts, left = parsed
    if not lasts or _looks_like_time(left):
        return UnreadableTime(few(words))
    return Ending(now + lasts, left)


def duration(words: tuple[str, ...]) -> _Parsed:
    """Read `2h`, `1h30m`, `2 hours`, `1 hour 30 minutes` at the front; None if there is none."""
    lasts, rest, found = timedelta(), words, False
    while rest:
        word, second = unpunctuated(rest[0]), unpunctuated(rest[1]) if len(rest) > 1 else ""
        amount = _AMOUNT.match(word)
        if HTTP_STATUS.match(word):
            break
        compact = parse_duration(word)
        if compact is not None or amount is not None:
            lasts += compact or (int(amount[1]) * _SIZES[_UNIT[amount[2]]] if amount else timedelta())
            rest, found = rest[1:], True
        elif _NUMBER.match(word) and second in _UNIT:
            lasts += int(word) * _SIZES[_UNIT[second]]
            rest, found = rest[2:], True
        else:
            break
    return (lasts, rest) if found else None


def _moment(words: tuple[str, ...], moment: _Moment) -> tuple[datetime, tuple[str, ...]] | None:
    """Read a day, a time or both at the front; a day alone begins at midnight, midnight alone ends today."""
    word = unpunctuated(words[0]) if words else ""
    at = time_of_day(word)
    if at is not None:
        rest = words[1:]
        day = moment.today + timedelta(days=not at.hour and not at.minute)
        return None if _looks_like_time(rest) else (_instant(day, at, moment.zone), rest)
    day = _day(word, moment)
    if day is None:
        return None
    begins, dated = day
    rest, written = words[1:], dated
    if written is None:
        rest = rest[1:] if len(rest) > 1 and rest[0].lower() == "at" and time_like(rest[1]) else rest
        written = time_of_day(unpunctuated(rest[0])) if rest else None
        rest = rest[1:] if written is not None else rest
    if _looks_like_time(rest) or (rest and written is None and _NUMERIC.match(unpunctuated(rest[0]))):
        return None
    until = _instant(begins, written or time(0), moment.zone)
    if word in WEEKDAYS and until <= moment.now:
        until = _instant(begins + timedelta(days=7), written or time(0), moment.zone)
    return until, rest


def _instant(day: datetime, at: time, zone: tzinfo) -> datetime:
    return instant(day.replace(hour=at.hour, minute=at.minute), zone)


def _day(word: str, moment: _Moment) -> tuple[datetime, time | None] | None:
    """Return the beginning of a day, and the time that is written with it."""
    if word in _NEAR:
        return moment.today + timedelta(days=_NEAR[word]), None
    if word in WEEKDAYS:
        ahead = (WEEKDAYS[word] - moment.today.weekday()) % 7
        return moment.today + timedelta(days=ahead), None
    found = DATE.match(word)
    if found is None:
        return None
    at = time_of_day(found[4]) if found[4] else None
    if found[4] and at is None:
        return None
    return datetime(int(found[1]), int(found[2]), int(found[3])), at  # noqa: DTZ001 - a wall clock


def time_of_day(word: str) -> time | None:
    """Return `9:00`, `9am`, `9:30pm` or `noon` as a time of day."""
    if word in _NAMED_TIMES:
        return _NAMED_TIMES[word]
    found = _CLOCK.match(word)
    if found is not None:
        return _day_time(int(found[1]), int(found[2]))
    half = _HALF_DAY.match(word)
    if half is None or not 1 <= int(half[1]) <= 12:  # noqa: PLR2004 - hours of half a day
        return None
    return _day_time(int(half[1]) % 12 + (12 if half[3] == "pm" else 0), int(half[2] or 0))


def _day_time(hour: int, minute: int) -> time | None:
    return time(hour, minute) if hour < 24 and minute < 60 else None  # noqa: PLR2004 - a day's


def _at_the_end(words: tuple[str, ...], moment: _Moment) -> Ending | UnreadableTime:
    """Read `reason until 18:00`: the last end whose words are all of the rest."""
    for at, word in enumerate(words):
        first = word.lower()
        if first != "for" and first not in _UNTIL:
            continue
        if not _looks_like_time(words[at + 1 :]):
            continue
        found = _read(words[at:], first, moment)
        if isinstance(found, UnreadableTime) or found.rest:
            return found if isinstance(found, UnreadableTime) else UnreadableTime(few(words[at:]))
        return Ending(found.until, words[:at])
    return Ending(None, words)


def _looks_like_time(words: tuple[str, ...]) -> bool:
    if not words:
        return False
    word, second = unpunctuated(words[0]), unpunctuated(words[1]) if len(words) > 1 else ""
    return time_like(word) or bool(_NUMERIC.match(word) and second in _LONG_UNITS)


def time_like(word: str) -> bool:
    """Return whether a word alone looks like a day, a time or a duration."""
    word = unpunctuated(word)
    named = word in _NEAR or word in WEEKDAYS or time_of_day(word) is not None
    return named or (bool(_TIME_LIKE.match(word) or DATE.match(word)) and not HTTP_STATUS.match(word))


def unpunctuated(word: str) -> str:
    """Return a word in small letters without what ends a clause."""
    return word.lower().rstrip(",;.")


def few(words: tuple[str, ...]) -> str:
    """Return the first words, enough to see what was not read."""
    return " ".join(words[:3])

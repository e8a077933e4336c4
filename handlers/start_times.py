"""Reads when a step starts at the earliest, as people write it: `at mon 09:00`, `on friday 18:00`, `in 2 hours`."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from handlers.time_spellings import Spelled, plain, spelled
from handlers.time_words import UnreadableTime, duration, few, read_ending, time_like

_AT = frozenset({"at", "on", "um", "am", "ab", "from"})
_IN = "in"


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """The words before a planned start, and when that is, in UTC."""

    words: tuple[str, ...]
    at: datetime


def read_start(words: tuple[str, ...], now: datetime, zone: tzinfo) -> PlannedLine | UnreadableTime | None:
    """Read a planned start at the end of some words; None if there is none.

    What looks like a time and cannot be read is never taken for other words.
    """
    for at in range(1, len(words)):
        first, tail = plain(words[at]), spelled(words[at + 1 :])
        if first in _AT and tail and time_like(tail[0]):
            return _read("until", words[:at], tail, now, zone)
        if first == _IN and duration(tail) is not None:
            return _read("for", words[:at], tail, now, zone)
    return None


def _read(
    word: str, before: tuple[str, ...], tail: tuple[Spelled, ...], now: datetime, zone: tzinfo
) -> PlannedLine | UnreadableTime:
    found = read_ending((word, *tail), now, zone)
    if isinstance(found, UnreadableTime):
        return UnreadableTime(few(tail), found.moment)
    if found.until is None or found.rest:
        return UnreadableTime(few(tail))
    return PlannedLine(before, found.until)

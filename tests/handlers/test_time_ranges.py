"""Times of the past as people type them: from when to when, what is left over, and what is refused."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.time_ranges import TimeRange, read_range
from handlers.time_words import UnreadableTime

BERLIN = ZoneInfo("Europe/Berlin")
SATURDAY = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
"""10:00 in Berlin."""


def read(line: str) -> TimeRange | UnreadableTime | None:
    return read_range(tuple(line.split()), SATURDAY, BERLIN)


def shown(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone(BERLIN):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("line", "since", "until", "rest"),
    [
        ("today", "2026-11-28 00:00", "2026-11-29 00:00", ""),
        ("yesterday website", "2026-11-27 00:00", "2026-11-28 00:00", "website"),
        ("yesterday 14:00", "2026-11-27 14:00", "", ""),
        ("2026-11-20", "2026-11-20 00:00", "2026-11-21 00:00", ""),
        ("on 2026-11-20 r6", "2026-11-20 00:00", "2026-11-21 00:00", "r6"),
        ("2026-11-20 to 2026-11-23", "2026-11-20 00:00", "2026-11-24 00:00", ""),
        ("2026-10-25", "2026-10-25 00:00", "2026-10-26 00:00", ""),
        ("mon", "2026-11-23 00:00", "2026-11-24 00:00", ""),
        ("on Monday", "2026-11-23 00:00", "2026-11-24 00:00", ""),
        ("sat", "2026-11-28 00:00", "2026-11-29 00:00", ""),
        ("last sat", "2026-11-21 00:00", "2026-11-22 00:00", ""),
        ("last fri", "2026-11-27 00:00", "2026-11-28 00:00", ""),
        ("last week", "2026-11-16 00:00", "2026-11-23 00:00", ""),
        ("previous week x", "2026-11-16 00:00", "2026-11-23 00:00", "x"),
        ("this week", "2026-11-23 00:00", "", ""),
        ("last month", "2026-10-01 00:00", "2026-11-01 00:00", ""),
        ("this month", "2026-11-01 00:00", "", ""),
        ("last year", "2025-01-01 00:00", "2026-01-01 00:00", ""),
        ("2026-11", "2026-11-01 00:00", "2026-12-01 00:00", ""),
        ("2025-12 website", "2025-12-01 00:00", "2026-01-01 00:00", "website"),
        ("2026-Q3", "2026-07-01 00:00", "2026-10-01 00:00", ""),
        ("2026q4 website", "2026-10-01 00:00", "2027-01-01 00:00", "website"),
        ("Q1", "2026-01-01 00:00", "2026-04-01 00:00", ""),
        ("from 2026-08 to 2026-09", "2026-08-01 00:00", "2026-10-01 00:00", ""),
        ("this quarter", "2026-10-01 00:00", "", ""),
        ("last quarter", "2026-07-01 00:00", "2026-10-01 00:00", ""),
        ("last day", "2026-11-27 00:00", "2026-11-28 00:00", ""),
        ("last hour", "2026-11-28 09:00", "", ""),
        ("last 3 days", "2026-11-25 10:00", "", ""),
        ("past 90m", "2026-11-28 08:30", "", ""),
        ("3 days", "2026-11-25 10:00", "", ""),
        ("2h ago", "2026-11-28 08:00", "", ""),
        ("since mon", "2026-11-23 00:00", "", ""),
        ("since last mon", "2026-11-23 00:00", "", ""),
        ("since mon 09:00 website", "2026-11-23 09:00", "", "website"),
        ("since mon at 9am", "2026-11-23 09:00", "", ""),
        ("since 08:00", "2026-11-28 08:00", "", ""),
        ("since 2h ago", "2026-11-28 08:00", "", ""),
        ("since yesterday at noon", "2026-11-27 12:00", "", ""),
        ("from mon to wed", "2026-11-23 00:00", "2026-11-26 00:00", ""),
        ("from mon until wed 12:00 x", "2026-11-23 00:00", "2026-11-25 12:00", "x"),
        ("between mon and tue", "2026-11-23 00:00", "2026-11-25 00:00", ""),
    ],
)
def test_a_time_of_the_past(line: str, since: str, until: str, rest: str) -> None:
    found = read(line)
    assert isinstance(found, TimeRange)
    assert (shown(found.since), shown(found.until), " ".join(found.rest)) == (since, until, rest)


@pytest.mark.parametrize(
    "line", ["", "website", "r6", "1.0.5", "production yesterday", "09:00", "20", "on staging"]
)
def test_what_does_not_begin_with_a_time(line: str) -> None:
    assert read(line) is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("since", "since"),
        ("since forever and a day", "since forever and"),
        ("last blue moon", "last blue moon"),
        ("last", "last"),
        ("this", "this"),
        ("this evening", "this evening"),
        ("from mon to never", "from mon to"),
        ("2026-11-20 to never", "2026-11-20 to never"),
        ("2026-13-45", "2026-13-45"),
        ("since 2026-11-20t10:00", "since 2026-11-20t10:00"),
        ("2027-01-01", "2027-01-01"),
        ("since 18:00", "since 18:00"),
        ("from wed to mon", "from wed to mon"),
    ],
)
def test_what_cannot_be_read(line: str, words: str) -> None:
    found = read(line)
    assert isinstance(found, UnreadableTime)
    assert found.words == words

"""Times as people type them: which moment each names, what is left over, and what is refused instead of being guessed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.time_words import Ending, UnreadableTime, instant, read_ending

BERLIN = ZoneInfo("Europe/Berlin")
SATURDAY = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
"""10:00 in Berlin."""


def ending(line: str) -> Ending | UnreadableTime:
    return read_ending(tuple(line.split()), SATURDAY, BERLIN)


@pytest.mark.parametrize(
    ("line", "until", "rest"),
    [
        ("db upgrade", None, "db upgrade"),
        ("", None, ""),
        ("500 errors since noon", None, "500 errors since noon"),
        ("waiting for tim", None, "waiting for tim"),
        ('"2h outage" again', None, '"2h outage" again'),
        ("2h reason", "2026-11-28 12:00", "reason"),
        ("for 90m", "2026-11-28 11:30", ""),
        ("for 2 hours db", "2026-11-28 12:00", "db"),
        ("2 hours", "2026-11-28 12:00", ""),
        ("for 90min x", "2026-11-28 11:30", "x"),
        ("for 1 hour 30 minutes x", "2026-11-28 11:30", "x"),
        ("1h 30m x", "2026-11-28 11:30", "x"),
        ("for 2h 99 balloons", "2026-11-28 12:00", "99 balloons"),
        ("for 2 weeks", "2026-12-12 10:00", ""),
        ("until mon 09:00 over the weekend", "2026-11-30 09:00", "over the weekend"),
        ("until Monday, 9:00 x", "2026-11-30 09:00", "x"),
        ("until 18:00 db upgrade", "2026-11-28 18:00", "db upgrade"),
        ("until 9:30pm x", "2026-11-28 21:30", "x"),
        ("until noon x", "2026-11-28 12:00", "x"),
        ("until 2027-01-04 08:00 fair", "2027-01-04 08:00", "fair"),
        ("until 2027-01-04T08:00 fair", "2027-01-04 08:00", "fair"),
        ("until 2027-01-04 fair", "2027-01-04 00:00", "fair"),
        ("until tomorrow 9:00", "2026-11-29 09:00", ""),
        ("until tomorrow at 9am big day", "2026-11-29 09:00", "big day"),
        ("until tomorrow at the fair", "2026-11-29 00:00", "at the fair"),
        ("till friday", "2026-12-04 00:00", ""),
        ("until sat", "2026-12-05 00:00", ""),
        ("until sat 12am", "2026-12-05 00:00", ""),
        ("until sat 11:00", "2026-11-28 11:00", ""),
        ("db upgrade until 18:00", "2026-11-28 18:00", "db upgrade"),
        ("db upgrade for 2h", "2026-11-28 12:00", "db upgrade"),
    ],
)
def test_a_time_is_read_and_the_rest_is_text(line: str, until: str | None, rest: str) -> None:
    found = ending(line)
    assert isinstance(found, Ending)
    shown = None if found.until is None else f"{found.until.astimezone(BERLIN):%Y-%m-%d %H:%M}"
    assert (shown, " ".join(found.rest)) == (until, rest)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("for", "for"),
        ("until", "until"),
        ("for ever", "for ever"),
        ("until further notice", "until further notice"),
        ("until next monday", "until next monday"),
        ("until 25:00 x", "until 25:00 x"),
        ("until 18:60", "until 18:60"),
        ("until 13pm", "until 13pm"),
        ("until 18.00", "until 18.00"),
        ("until 18:00 19:00 x", "until 18:00 19:00"),
        ("until mon 9 x", "until mon 9"),
        ("until 2027-02-30", "until 2027-02-30"),
        ("until 2027-01-04T25:00", "until 2027-01-04T25:00"),
        ("until 9999-12-31 23:59 x", None),
        ("tomorrow upgrade", "tomorrow upgrade"),
        ("mon 09:00 upgrade", "mon 09:00 upgrade"),
        ("18:00 upgrade", "18:00 upgrade"),
        ("2027-01-04 upgrade", "2027-01-04 upgrade"),
        ("1.5h upgrade", "1.5h upgrade"),
        ("1.5 hours upgrade", "1.5 hours upgrade"),
        ("2 months upgrade", "2 months upgrade"),
        ("0h upgrade", "0h"),
        ("2h 18:00 x", "2h"),
        ("db for 2h now", "for 2h now"),
        ("db until 25:00", "until 25:00"),
    ],
)
def test_what_looks_like_a_time_and_is_none_is_never_a_reason(line: str, words: str | None) -> None:
    found = ending(line)
    if words is None:
        assert isinstance(found, Ending)
    else:
        assert found == UnreadableTime(words)


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("until 09:00", "2026-11-28 09:00"),
        ("until 10:00", "2026-11-28 10:00"),
        ("until today", "2026-11-28 00:00"),
        ("until 2026-11-27 18:00", "2026-11-27 18:00"),
    ],
)
def test_a_moment_that_is_past_is_named(line: str, moment: str) -> None:
    found = ending(line + " upgrade")
    assert isinstance(found, UnreadableTime)
    assert found.words == line
    assert found.moment is not None
    assert f"{found.moment.astimezone(BERLIN):%Y-%m-%d %H:%M}" == moment


@pytest.mark.parametrize(
    ("zone", "wall", "utc"),
    [
        (BERLIN, "2026-07-01T09:00", "2026-07-01T07:00"),
        (BERLIN, "2027-03-28T02:30", "2027-03-28T01:00"),
        (BERLIN, "2026-10-25T02:30", "2026-10-25T00:30"),
        (ZoneInfo("Pacific/Apia"), "2011-12-30T05:00", "2011-12-30T10:00"),
    ],
    ids=[
        "ordinary",
        "does not exist: the first minute after",
        "twice: the first",
        "a day that does not exist",
    ],
)
def test_a_wall_clock_in_its_zone(zone: ZoneInfo, wall: str, utc: str) -> None:
    assert instant(datetime.fromisoformat(wall), zone) == datetime.fromisoformat(utc + "+00:00")

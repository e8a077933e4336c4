"""The end and the reason of a lock, and times that are neither."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.reason_times import TimeInReason, read_end_and_reason, time_in
from handlers.time_spellings import as_typed, spelled
from handlers.time_words import Ending, UnreadableTime

BERLIN = ZoneInfo("Europe/Berlin")
SATURDAY = datetime(2026, 11, 28, 9, tzinfo=UTC)


def read(line: str) -> Ending | UnreadableTime | TimeInReason:
    return read_end_and_reason(tuple(line.split()), SATURDAY, BERLIN)


@pytest.mark.parametrize(
    ("line", "read_as"),
    [
        ("bis zum Freitag 18 Uhr", "until friday 18:00"),
        ("bis 18.30 Uhr", "until 18:30"),
        ("18uhr", "18:00"),
        ("until 6 pm", "until 6pm"),
        ("two hours", "2 hours"),
        ("two servers", "two servers"),
        ("eine Stunde", "1 hours"),
        ("2 Stunden", "2 hours"),
        ("Stunden", "Stunden"),
        ("90minuten", "90m"),
        ("bis mo", "until monday"),
        ("so what", "so what"),
        ("untill 18:00", "until 18:00"),
        ("untill", "untill"),
        ("util fixed", "util fixed"),
        ("Für", "for"),
        ("halbe Stunde", "30m"),
    ],
)
def test_times_are_spelled_as_they_are_read(line: str, read_as: str) -> None:
    found = spelled(tuple(line.split()))
    assert " ".join(found) == read_as
    assert " ".join(as_typed(found)) == line


@pytest.mark.parametrize(
    ("line", "until", "reason"),
    [
        ("bis 18 Uhr Wartung", "2026-11-28 18:00", "Wartung"),
        ("Wartung bis Montag", "2026-11-30 00:00", "Wartung"),
        ('"db" for 2h', "2026-11-28 12:00", '"db"'),
        ("“friday freeze”, until mon 9:00", "2026-11-30 09:00", "“friday freeze”,"),
        ('" friday "', None, '" friday "'),
        ("db since monday", None, "db since monday"),
        ("", None, ""),
    ],
)
def test_the_reason_is_as_it_was_typed(line: str, until: str | None, reason: str) -> None:
    found = read(line)
    assert isinstance(found, Ending)
    shown = None if found.until is None else f"{found.until.astimezone(BERLIN):%Y-%m-%d %H:%M}"
    assert (shown, " ".join(found.rest)) == (until, reason)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("bis auf Weiteres", "bis auf Weiteres"),
        ("1,5 Stunden db", "1,5 Stunden db"),
        ("18 Uhr", "18 Uhr"),
    ],
)
def test_what_cannot_be_read_is_named_as_it_was_typed(line: str, words: str) -> None:
    assert read(line) == UnreadableTime(words)


@pytest.mark.parametrize(
    "line",
    [
        "db upgrade",
        "postgres 14.2",
        "500s rising",
        "10.1 is broken",
        "money problem",
        "at the fair",
        "on hold",
        "",
    ],
)
def test_no_time_is_found_where_there_is_none(line: str) -> None:
    assert time_in(tuple(line.split())) == ""


@pytest.mark.parametrize(
    ("reason", "ended"),
    [
        ("over the weekend", ""),
        ("before the fair", ""),
        ("for the release week", ""),
        ("starting later", "starting later"),
        ("db friday", "friday"),
        ("bis fertig", "bis fertig"),
    ],
)
def test_beside_an_end_only_what_bounds_it_too_is_a_time(reason: str, ended: str) -> None:
    words = tuple(reason.split())
    assert time_in(words, ended=True) == ended
    assert time_in(words)

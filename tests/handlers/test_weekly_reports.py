"""When the report of a week is due, and which seven days it is about, as clocks in a zone show it."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers.policy import Reporting, WeeklyReport

BERLIN = ZoneInfo("Europe/Berlin")
MONDAYS = Reporting("C0SHIP", 0, time(9))


def wall(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=BERLIN)


def shown(*times: datetime) -> tuple[str, ...]:
    return tuple(f"{each.astimezone(BERLIN):%Y-%m-%d %H:%M}" for each in times)


@pytest.mark.parametrize(
    ("now", "due", "since", "following"),
    [
        ("2026-11-30 08:59:59", "2026-11-23", "2026-11-16", "2026-11-30"),
        ("2026-11-30 09:00", "2026-11-30", "2026-11-23", "2026-12-07"),
        ("2026-11-30 09:00:01", "2026-11-30", "2026-11-23", "2026-12-07"),
        ("2026-12-03 00:00", "2026-11-30", "2026-11-23", "2026-12-07"),
        ("2026-12-06 23:59", "2026-11-30", "2026-11-23", "2026-12-07"),
        ("2026-03-29 23:00", "2026-03-23", "2026-03-16", "2026-03-30"),
        ("2026-03-30 09:00", "2026-03-30", "2026-03-23", "2026-04-06"),
        ("2026-10-26 08:59", "2026-10-19", "2026-10-12", "2026-10-26"),
        ("2026-10-26 09:00", "2026-10-26", "2026-10-19", "2026-11-02"),
        ("2027-01-04 09:00", "2027-01-04", "2026-12-28", "2027-01-11"),
    ],
)
def test_the_report_that_was_due_last(now: str, due: str, since: str, following: str) -> None:
    found = MONDAYS.last(wall(now).astimezone(UTC), BERLIN)
    next_due = MONDAYS.following(found, BERLIN)
    assert shown(found.due, found.since, found.until, next_due) == (
        f"{due} 09:00",
        f"{since} 00:00",
        f"{due} 00:00",
        f"{following} 09:00",
    )
    assert MONDAYS.last(next_due, BERLIN).due == next_due, "which is the next one"


@pytest.mark.parametrize(("until", "hours"), [("2026-03-30", 167), ("2026-10-26", 169), ("2026-11-30", 168)])
def test_seven_days_are_whole_days_on_the_wall_when_clocks_change(until: str, hours: int) -> None:
    found = MONDAYS.last(wall(f"{until} 12:00"), BERLIN)
    assert found.until.astimezone(UTC) - found.since.astimezone(UTC) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("weekday", "now", "due"),
    [
        (4, "2026-11-27 09:00", "2026-11-27"),
        (4, "2026-11-30 09:00", "2026-11-27"),
        (6, "2026-11-28 23:59", "2026-11-22"),
        (2, "2026-12-01 12:00", "2026-11-25"),
    ],
)
def test_on_another_weekday(weekday: int, now: str, due: str) -> None:
    found = Reporting("C0SHIP", weekday, time(9)).last(wall(now), BERLIN)
    assert shown(found.due, found.until) == (f"{due} 09:00", f"{due} 00:00")


def test_at_an_hour_that_clocks_leave_out_or_show_twice() -> None:
    at_night = Reporting("C0SHIP", 6, time(2, 30))
    left_out = at_night.last(wall("2026-03-29 12:00"), BERLIN)
    assert left_out.due.astimezone(BERLIN).date() == left_out.until.astimezone(BERLIN).date()
    assert shown(left_out.until) == ("2026-03-29 00:00",)
    twice = at_night.last(wall("2026-10-25 12:00"), BERLIN)
    assert shown(twice.due) == ("2026-10-25 02:30",)
    again = at_night.last(wall("2026-10-25 02:45").replace(fold=1), BERLIN)
    assert again == twice, "the second 02:30 is no second report"


def test_at_midnight_it_is_about_the_days_that_just_ended() -> None:
    found = Reporting("C0SHIP", 0, time()).last(wall("2026-11-30 00:00"), BERLIN)
    assert found == WeeklyReport(wall("2026-11-30"), wall("2026-11-23"), wall("2026-11-30"))

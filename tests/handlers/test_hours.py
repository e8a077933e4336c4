"""Working hours: moments are moved to the next beginning, by the wall clock of a person's zone."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from handlers.hours import Hours, next_working, zone_named

BERLIN, NEW_YORK, KOLKATA = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")
OFFICE = Hours()
NIGHTS = Hours(frozenset({4}), time(22), time(6))
SUNDAY_NIGHT = Hours(frozenset({6}), time(1), time(4))
IN_THE_GAP = Hours(frozenset({6}), time(2, 10), time(2, 50))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "zone", "at", "expected"),
    [
        pytest.param(OFFICE, BERLIN, "2026-11-30 10:00", "2026-11-30 10:00", id="within"),
        pytest.param(OFFICE, BERLIN, "2026-11-30 08:00", "2026-11-30 08:00", id="the first moment"),
        pytest.param(OFFICE, BERLIN, "2026-11-30 07:59", "2026-11-30 08:00", id="before"),
        pytest.param(OFFICE, BERLIN, "2026-11-30 16:29", "2026-11-30 16:29", id="the last minute"),
        pytest.param(OFFICE, BERLIN, "2026-11-30 16:30", "2026-12-01 08:00", id="the end is out"),
        pytest.param(OFFICE, BERLIN, "2026-11-27 16:30", "2026-11-30 08:00", id="Friday evening"),
        pytest.param(OFFICE, BERLIN, "2026-11-28 10:00", "2026-11-30 08:00", id="Saturday"),
        pytest.param(
            OFFICE, BERLIN, "2026-11-29 23:30", "2026-11-30 08:00", id="Monday there, Sunday in UTC"
        ),
        pytest.param(OFFICE, BERLIN, "2026-12-31 20:00", "2027-01-01 08:00", id="the end of the year"),
        pytest.param(OFFICE, NEW_YORK, "2026-11-30 08:00", "2026-11-30 14:00", id="hours behind"),
        pytest.param(OFFICE, NEW_YORK, "2026-11-30 22:00", "2026-11-30 22:00", id="still at work there"),
        pytest.param(OFFICE, KOLKATA, "2026-11-30 03:29", "2026-11-30 03:30", id="half an hour of offset"),
        pytest.param(OFFICE, BERLIN, "2026-03-27 16:30", "2026-03-30 07:00", id="summer time began"),
        pytest.param(OFFICE, BERLIN, "2026-10-23 15:30", "2026-10-26 08:00", id="summer time ended"),
        pytest.param(NIGHTS, BERLIN, "2026-11-28 03:00", "2026-11-28 03:00", id="past midnight"),
        pytest.param(NIGHTS, BERLIN, "2026-11-28 05:00", "2026-12-04 21:00", id="the night is over"),
        pytest.param(NIGHTS, BERLIN, "2026-11-27 22:59", "2026-11-27 22:59", id="Friday night"),
        pytest.param(
            SUNDAY_NIGHT, BERLIN, "2026-03-29 00:30", "2026-03-29 00:30", id="the night that is shorter"
        ),
        pytest.param(SUNDAY_NIGHT, BERLIN, "2026-03-29 01:59", "2026-03-29 01:59", id="after the gap"),
        pytest.param(SUNDAY_NIGHT, BERLIN, "2026-03-29 02:00", "2026-04-04 23:00", id="its end"),
        pytest.param(
            SUNDAY_NIGHT, BERLIN, "2026-10-25 02:30", "2026-10-25 02:30", id="the night that is longer"
        ),
        pytest.param(
            IN_THE_GAP, BERLIN, "2026-03-28 12:00", "2026-04-05 00:10", id="hours that do not exist"
        ),
    ],
)
def test_a_moment_is_moved_into_working_hours(hours: Hours, zone: ZoneInfo, at: str, expected: str) -> None:
    assert next_working((hours,), zone, utc(at)) == utc(expected)


def test_the_earliest_of_several_hours_counts() -> None:
    assert next_working((OFFICE, NIGHTS), BERLIN, utc("2026-11-27 18:00")) == utc("2026-11-27 21:00")


def test_without_hours_every_moment_counts() -> None:
    assert next_working((), BERLIN, utc("2026-11-28 03:00")) == utc("2026-11-28 03:00")
    assert next_working((Hours(frozenset()),), BERLIN, utc("2026-11-28 03:00")) == utc("2026-11-28 03:00")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Europe/Berlin", BERLIN),
        ("", UTC),
        ("Nowhere/Else", UTC),
        ("../passwd", UTC),
        ("Europe", UTC),
        ("x\0", UTC),
    ],
)
def test_a_zone_that_is_not_known_is_another_one(name: str, expected: object) -> None:
    assert zone_named(name, UTC) == expected

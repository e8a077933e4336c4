"""The periods before one: as many months, whole days on the wall, or else just as long."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.reports.measures import Period
from bot.reports.periods import EARLIER, before
from storage.codec import micros, moment

BERLIN = ZoneInfo("Europe/Berlin")


def period(since: str, until: str) -> Period:
    return Period(*(micros(datetime.fromisoformat(each).replace(tzinfo=BERLIN)) for each in (since, until)))


@pytest.mark.parametrize(
    ("since", "until", "begins"),
    [
        ("2026-11-23", "2026-11-30", ("2026-10-26", "2026-11-02", "2026-11-09", "2026-11-16")),
        ("2026-11-09", "2026-11-16", ("2026-10-12", "2026-10-19", "2026-10-26", "2026-11-02")),
        ("2026-04-06", "2026-04-13", ("2026-03-09", "2026-03-16", "2026-03-23", "2026-03-30")),
        ("2026-10-25", "2026-10-26", ("2026-10-21", "2026-10-22", "2026-10-23", "2026-10-24")),
        (
            "2026-11-02 09:30",
            "2026-11-09 09:30",
            ("2026-10-05 09:30", "2026-10-12 09:30", "2026-10-19 09:30", "2026-10-26 09:30"),
        ),
        ("2026-03-01", "2026-04-01", ("2025-11-01", "2025-12-01", "2026-01-01", "2026-02-01")),
        ("2026-01-01", "2026-04-01", ("2025-01-01", "2025-04-01", "2025-07-01", "2025-10-01")),
        ("2026-01-01", "2027-01-01", ("2022-01-01", "2023-01-01", "2024-01-01", "2025-01-01")),
        ("2026-11-01", "2026-11-08", ("2026-10-04", "2026-10-11", "2026-10-18", "2026-10-25")),
        (
            "2026-11-23 09:00",
            "2026-11-23 11:30",
            ("2026-11-22 23:00", "2026-11-23 01:30", "2026-11-23 04:00", "2026-11-23 06:30"),
        ),
    ],
)
def test_the_periods_before(since: str, until: str, begins: tuple[str, ...]) -> None:
    found = before(period(since, until), BERLIN)
    edges = (*begins, since)
    assert found == tuple(period(edges[at], edges[at + 1]) for at in range(EARLIER))


@pytest.mark.parametrize(("until", "hours"), [("2026-10-26", 169), ("2026-03-30", 167)])
def test_a_week_in_which_clocks_change_is_a_week(until: str, hours: int) -> None:
    """It is seven days before, whether or not the reported one is an hour longer."""
    ends = datetime.fromisoformat(until)
    days = {"2026-10-26": ("2026-10-26", "2026-11-02"), "2026-03-30": ("2026-03-30", "2026-04-06")}[until]
    last = before(period(*days), BERLIN)[-1]
    assert (last.until - last.since) // 3_600_000_000 == hours
    assert moment(last.until).astimezone(BERLIN).replace(tzinfo=None) == ends

"""When an environment takes a deployment: windows on the wall clock, holidays, freezes, and what nobody knows yet."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.calendar import DAYS_OPEN, DAYS_SEARCHED, Calendar, Freeze, Window
from handlers.people import Directory
from handlers.policy import Policy

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
DAILY = frozenset(range(7))
CHRISTMAS = date(2026, 12, 25)


def clock(written: str) -> time:
    return time.fromisoformat("00:00" if written == "24:00" else written)


def window(written: str, *, not_on_holidays: bool = False) -> Window:
    """Read `Mon,Tue 09:00-16:00 15:30`."""
    days, hours, *last = written.split()
    begins, ends = hours.split("-")
    on = DAILY if days == "daily" else frozenset(DAYS.index(day) for day in days.split(","))
    last_start = clock(last[0]) if last else None
    return Window(on, clock(begins), clock(ends), last_start, not_on_holidays)


def calendar(*windows: str, zone: ZoneInfo = BERLIN) -> Calendar:
    return Calendar(zone, tuple(map(window, windows)))


def utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


def at(written: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=zone).astimezone(UTC)


def shown(moment: datetime | None, zone: ZoneInfo) -> str:
    return "" if moment is None else f"{moment.astimezone(zone):%a %m-%d %H:%M}"


OFFICE = "Mon,Tue,Wed,Thu 09:00-16:00 15:30"
NIGHT = "Fri 22:00-04:00 03:00"


@pytest.mark.parametrize(
    ("windows", "now", "opens", "closes"),
    [
        # Hours of an office, from the first moment until the last start.
        ((OFFICE,), "2026-11-30 08:59:59", "Mon 11-30 09:00", ""),
        ((OFFICE,), "2026-11-30 09:00", "", "Mon 11-30 15:30"),
        ((OFFICE,), "2026-11-30 15:29:59", "", "Mon 11-30 15:30"),
        ((OFFICE,), "2026-11-30 15:30", "Tue 12-01 09:00", ""),
        ((OFFICE,), "2026-12-03 16:00", "Mon 12-07 09:00", ""),
        ((OFFICE,), "2026-11-28 12:00", "Mon 11-30 09:00", ""),
        # Past midnight a window belongs to the day on which it begins.
        ((NIGHT,), "2026-11-27 21:59", "Fri 11-27 22:00", ""),
        ((NIGHT,), "2026-11-27 23:59", "", "Sat 11-28 03:00"),
        ((NIGHT,), "2026-11-28 02:59", "", "Sat 11-28 03:00"),
        ((NIGHT,), "2026-11-28 03:00", "Fri 12-04 22:00", ""),
        (("Fri 22:00-04:00 23:00",), "2026-11-27 22:30", "", "Fri 11-27 23:00"),
        (("Fri 22:00-04:00 23:00",), "2026-11-27 23:30", "Fri 12-04 22:00", ""),
        # Until midnight, from midnight, and all day.
        (("Fri 20:00-24:00",), "2026-11-27 23:59:59", "", "Sat 11-28 00:00"),
        (("Fri 20:00-24:00",), "2026-11-28 00:00", "Fri 12-04 20:00", ""),
        (("Sat 00:00-06:00",), "2026-11-27 23:59", "Sat 11-28 00:00", ""),
        (("Sat 00:00-24:00",), "2026-11-28 12:00", "", "Sun 11-29 00:00"),
        (("Sat 09:00-09:00",), "2026-11-29 08:00", "", "Sun 11-29 09:00"),
        # Several a day, and several that touch or overlap, which close together.
        (("Mon 09:00-11:00", "Mon 14:00-16:00"), "2026-11-30 10:00", "", "Mon 11-30 11:00"),
        (("Mon 09:00-11:00", "Mon 14:00-16:00"), "2026-11-30 12:00", "Mon 11-30 14:00", ""),
        (("Mon 14:00-16:00", "Mon 09:00-11:00"), "2026-11-30 08:00", "Mon 11-30 09:00", ""),
        (("Mon 09:00-12:00", "Mon 12:00-16:00"), "2026-11-30 10:00", "", "Mon 11-30 16:00"),
        (("Mon 09:00-12:00", "Mon 10:00-11:00"), "2026-11-30 10:30", "", "Mon 11-30 12:00"),
        (("Fri 20:00-24:00", "Sat 00:00-06:00"), "2026-11-27 21:00", "", "Sat 11-28 06:00"),
        # The end of the year.
        (("Thu 20:00-02:00",), "2026-12-31 23:59", "", "Fri 01-01 02:00"),
        (("Fri 00:00-02:00",), "2026-12-31 23:59", "Fri 01-01 00:00", ""),
        ((OFFICE,), "2026-12-31 15:30", "Mon 01-04 09:00", ""),
        # A day that only one year in four has.
        (("Tue 09:00-10:00",), "2028-02-29 09:30", "", "Tue 02-29 10:00"),
        # What never closes, and what never opens.
        (("daily 00:00-24:00",), "2026-11-30 08:00", "", ""),
    ],
)
def test_windows_open_and_close(windows: tuple[str, ...], now: str, opens: str, closes: str) -> None:
    found, moment = calendar(*windows), at(now, BERLIN)
    assert found.is_open(moment) is not bool(opens)
    assert shown(found.opens_at(moment), BERLIN) == (opens or shown(moment, BERLIN))
    assert shown(found.closes_at(moment), BERLIN) == closes


@pytest.mark.parametrize(
    ("zone", "written", "begins", "closes"),
    [
        # The night of 29 March has no 02:30 in Berlin: it is the first minute after the hour that is left out.
        (BERLIN, "Sun 02:30-05:00", "2026-03-29 01:00", "2026-03-29 03:00"),
        (BERLIN, "Sun 01:00-02:30", "2026-03-29 00:00", "2026-03-29 01:00"),
        (BERLIN, "Sat 22:00-04:00", "2026-03-28 21:00", "2026-03-29 02:00"),
        # That of 25 October has it twice: the first one counts.
        (BERLIN, "Sun 02:30-05:00", "2026-10-25 00:30", "2026-10-25 04:00"),
        (BERLIN, "Sun 01:00-02:30", "2026-10-24 23:00", "2026-10-25 00:30"),
        (BERLIN, "Sat 22:00-04:00", "2026-10-24 20:00", "2026-10-25 03:00"),
        (BERLIN, "Sun 02:15-02:45", "2026-10-25 00:15", "2026-10-25 00:45"),
        # The same in New York, on other days, and at Lord Howe by half an hour.
        (NEW_YORK, "Sun 02:30-05:00", "2026-03-08 07:00", "2026-03-08 09:00"),
        (NEW_YORK, "Sun 01:30-05:00", "2026-11-01 05:30", "2026-11-01 10:00"),
        (LORD_HOWE, "Sun 02:15-04:00", "2026-10-03 15:30", "2026-10-03 17:00"),
        (LORD_HOWE, "Sun 01:45-04:00", "2026-04-04 14:45", "2026-04-04 17:30"),
        # In São Paulo the clocks were put on at midnight, and put back to the day before.
        (SAO_PAULO, "Sun 00:00-06:00", "2018-11-04 03:00", "2018-11-04 08:00"),
        (SAO_PAULO, "Sat 23:30-06:00", "2018-02-18 01:30", "2018-02-18 09:00"),
        (SAO_PAULO, "Sun 00:00-06:00", "2018-02-18 03:00", "2018-02-18 09:00"),
    ],
)
def test_the_wall_clock_counts_when_clocks_are_changed(
    zone: ZoneInfo, written: str, begins: str, closes: str
) -> None:
    found = calendar(written, zone=zone)
    assert found.opens_at(utc(begins) - timedelta(hours=12)) == utc(begins)
    assert not found.is_open(utc(begins) - timedelta(seconds=1))
    assert found.closes_at(utc(begins)) == utc(closes)
    assert not found.is_open(utc(closes))


def test_a_window_within_the_hour_that_is_left_out_does_not_open() -> None:
    found = calendar("Sun 02:10-02:50")
    assert shown(found.opens_at(at("2026-03-28 12:00", BERLIN)), BERLIN) == "Sun 04-05 02:10"


def holidays(known_until: date | None, *, windows: tuple[str, ...] = ("daily 09:00-16:00",)) -> Calendar:
    on = tuple(window(each, not_on_holidays=True) for each in windows)
    return Calendar(BERLIN, on, holidays=frozenset({CHRISTMAS, date(2026, 12, 26)}), known_until=known_until)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-12-24 17:00", "Sun 12-27 09:00"),
        ("2026-12-25 10:00", "Sun 12-27 09:00"),
        ("2026-12-24 10:00", "Thu 12-24 10:00"),
        ("2026-12-27 09:00", "Sun 12-27 09:00"),
        # The holidays of the next year are not known yet.
        ("2026-12-31 15:59", "Thu 12-31 15:59"),
        ("2026-12-31 16:00", ""),
        ("2027-01-02 10:00", ""),
    ],
)
def test_a_window_does_not_open_on_holidays_nor_where_they_are_not_known(now: str, opens: str) -> None:
    found = holidays(date(2026, 12, 31))
    assert shown(found.opens_at(at(now, BERLIN)), BERLIN) == opens


def test_without_any_holidays_known_such_a_window_stays_closed() -> None:
    assert holidays(None).opens_at(at("2026-11-30 10:00", BERLIN)) is None


def test_a_window_past_midnight_goes_on_into_a_holiday_and_none_begins_on_it() -> None:
    found = holidays(date(2027, 12, 31), windows=("daily 22:00-04:00",))
    assert shown(found.closes_at(at("2026-12-25 01:00", BERLIN)), BERLIN) == "Fri 12-25 04:00"
    assert not found.is_open(at("2026-12-27 01:00", BERLIN))


def test_other_windows_open_on_holidays() -> None:
    found = Calendar(
        BERLIN,
        (window("Fri 09:00-10:00"), window("daily 09:00-16:00", not_on_holidays=True)),
        (),
        frozenset({CHRISTMAS}),
        date(2030, 12, 31),
    )
    assert shown(found.closes_at(at("2026-12-25 09:30", BERLIN)), BERLIN) == "Fri 12-25 10:00"


def test_a_window_without_days_never_opens() -> None:
    found = Calendar(BERLIN, (Window(frozenset(), time(9), time(10)),))
    now = at("2026-11-30 09:30", BERLIN)
    assert found.opens_at(now) is None
    assert not found.is_open(now)
    assert found.starts_at(now) is None


def test_without_windows_it_is_always_open() -> None:
    now = utc("2026-11-30 09:30")
    assert Calendar().is_open(now)
    assert Calendar().opens_at(now) == now
    assert Calendar().closes_at(now) is None
    assert Calendar().starts_at(now) == now


YEAR_END = Freeze("year end", utc("2026-12-14 00:00"), utc("2027-01-04 00:00"), "accounts")
AUDIT = Freeze("audit", utc("2026-12-20 00:00"), utc("2026-12-22 00:00"))
FAIR = Freeze("fair", utc("2027-01-03 12:00"), utc("2027-01-05 12:00"))


@pytest.mark.parametrize(
    ("now", "names"),
    [
        ("2026-12-13 23:59:59", []),
        ("2026-12-14 00:00", ["year end"]),
        ("2026-12-21 12:00", ["year end", "audit"]),
        ("2027-01-03 12:00", ["fair", "year end"]),
        ("2027-01-03 23:59:59", ["fair", "year end"]),
        ("2027-01-04 00:00", ["fair"]),
        ("2027-01-05 12:00", []),
    ],
)
def test_freezes_are_in_force_from_their_beginning_until_their_end(now: str, names: list[str]) -> None:
    found = Calendar(freezes=(AUDIT, YEAR_END, FAIR)).frozen_by(utc(now))
    assert [freeze.name for freeze in found] == names


@pytest.mark.parametrize(
    ("now", "starts"),
    [
        ("2026-12-13 10:00", "Sun 12-13 10:00"),
        ("2026-12-13 17:00", "Tue 01-05 12:00"),
        ("2026-12-20 10:00", "Tue 01-05 12:00"),
    ],
)
def test_something_starts_where_a_window_is_open_and_nothing_frozen(now: str, starts: str) -> None:
    found = Calendar(UTC, (window("daily 09:00-16:00"),), (AUDIT, YEAR_END, FAIR))
    assert f"{found.starts_at(utc(now)):%a %m-%d %H:%M}" == starts


@pytest.mark.parametrize(
    ("services", "environments", "concerned"),
    [
        ((), (), True),
        (("website",), (), True),
        (("api",), (), False),
        ((), ("production",), True),
        ((), ("staging", "production"), True),
        ((), ("staging",), False),
        (("website",), ("staging",), False),
        (("api",), ("production",), False),
    ],
)
def test_a_freeze_concerns_what_it_names(
    services: tuple[str, ...], environments: tuple[str, ...], *, concerned: bool
) -> None:
    freeze = Freeze("fair", FAIR.begins, FAIR.ends, "", services, environments)
    assert freeze.concerns("website", "production") is concerned


def keyed(*windows: str, zone: ZoneInfo = BERLIN, rule: str = "DE", off: bool = False) -> str:
    on = tuple(window(each, not_on_holidays=off) for each in windows)
    return Calendar(zone, on, (YEAR_END,), frozenset({CHRISTMAS}), CHRISTMAS, rule).key


def test_the_key_is_another_once_the_windows_are() -> None:
    keys = [
        keyed(),
        keyed(OFFICE),
        keyed(OFFICE, NIGHT),
        keyed(OFFICE, zone=NEW_YORK),
        keyed(OFFICE, off=True),
        keyed(OFFICE, off=True, rule="FR"),
        keyed("Mon,Tue,Wed,Thu 09:00-16:00 15:00"),
        keyed("Mon,Tue,Wed,Thu 09:00-16:00"),
        keyed("Mon,Tue,Wed,Thu 10:00-16:00 15:30"),
        keyed("Mon,Tue,Wed 09:00-16:00 15:30"),
    ]
    assert len(set(keys)) == len(keys)
    assert keys[0] == Calendar().key == ""


def test_the_key_stays_the_same_in_another_order_and_another_year() -> None:
    assert keyed(OFFICE, NIGHT) == keyed(NIGHT, OFFICE)
    assert keyed(OFFICE, rule="FR") == keyed(OFFICE, rule="DE")
    later = holidays(date(2040, 12, 31))
    assert later.key == Calendar(BERLIN, later.windows, known_until=date(2030, 1, 1)).key


def test_a_policy_has_the_calendar_of_each_environment() -> None:
    office = calendar(OFFICE)
    policy = Policy({}, Directory({}), {}, calendars={"website": {"production": office}})
    assert policy.calendar("website", "production") is office
    assert policy.calendar("website", "staging") == Calendar()
    assert policy.calendar("api", "production") == Calendar()


ZONES = st.sampled_from([BERLIN, NEW_YORK, SAO_PAULO, LORD_HOWE, ZoneInfo("UTC"), ZoneInfo("Asia/Kathmandu")])
TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
WINDOWS = st.builds(
    Window, st.frozensets(st.integers(0, 6), min_size=1), TIMES, TIMES, not_on_holidays=st.booleans()
)
FIRST, LAST = datetime(2018, 1, 1), datetime(2027, 12, 31)  # noqa: DTZ001 - hypothesis adds the zone
MOMENTS = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
CALENDARS = st.builds(
    Calendar,
    ZONES,
    st.lists(WINDOWS, min_size=1, max_size=3).map(tuple),
    holidays=st.frozensets(st.dates(FIRST.date(), LAST.date()), max_size=5),
    known_until=st.just(date(2035, 12, 31)),
)


def between(begin: datetime, end: datetime) -> Iterator[datetime]:
    """Give the first moment, the last one, and some between them."""
    parts = 60
    yield from (begin + (end - begin) * part / parts for part in range(parts))
    yield end - timedelta(microseconds=1)


@given(CALENDARS, MOMENTS)
def test_it_opens_when_it_says_and_not_before(found: Calendar, now: datetime) -> None:
    opens = found.opens_at(now)
    if opens is None:
        assert not any(found.is_open(each) for each in between(now, now + timedelta(DAYS_SEARCHED - 2)))
        return
    assert found.is_open(opens)
    assert opens == now or not any(found.is_open(each) for each in between(now, opens))


@pytest.mark.parametrize(
    ("written", "holiday", "closes"),
    [
        ("Thu 09:00-16:00", "2027-01-07", "Thu 12-31 16:00"),
        ("Thu 00:00-00:00", "2027-01-07", "Fri 01-01 00:00"),
        ("daily 00:00-00:00", "2027-01-06", "Wed 01-06 00:00"),
    ],
)
def test_a_holiday_on_the_next_day_that_would_open_keeps_no_window_from_closing(
    written: str, holiday: str, closes: str
) -> None:
    off = (window(written, not_on_holidays=True),)
    found = Calendar(BERLIN, off, (), frozenset({date.fromisoformat(holiday)}), date(2030, 12, 31))
    assert shown(found.closes_at(at("2026-12-31 10:00", BERLIN)), BERLIN) == closes
    assert found.changes_at(at("2026-12-31 10:00", BERLIN)) == found.closes_at(at("2026-12-31 10:00", BERLIN))


@pytest.mark.parametrize(
    ("now", "changes"),
    [
        ("2026-12-31 10:00", "Thu 12-31 16:00"),
        ("2026-12-31 16:00", "Fri 01-01 09:00"),
        ("2027-01-01 09:00", "Fri 01-01 12:00"),
        ("2027-01-01 12:00", "Fri 01-01 14:00"),
        ("2027-01-01 14:00", "Fri 01-01 16:00"),
    ],
)
def test_what_changes_next_is_never_now(now: str, changes: str) -> None:
    noon = Freeze("noon", at("2027-01-01 12:00", BERLIN), at("2027-01-01 14:00", BERLIN))
    found = replace(calendar("daily 09:00-16:00"), freezes=(noon,))
    assert shown(found.changes_at(at(now, BERLIN)), BERLIN) == changes


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK])
@pytest.mark.parametrize("now", ["2026-12-31 00:30", "2026-12-31 10:00", "2026-12-31 22:00"])
def test_what_is_open_for_long_closes_too_late_to_hurry(now: str, zone: ZoneInfo) -> None:
    assert calendar("daily 00:00-00:00", zone=zone).closes_at(at(now, zone)) is None


@given(CALENDARS, MOMENTS)
def test_it_closes_when_it_says_and_not_before(found: Calendar, now: datetime) -> None:
    closes = found.closes_at(now)
    if closes is None:
        assert not found.is_open(now) or found.is_open(now + timedelta(DAYS_OPEN - 1))
        return
    assert all(found.is_open(each) for each in between(now, closes))
    assert not found.is_open(closes)

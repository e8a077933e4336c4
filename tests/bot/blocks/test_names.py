"""People, times and spans as one says them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.blocks.names import listing, mention, mention_group, plural, span
from handlers.people import SHIPROOM, Directory, Team
from tests.bot.blocks.world import AMITA, DIRECTORY, NAMES, TIM


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (datetime(2026, 11, 3, 9, 7, tzinfo=UTC), "10:07"),
        (datetime(2026, 11, 2, 23, 30, tzinfo=UTC), "00:30"),
        (datetime(2026, 11, 2, 22, 30, tzinfo=UTC), "2 Nov 23:30"),
        (datetime(2026, 7, 2, 10, 0, tzinfo=UTC), "2 Jul 12:00"),
        (datetime(2025, 11, 3, 9, 7, tzinfo=UTC), "3 Nov 2025 10:07"),
    ],
)
def test_clock(at: datetime, written: str) -> None:
    assert NAMES.clock(at) == written


@pytest.mark.parametrize(
    ("at", "form", "fallback"),
    [
        (datetime(2026, 11, 3, 9, 7, tzinfo=UTC), "{time}", "10:07"),
        (datetime(2026, 11, 2, 22, 30, tzinfo=UTC), "\u200b{date_short_pretty} {time}", "2 Nov 23:30"),
    ],
)
def test_a_time_in_the_zone_of_its_reader(at: datetime, form: str, fallback: str) -> None:
    token = f"<!date^{int(at.timestamp())}^{form}|{fallback}>"
    assert NAMES.when(at) == NAMES.for_reader().clock(at) == token
    assert NAMES.for_reader().in_policy_zone().clock(at) == fallback


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (datetime(2026, 11, 3, 9, tzinfo=UTC), "Tue 3 Nov 10:00"),
        (datetime(2026, 1, 5, 9, tzinfo=UTC), "Mon 5 Jan 10:00"),
        (datetime(2027, 1, 4, 8, tzinfo=UTC), "Mon 4 Jan 09:00"),
        (datetime(2027, 6, 7, 8, tzinfo=UTC), "Mon 7 Jun 2027 10:00"),
        (datetime(2025, 12, 1, 9, tzinfo=UTC), "Mon 1 Dec 2025 10:00"),
        (datetime(2036, 12, 14, tzinfo=UTC), "Sun 14 Dec 2036 01:00"),
    ],
)
def test_a_day_has_its_year_where_it_is_not_obvious(at: datetime, written: str) -> None:
    assert NAMES.on_day(at) == written
    assert str(at.year) in replace(NAMES, with_years=True).on_day(at)
    day = replace(NAMES, now=at + timedelta(days=1), with_years=True)
    assert str(at.year) in day.clock(at)


def test_a_log_is_searched_in_one_zone() -> None:
    assert NAMES.for_reader().second(datetime(2026, 11, 3, 9, 33, 2, tzinfo=UTC)) == "10:33:02"


def test_seconds_for_logs() -> None:
    assert NAMES.second(datetime(2026, 11, 3, 9, 33, 2, tzinfo=UTC)) == "10:33:02"


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (-5, "0s"),
        (0, "0s"),
        (40.9, "40s"),
        (60, "1m"),
        (160, "2m 40s"),
        (3600, "1h"),
        (3665, "1h 1m"),
        (timedelta(days=2, hours=3, minutes=9), "2d 3h"),
        (timedelta(days=1, seconds=5), "1d"),
    ],
)
def test_span(seconds: float | timedelta, written: str) -> None:
    assert span(seconds) == written


def test_people() -> None:
    hostile = replace(NAMES, users={TIM: "<!channel> *Tim*", AMITA: ""})
    assert NAMES.user(TIM) == "Tim"
    assert NAMES.user("U0NEW") == "<@U0NEW>"
    assert NAMES.user(SHIPROOM) == "Shiproom"
    assert NAMES.user("<!channel>") == "&lt;!channel&gt;"
    assert hostile.user(TIM) == "&lt;!channel&gt; \u2217Tim\u2217"
    assert hostile.user(AMITA) == f"<@{AMITA}>"


def test_who_could_act() -> None:
    group = Directory({"ops": Team("ops", (TIM,), "S0OPS"), "empty": Team("empty")})
    assert NAMES.members(DIRECTORY, ("developers", "ops")) == "Andy, Mara or Tim"
    assert NAMES.members(group, ("ops",)) == "Tim or anyone in ops"
    assert NAMES.members(group, ("empty", "gone")) == "anyone in empty or anyone in gone"


def test_mentions_are_ids_only() -> None:
    assert mention(TIM) == "<@U0TIM>"
    assert mention("U0TIM> <!channel") == "U0TIM&gt; &lt;!channel"
    assert mention_group("S0OPS") == "<!subteam^S0OPS>"
    assert mention_group("here") == ""


@pytest.mark.parametrize(
    ("items", "written"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c", "d"], "a, b, c and d"),
        (["a", "b", "c", "d", "e"], "a, b, c and 2 more"),
    ],
)
def test_listing(items: list[str], written: str) -> None:
    assert listing(items) == written


def test_plural() -> None:
    assert [plural(1, "change"), plural(3, "change"), plural(2, "entry", "entries")] == [
        "1 change",
        "3 changes",
        "2 entries",
    ]

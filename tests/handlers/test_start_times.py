"""When a step starts, as people write it."""

from datetime import UTC, datetime

import pytest

from handlers.actions import read_command
from handlers.promotion import StartOrPromote
from handlers.requests import Several
from handlers.start_times import PlannedLine, read_start
from handlers.time_words import UnreadableTime
from tests.handlers.typed import NOWHERE

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
"""A Saturday."""


@pytest.mark.parametrize(
    ("line", "words", "at"),
    [
        ("r42 to production at mon 09:00", "r42 to production", datetime(2026, 11, 30, 9, tzinfo=UTC)),
        ("staging on monday at 9am", "staging", datetime(2026, 11, 30, 9, tzinfo=UTC)),
        ("staging at 18:00", "staging", datetime(2026, 11, 28, 18, tzinfo=UTC)),
        ("staging um 18 Uhr", "staging", datetime(2026, 11, 28, 18, tzinfo=UTC)),
        ("staging at 2027-01-04 08:00", "staging", datetime(2027, 1, 4, 8, tzinfo=UTC)),
        ("staging at 2027-01-04T08:00", "staging", datetime(2027, 1, 4, 8, tzinfo=UTC)),
        ("staging in 90m", "staging", datetime(2026, 11, 28, 10, 30, tzinfo=UTC)),
        ("2.4.1 in production in 2 hours", "2.4.1 in production", datetime(2026, 11, 28, 11, tzinfo=UTC)),
    ],
)
def test_a_time_behind_the_environment(line: str, words: str, at: datetime) -> None:
    assert read_start(tuple(line.split()), NOW, UTC) == PlannedLine(tuple(words.split()), at)


@pytest.mark.parametrize(
    "line", ["r42 to production", "staging on cart", "at 18:00", "2.4.1 in staging", "staging at"]
)
def test_no_time(line: str) -> None:
    assert read_start(tuple(line.split()), NOW, UTC) is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("staging at 25:00", "25:00"),
        ("staging on friday", "friday"),
        ("staging at 18:00 sharp", "18:00 sharp"),
        ("staging in 2h please soon", "2h please soon"),
        ("staging at 2027-01-04", "2027-01-04"),
    ],
)
def test_what_looks_like_a_time_is_never_taken_for_other_words(line: str, words: str) -> None:
    assert read_start(tuple(line.split()), NOW, UTC) == UnreadableTime(words)


def test_a_time_that_is_past() -> None:
    past = datetime(2026, 11, 28, 8, tzinfo=UTC)
    assert read_start(("staging", "at", "08:00"), NOW, UTC) == UnreadableTime("08:00", past)


def test_several_services_start_at_one_time() -> None:
    request = read_command("cart search to staging at mon 09:00", NOWHERE)
    assert isinstance(request, Several)
    at = datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert [(part.service, part.at) for part in request.parts if isinstance(part, StartOrPromote)] == [
        ("cart", at),
        ("search", at),
    ]

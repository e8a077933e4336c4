from datetime import timedelta

import pytest

from handlers.durations import parse_duration


@pytest.mark.parametrize(
    ("word", "lasts"),
    [
        ("2h", timedelta(hours=2)),
        ("90m", timedelta(minutes=90)),
        ("1d", timedelta(days=1)),
        ("1h30m", timedelta(hours=1, minutes=30)),
        ("1d2h3m", timedelta(days=1, hours=2, minutes=3)),
        ("90s", timedelta(seconds=90)),
        ("2m30s", timedelta(minutes=2, seconds=30)),
        ("1d2h3m4s", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("0s", None),
        ("30s2m", None),
        ("1s1s", None),
        ("0m", None),
        ("", None),
        ("2", None),
        ("h", None),
        ("3m2h", None),
        ("2h ", None),
    ],
)
def test_a_duration(word: str, lasts: timedelta | None) -> None:
    assert parse_duration(word) == lasts

from datetime import datetime

import pytest

from handlers.hold import Hold
from tests.handlers.builders import NOW, hold, later


@pytest.mark.parametrize(
    ("until", "now", "over"),
    [
        (None, later(days=900), False),
        (later(hours=1), NOW, False),
        (later(hours=1), later(hours=1), True),
        (later(hours=1), later(hours=2), True),
    ],
)
def test_when_it_is_over(until: datetime | None, now: datetime, over: bool) -> None:
    assert hold(until=until).is_over(now) is over


@pytest.mark.parametrize(
    ("held", "reminded", "due"),
    [
        (hold(), later(hours=24), later(hours=24)),
        (hold(reminded_at=later(hours=30)), later(hours=54), later(hours=54)),
        (hold(until=later(hours=2)), later(hours=24), later(hours=2)),
        (hold(until=later(hours=48)), later(hours=24), later(hours=24)),
    ],
)
def test_when_time_alone_changes_something(held: Hold, reminded: datetime, due: datetime) -> None:
    assert (held.remind_at, held.due) == (reminded, due)

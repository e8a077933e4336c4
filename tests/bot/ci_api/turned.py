"""A clock that a test turns by hand."""

from datetime import UTC, datetime, timedelta

BEGINNING = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class TurnedClock:
    """The time that was said."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        return BEGINNING + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return 1000.0 + self.passed

    def new_id(self) -> str:
        return "0" * 32

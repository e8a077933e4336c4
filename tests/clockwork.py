"""Has APScheduler go by a test's clock instead of the machine's."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from typing import Any

# APScheduler 3 ships no types, so that the type checker is told to expect none.
from apscheduler.schedulers import base as schedulers  # pyright: ignore[reportMissingTypeStubs]
from apscheduler.triggers import interval  # pyright: ignore[reportMissingTypeStubs]


def go_by(now: Callable[[], datetime]) -> None:
    """Let all schedulers and intervals of this process ask a clock for the time."""

    class TestTime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return now().astimezone(tz)

    _put(TestTime)


@contextmanager
def going_by(now: Callable[[], datetime]) -> Generator[None]:
    """Let them ask a clock for as long as a test lasts."""
    go_by(now)
    try:
        yield
    finally:
        _put(datetime)


def _put(kind: Any) -> None:  # noqa: ANN401 - what both modules call by the name of the class
    for module in (schedulers, interval):
        vars(module)["datetime"] = kind

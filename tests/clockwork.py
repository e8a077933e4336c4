"""Has what asks the machine for the time go by a test's clock: APScheduler, and where a process shares its clock bolt too."""

from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from typing import Any

# APScheduler 3 ships no types, so that the type checker is told to expect none.
from apscheduler.schedulers import base as schedulers  # pyright: ignore[reportMissingTypeStubs]
from apscheduler.triggers import interval  # pyright: ignore[reportMissingTypeStubs]
from slack_sdk.signature import Clock as SignatureClock

from tests.virtual_clock import SharedClock, SharedOffset


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


def share(clock: SharedClock) -> None:
    """Let a bot's process go by a clock that another process turns, who sees when it is at work."""
    go_by(clock.now)
    take_signatures_of(clock.now)
    _count_database_work(clock.offset)


def take_signatures_of(now: Callable[[], datetime]) -> None:
    """Let bolt go by a clock when it looks how old a signature is: the machine's is elsewhere."""
    SignatureClock.now = lambda self: now().timestamp()  # noqa: ARG005 - named as it is there


def _count_database_work(offset: SharedOffset) -> None:
    """Count reads and writes of the database as work, so that nobody advances the time meanwhile."""
    from storage.postgres import Postgres  # noqa: PLC0415 - tests/crash rewrites it first
    from storage.sqlite import SQLite  # noqa: PLC0415

    def counted(method: Callable[[Any, Any], Awaitable[Any]]) -> Callable[[Any, Any], Awaitable[Any]]:
        async def working(self: Any, work: Any) -> Any:  # noqa: ANN401 - whatever is read
            async with offset.busy():
                return await method(self, work)

        return working

    for kind in (SQLite, Postgres):
        for name in ("read", "write"):
            setattr(kind, name, counted(getattr(kind, name)))


def _put(kind: Any) -> None:  # noqa: ANN401 - what both modules call by the name of the class
    for module in (schedulers, interval):
        vars(module)["datetime"] = kind

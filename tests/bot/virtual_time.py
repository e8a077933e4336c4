"""Time that stands still while anything is at work and leaps to the next timer when all is quiet: half an hour in seconds.

Everything has to run in one loop: a bot inside the test, its Slack, its CI. What other threads do for the loop counts as
work; what other programs do does not, so that local commands have no place here.
"""

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from storage.database import Work
from storage.sqlite import SQLite
from tests.bot.inside import TurnedClock

T = TypeVar("T")

QUIET = 0.0001
"""How many real seconds nothing may happen, three times in a row, before time leaps; loopback is faster."""

AT_WORK = 0.05
"""How many real seconds to wait for threads at a time; they wake the loop when they are done."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is only that of its timers. `busy` counts what threads are doing for it."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.busy = 0
        super().__init__(_Selector(self))

    def time(self) -> Any:  # noqa: ANN401 - a float, as the base class says
        return self.seconds

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> "asyncio.Future[T]":  # noqa: ANN401
        self.busy += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._over)
        return future

    def _over(self, _: object) -> None:
        self.busy -= 1

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as the base class
        """Wait for the threads without a limit, over which time would leap (Python 3.12 and newer have one of 300 s)."""
        del timeout
        await super().shutdown_default_executor()


class _Selector(selectors.DefaultSelector):
    """Waits really while there is work, and leaps where only timers are waited for."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        quiet = 0
        while not ready and (timeout is None or timeout > 0):
            if self._loop.busy or timeout is None:
                ready, quiet = super().select(AT_WORK), 0
            elif quiet < 3:
                time.sleep(QUIET)
                ready, quiet = super().select(0), quiet + 1
            else:
                self._loop.seconds += timeout
                break
        return ready


@dataclass
class VirtualClock(TurnedClock):
    """A clock that shows the loop's time, counted from a day in the past."""

    begins: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)

    def now(self) -> datetime:
        return self.begins + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return self.loop.time()


_written = SQLite.write


async def _counted(self: SQLite, work: Work[T]) -> T:
    """Write; a thread does that, and tells the loop only when it is done."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, VirtualLoop):
        return await _written(self, work)
    loop.busy += 1
    try:
        return await _written(self, work)
    finally:
        loop.busy -= 1


def run_virtually(story: Coroutine[Any, Any, T]) -> T:
    """Run a story to its end."""
    SQLite.write = _counted
    try:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            return runner.run(story)
    finally:
        SQLite.write = _written

"""APScheduler wakes the sweep at the earliest time that anybody decided on, and half a minute after the last word."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.loop import SAFETY_NET
from bot.schedule import MIN_INTERVAL, Schedule
from tests.clockwork import going_by
from tests.virtual_clock import VirtualClock, run_virtually


@dataclass
class Swept:
    """A schedule, and when it called for a sweep."""

    schedule: Schedule
    clock: VirtualClock
    at: list[float] = field(default_factory=list[float])

    def note(self) -> None:
        self.at.append(round(self.clock.monotonic(), 1))

    def wake_in(self, seconds: float) -> None:
        self.schedule.wake_at(self.clock.now() + timedelta(seconds=seconds))


async def started(database: Any) -> Swept:  # noqa: ANN401 - as much of a database as is asked
    clock = VirtualClock()
    swept = Swept(Schedule(database, clock, {}), clock)
    swept.schedule.start(swept.note)
    await asyncio.sleep(MIN_INTERVAL)
    return swept


def sweeps(*seconds: float) -> list[float]:
    """Ask for sweeps in so many seconds, one after the other, and return after how many there were some."""

    async def story() -> list[float]:
        swept = await started(_no_database())
        for each in seconds:
            swept.wake_in(each)
        await asyncio.sleep(SAFETY_NET - 2 * MIN_INTERVAL)
        swept.schedule.stop()
        return [each - MIN_INTERVAL for each in swept.at]

    return _told(story())


def _told(story: Coroutine[Any, Any, list[float]]) -> list[float]:
    async def by_its_own_clock() -> list[float]:
        with going_by(VirtualClock().now):
            return await story

    return run_virtually(by_its_own_clock())


@pytest.mark.parametrize(
    ("seconds", "after"),
    [
        ((), []),
        ((20,), [20]),
        ((20, 5), [5]),
        ((5, 20), [5]),
        ((5, 5), [5]),
        ((0,), [0]),
        ((-3600,), [0]),
        ((20, -3600), [0]),
    ],
)
def test_the_earliest_time_counts_and_one_in_the_past_is_now(
    seconds: tuple[float, ...], after: list[float]
) -> None:
    assert sweeps(*seconds) == pytest.approx(after, abs=0.11)


def test_what_stays_due_is_swept_no_more_than_once_a_second() -> None:
    async def story() -> list[float]:
        swept = await started(_no_database())
        for _ in range(100):
            swept.wake_in(-1)
            await asyncio.sleep(0.1)
        swept.schedule.stop()
        return swept.at

    gaps = [later - sooner for sooner, later in pairwise(_told(story()))]
    assert gaps == pytest.approx([MIN_INTERVAL] * 10, abs=0.11)


def test_the_safety_net_sweeps_whatever_was_heard() -> None:
    async def story() -> list[float]:
        swept = await started(_no_database())
        await asyncio.sleep(2 * SAFETY_NET)
        swept.schedule.stop()
        return swept.at

    assert _told(story()) == pytest.approx([SAFETY_NET, 2 * SAFETY_NET], abs=0.11)


def test_nothing_is_planned_before_the_start_or_after_the_end() -> None:
    async def story() -> list[float]:
        clock = VirtualClock()
        swept = Swept(Schedule(_no_database(), clock, {}), clock)
        swept.wake_in(1)
        swept.schedule.start(swept.note)
        swept.schedule.stop()
        await asyncio.sleep(1)
        swept.wake_in(1)
        await asyncio.sleep(10)
        return swept.at

    assert _told(story()) == []


def _no_database() -> Any:  # noqa: ANN401 - nothing is asked of it
    return None

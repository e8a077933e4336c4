"""No time that a release waits for is lost: not by a failure, a decision during the sweep, or another process."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.loop import RETRY_AFTER, SAFETY_NET
from bot.schedule import MIN_INTERVAL, Schedule
from bot.sweep import Sweep
from bot.tasks import Tasks
from bot.unreadable import UnreadableRows
from handlers.effects import ShowCard
from handlers.outcome import Reply
from handlers.people import Directory
from handlers.policy import Policy
from handlers.reports import Reevaluated
from storage import effects, releases, wakes
from storage.codec import dump_release, loads, with_fingerprint
from storage.database import Connection, Database
from storage.incoming import Outcome
from storage.opening import open_database
from tests.clockwork import going_by
from tests.handlers import builders
from tests.virtual_clock import VirtualClock, run_virtually

PLAN = with_fingerprint(builders.plan())


@dataclass
class SweepHarness:
    """A sweep over r1 and r2, whose engine is played: a look that succeeds leaves a release without a time."""

    database: Database
    clock: VirtualClock
    schedule: Schedule
    reevaluated: list[tuple[int, float]] = field(default_factory=list[tuple[int, float]])
    failures: list[int] = field(default_factory=list[int])
    during: Callable[[], Awaitable[None]] | None = None
    unreadable: UnreadableRows = field(init=False)
    policy: Policy = field(default_factory=lambda: Policy({}, Directory(), {}))

    async def refresh_release(self, _: object) -> None:
        """Play what keeps Slack's facts fresh."""

    async def handle(self, event: Reevaluated) -> Outcome:
        """Play the engine."""
        self.reevaluated.append((event.release, round(self.clock.monotonic(), 1)))
        if event.release in self.failures:
            self.failures.remove(event.release)
            raise OSError("cut")
        during, self.during = self.during, None
        if during is not None:
            await during()
        await self.save(event.release, None)
        return Outcome(Reply("nothing_new"))

    async def save(self, number: int, seconds: float | None) -> None:
        """Save when to look again, without a word to anybody."""
        at = None if seconds is None else self.clock.now() + timedelta(seconds=seconds)
        await self.database.write(partial(wakes.save, number=number, wake_at=at))

    async def decide(self, number: int, seconds: float) -> None:
        """Save it as a decision of this process does."""
        await self.save(number, seconds)
        self.schedule.wake_at(self.clock.now() + timedelta(seconds=seconds))


Story = Callable[[SweepHarness], Awaitable[None]]


def looks(directory: Path, story: Story, before: Story | None = None) -> list[tuple[int, float]]:
    """Tell a story beside a running sweep, and return which release was reevaluated at when."""

    async def swept() -> list[tuple[int, float]]:
        clock, tasks = VirtualClock(), Tasks()
        database = await open_database(f"sqlite:///{directory / 'sweep.db'}", alone=True)
        await database.write(_two_releases)
        harness = SweepHarness(database, clock, Schedule(database, clock, {}))
        if before is not None:
            await before(harness)
        played: Any = harness
        harness.unreadable = UnreadableRows(database, clock)
        sweep = Sweep(database, clock, played, played, harness.schedule.wake_at)
        with going_by(clock.now):
            tasks.start(sweep.run(), "sweep")
            harness.schedule.start(sweep.wake)
            await story(harness)
            harness.schedule.stop()
            sweep.stop()
            await tasks.drain(1)
        await database.close()
        return harness.reevaluated

    return run_virtually(swept())


def _two_releases(connection: Connection) -> None:
    for number in (1, 2):
        each = builders.release(number=number, build=builders.build(number), plan=PLAN)
        releases.insert_release(connection, each, dump_release(each), None)


def at(*wanted: tuple[int, float]) -> list[tuple[int, Any]]:
    return [(number, pytest.approx(seconds, abs=0.25)) for number, seconds in wanted]


async def a_minute(_: SweepHarness) -> None:
    await asyncio.sleep(60)


def test_what_was_saved_before_the_start_is_found_at_the_start(tmp_path: Path) -> None:
    async def before(harness: SweepHarness) -> None:
        await harness.save(1, -5)
        await harness.save(2, 10)

    assert looks(tmp_path, a_minute, before) == at((1, 0), (2, 10))


def test_a_decision_moves_the_time_forward(tmp_path: Path) -> None:
    async def story(harness: SweepHarness) -> None:
        await asyncio.sleep(1)
        await harness.decide(1, 20)
        await harness.decide(2, 5)
        await asyncio.sleep(25)

    assert looks(tmp_path, story) == at((2, 6), (1, 21))


def test_a_time_in_the_past_is_now(tmp_path: Path) -> None:
    async def story(harness: SweepHarness) -> None:
        await asyncio.sleep(5)
        await harness.decide(1, -60)
        await asyncio.sleep(1)

    assert looks(tmp_path, story) == at((1, 5))


def test_the_cards_of_open_releases_are_drawn_once_an_hour(tmp_path: Path) -> None:
    """What happened "10:02" is said to have happened "yesterday 10:02" once the day is over."""
    drawn: list[str] = []

    async def story(harness: SweepHarness) -> None:
        await asyncio.sleep(3601)
        claim = partial(effects.claim, owner="test", now=harness.clock.now(), lasts=timedelta(1), most=9)
        drawn.extend(task.body for task in await harness.database.write(claim))

    looks(tmp_path, story)
    assert [loads(ShowCard, each) for each in drawn] == [ShowCard(1), ShowCard(2)]


def test_what_fails_is_looked_at_again_and_stands_in_nobodys_way(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(harness: SweepHarness) -> None:
        harness.failures += [1, 1]
        await asyncio.sleep(5)
        await harness.save(2, 1)
        await harness.decide(1, 1)
        await asyncio.sleep(5)

    expected = at((1, 6), (2, 6), (1, 6 + MIN_INTERVAL), (1, 6 + 2 * MIN_INTERVAL))
    assert looks(tmp_path, story) == expected
    assert caplog.text.count("r1 could not be reevaluated") == 2


def test_what_is_decided_during_a_sweep_is_not_lost(tmp_path: Path) -> None:
    async def story(harness: SweepHarness) -> None:
        harness.during = partial(harness.decide, 2, 3)
        await asyncio.sleep(1)
        await harness.decide(1, 0)
        await asyncio.sleep(10)

    assert looks(tmp_path, story) == at((1, 1), (2, 4))


def test_the_safety_net_finds_what_another_process_wrote(tmp_path: Path) -> None:
    async def story(harness: SweepHarness) -> None:
        await asyncio.sleep(1)
        await harness.save(1, 2)
        await harness.save(2, SAFETY_NET + 7)
        await asyncio.sleep(2 * SAFETY_NET)

    assert looks(tmp_path, story) == at((1, SAFETY_NET), (2, SAFETY_NET + 8))


def test_a_database_that_is_away_is_asked_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def story(harness: SweepHarness) -> None:
        read, asked = harness.database.read, list[float]()

        async def away(work: Callable[[Connection], Any]) -> Any:  # noqa: ANN401 - whatever is read
            asked.append(harness.clock.monotonic())
            if len(asked) <= 2:
                raise ConnectionError("away")
            return await read(work)

        await asyncio.sleep(1)
        await harness.save(1, 0)
        harness.database.read = away
        await harness.decide(1, 0)
        await asyncio.sleep(10)

    assert looks(tmp_path, story) == at((1, 1 + 2 * RETRY_AFTER))
    assert caplog.text.count("Sweep failed") == 1
    assert "Sweep works again" in caplog.text

"""Effects are performed in order per destination, no destination waits for another, and what fails is tried again."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import text

from bot.clock import SystemClock
from bot.effects.worker import (
    LONGEST_BACKOFF,
    Done,
    EffectHandler,
    EffectResult,
    EffectWorker,
    Failed,
    RetryIn,
    backoff,
)
from bot.tasks import Tasks
from handlers.effects import Effect, PostToThread, ShowCard
from storage import effects
from storage.codec import loads
from storage.database import Connection, Database, Work
from storage.effects import Task
from storage.opening import open_database
from tests import databases
from tests.virtual_clock import VirtualClock, run_virtually

T = TypeVar("T")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await open_database(f"sqlite:///{tmp_path / 'effects.db'}", alone=True)
    yield opened
    await opened.close()


async def perform(
    database: Database, effect_handlers: dict[str, EffectHandler], enough: Callable[[], bool]
) -> None:
    """Run a worker until enough was done."""
    tasks = Tasks()
    performer = EffectWorker(database, SystemClock(), tasks, effect_handlers)
    tasks.start(performer.run(), "effects")
    async with asyncio.timeout(20):
        while not enough():  # noqa: ASYNC110 - the worker tells nobody
            await asyncio.sleep(0.01)
    performer.stop()
    await tasks.drain(5)


async def add(database: Database, *wanted: Effect) -> None:
    await database.write(partial(effects.add, effects=wanted, now=SystemClock().now()))


def say(release: int, code: str) -> PostToThread:
    return PostToThread(release, code)


async def test_each_destination_in_order_and_none_waits_for_another(database: Database) -> None:
    said, go = list[tuple[int, str]](), asyncio.Event()

    async def handler(task: Task) -> EffectResult:
        effect = loads(PostToThread, task.body)
        if effect.release == 1:
            await go.wait()
        said.append((effect.release, effect.code))
        if len(said) == 3:
            go.set()
        return Done()

    await add(database, *(say(release, code) for code in "abc" for release in (1, 2)))
    await perform(database, {"post_to_thread": handler}, lambda: len(said) == 6)
    assert said[:3] == [(2, "a"), (2, "b"), (2, "c")]
    assert said[3:] == [(1, "a"), (1, "b"), (1, "c")]


async def test_what_fails_is_tried_again_before_what_comes_after_it(database: Database) -> None:
    tried = list[str]()

    async def handler(task: Task) -> EffectResult:
        code = loads(PostToThread, task.body).code
        tried.append(code)
        if tried.count("a") == 1:
            return RetryIn(0.01, "not now")
        if tried.count("a") == 2:
            raise OSError("cut")
        return Done()

    await add(database, say(1, "a"), say(1, "b"))
    await perform(database, {"post_to_thread": handler}, lambda: "b" in tried)
    assert tried == ["a", "a", "a", "b"]


async def test_what_fails_for_good_makes_room(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    tried = list[str]()

    async def handler(task: Task) -> EffectResult:
        tried.append(loads(PostToThread, task.body).code)
        return Failed("channel_is_gone") if tried == ["a"] else Done()

    await add(database, say(1, "a"), say(1, "b"))
    await perform(database, {"post_to_thread": handler}, lambda: len(tried) == 2)
    assert tried == ["a", "b"]
    assert "effect failed for good" in caplog.text


async def test_a_stop_waits_for_what_is_under_way(database: Database) -> None:
    begun, ended = asyncio.Event(), list[bool]()

    async def handler(_: Task) -> EffectResult:
        begun.set()
        await asyncio.sleep(0.05)
        ended.append(True)
        return Done()

    await add(database, ShowCard(1))
    await perform(database, {"show_card": handler}, begun.is_set)
    assert ended == [True]
    assert await database.read(effects.next_due) is None


def test_a_retry_due_later_is_slept_towards(tmp_path: Path) -> None:
    """The table is read at the start, after the try, and when the retry is due; not each second."""

    async def story() -> tuple[list[float], int]:
        tried, clock, tasks, reads = list[float](), VirtualClock(), Tasks(), Counter[str]()
        opened = await open_database(f"sqlite:///{tmp_path / 'later.db'}", alone=True)
        read = opened.read

        async def counted(work: Work[T]) -> T:
            reads["read"] += 1
            return await read(work)

        async def handler(_: Task) -> EffectResult:
            tried.append(clock.monotonic())
            return RetryIn(20.0, "pace", counts_as_failure=False) if len(tried) == 1 else Done()

        opened.read = counted
        await opened.write(partial(effects.add, effects=[say(1, "a")], now=clock.now()))
        performer = EffectWorker(opened, clock, tasks, {"post_to_thread": handler})
        tasks.start(performer.run(), "effects")
        await asyncio.sleep(25)
        performer.stop()
        await tasks.drain(5)
        await opened.close()
        return tried, reads["read"]

    tried, reads = run_virtually(story())
    assert tried == pytest.approx([0, 20], abs=0.1)
    assert reads < 12


async def test_an_effect_left_blocked_is_released(migrated_postgresql: str, postgres_server: str) -> None:
    """Two processes may leave an effect blocked although no earlier one is pending."""
    url = await databases.copied_postgres(postgres_server, migrated_postgresql)
    shared, said = await open_database(url, alone=False), list[str]()

    async def handler(task: Task) -> EffectResult:
        said.append(loads(PostToThread, task.body).code)
        if said == ["first"]:
            await add(shared, say(2, "parked"))
            await shared.write(park)
        return Done()

    await add(shared, say(1, "first"))
    await perform(shared, {"post_to_thread": handler}, lambda: len(said) == 2)
    assert said == ["first", "parked"]
    await shared.close()


def park(connection: Connection) -> None:
    connection.execute(text(f"UPDATE effect SET due_at = {effects.BLOCKED} WHERE release = 2"))  # noqa: S608


@pytest.mark.parametrize(
    ("tries", "seconds", "most"),
    [(0, 1.0, 1.2), (1, 1.0, 2.4), (3, 1.0, 9.6), (50, 1.0, 72.0), (5, 30.0, 72.0)],
)
def test_backoff_doubles_and_ends(tries: int, seconds: float, most: float) -> None:
    waits = [backoff(tries, seconds) for _ in range(100)]
    assert max(waits) <= most <= 1.2 * LONGEST_BACKOFF
    assert min(waits) >= most * 0.8 / 1.2 - 1e-9
    assert len(set(waits)) > 50

"""Effects are performed in order per destination, no destination waits for another, and what fails is tried again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.perform import LONGEST_BACKOFF, Doer, Done, Failed, Later, Performed, Performer, backoff
from bot.tasks import Tasks
from handlers.effects import Effect, Say, ShowCard
from storage import effects
from storage.codec import loads
from storage.database import Database
from storage.effects import Task
from storage.opening import open_database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await open_database(f"sqlite:///{tmp_path / 'effects.db'}", alone=True)
    yield opened
    await opened.close()


async def perform(database: Database, doers: dict[str, Doer], enough: Callable[[], bool]) -> None:
    """Run a worker until enough was done."""
    tasks = Tasks()
    performer = Performer(database, SystemClock(), tasks, doers)
    tasks.start(performer.run(), "effects")
    async with asyncio.timeout(20):
        while not enough():  # noqa: ASYNC110 - the worker tells nobody
            await asyncio.sleep(0.01)
    performer.stop()
    await tasks.drain(5)


async def add(database: Database, *wanted: Effect) -> None:
    await database.write(partial(effects.add, effects=wanted, now=SystemClock().now()))


def say(release: int, code: str) -> Say:
    return Say(release, code)


async def test_each_destination_in_order_and_none_waits_for_another(database: Database) -> None:
    said, go = list[tuple[int, str]](), asyncio.Event()

    async def doer(task: Task) -> Performed:
        effect = loads(Say, task.body)
        if effect.release == 1:
            await go.wait()
        said.append((effect.release, effect.code))
        if len(said) == 3:
            go.set()
        return Done()

    await add(database, *(say(release, code) for code in "abc" for release in (1, 2)))
    await perform(database, {"Say": doer}, lambda: len(said) == 6)
    assert said[:3] == [(2, "a"), (2, "b"), (2, "c")]
    assert said[3:] == [(1, "a"), (1, "b"), (1, "c")]


async def test_what_fails_is_tried_again_before_what_comes_after_it(database: Database) -> None:
    tried = list[str]()

    async def doer(task: Task) -> Performed:
        code = loads(Say, task.body).code
        tried.append(code)
        if tried.count("a") == 1:
            return Later(0.01, "not now")
        if tried.count("a") == 2:
            raise OSError("cut")
        return Done()

    await add(database, say(1, "a"), say(1, "b"))
    await perform(database, {"Say": doer}, lambda: "b" in tried)
    assert tried == ["a", "a", "a", "b"]


async def test_what_fails_for_good_makes_room(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    tried = list[str]()

    async def doer(task: Task) -> Performed:
        tried.append(loads(Say, task.body).code)
        return Failed("channel_is_gone") if tried == ["a"] else Done()

    await add(database, say(1, "a"), say(1, "b"))
    await perform(database, {"Say": doer}, lambda: len(tried) == 2)
    assert tried == ["a", "b"]
    assert "effect failed for good" in caplog.text


async def test_a_stop_waits_for_what_is_under_way(database: Database) -> None:
    begun, ended = asyncio.Event(), list[bool]()

    async def doer(_: Task) -> Performed:
        begun.set()
        await asyncio.sleep(0.05)
        ended.append(True)
        return Done()

    await add(database, ShowCard(1))
    await perform(database, {"ShowCard": doer}, begun.is_set)
    assert ended == [True]
    assert await database.read(effects.next_due) is None


@pytest.mark.parametrize(
    ("tries", "seconds", "most"),
    [(0, 1.0, 1.2), (1, 1.0, 2.4), (3, 1.0, 9.6), (50, 1.0, 72.0), (5, 30.0, 72.0)],
)
def test_backoff_doubles_and_ends(tries: int, seconds: float, most: float) -> None:
    waits = [backoff(tries, seconds) for _ in range(100)]
    assert max(waits) <= most <= 1.2 * LONGEST_BACKOFF
    assert min(waits) >= most * 0.8 / 1.2 - 1e-9
    assert len(set(waits)) > 50

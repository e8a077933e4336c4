"""The one place that starts tasks: it keeps hold of them, says what they raise, and ends them in time."""

import asyncio
import logging

import pytest

from bot.tasks import Tasks
from tests.virtual_clock import run_virtually


async def fails() -> None:
    raise ValueError("broken")


async def test_what_a_task_raises_is_logged_and_takes_no_other_down(caplog: pytest.LogCaptureFixture) -> None:
    tasks, went_on = Tasks(), asyncio.Event()

    async def goes_on() -> None:
        await asyncio.sleep(0)
        went_on.set()

    with caplog.at_level(logging.ERROR):
        tasks.start(fails(), "the failing one")
        tasks.start(goes_on(), "the other one")
        await tasks.drain(1)
    assert went_on.is_set()
    assert "the failing one" in caplog.text
    assert "ValueError: broken" in caplog.text


async def test_what_is_not_done_in_time_is_ended() -> None:
    tasks, seen = Tasks(), list[str]()

    async def stubborn() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            seen.append("ended")

    async def quick() -> str:
        return "done"

    done = tasks.start(quick(), "quick")
    waiting = tasks.start(stubborn(), "stubborn")
    await tasks.drain(0.05)
    assert done.result() == "done"
    assert waiting.cancelled()
    assert seen == ["ended"]


async def test_nothing_to_wait_for() -> None:
    await Tasks().drain(60)


def test_a_task_that_ends_is_started_again_and_named(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        tasks, began = Tasks(), list[float]()
        loop = asyncio.get_running_loop()

        async def work() -> None:
            began.append(loop.time())
            if len(began) == 1:
                raise KeyError("gone")
            if len(began) == 2:
                raise asyncio.CancelledError
            if len(began) == 3:
                await asyncio.sleep(100)
                raise OSError("late")

        tasks.keep(work, "the one")
        await asyncio.sleep(0.5)
        assert tasks.failed == ("the one (KeyError)",)
        await asyncio.sleep(1)
        assert tasks.failed == ("the one (CancelledError)",)
        await asyncio.sleep(50)
        assert tasks.failed == ()
        await asyncio.sleep(100)
        assert began == [0, 1, 3, 104]
        tasks.keep(work, "done")
        await tasks.drain(1)

    run_virtually(story())
    assert caplog.text.count("started again") == 3


def test_a_stop_does_not_wait_for_what_would_be_started_again() -> None:
    async def story() -> float:
        tasks, loop = Tasks(), asyncio.get_running_loop()
        kept = tasks.keep(fails, "the failing one")
        await asyncio.sleep(0.5)
        await tasks.drain(60)
        assert (kept.cancelled(), tasks.failed) == (True, ())
        return loop.time()

    assert run_virtually(story()) == 0.5

"""The one place that starts tasks: it keeps hold of them, says what they raise, and ends them in time."""

import asyncio
import logging

import pytest

from bot.tasks import Tasks


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

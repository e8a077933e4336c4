"""A loop rests until it is woken or its time has come, and goes on after a failure."""

import asyncio
import math
from collections.abc import Callable, Sequence

import pytest

from bot.loop import RETRY_AFTER, WakeableLoop
from bot.tasks import Tasks
from tests.virtual_clock import run_virtually


class Rounds(WakeableLoop):
    """A loop whose rounds note when they begin, and do what they are told."""

    def __init__(self, *rounds: float | Exception | Callable[["Rounds"], float]) -> None:
        super().__init__()
        self.coming = list(rounds)
        self.began: list[float] = []

    async def run_once(self) -> float:
        self.began.append(asyncio.get_running_loop().time())
        next_one = self.coming.pop(0) if self.coming else math.inf
        if isinstance(next_one, Exception):
            raise next_one
        return next_one(self) if callable(next_one) else next_one


def began(loop: Callable[[], Rounds], wakes: Sequence[float] = ()) -> list[float]:
    """Run a loop for a while of virtual time, wake it at some times, and return when its rounds began."""

    async def story() -> list[float]:
        running, tasks, clock = loop(), Tasks(), asyncio.get_running_loop()
        tasks.start(running.run(), "rounds")
        for at in wakes:
            clock.call_at(at, running.wake)
        await asyncio.sleep(600)
        running.stop()
        await tasks.drain(1)
        return running.began

    return run_virtually(story())


def test_it_rests_as_long_as_a_round_says() -> None:
    assert began(lambda: Rounds(5, 0, 20)) == pytest.approx([0, 5, 5, 25])


def test_who_wakes_it_is_served_at_once() -> None:
    assert began(Rounds, [3, 100]) == pytest.approx([0, 3, 100])


def test_what_happens_during_a_round_makes_another_one_follow() -> None:
    def woken(loop: Rounds) -> float:
        loop.wake()
        return math.inf

    assert began(lambda: Rounds(woken)) == pytest.approx([0, 0])


def test_a_failed_round_is_logged_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    assert began(lambda: Rounds(OSError("cut"), 7)) == pytest.approx([0, RETRY_AFTER, RETRY_AFTER + 7])
    assert "Rounds failed" in caplog.text


def test_rounds_that_fail_alike_are_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    def rounds() -> Rounds:
        return Rounds(
            OSError("cut"), OSError("cut"), ValueError("bad"), ValueError("bad"), 5, OSError("cut"), 5
        )

    assert len(began(rounds)) == 8
    assert caplog.text.count("it is tried again") == 3
    assert caplog.text.count("works again") == 2

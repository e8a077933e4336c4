"""How fast Slack is called, and that what can wait rests while Slack is away."""

import asyncio
from dataclasses import dataclass

import pytest

from bot.slack_api.outage import ASK_AGAIN, REST, SOON, Outage
from bot.slack_api.pace import LATE, TRIAL, Limit, Pace
from bot.tasks import Tasks
from tests.bot.virtual_time import run_virtually


@dataclass
class Seconds:
    """Monotonic seconds that a test turns."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_place_is_kept_for_who_comes_in_time() -> None:
    seconds = Seconds()
    pace = Pace(seconds, {"post": Limit(1, 1.0)})
    assert [pace.wait("post", "", key) for key in "abc"] == [0.0, 1.0, 2.0]
    seconds.now += 1.0
    assert [pace.wait("post", "", key) for key in "bc"] == [0.0, 1.0]
    seconds.now += 1.0 + LATE / 2
    assert pace.wait("post", "", "c") == 0.0


def test_who_comes_too_late_stands_in_line_again() -> None:
    """Otherwise all who were kept away by an outage would come in the same moment."""
    seconds = Seconds()
    pace = Pace(seconds, {"post": Limit(1, 1.0)})
    waits = [pace.wait("post", "", key) for key in "abcdef"]
    assert waits == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    seconds.now += 60.0
    assert [pace.wait("post", "", key) for key in "bcdef"] == [0.0, 1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize("refused", [True, False])
def test_after_a_pause_one_goes_first(refused: bool) -> None:
    seconds = Seconds()
    pace = Pace(seconds, {"post": Limit(40, 60.0)})
    pace.pause("post", 30.0)
    assert pace.wait("post", "", "a") == 30.0
    seconds.now += 30.0
    assert [pace.wait("post", "", key) for key in "abc"] == [0.0, TRIAL, TRIAL]
    if refused:
        pace.pause("post", 30.0)
    else:
        pace.well("post")
    assert [pace.wait("post", "", key) for key in "bc"] == ([30.0, 30.0] if refused else [0.0, 0.0])


@pytest.mark.parametrize("unanswered", [0, 1, 5])
def test_only_one_asks_whether_slack_is_back(unanswered: int) -> None:
    asked, rests = list[float](), list[float]()

    async def story() -> None:
        loop, tasks = asyncio.get_running_loop(), Tasks()

        async def answers() -> bool:
            asked.append(loop.time())
            rests.append(outage.rest())
            return len(asked) > unanswered

        outage = Outage(loop.time, answers)
        assert outage.rest() == 0.0
        for _ in range(3):
            outage.doubt(tasks)
        assert outage.rest() == SOON
        await tasks.drain(1_000)
        assert outage.rest() == 0.0

    run_virtually(story())
    assert asked == [number * ASK_AGAIN for number in range(unanswered + 1)]
    assert rests[0] == SOON
    assert all(SOON <= rest <= REST for rest in rests)


def test_who_stops_asks_no_more() -> None:
    async def story() -> None:
        tasks = Tasks()

        async def never() -> bool:
            return False

        outage = Outage(asyncio.get_running_loop().time, never)
        outage.stop()
        outage.doubt(tasks)
        await asyncio.sleep(ASK_AGAIN * 3)
        outage.stop()
        began = asyncio.get_running_loop().time()
        await tasks.drain(20)
        assert asyncio.get_running_loop().time() == began

    run_virtually(story())

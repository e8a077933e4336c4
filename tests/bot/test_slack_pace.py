"""How fast Slack is called, and that what can wait rests while Slack is away."""

import asyncio
from dataclasses import dataclass

import pytest

from bot.slack_client.outage import CALLERS_WAIT, FIRST_WAIT, PROBE_INTERVAL, Outage
from bot.slack_client.rate_limiter import LATE, SLOT_GRACE, TRIAL, Rank, RateLimit, RateLimiter
from bot.tasks import Tasks
from tests.virtual_clock import run_virtually


@dataclass
class Seconds:
    """Monotonic seconds that a test turns."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_place_is_kept_for_who_comes_in_time() -> None:
    seconds = Seconds()
    pace = RateLimiter(seconds, {"post": RateLimit(1, 1.0)})
    assert [pace.wait("post", "", key) for key in "abc"] == [0.0, 1.0, 2.0]
    seconds.now += 1.0
    assert [pace.wait("post", "", key) for key in "bc"] == [0.0, 1.0]
    seconds.now += 1.0 + SLOT_GRACE / 2
    assert pace.wait("post", "", "c") == 0.0


def test_who_comes_too_late_stands_in_line_again() -> None:
    """Otherwise all who were kept away by an outage would come in the same moment."""
    seconds = Seconds()
    pace = RateLimiter(seconds, {"post": RateLimit(1, 1.0)})
    waits = [pace.wait("post", "", key) for key in "abcdef"]
    assert waits == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    seconds.now += 60.0
    assert [pace.wait("post", "", key) for key in "bcdef"] == [0.0, 1.0, 2.0, 3.0, 4.0]


def test_a_caller_has_slots_of_several_methods_and_channels() -> None:
    """Who edited a message lost the slot for posting it again, came back for it, and lost it again, for ever."""
    pace = RateLimiter(Seconds())
    assert pace.wait("chat.postMessage", "C0ONE", "thread:1") == 0.0
    assert pace.wait("chat.update", "C0ONE", "card:1") == 0.0
    later = pace.wait("chat.postMessage", "C0ONE", "card:1")
    assert later > 0.0
    assert pace.wait("chat.update", "C0ONE", "card:1") == 0.0
    assert pace.wait("chat.postMessage", "C0ONE", "card:1") == later
    assert pace.wait("chat.postMessage", "C0OTHER", "card:1") == 0.0
    assert pace.wait("chat.postMessage", "C0ONE", "card:1") == later


@pytest.mark.parametrize("refused", [True, False])
def test_after_a_pause_one_goes_first(refused: bool) -> None:
    seconds = Seconds()
    pace = RateLimiter(seconds, {"post": RateLimit(40, 60.0)})
    pace.pause("post", 30.0)
    assert pace.wait("post", "", "a") == 30.0
    seconds.now += 30.0
    assert [pace.wait("post", "", key) for key in "abc"] == [0.0, TRIAL, TRIAL]
    if refused:
        pace.pause("post", 30.0)
    else:
        pace.resume("post")
    assert [pace.wait("post", "", key) for key in "bc"] == ([30.0, 30.0] if refused else [0.0, 0.0])


@pytest.mark.parametrize("unanswered", [0, 1, 5])
def test_only_one_asks_whether_slack_is_back(unanswered: int) -> None:
    asked, rests = list[float](), list[float]()

    async def story() -> None:
        loop, tasks = asyncio.get_running_loop(), Tasks()

        async def answers() -> bool:
            asked.append(loop.time())
            rests.append(outage.wait())
            return len(asked) > unanswered

        outage = Outage(loop.time, answers)
        assert outage.wait() == 0.0
        for _ in range(3):
            outage.report_failure(tasks)
        assert outage.wait() == FIRST_WAIT
        await tasks.drain(1_000)
        assert outage.wait() == 0.0

    run_virtually(story())
    assert asked == [number * PROBE_INTERVAL for number in range(unanswered + 1)]
    assert rests[0] == FIRST_WAIT
    assert all(FIRST_WAIT <= wait <= CALLERS_WAIT for wait in rests)


def test_who_stops_asks_no_more() -> None:
    async def story() -> None:
        tasks = Tasks()

        async def never() -> bool:
            return False

        outage = Outage(asyncio.get_running_loop().time, never)
        outage.stop()
        outage.report_failure(tasks)
        await asyncio.sleep(PROBE_INTERVAL * 3)
        outage.stop()
        began = asyncio.get_running_loop().time()
        await tasks.drain(20)
        assert asyncio.get_running_loop().time() == began

    run_virtually(story())


def test_a_slot_goes_to_the_highest_rank_that_waits() -> None:
    """200 lines wait: a call takes the next slot, its card goes before it, and each line comes back once more at most."""
    seconds = Seconds()
    pace = RateLimiter(seconds, {"post": RateLimit(1, 1.0)})
    lines = [f"line{number}" for number in range(200)]
    waits = [pace.wait("post", "", line, Rank.LINE) for line in lines]
    assert waits == [float(number) for number in range(200)]
    seconds.now += 0.5
    ranks = {"news": Rank.NEWS, "card": Rank.CARD, "call": Rank.CALL}
    assert [pace.wait("post", "", key, rank) for key, rank in ranks.items()] == [0.5, 0.5, 0.5]
    order: list[str] = []
    waiting = [*lines[1:3], *ranks]
    for _ in range(4):
        seconds.now = float(int(seconds.now)) + 1.0
        order += [key for key in waiting if pace.wait("post", "", key, ranks.get(key, Rank.LINE)) == 0.0]
        waiting = [key for key in waiting if key not in order]
    assert order == ["call", "card", "news", "line1"]


def test_who_waits_may_rise_but_not_fall() -> None:
    seconds = Seconds()
    pace = RateLimiter(seconds, {"post": RateLimit(1, 1.0)})
    assert [pace.wait("post", "", key, Rank.CARD) for key in "abc"] == [0.0, 1.0, 2.0]
    assert pace.wait("post", "", "c", Rank.CALL) == 1.0
    assert pace.wait("post", "", "c", Rank.LINE) == 1.0
    assert pace.wait("post", "", "b", Rank.CARD) == 2.0


def test_who_leaves_the_line_makes_room() -> None:
    seconds = Seconds()
    pace = RateLimiter(seconds, {"post": RateLimit(1, 1.0)})
    assert [pace.wait("post", "", key) for key in "abc"] == [0.0, 1.0, 2.0]
    pace.leave("post", "", "b")
    pace.leave("other", "", "b")
    assert pace.wait("post", "", "c") == 1.0
    assert pace.wait("post", "") == 2.0, "without a key nobody waits, and all who do go first"


def test_a_slot_that_is_used_late_moves_those_behind_it() -> None:
    """Otherwise two calls could be closer than Slack allows."""
    seconds = Seconds()
    pace = RateLimiter(seconds, {"post": RateLimit(1, 1.0)})
    assert [pace.wait("post", "", key) for key in "abc"] == [0.0, 1.0, 2.0]
    seconds.now += 1.5
    assert pace.wait("post", "", "b") == 0.0
    seconds.now += 0.5
    assert pace.wait("post", "", "c") == pytest.approx(0.5 - LATE)

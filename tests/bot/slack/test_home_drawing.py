"""Drawing Home: what has changed is drawn soon, once, at Slack's pace, by one of several replicas, and after any outage."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import Connection

from bot.blocks.block_kit import View, home, section
from bot.slack.home_drawing import LEASE, LOOKS_FOR, SLACK_AWAY, HomeDrawing
from bot.slack_client.rate_limiter import Rank, RateLimiter
from bot.slack_client.results import CallDeferred, CallRejected, CallResult, CallSucceeded
from bot.tasks import Tasks
from storage import home_views
from storage.database import Database
from storage.opening import open_database
from tests.virtual_clock import VirtualClock, run_virtually

AMITA, TIM, GUEST = "U0AMITA", "U0TIM", "U0GUEST"
MINUTE, HALF_AN_HOUR = 60.0, 1800.0


@dataclass
class Slack:
    """Stands for Slack and its client: when what was published to whom, and how it answers."""

    clock: VirtualClock
    published: list[tuple[float, str, str]] = field(default_factory=list[tuple[float, str, str]])
    answers: list[CallResult | Exception] = field(default_factory=list[CallResult | Exception])
    away_until: float = 0.0
    lasts: float = 0.1

    def __post_init__(self) -> None:
        self.limiter = RateLimiter(self.clock.monotonic)

    def acquire_slot(self, method: str, channel: str, key: str, rank: Rank) -> CallDeferred | None:
        """Take a slot as the real client does."""
        if self.clock.monotonic() < self.away_until:
            return CallDeferred(20.0, "Slack does not answer", failed=False)
        wait = self.limiter.wait(method, channel, key, rank)
        return CallDeferred(wait, "rate limit", failed=False) if wait > 0 else None

    async def call(self, method: str, body: dict[str, Any], *, slot_taken: bool) -> CallResult:
        """Publish, and answer what is due."""
        assert method == "views.publish"
        assert slot_taken
        self.published.append((self.clock.monotonic(), body["user_id"], words(body["view"])))
        await asyncio.sleep(self.lasts)
        answer = self.answers.pop(0) if self.answers else CallSucceeded()
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, CallDeferred) and not answer.failed:
            self.limiter.pause(method, answer.seconds)
        return answer

    def seen_by(self, user: str) -> list[str]:
        """List what was published to somebody."""
        return [said for _, who, said in self.published if who == user]


def words(view: View) -> str:
    return str(view["blocks"][0]["text"]["text"])


@dataclass
class State:
    """Stands for the saved state, for its reader and for what it renders."""

    said: str = "one"
    unknown: set[str] = field(default_factory=set[str])
    awaits_cards: bool = False
    workspace: str = ""

    async def read(self, _: object) -> "State":
        """Return the state as it is now."""
        return State(self.said, self.unknown)

    def of(self, user: str) -> View | None:
        """Return somebody's Home."""
        if user in self.unknown:
            return None
        return home([section("not for you" if user == GUEST else self.said)])

    def may_read(self, user: str) -> bool:
        """Return whether somebody is a full member."""
        return user != GUEST


@dataclass
class Engine:
    """The parts of the engine that drawing needs."""

    database: Database
    clock: VirtualClock


@dataclass
class Drawn:
    """One or two replicas that draw, and what happens around them."""

    engine: Engine
    slack: Slack
    state: State
    replicas: list[HomeDrawing]

    async def opens(self, user: str, *, shown: bool = False) -> None:
        """Open somebody's Home, which the first replica hears of."""
        now = self.engine.clock.now()
        await self.engine.database.write(partial(home_views.opened, user=user, now=now, shown=shown))
        self.replicas[0].draw_first(user)

    async def changes(self, said: str) -> None:
        """Change the saved state, which every replica hears of."""
        self.state.said = said
        for each in self.replicas:
            each.wake()


@asynccontextmanager
async def drawing(directory: Path, replicas: int = 1) -> AsyncGenerator[Drawn]:
    clock, tasks = VirtualClock(), Tasks()
    database = await open_database(f"sqlite:///{directory / 'home.db'}", alone=True)
    slack, state, engine = Slack(clock), State(), Engine(database, clock)
    made = [HomeDrawing(cast("Any", engine), cast("Any", slack), cast("Any", state)) for _ in range(replicas)]
    for each in made:
        tasks.start(each.run(), "home")
    yield Drawn(engine, slack, state, made)
    for each in made:
        each.stop()
    await tasks.drain(60)
    await database.close()


Story = Callable[[Drawn], Awaitable[None]]


def told(directory: Path, story: Story, replicas: int = 1) -> Drawn:
    """Tell a story in virtual time; return what is left of it."""

    async def tell() -> Drawn:
        async with drawing(directory, replicas) as drawn:
            await story(drawn)
        return drawn

    return run_virtually(tell())


@pytest.mark.parametrize("replicas", [1, 2, 3])
def test_what_has_changed_is_drawn_once_and_soon(tmp_path: Path, replicas: int) -> None:
    async def story(drawn: Drawn) -> None:
        await drawn.opens(AMITA)
        await drawn.opens(TIM)
        await asyncio.sleep(5)
        for said in ("two", "three"):
            await drawn.changes(said)
            await asyncio.sleep(3)
        await drawn.opens(AMITA, shown=True)
        for each in drawn.replicas:
            each.wake()
        await asyncio.sleep(10 * MINUTE)

    slack = told(tmp_path, story, replicas).slack
    assert slack.seen_by(AMITA) == slack.seen_by(TIM) == ["one", "two", "three"]


def test_changes_that_follow_each_other_end_with_the_latest(tmp_path: Path) -> None:
    async def story(drawn: Drawn) -> None:
        await drawn.opens(AMITA)
        for number in range(200):
            await drawn.changes(f"state {number}")
            await asyncio.sleep(0.01)
        await asyncio.sleep(3)

    seen = told(tmp_path, story, 2).slack.seen_by(AMITA)
    assert seen[-1] == "state 199"
    assert len(seen) < 12
    assert all(one != other for one, other in pairwise(seen))


def test_many_who_look_are_drawn_at_slack_s_pace_those_who_came_last_first(tmp_path: Path) -> None:
    people = [f"U{number:04}" for number in range(250)]

    async def story(drawn: Drawn) -> None:
        now = drawn.engine.clock.now()

        def open_all(connection: Connection) -> None:
            for number, each in enumerate(people):
                home_views.opened(connection, each, now + timedelta(milliseconds=number), shown=False)

        await drawn.engine.database.write(open_all)
        await drawn.changes("two")
        await asyncio.sleep(1)
        await drawn.changes("three")
        await asyncio.sleep(4 * MINUTE)

    slack = told(tmp_path, story).slack
    times = [at for at, _, _ in slack.published]
    assert all(later - at >= MINUTE - 0.1 for at, later in zip(times, times[90:], strict=False))
    assert {slack.seen_by(each)[-1] for each in people} == {"three"}
    assert slack.published[0][1] == people[-1]
    assert max(Counter(slack.published).values()) == 1


def test_whoever_has_just_done_something_comes_first(tmp_path: Path) -> None:
    async def story(drawn: Drawn) -> None:
        for number in range(40):
            await drawn.opens(f"U{number:04}")
            await asyncio.sleep(0.5)
        await asyncio.sleep(5)
        drawn.slack.published.clear()
        drawn.state.said = "two"
        drawn.replicas[0].draw_first("U0000")
        await asyncio.sleep(5)

    assert told(tmp_path, story).slack.published[0][1:] == ("U0000", "two")


def test_a_kill_in_between_repeats_one_view_when_its_lease_is_over(tmp_path: Path) -> None:
    async def story(drawn: Drawn) -> None:
        drawn.slack.answers.append(RuntimeError("killed before the answer was stored"))
        await drawn.opens(AMITA)
        await asyncio.sleep(1)
        drawn.replicas[0].stop()
        drawn.replicas[1].wake()
        await asyncio.sleep(60)

    slack = told(tmp_path, story, 2).slack
    assert slack.seen_by(AMITA) == ["one", "one"]
    (first, *_), (second, *_) = slack.published
    assert LEASE.total_seconds() <= second - first <= LEASE.total_seconds() + 2


def test_a_429_is_waited_for_and_then_the_newest_state_is_drawn(tmp_path: Path) -> None:
    async def story(drawn: Drawn) -> None:
        drawn.slack.answers.append(CallDeferred(30.0, "ratelimited", failed=False))
        await drawn.opens(AMITA)
        await asyncio.sleep(10)
        await drawn.changes("two")
        await asyncio.sleep(60)

    slack = told(tmp_path, story).slack
    assert slack.seen_by(AMITA) == ["one", "two"]
    assert 30 <= slack.published[1][0] - slack.published[0][0] <= 30 + SLACK_AWAY + 1


def test_after_half_an_hour_without_slack_what_is_due_is_drawn(tmp_path: Path) -> None:
    back = 0.0

    async def story(drawn: Drawn) -> None:
        nonlocal back
        await drawn.opens(AMITA)
        await asyncio.sleep(5)
        back = drawn.slack.away_until = drawn.engine.clock.monotonic() + HALF_AN_HOUR
        await drawn.opens(TIM)
        for number in range(10):
            await drawn.changes(f"state {number}")
            await asyncio.sleep(100)
        await asyncio.sleep(HALF_AN_HOUR)

    slack = told(tmp_path, story, 2).slack
    assert slack.seen_by(AMITA) == ["one", "state 9"]
    assert slack.seen_by(TIM) == ["state 9"]
    assert all(back <= at <= back + SLACK_AWAY + 1 for at, _, said in slack.published if said == "state 9")


@pytest.mark.parametrize("error", ["invalid_arguments", "not_enabled"])
def test_what_slack_refuses_is_left_alone_until_it_is_opened(
    tmp_path: Path, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(drawn: Drawn) -> None:
        drawn.slack.answers.append(CallRejected(error))
        await drawn.opens(AMITA)
        await asyncio.sleep(40 * MINUTE)
        assert drawn.slack.seen_by(AMITA) == ["one"]
        await drawn.opens(AMITA)
        await asyncio.sleep(5)

    assert told(tmp_path, story).slack.seen_by(AMITA) == ["one", "one"]
    assert f"Slack refuses views.publish ({error})" in caplog.text


def test_a_guest_is_shown_nothing_and_who_became_one_a_sentence(tmp_path: Path) -> None:
    async def story(drawn: Drawn) -> None:
        await drawn.opens(GUEST)
        await asyncio.sleep(5)
        assert drawn.slack.published == []
        assert await drawn.engine.database.read(home_views.everybody) == []
        await drawn.opens(GUEST, shown=True)
        await asyncio.sleep(5)

    assert told(tmp_path, story).slack.seen_by(GUEST) == ["not for you"]


def test_as_long_as_it_is_unknown_who_somebody_is_nothing_is_drawn(tmp_path: Path) -> None:
    async def story(drawn: Drawn) -> None:
        drawn.state.unknown.add(AMITA)
        await drawn.opens(AMITA)
        await asyncio.sleep(60)
        assert drawn.slack.published == []
        drawn.state.unknown.clear()
        await asyncio.sleep(SLACK_AWAY + 1)

    assert told(tmp_path, story).slack.seen_by(AMITA) == ["one"]


def test_who_has_not_looked_for_long_is_forgotten_and_drawn_when_they_come_back(tmp_path: Path) -> None:
    async def story(drawn: Drawn) -> None:
        await drawn.opens(AMITA)
        await asyncio.sleep((LOOKS_FOR + timedelta(minutes=1)).total_seconds())
        await drawn.changes("two")
        await asyncio.sleep(5)
        assert await drawn.engine.database.read(home_views.everybody) == []
        await drawn.opens(AMITA, shown=True)
        await asyncio.sleep(5)

    assert told(tmp_path, story).slack.seen_by(AMITA) == ["one", "two"]

"""How often a CI is asked how commits relate: each pair once, and ever more rarely while it does not tell."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.ci.provider import Provider
from bot.effects.comparisons import LOOK_AGAIN, Comparisons
from bot.effects.worker import Done, EffectResult, RetryIn
from handlers.build import Build, Change
from handlers.effects import CompareBuilds
from handlers.events import BuildReported
from handlers.facts import Capabilities
from handlers.lineage import Comparison
from storage.codec import dumps
from storage.effects import Task
from tests.bot.inside import Inside, inside
from tests.bot.polling.test_builds import HUB, OF_HUB, SERVICE, ScriptedCi
from tests.virtual_clock import ManualClock
from tests.world import POLICY

SHAS = [f"{number}" * 40 for number in range(1, 8)]
QUARTER_HOUR = 900


class TurnedClock(ManualClock):
    """A clock whose seconds advance with its time, and stand still with it."""

    stopped: float | None = None

    def stop(self) -> None:
        super().stop()
        self.stopped = super().monotonic()

    def monotonic(self) -> float:
        machine = super().monotonic() if self.stopped is None else self.stopped
        return machine + self.ahead.total_seconds()


@dataclass
class AskedCi(ScriptedCi):
    """A CI that notes what it is asked; `told` is what it tells of every pair that it does not `know`."""

    asked: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    told: Comparison | None = None

    async def compare(self, repository: str, old: str, new: str) -> Comparison | None:
        self.asked.append((old, new))
        return await super().compare(repository, old, new) or self.told


@dataclass
class Comparing:
    """A bot, the CI that tells the changes of its service, and what performs the effect."""

    bot: Inside
    ci: AskedCi
    clock: TurnedClock
    comparisons: Comparisons

    async def reported(self, number: int) -> Build:
        """Report a build without changes: the CI has to be asked what lies between it and the one before it."""
        build = Build(SERVICE, f"1.{number}", SHAS[number - 1], "main")
        await self.bot.app.engine.handle(BuildReported(build))
        return build

    async def perform(self) -> EffectResult:
        body = dumps(CompareBuilds(SERVICE))
        return await self.comparisons.compare_builds(Task(1, "compare_builds", body, 0, "compare", 0))

    async def go_on(self, seconds: float) -> int:
        """Perform the effect as often as it asks for, until so much time is over; returns how often the CI was asked."""
        before, end = len(self.ci.asked), self.clock.monotonic() + seconds
        while self.clock.monotonic() < end:
            result = await self.perform()
            assert isinstance(result, RetryIn)
            assert 1.0 <= result.seconds <= LOOK_AGAIN
            self.clock.advance(result.seconds)
        return len(self.ci.asked) - before


def asked_by(bot: Inside, providers: dict[str, Provider]) -> Comparisons:
    return Comparisons(bot.app.engine, providers)


@pytest.fixture
async def comparing(tmp_path: Path) -> AsyncIterator[Comparing]:
    policy = POLICY.replace("builds: {branch: main}", OF_HUB).replace("ci:\n", f"ci:\n  {HUB}\n", 1)
    clock = TurnedClock()
    async with inside(tmp_path, policy, clock=clock, HUB_TOKEN="t" * 20) as bot:
        ci = AskedCi()
        made = Comparing(bot, ci, clock, asked_by(bot, {"hub": ci}))
        await made.reported(1)
        await made.reported(2)
        yield made


async def test_each_pair_is_asked_about_once_and_kept(comparing: Comparing) -> None:
    comparing.ci.told = Comparison(contains=True, changes=(Change("c2", "mara", "Second"),))
    assert await comparing.perform() == Done()
    assert await comparing.perform() == Done()
    assert comparing.ci.asked == [(SHAS[0], SHAS[1])]
    rows = [row for row in await comparing.bot.rows() if row["event"] == "commits_compared"]
    assert [(row["body"]["old"], row["body"]["new"]) for row in rows] == [(SHAS[0], SHAS[1])]
    await comparing.reported(3)
    assert await comparing.perform() == Done()
    assert comparing.ci.asked[1:] == [(SHAS[1], SHAS[2])]


async def test_an_answer_that_is_cut_is_kept_once_and_asked_for_again(comparing: Comparing) -> None:
    comparing.ci.told = Comparison(contains=None, complete=False)
    assert isinstance(await comparing.perform(), RetryIn)
    rows = len(await comparing.bot.rows())
    comparing.clock.advance(60)
    assert isinstance(await comparing.perform(), RetryIn)
    assert len(comparing.ci.asked) == 2
    assert len(await comparing.bot.rows()) == rows
    comparing.ci.told = Comparison(contains=True)
    comparing.clock.advance(60)
    assert await comparing.perform() == Done()
    assert await comparing.perform() == Done()
    assert len(comparing.ci.asked) == 3


async def test_a_pair_that_is_not_told_is_asked_about_ever_more_rarely(comparing: Comparing) -> None:
    comparing.clock.stop()
    result = await comparing.perform()
    assert isinstance(result, RetryIn)
    assert not result.counts_as_failure, "one that waits for its CI is no fault to warn of"
    assert "1 pairs" in result.why
    pauses: list[int] = []
    last = comparing.clock.ahead.total_seconds()
    while len(pauses) < 8:
        comparing.clock.advance(5)
        before = len(comparing.ci.asked)
        await comparing.perform()
        if len(comparing.ci.asked) > before:
            pauses.append(round(comparing.clock.ahead.total_seconds() - last))
            last = comparing.clock.ahead.total_seconds()
    assert pauses == sorted(pauses), "not ever more rarely"
    assert QUARTER_HOUR - 5 <= pauses[-1] <= QUARTER_HOUR
    assert pauses[0] < LOOK_AGAIN, "not soon after the first time"


async def test_a_commit_that_the_ci_never_knows_costs_one_request_in_a_quarter_of_an_hour(
    comparing: Comparing,
) -> None:
    await comparing.go_on(4 * QUARTER_HOUR)
    assert await comparing.go_on(8 * QUARTER_HOUR) <= 8
    await comparing.reported(3)
    await comparing.go_on(4 * QUARTER_HOUR)
    assert await comparing.go_on(8 * QUARTER_HOUR) <= 2 * 8


async def test_a_new_pair_does_not_wait_for_one_that_is_never_told(comparing: Comparing) -> None:
    await comparing.go_on(4 * QUARTER_HOUR)
    comparing.ci.knows[SHAS[1], SHAS[2]] = Comparison(contains=True)
    await comparing.reported(3)
    begun = comparing.clock.monotonic()
    while (SHAS[1], SHAS[2]) not in comparing.ci.asked:
        result = await comparing.perform()
        assert isinstance(result, RetryIn)
        comparing.clock.advance(result.seconds)
    assert comparing.clock.monotonic() - begun <= 2 * LOOK_AGAIN


async def test_one_that_is_told_late_ends_it(comparing: Comparing) -> None:
    await comparing.go_on(QUARTER_HOUR)
    comparing.ci.told = Comparison(contains=True)
    comparing.clock.advance(QUARTER_HOUR)
    assert await comparing.perform() == Done()


async def test_a_pair_that_is_wanted_no_more_is_forgotten(comparing: Comparing) -> None:
    await comparing.go_on(QUARTER_HOUR)
    known = replace(
        Build(SERVICE, "1.2", SHAS[1], "main"), changes=(Change("c2", "mara", "Told by a program"),)
    )
    await comparing.bot.app.engine.handle(BuildReported(known))
    assert await comparing.perform() == Done()


async def test_nobody_is_asked_where_nobody_could_tell(comparing: Comparing) -> None:
    silent = AskedCi(capabilities=Capabilities(lists_builds=True))
    for providers in ({}, {"hub": silent}, {"lab": comparing.ci}):
        comparing.comparisons = asked_by(comparing.bot, {**providers})
        assert await comparing.perform() == Done()
    assert (silent.asked, comparing.ci.asked) == ([], [])


async def test_a_service_that_left_the_policy_is_not_asked_about(comparing: Comparing) -> None:
    task = Task(1, "compare_builds", dumps(CompareBuilds("shop")), 0, "compare", 0)
    assert await comparing.comparisons.compare_builds(task) == Done()
    assert comparing.ci.asked == []

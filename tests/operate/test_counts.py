"""A deployment through the real product: exactly these counts and seconds, on a clock that only the test moves."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from handlers.events import ExternalRunSeen
from tests.bot.inside import Inside, inside
from tests.handlers import builders
from tests.operate.series import Labels, Series, grown, labels, now
from tests.scenarios.acting import HEAD, ServiceScenario, furnished, service
from tests.virtual_clock import ManualClock

pytestmark = pytest.mark.slow

NAME = "counted"
POLICY = HEAD + service(NAME, "[{sign_off: testers}, {sign_off: ops}]", timeout="4h")
COUNTS = "shiproom_deployments_total"
TIMES = "shiproom_deployment_seconds_sum"
LEAD = "shiproom_lead_time_seconds_sum"
WAITED = "shiproom_waiting_seconds_total"
ENDED = (COUNTS, TIMES, LEAD, WAITED)


@dataclass
class Told:
    """One service, the clock, and what was counted before."""

    scenario: ServiceScenario
    bot: Inside
    clock: ManualClock
    before: Series

    def counted(self, *names: str) -> Series:
        """Return what was counted since the last time."""
        found, self.before = grown(self.before, *names), now()
        return {key: value for key, value in found.items() if ("service", NAME) in key[1]}


@pytest_asyncio.fixture
async def told(tmp_path: Path) -> AsyncIterator[Told]:
    clock = ManualClock(stopped_at=datetime.now(UTC))  # noqa: TID251 - what the local CI writes has the machine's time
    async with inside(tmp_path, POLICY, clock=clock, furnish=furnished(NAME), DEPLOY_KEY="key") as bot:
        yield Told(ServiceScenario(bot, NAME), bot, clock, now())


def placed(environment: str, **more: str) -> Labels:
    return labels(service=NAME, environment=environment, **more)


def of_kind(environment: str, outcome: str, kind: str = "normal") -> tuple[str, Labels]:
    return COUNTS, placed(environment, kind=kind, outcome=outcome)


def waited(environment: str, what: str, team: str = "") -> tuple[str, Labels]:
    return WAITED, placed(environment, what=what, team=team)


async def test_a_release_that_goes_well(told: Told) -> None:
    scenario, clock = told.scenario, told.clock
    scenario.holds("staging")
    await scenario.build("1.0")
    clock.advance(60)
    number = await scenario.starts("Mara", "staging")
    await scenario.until(number, "running", "staging")
    clock.advance(300)
    scenario.lets_go("staging")
    await scenario.until(number, "waiting", "production")
    assert told.counted(*ENDED) == {
        of_kind("staging", "succeeded"): 1,
        (TIMES, placed("staging", outcome="succeeded")): 300,
        waited("staging", "deployment"): 300,
    }
    scenario.holds("production")
    clock.advance(3600)
    await scenario.types("Kim", f"approve r{number}")
    assert told.counted(*ENDED) == {waited("production", "sign_off", "testers"): 3600}
    clock.advance(1800)
    await scenario.types("Tim", f"approve r{number}")
    await scenario.until(number, "running", "production")
    clock.advance(120)
    scenario.lets_go("production")
    await scenario.until(number, "done")
    assert told.counted(*ENDED) == {
        of_kind("production", "succeeded"): 1,
        (TIMES, placed("production", outcome="succeeded")): 120,
        (LEAD, placed("production")): 60 + 300 + 3600 + 1800 + 120,
        waited("production", "sign_off", "ops"): 5400,
        waited("production", "deployment"): 120,
    }


async def test_one_that_fails_is_tried_again_and_then_stopped(told: Told) -> None:
    scenario, clock = told.scenario, told.clock
    scenario.breaks("staging")
    await scenario.build("1.0")
    number = await scenario.starts("Mara", "staging")
    await scenario.until(number, "failed", "staging")
    assert told.counted(COUNTS) == {of_kind("staging", "failed"): 1}
    clock.advance(900)
    scenario.mends("staging")
    scenario.holds("staging")
    await scenario.types("Tim", f"retry r{number}")
    await scenario.until(number, "running", "staging")
    assert told.counted(*ENDED) == {waited("staging", "decision"): 900}
    clock.advance(30)
    await scenario.types("Tim", f"cancel r{number} enough")
    await scenario.until(number, "cancelled")
    assert told.counted(*ENDED) == {
        of_kind("staging", "stopped"): 1,
        (TIMES, placed("staging", outcome="stopped")): 30,
        waited("staging", "deployment"): 30,
    }


async def test_what_comes_twice_counts_once(told: Told) -> None:
    engine = told.bot.app.engine
    seen = ExternalRunSeen(NAME, "production", "77#1", "succeeded", builders.build(service=NAME))
    for delivery in ("one", "one", "two"):
        await engine.handle(seen, delivery)
    assert told.counted(*ENDED) == {of_kind("production", "succeeded", "outside"): 1}

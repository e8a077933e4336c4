"""Runs that begin after their attempt was called off, where the CI lists no runs: they are stopped, and operators are told."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web

from bot.ci import KINDS
from bot.ci.provider import Provider, ProviderContext
from bot.ci.run import Hint
from bot.polling.late_runs import WATCHED, LateRunPoller
from bot.polling.poll_schedule import SOONEST
from bot.tasks import Tasks
from handlers.facts import Capabilities
from tests.bot.ci.generic_fixture import EXAMPLE, WEBHOOK_SECRET, GenericFixture, generic
from tests.bot.ci.generic_server import TOKEN
from tests.bot.inside import Inside, inside
from tests.world import CHANNEL

GRACE = 60


@dataclass
class VoidedRun:
    """A bot whose r1 was sent, was never heard of again, and was settled as not deployed."""

    bot: Inside
    fixture: GenericFixture
    providers: dict[str, Provider]

    @property
    def state(self) -> str:
        (run,) = self.fixture.server.runs.values()
        return run.state

    def told(self) -> list[str]:
        said = self.bot.world.slack.workspace.messages(CHANNEL)
        return [each.text for each in said if "called off" in each.text]


def policy_of(fixture: GenericFixture) -> str:
    """Write the docs' example with one environment that needs nobody's word."""
    text = EXAMPLE.read_text(encoding="utf-8").partition("    environments:\n")[0]
    text = text.replace("https://deployer.example.org", fixture.url)
    text = text.replace("hosts: [deployer.example.org]", "private_hosts: [127.0.0.1]")
    step = "{ci: deployer, inputs: {outcome: lasts}}"
    return f"{text}    environments: [{{name: staging, protected: false, deploy: {step}}}]\n"


@pytest.fixture
async def voided(tmp_path: Path) -> AsyncIterator[VoidedRun]:
    async with (
        generic(tmp_path) as fixture,
        inside(
            tmp_path, policy_of(fixture), DEPLOYER_TOKEN=TOKEN, DEPLOYER_WEBHOOK_SECRET=WEBHOOK_SECRET
        ) as bot,
    ):
        fixture.server.hidden = True
        fixture.server.trouble.coming.append("broken_after")
        around = ProviderContext(bot.clock, Tasks(), tmp_path)
        provider = KINDS["generic"].connect(fixture.connection, around)
        await settle(bot)
        yield VoidedRun(bot, fixture, {"deployer": provider})
        await provider.close()


async def settle(bot: Inside) -> None:
    """Have r1 sent, lost and settled."""
    await bot.world.build("2.4.0")
    await bot.world.says("Andy", "website@2.4.0 to staging")
    await bot.world.until(1, "unknown")
    bot.clock.advance(GRACE + 1)
    await bot.world.person("Tim").until_sees(CHANNEL, "No run", within=15)
    await bot.world.says("Tim", "settle r1 not-deployed nothing is there")
    await bot.world.until(1, "failed")


async def look_again(voided: VoidedRun) -> None:
    await LateRunPoller(voided.bot.app.engine, voided.providers).run_once()


async def test_a_run_that_begins_late_is_stopped_and_told_once(voided: VoidedRun) -> None:
    await look_again(voided)
    voided.fixture.server.hidden = False
    await look_again(voided)
    await voided.bot.until(lambda: voided.state == "ABORTED" and bool(voided.told()))
    await look_again(voided)
    (run,) = voided.fixture.server.runs
    assert [run in line for line in voided.told()] == [True]


async def test_a_hint_makes_it_look_sooner(voided: VoidedRun) -> None:
    watch = LateRunPoller(voided.bot.app.engine, voided.providers)
    await watch.run_once()
    asked = len(voided.fixture.server.asked)
    for hint, ci in ((Hint("build"), "deployer"), (Hint("run"), "another")):
        watch.on_hint(ci, hint)
        assert await watch.run_once() > 0
        assert len(voided.fixture.server.asked) == asked
    watch.on_hint("deployer", Hint("run"))
    assert await watch.run_once() <= SOONEST


@pytest.mark.parametrize(
    "can", [Capabilities(lists_runs=True), Capabilities(authoritative_search=True)], ids=["listed", "proved"]
)
async def test_where_it_is_not_needed_nobody_is_asked(voided: VoidedRun, can: Capabilities) -> None:
    asked = len(voided.fixture.server.asked)
    voided.providers["deployer"].capabilities = can
    await look_again(voided)
    assert len(voided.fixture.server.asked) == asked


async def test_what_was_called_off_long_ago_is_let_be(voided: VoidedRun) -> None:
    voided.fixture.server.hidden = False
    voided.bot.clock.advance(WATCHED.total_seconds())
    await look_again(voided)
    assert voided.state == "STARTED"
    assert not voided.told()


async def test_a_ci_that_does_not_answer_is_asked_again(voided: VoidedRun) -> None:
    voided.fixture.server.answer = web.Response(status=503)
    await look_again(voided)
    assert not voided.told()

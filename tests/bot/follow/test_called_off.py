"""Runs that begin after their attempt was called off, where the CI lists no runs: they are stopped, and operators are told."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web

from bot.ci import PROVIDERS
from bot.ci.provider import Provider, Surroundings
from bot.ci_api.run import Hint
from bot.follow.called_off import WATCHED, CalledOffWatch
from bot.follow.rhythm import SOONEST
from bot.tasks import Tasks
from handlers.facts import Capabilities
from tests.bot.ci.generic_rig import EXAMPLE, WEBHOOK_SECRET, GenericRig, generic
from tests.bot.ci.generic_server import TOKEN
from tests.bot.inside import Inside, inside
from tests.world import CHANNEL

GRACE = 60


@dataclass
class Scene:
    """A bot whose r1 was sent, was never heard of again, and was settled as not deployed."""

    bot: Inside
    rig: GenericRig
    providers: dict[str, Provider]

    @property
    def state(self) -> str:
        (run,) = self.rig.server.runs.values()
        return run.state

    def told(self) -> list[str]:
        said = self.bot.world.slack.workspace.messages(CHANNEL)
        return [each.text for each in said if "called off" in each.text]


def policy_of(rig: GenericRig) -> str:
    """Write the docs' example with one environment that needs nobody's word."""
    text = EXAMPLE.read_text(encoding="utf-8").partition("    environments:\n")[0]
    text = text.replace("https://deployer.example.org", rig.url)
    text = text.replace("hosts: [deployer.example.org]", "private_hosts: [127.0.0.1]")
    step = "{ci: deployer, inputs: {outcome: lasts}}"
    return f"{text}    environments: [{{name: staging, protected: false, deploy: {step}}}]\n"


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with (
        generic(tmp_path) as rig,
        inside(tmp_path, policy_of(rig), DEPLOYER_TOKEN=TOKEN, DEPLOYER_WEBHOOK_SECRET=WEBHOOK_SECRET) as bot,
    ):
        rig.server.hidden = True
        rig.server.trouble.coming.append("broken_after")
        around = Surroundings(bot.clock, Tasks(), tmp_path)
        provider = PROVIDERS["generic"](rig.connection, around)
        await settle(bot)
        yield Scene(bot, rig, {"deployer": provider})
        await provider.close()


async def settle(bot: Inside) -> None:
    """Have r1 sent, lost and settled."""
    await bot.world.build("2.4.0")
    await bot.world.says("Andy", "website@2.4.0 to staging")
    await bot.world.until(1, "unknown")
    bot.clock.turn(GRACE + 1)
    await bot.world.person("Tim").until_sees(CHANNEL, "No run", within=15)
    await bot.world.says("Tim", "settle r1 not-deployed nothing is there")
    await bot.world.until(1, "failed")


async def look_anew(scene: Scene) -> None:
    await CalledOffWatch(scene.bot.app.engine, scene.providers).look()


async def test_a_run_that_begins_late_is_stopped_and_told_once(scene: Scene) -> None:
    await look_anew(scene)
    scene.rig.server.hidden = False
    await look_anew(scene)
    await scene.bot.until(lambda: scene.state == "ABORTED" and bool(scene.told()))
    await look_anew(scene)
    (run,) = scene.rig.server.runs
    assert [run in line for line in scene.told()] == [True]


async def test_a_hint_makes_it_look_sooner(scene: Scene) -> None:
    watch = CalledOffWatch(scene.bot.app.engine, scene.providers)
    await watch.look()
    asked = len(scene.rig.server.asked)
    for hint, ci in ((Hint("build"), "deployer"), (Hint("run"), "another")):
        watch.hint(ci, hint)
        assert await watch.look() > 0
        assert len(scene.rig.server.asked) == asked
    watch.hint("deployer", Hint("run"))
    assert await watch.look() <= SOONEST


@pytest.mark.parametrize(
    "can", [Capabilities(lists_runs=True), Capabilities(authoritative_search=True)], ids=["listed", "proved"]
)
async def test_where_it_is_not_needed_nobody_is_asked(scene: Scene, can: Capabilities) -> None:
    asked = len(scene.rig.server.asked)
    scene.providers["deployer"].capabilities = can
    await look_anew(scene)
    assert len(scene.rig.server.asked) == asked


async def test_what_was_called_off_long_ago_is_let_be(scene: Scene) -> None:
    scene.rig.server.hidden = False
    scene.bot.clock.turn(WATCHED.total_seconds())
    await look_anew(scene)
    assert scene.state == "STARTED"
    assert not scene.told()


async def test_a_ci_that_does_not_answer_is_asked_again(scene: Scene) -> None:
    scene.rig.server.answer = web.Response(status=503)
    await look_anew(scene)
    assert not scene.told()

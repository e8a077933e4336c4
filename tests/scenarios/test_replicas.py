"""Two bots on one PostgreSQL database behave as one, and either may be killed at any moment."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import databases
from tests.github.engines import Scripted
from tests.github.model import Job, Run
from tests.scenarios.on_github import Remote, remote
from tests.scenarios.test_github import ONE, TWO, until
from tests.world import CHANNEL, free_port

ROOT = Path(__file__).parent.parent.parent


@dataclass
class Pair:
    """A world on GitHub with two bots; `world.port` is the one that is spoken to."""

    hub: Remote
    ports: tuple[int, int]
    bots: dict[int, asyncio.subprocess.Process] = field(default_factory=dict[int, asyncio.subprocess.Process])

    async def start(self, port: int) -> None:
        """Start one of them, and wait until it is ready."""
        world = self.hub.world
        environment = {**world.environment(), "SHIPROOM_PORT": str(port)}
        with self.log_of(port).open("ab") as log:
            self.bots[port] = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", env=environment, stdout=log, stderr=log, cwd=ROOT
            )
        self.speak_to(port)
        await world.ready()

    async def kill(self, port: int) -> None:
        """Kill one as a power cut would, and speak to the other."""
        bot = self.bots.pop(port)
        bot.kill()
        await bot.wait()
        self.speak_to(next(each for each in self.ports if each != port))

    def speak_to(self, port: int) -> None:
        """Have Slack, GitHub and the tests speak to this one."""
        self.hub.world.port = port
        self.hub.world.slack.bot_url = self.hub.world.url
        self.hub.hook.url = f"{self.hub.world.url}/webhooks/hub"

    def other(self) -> None:
        """Speak to the other one from now on."""
        self.speak_to(next(port for port in self.ports if port != self.hub.world.port))

    def log_of(self, port: int) -> Path:
        return self.hub.world.directory / f"bot-{port}.log"

    def who_did(self, event: str) -> int:
        """Find which of the two decided an event last."""
        found = [port for port in self.ports if f'"event": "{event}"' in self.log_of(port).read_text()]
        assert len(found) == 1, found
        return found[0]


class Held:
    """Carries out deployments that last until they are let go."""

    def __init__(self) -> None:
        self._over: dict[int, asyncio.Event] = {}

    def let_go(self, run: Run) -> None:
        self._over[run.id].set()

    async def carry_out(self, run: Run, written: str, jobs: list[Job]) -> str:
        del written, jobs
        if run.file == "deploy.yml":
            await self._over.setdefault(run.id, asyncio.Event()).wait()
        return "success"


@pytest.fixture
async def pair(postgres_server: str, tmp_path: Path) -> AsyncIterator[Pair]:
    async with remote(tmp_path, await databases.copied_postgres(postgres_server)) as hub:
        made = Pair(hub, (free_port(), free_port()))
        for port in made.ports:
            made.log_of(port).touch()
        for port in made.ports:
            await made.start(port)
        try:
            yield made
        finally:
            for bot in made.bots.values():
                bot.kill()
                await bot.wait()


async def sign(pair: Pair, number: int) -> None:
    """Have testers and ops sign, each at another bot."""
    world, card = pair.hub.world, f"r{number} website"
    amita = world.person("Amita")
    await world.press("Amita", "Sign off for testers", card)
    pair.other()
    await amita.fill(amita.modal, {"Checked": True}).submit()
    await world.press("Tim", "Sign off for ops", card)
    pair.other()


async def test_two_behave_as_one(pair: Pair) -> None:
    world = pair.hub.world
    for number, sha in ((1, ONE), (2, TWO)):
        await pair.hub.build(sha)
        await world.press("Andy", "Release to staging", f"2.4.{number} *is ready")
        pair.other()
        await world.until(number, "waiting", "production")
        await sign(pair, number)
        await world.until(number, "done")
    deployed = [(run.inputs["shiproom_sha"], run.inputs["environment"]) for run in pair.hub.deployments()]
    assert deployed == [(sha, where) for sha in (ONE, TWO) for where in ("staging", "production")]
    assert pair.hub.posts() == 4
    cards = [seen for seen in world.person("Irwin").sees(CHANNEL) if "*r1 website" in seen.text]
    assert len(cards) == 1


async def test_the_other_takes_over_what_the_one_has_just_sent(
    pair: Pair, record_property: Callable[[str, object], None]
) -> None:
    pair.hub.github.faults.add("POST .*/dispatches", -1, carried_out=True)
    pair.hub.github.engine = Scripted(lambda run: "lasts" if run.file == "deploy.yml" else "succeeds")
    world = pair.hub.world
    await pair.hub.build(ONE)
    await world.press("Andy", "Release to staging", "2.4.1 *is ready")
    await until(lambda: bool(pair.hub.deployments()))
    await pair.kill(pair.who_did("send_requested"))
    killed = time.monotonic()
    await world.until(1, "running", "staging", within=60)
    record_property("seconds until it was taken over", round(time.monotonic() - killed, 1))
    assert pair.hub.posts() == 1
    (run,) = pair.hub.deployments()
    assert (await world.release(1))["steps"][0]["run"]["id"] == str(run.id)


@pytest.mark.parametrize("first", [0, 1])
async def test_either_may_be_killed_while_it_runs(pair: Pair, first: int) -> None:
    """The one is killed during the first deployment, and the other, once the first is back, during the second."""
    held = pair.hub.github.engine = Held()
    world = pair.hub.world
    await pair.hub.build(ONE)
    await world.press("Andy", "Release to staging", "2.4.1 *is ready")
    for number, environment in enumerate(("staging", "production")):
        await world.until(1, "running", environment, within=60)
        victim = pair.ports[(first + number) % 2]
        await pair.kill(victim)
        held.let_go(pair.hub.deployments(environment)[0])
        await world.until(1, "done" if number else "waiting", "" if number else "production", within=60)
        if number == 0:
            await pair.start(victim)
            await sign(pair, 1)
    assert [run.inputs["environment"] for run in pair.hub.deployments()] == ["staging", "production"]
    assert pair.hub.posts() == 2


async def test_what_one_had_to_say_the_other_says(pair: Pair) -> None:
    """A bot that is killed with things left to say leaves them to the other."""
    world, irwin = pair.hub.world, pair.hub.world.person("Irwin")
    await pair.hub.build(ONE)
    await world.press("Andy", "Release to staging", "2.4.1 *is ready")
    await world.until(1, "waiting", "production")
    await sign(pair, 1)
    await pair.kill(pair.ports[1])
    await world.until(1, "done", within=60)
    said = await irwin.until_sees(CHANNEL, "went live in production", within=60)
    assert "website 2.4.1" in said.text
    said_in_all = [seen.text for seen in irwin.sees(CHANNEL) if "went live in production" in seen.text]
    assert len(said_in_all) == 1

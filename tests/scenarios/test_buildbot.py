"""The whole story with a real Buildbot: builds, deployments, cancels, webhooks that are lost, kills and restarts."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.buildbot.asking import force
from tests.buildbot.server import (
    BUILD_SCHEDULER,
    BUILDER,
    PASSWORD,
    SCHEDULER,
    WEBHOOK_SECRET,
    BuildbotServer,
)
from tests.buildbot.server import USER as BOT_USER
from tests.scenarios.test_github import until
from tests.world import CHANNEL, POLICY, World, free_port

pytestmark = pytest.mark.slow

ONE = "1" * 40
SCRIPT = """\
cd "$(dirname "$0")"
echo "$SHIPROOM_ENVIRONMENT $SHIPROOM_SHA" >> began
while [ -e hold ]; do sleep 0.05; done
echo "$SHIPROOM_ENVIRONMENT $SHIPROOM_SHA" >> deployed
"""


def policy(url: str, *, webhooks: bool) -> str:
    """Write the policy of the world with Buildbot in the place of this machine."""
    secret = ", webhook_secret: '${HOOK_SECRET}'" if webhooks else ""
    bb = f"bb: {{kind: buildbot, url: '{url}', user: {BOT_USER}, password: '${{BB_PASSWORD}}', poll: 2s{secret}}}"
    text = POLICY.replace("here: {kind: local, directory: deploy, pass_env: [DEPLOY_KEY]}", bb)
    text = text.replace(
        "builds: {branch: main}",
        f"builds: {{ci: bb, workflow: {BUILDER}, branch: main, version: '2.4.{{run_number}}'}}",
    )
    for environment, more in (("staging", ", timeout: 1m"), ("production", "")):
        text = text.replace(
            f"{{ci: here, command: [./deploy.sh, {environment}]{more}}}",
            f"{{ci: bb, workflow: {SCHEDULER}, send: [environment, version]{more}}}",
        )
    return text


@dataclass
class Shop:
    """A world whose builds and deployments are Buildbot's. While the file `hold` is there deployments go on."""

    world: World
    server: BuildbotServer

    @property
    def hold(self) -> Path:
        return self.server.directory / "hold"

    def lines(self, name: str) -> list[str]:
        path = self.server.directory / name
        return path.read_text().splitlines() if path.exists() else []

    async def build(self, sha: str = ONE) -> str:
        """Have a build made; gives its version as the channel says it."""
        await force(
            self.server, BUILD_SCHEDULER, reason="test", branch="main", revision=sha, outcome="succeeds"
        )
        said = await self.world.person("Irwin").until_sees(CHANNEL, " *is ready", within=20)
        return said.text.partition(" *is ready")[0].rpartition(" ")[2]

    async def asked(self) -> str:
        """Have a build made and asked to staging; gives its version."""
        await self.world.start()
        version = await self.build()
        await self.world.press("Andy", "Release to staging", f"{version} *is ready")
        return version

    async def sign(self) -> None:
        amita = self.world.person("Amita")
        await self.world.press("Amita", "Sign off for testers", "r1 website")
        await amita.fill(amita.modal, {"Checked": True}).submit()
        await self.world.press("Tim", "Sign off for ops", "r1 website")


@pytest.fixture(scope="module")
def buildbot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[BuildbotServer, int]]:
    port = free_port()
    server = BuildbotServer(
        tmp_path_factory.mktemp("buildbot"), script=SCRIPT, webhooks=f"http://127.0.0.1:{port}/webhooks/bb"
    )
    try:
        server.start()
        yield server, port
    finally:
        server.close()


@asynccontextmanager
async def opened(
    buildbot: tuple[BuildbotServer, int], directory: Path, *, webhooks: bool
) -> AsyncGenerator[Shop]:
    """Open the shop with a clean floor."""
    server, port = buildbot
    for name in ("hold", "began", "deployed"):
        (server.directory / name).unlink(missing_ok=True)
    environ = {"BB_PASSWORD": PASSWORD, "HOOK_SECRET": WEBHOOK_SECRET}
    written = policy(server.url, webhooks=webhooks)
    async with World(directory, f"sqlite:///{directory}/bot.db", policy=written, environ=environ) as world:
        world.port = port
        yield Shop(world, server)
        (server.directory / "hold").unlink(missing_ok=True)


@pytest.fixture
async def shop(buildbot: tuple[BuildbotServer, int], tmp_path: Path) -> AsyncIterator[Shop]:
    async with opened(buildbot, tmp_path, webhooks=True) as made:
        yield made


async def test_a_build_becomes_a_production_release(shop: Shop) -> None:
    await shop.asked()
    await shop.world.until(1, "waiting", "production")
    await shop.sign()
    await shop.world.until(1, "done")
    assert shop.lines("deployed") == [f"staging {ONE}", f"production {ONE}"]
    shown = await shop.world.release(1)
    assert [step["run"]["id"].isdigit() for step in shown["steps"]] == [True, True]


async def test_lost_webhooks_only_make_it_slower(
    buildbot: tuple[BuildbotServer, int], tmp_path: Path
) -> None:
    """The route is not there for a CI without a secret: every delivery gets 404."""
    async with opened(buildbot, tmp_path, webhooks=False) as shop:
        await shop.asked()
        await shop.world.until(1, "waiting", "production")
        assert shop.lines("deployed") == [f"staging {ONE}"]


async def test_a_cancelled_release_stops_its_build(shop: Shop) -> None:
    shop.hold.touch()
    await shop.asked()
    await until(lambda: bool(shop.lines("began")))
    await shop.world.until(1, "running", "staging")
    await shop.world.says("Andy", "cancel r1 wrong one")
    await shop.world.until(1, "cancelled")
    shop.hold.unlink()
    await asyncio.sleep(0.5)
    assert shop.lines("deployed") == []


async def test_killed_right_after_the_request_was_sent_it_adopts_the_build(shop: Shop) -> None:
    """The master takes the request while it is paused, and the bot that sent it is dead when it answers."""
    await shop.asked()
    await shop.world.until(1, "waiting", "production")
    shop.hold.touch()
    shop.server.pause_master()
    await shop.sign()
    await until(lambda: shop.world.log().count('"event": "send_requested"') == 2)
    await asyncio.sleep(0.5)
    await shop.world.kill()
    shop.server.resume_master()
    await until(lambda: len(shop.lines("began")) == 2)
    await shop.world.start()
    await shop.world.until(1, "running", "production", within=60)
    shop.hold.unlink()
    await shop.world.until(1, "done", within=60)
    assert shop.lines("began") == [f"staging {ONE}", f"production {ONE}"]


async def test_a_server_that_is_killed_in_the_middle(shop: Shop) -> None:
    """What it built is lost: the step ends as failed or as unknown, never as done, and people go on from there."""
    shop.hold.touch()
    await shop.asked()
    await until(lambda: bool(shop.lines("began")))
    await shop.world.until(1, "running", "staging")
    await asyncio.to_thread(shop.server.restart, kill=True)
    shop.hold.unlink()
    await until(lambda: ended(shop), within=60)
    if (await shop.world.release(1))["state"] == "unknown":
        await shop.world.says("Tim", "settle r1 not-deployed its server was killed")
        await shop.world.until(1, "failed", "staging")
    if (await shop.world.release(1))["state"] == "failed":
        await shop.world.says("Andy", "retry r1")
    await shop.world.until(1, "waiting", "production", within=60)
    assert shop.lines("deployed")


async def ended(shop: Shop) -> bool:
    step = (await shop.world.release(1))["steps"][0]
    return step["state"] in {"failed", "unknown", "succeeded"}

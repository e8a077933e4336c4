"""Stories on a Jenkins that restarts, asks people, and has a Rebuild button."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web

from tests.bot.ci.jenkins_server import DEPLOYS, MARA, NOT_READY, TOKEN, USER, Build, JenkinsServer, Job
from tests.bot.ci.loopback import served
from tests.scenarios.test_github import until
from tests.world import CHANNEL, POLICY, World, free_port

REBUILD = {"_class": "com.sonyericsson.rebuild.RebuildCause", "shortDescription": "Rebuilds build #1"}


def policy(url: str) -> str:
    """Write the policy of the world with Jenkins in the place of this machine."""
    jen = f"jen: {{kind: jenkins, url: '{url}', user: {USER}, token: '${{JEN_TOKEN}}', poll: 2s}}"
    text = POLICY.replace("here: {kind: local, directory: deploy, pass_env: [DEPLOY_KEY]}", jen)
    for environment, more in (("staging", ", timeout: 1m"), ("production", "")):
        text = text.replace(
            f"{{ci: here, command: [./deploy.sh, {environment}]{more}}}",
            f"{{ci: jen, workflow: {DEPLOYS}, send: [environment]{more}}}",
        )
    return text


@dataclass
class Shop:
    """A world whose deployments are builds of a Jenkins."""

    world: World
    server: JenkinsServer

    @property
    def builds(self) -> list[Build]:
        return self.server.jobs[DEPLOYS].builds

    async def staged(self) -> None:
        await self.world.start()
        await self.world.build("2.4.1")
        await self.world.press("Andy", "Release to staging", "2.4.1 *is ready")

    def said(self) -> str:
        return "\n".join(seen.text for seen in self.world.person("Irwin").sees(CHANNEL))


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    server = JenkinsServer()
    server.jobs[DEPLOYS] = Job({"shiproom_sha", "shiproom_correlation_id", "shiproom_environment"})
    server.outcome = "succeeds"
    async with served(server.app, server.trouble) as url:
        environ = {"JEN_TOKEN": TOKEN}
        database = f"sqlite:///{tmp_path}/bot.db"
        async with World(tmp_path, database, policy=policy(url), environ=environ) as world:
            world.port = free_port()
            yield Shop(world, server)


async def test_a_jenkins_that_restarts_is_tried_again_and_nobody_has_to_settle(shop: Shop) -> None:
    shop.server.answers = [web.Response(status=503, text=NOT_READY, content_type="text/html")]
    await shop.staged()
    await shop.world.until(1, "waiting", "production")
    assert shop.server.answers == []
    assert [build.told["shiproom_environment"] for build in shop.builds] == ["staging"]


async def test_a_login_in_front_of_it_is_told_with_what_to_change(shop: Shop) -> None:
    shop.server.answers = [web.Response(status=302, headers={"Location": "https://sso.example.org/login"})]
    await shop.staged()
    await shop.world.until(1, "failed", "staging")
    await until(lambda: "302 to the login" in shop.said())
    assert shop.builds == []


async def test_an_input_step_waits_and_then_it_goes_on(shop: Shop) -> None:
    shop.server.asks = "Deploy it?"
    await shop.staged()
    await until(lambda: bool(shop.builds))
    described = f"GET /job/website/job/deploy/{shop.builds[0].number}/wfapi/pendingInputActions"
    await until(lambda: shop.server.requests.count(described) >= 2)
    assert (await shop.world.release(1))["steps"][0]["state"] not in {"succeeded", "failed", "unknown"}
    shop.builds[0].asks = ""
    await shop.world.until(1, "waiting", "production")


async def test_a_rebuild_by_somebody_is_left_alone(shop: Shop) -> None:
    await shop.staged()
    await shop.world.until(1, "waiting", "production")
    rebuilt = shop.server.add(**shop.builds[0].told)
    rebuilt.causes, rebuilt.building, rebuilt.result, rebuilt.looks_left = [MARA, REBUILD], True, None, 99
    listed = "GET /job/website/job/deploy/api/json"
    before = shop.server.requests.count(listed)
    await until(lambda: shop.server.requests.count(listed) >= before + 2, within=60)
    await asyncio.sleep(0.2)
    assert rebuilt.building
    assert not any("/stop" in each for each in shop.server.requests)

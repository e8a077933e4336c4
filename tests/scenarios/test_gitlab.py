"""Stories on a GitLab whose pipelines say `success` for more than a deployment."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bot.ci.gitlab_server import DEFINITION, TOKEN, GitLabServer, Job, Pipeline
from tests.bot.ci.loopback import served
from tests.scenarios.test_github import until
from tests.world import CHANNEL, POLICY, World, free_port

ONE, TWO = "1" * 40, "2" * 40


def policy(url: str) -> str:
    """Write the policy of the world with GitLab in the place of this machine."""
    lab = f"lab: {{kind: gitlab, url: '{url}', token: '${{LAB_TOKEN}}', poll: 2s}}"
    text = POLICY.replace("here: {kind: local, directory: deploy, pass_env: [DEPLOY_KEY]}", lab)
    text = text.replace(
        "builds: {branch: main}",
        "builds: {ci: lab, workflow: push, branch: main, version: '2.4.{run_number}'}",
    )
    for environment, more in (("staging", ", timeout: 1m"), ("production", "")):
        text = text.replace(
            f"{{ci: here, command: [./deploy.sh, {environment}]{more}}}",
            f"{{ci: lab, workflow: deploy, inputs: {{environment: {environment}}}{more}}}",
        )
    return text


@dataclass
class Shop:
    """A world whose builds and deployments are a GitLab's pipelines."""

    world: World
    server: GitLabServer

    def build(self, sha: str) -> Pipeline:
        jobs = [Job(self.server.next_id(), "build", "success")]
        return self.server.add("", source="push", status="success", sha=sha, jobs=jobs)

    async def staged(self) -> Pipeline:
        """Have a build released to staging; gives the pipeline that deploys it."""
        await self.world.start()
        self.build(ONE)
        await self.world.press("Andy", "Release to staging", "is ready")
        await until(lambda: bool(self.deployments))
        return self.deployments[0]

    @property
    def deployments(self) -> list[Pipeline]:
        return [each for each in self.server.pipelines.values() if each.inputs]

    def asked_for(self, pipeline: Pipeline) -> int:
        return sum(f"/pipelines/{pipeline.id}/jobs" in each for each in self.server.requests)

    async def looked_at(self, pipeline: Pipeline, times: int) -> None:
        """Wait until the bot has read the jobs of a pipeline so many times more."""
        before = self.asked_for(pipeline)
        await until(lambda: self.asked_for(pipeline) >= before + times)

    async def run(self) -> tuple[str, str]:
        """Return the run in staging, and its state, as the JSON API shows them."""
        shown = (await self.world.release(1))["steps"][0]["run"]
        return shown["id"], shown["state"]

    async def state(self) -> str:
        return (await self.world.release(1))["steps"][0]["state"]

    def said(self) -> str:
        return "\n".join(seen.text for seen in self.world.person("Irwin").sees(CHANNEL))


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    server = GitLabServer()
    server.definition = DEFINITION.replace("outcome:", "environment:")
    async with served(server.app, server.trouble) as url:
        environ = {"LAB_TOKEN": TOKEN}
        database = f"sqlite:///{tmp_path}/bot.db"
        async with World(tmp_path, database, policy=policy(url), environ=environ) as world:
            world.port = free_port()
            yield Shop(world, server)


async def test_a_job_that_nobody_played_is_not_live_and_is_once_it_was(shop: Shop) -> None:
    shop.server.outcome = "is not played"
    made = await shop.staged()
    await until(lambda: made.status == "success")
    await shop.looked_at(made, 2)
    assert await shop.state() not in {"succeeded", "failed", "unknown"}
    assert await shop.run() == (str(made.id), "waits")
    made.turn("success", deploy="running")
    await shop.looked_at(made, 1)
    made.turn("success", deploy="success")
    await shop.world.until(1, "waiting", "production")
    assert len(shop.deployments) == 1


async def test_a_job_without_a_runner_is_queued_until_it_runs(shop: Shop) -> None:
    shop.server.outcome = "lasts"
    made = await shop.staged()
    made.turn("pending", deploy="pending")
    await until_state(shop, "queued")
    assert "nothing of it runs yet" in await shop.world.says("Irwin", "why r1")
    made.turn("running", deploy="running")
    await until_state(shop, "running")
    made.turn("success", deploy="success")
    await shop.world.until(1, "waiting", "production")


async def until_state(shop: Shop, state: str) -> None:
    async def holds() -> bool:
        return await shop.state() == "running" and (await shop.run())[1] == state

    await until(holds)


async def test_a_deployment_that_failed_where_the_pipeline_did_not(shop: Shop) -> None:
    shop.server.outcome = "may fail"
    await shop.staged()
    await shop.world.until(1, "failed", "staging")
    await until(lambda: "deploy (script_failure)" in shop.said())


async def test_pipelines_of_pushes_and_merge_requests_are_no_deployments(shop: Shop) -> None:
    made = await shop.staged()
    await shop.world.until(1, "waiting", "production")
    for source, ref in (("push", "main"), ("merge_request_event", "refs/merge-requests/3/head")):
        jobs = [Job(shop.server.next_id(), "deploy", "success")]
        title = "Make the staging log quieter"
        shop.server.add(title, source=source, ref=ref, status="success", sha=TWO, jobs=jobs)
    listed = "GET /api/v4/projects/tailspin%2Fspace-game-web/deployments"
    before = shop.server.requests.count(listed)
    await until(lambda: shop.server.requests.count(listed) >= before + 2, within=60)
    await asyncio.sleep(0.2)
    assert "outside" not in shop.said()
    assert (await shop.world.release(1))["steps"][0]["run"]["id"] == str(made.id)


async def test_a_pipeline_that_skips_its_jobs_says_the_usual_cause(shop: Shop) -> None:
    shop.server.outcome = "lasts"
    made = await shop.staged()
    made.jobs.clear()
    made.turn("skipped")
    await shop.world.until(1, "failed", "staging")
    await until(lambda: "[skip ci]" in shop.said())

"""Real workflow files behind the local GitHub, carried out by act: how they end, are stopped, run again, and claim."""

import json
import shutil
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import pytest
from aiohttp import web

from bot.ci.github.provider import GitHub, connect
from bot.ci.provider import ProviderContext
from bot.ci.run import Accepted, Admission, Hint, StartRequest, Target
from bot.clock import SystemClock
from bot.tasks import Tasks
from handlers.plan import Deploy
from tests.bot.ci.following import end_of, until
from tests.bot.ci.github_fixture import SECRET, WORKFLOW, WORKFLOWS, GitHubFixture
from tests.bot.ci_api.issuer import issuer
from tests.github.act import ACT, Act
from tests.github.hooks import Hook
from tests.github.model import Run
from tests.github.server import LocalGitHub, local_github
from tests.github.tokens import environment
from tests.house.tree import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ACT.exists() or shutil.which("git") is None, reason="there is no act or git here"),
]
CORRELATION = "4be1c9d04be1c9d04be1"


@dataclass
class Ear:
    """A bot's ear for webhooks and claims: what it heard, and what it answers to a claim."""

    ci: GitHub
    target: Target
    status: int = 200
    hints: list[Hint] = field(default_factory=list[Hint])
    claims: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    admitted: list[Admission] = field(default_factory=list[Admission])

    async def parse_webhook(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.hints.append(self.ci.parse_webhook(headers, await request.read(), SystemClock().now()))
        return web.Response()

    async def claim(self, request: web.Request) -> web.Response:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        self.admitted.append(await self.ci.admit(self.target, token))
        self.claims.append(await request.json())
        return web.json_response({"code": "ok", "why": "granted"}, status=self.status)


@dataclass
class Stage:
    local: LocalGitHub
    act: Act
    ear: Ear
    ci: GitHub

    def request(self, ending: Literal["succeeds", "fails", "lasts"] = "succeeds") -> StartRequest:
        deploy = Deploy("github", workflow=WORKFLOW, inputs=(("ending", ending),))
        target = replace(self.ear.target, deploy=deploy)
        return StartRequest(CORRELATION, target, "2.4.1", "a" * 40, "", "", 42)

    @property
    def run(self) -> Run:
        [run] = self.local.runs.values()
        return run


@asynccontextmanager
async def listening(ear: Ear) -> AsyncGenerator[str]:
    app = web.Application()
    app.add_routes([web.post("/webhooks/github", ear.parse_webhook), web.post("/claim", ear.claim)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    around = ProviderContext(SystemClock(), Tasks(), tmp_path)
    tree = tmp_path / "tree"
    shutil.copytree(ROOT / "docs" / "claim", tree / "docs" / "claim")
    act = Act(tmp_path / "runs", tree)
    async with local_github(act) as local, issuer(around.clock) as tokens:
        fixture = GitHubFixture(local)
        fixture.repository.put("claim.yml", (WORKFLOWS / "claim.yml").read_text(encoding="utf-8"))
        local.issuer = tokens
        ci = connect(fixture.connected(oidc_issuer=tokens.url), around)
        deploy = Deploy("github", workflow="claim.yml", claim=True)
        ear = Ear(ci, Target(deploy, "website", "staging", "tailspin/space-game-web", "main"))
        async with listening(ear) as url:
            local.hooks.append(Hook(f"{url}/webhooks/github", SECRET))

            def told(run: Run) -> dict[str, str]:
                return {**environment(run, local.root), "SHIPROOM": url}

            act.environment = told
            yield Stage(local, act, ear, ci)
        await ci.close()


async def test_a_workflow_that_succeeds_is_followed_and_heard_of(stage: Stage) -> None:
    request = stage.request()
    answer = await stage.ci.start(request)
    assert isinstance(answer, Accepted)
    assert (await end_of(stage.ci, request)).state == "succeeded"
    await until(lambda: heard(stage.ear, 3))
    assert (
        stage.ear.hints == [Hint("run", answer.run_id, CORRELATION, "tailspin/space-game-web", WORKFLOW)] * 3
    )
    assert stage.local.hooks[0].answers == [200] * 3
    assert stage.act.output[stage.run.id] == f"{'a' * 40} by run {answer.run_id}, attempt 1\n"


async def heard(ear: Ear, count: int) -> bool:
    return len(ear.hints) >= count


async def test_a_workflow_that_fails_says_at_which_step(stage: Stage) -> None:
    request = stage.request("fails")
    await stage.ci.start(request)
    status = await end_of(stage.ci, request)
    assert (status.state, status.detail) == ("failed", 'step "Deploy" of job deploy failed')
    assert "502 from web-3" in stage.act.output[stage.run.id]


async def test_a_workflow_that_lasts_is_stopped(stage: Stage) -> None:
    request = stage.request("lasts")
    await stage.ci.start(request)
    await until(lambda: has_come_to(stage, "Deploy"))
    assert await stage.ci.cancel(request.target, request.correlation, str(stage.run.id))
    assert (await end_of(stage.ci, request)).state == "cancelled"


async def has_come_to(stage: Stage, step: str) -> bool:
    jobs = stage.run.jobs.get(1, [])
    return any(each.name == step for job in jobs for each in job.steps)


async def test_a_workflow_that_is_run_again_is_another_attempt(stage: Stage) -> None:
    request = stage.request("fails")
    await stage.ci.start(request)
    assert (await end_of(stage.ci, request)).attempt == 1
    stage.run.inputs["ending"] = "succeeds"
    stage.local.rerun(stage.run)
    status = await end_of(stage.ci, request)
    assert (status.state, status.attempt) == ("succeeded", 2)
    assert "attempt 2" in stage.act.output[stage.run.id]


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here, with which the step asks")
@pytest.mark.parametrize(("status", "state"), [(200, "succeeded"), (409, "failed")])
async def test_a_workflow_claims_as_the_page_says_before_it_deploys(
    stage: Stage, status: int, state: str
) -> None:
    stage.ear.status = status
    request = replace(stage.request(), target=stage.ear.target)
    await stage.ci.start(request)
    ended = await end_of(stage.ci, request)
    assert ended.state == state, json.dumps(stage.act.output)
    run = str(stage.run.id)
    assert stage.ear.admitted == [Admission(run, 1)]
    assert [str(claim["run_id"]) for claim in stage.ear.claims] == [run]
    assert stage.ear.claims[0]["correlation_id"] == CORRELATION
    assert stage.ear.claims[0]["sha"] == "a" * 40
    assert ("deployed" in stage.act.output[stage.run.id]) is (status == 200)

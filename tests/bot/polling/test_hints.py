"""A webhook of GitHub wakes what its repository and workflow concern, and nothing else: counted at GitHub."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.ci.run import Hint
from bot.polling.poller import concerns
from tests.bot.inside import Inside, inside
from tests.github.hooks import Hook
from tests.github.hub import TOKEN
from tests.github.model import Run
from tests.github.server import LocalGitHub, local_github
from tests.github.shapes import repository as repository_shape
from tests.github.shapes import run as run_shape
from tests.scenarios.on_github import BUILD, DEPLOY

SECRET = "webhooks-of-the-test"
SERVICES = ("alpha", "beta", "gamma", "delta")
HEAD = """\
version: 1
teams:
  ops: {{members: [U0TIM]}}
ci:
  hub: {{kind: github, url: '{url}', token: '${{HUB_TOKEN}}', poll: 60s, webhook_secret: '${{HOOK_SECRET}}'}}
services:
"""
SERVICE = """\
  {name}:
    channel: C0RELEASES
    repository: {repository}
    starters: [ops]
    operators: [ops]
    builds: {{ci: hub, workflow: build.yml, branch: main, version: '{name}-{{run_number}}'}}
    environments:
      - {{name: staging, protected: false, deploy: {{ci: hub, workflow: deploy.yml, inputs: {{environment: staging}}}}}}
"""


@dataclass
class Watched:
    """A bot with a repository for each service, at rest until a webhook comes."""

    bot: Inside
    github: LocalGitHub
    hook: Hook

    def asked(self) -> dict[str, int]:
        """Count the requests since the last time, by repository."""
        counts = dict[str, int]()
        for asked in self.github.asked:
            name = "/".join(asked.split(" ")[1].split("/")[2:4]).partition("?")[0].lower()
            counts[name] = counts.get(name, 0) + 1
        self.github.asked.clear()
        return counts

    async def settled(self) -> dict[str, int]:
        """Wait until nothing is asked for a while; returns what was asked."""
        count = -1
        while count != len(self.github.asked):
            count = len(self.github.asked)
            await asyncio.sleep(1.5)
        return self.asked()

    async def tell(self, name: str, event: str, payload: dict[str, Any]) -> None:
        shape = repository_shape(self.github.repository("tailspin/alpha"), self.github.root)
        await self.hook.send(event, {**payload, "repository": {**shape, "full_name": name}})
        assert self.hook.answers[-1] == 202


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    async with local_github() as github:
        written = HEAD.format(url=github.url)
        for name in SERVICES:
            repository = github.repository(f"tailspin/{name}")
            repository.put("build.yml", BUILD)
            repository.put("deploy.yml", DEPLOY)
            address = f"https://github.com/Tailspin/{name}.git" if name == "beta" else f"tailspin/{name}"
            written += SERVICE.format(name=name, repository=address)
        async with inside(tmp_path, written, HUB_TOKEN=TOKEN, HOOK_SECRET=SECRET) as bot:
            made = Watched(bot, github, Hook(f"{bot.world.url}/webhooks/hub", SECRET))
            assert len(await made.settled()) == len(SERVICES)
            yield made


def of(run: Run, root: str) -> dict[str, Any]:
    return {
        "action": "completed",
        "workflow_run": run_shape(run, root),
        "workflow": {"path": f".github/workflows/{run.file}"},
    }


async def test_a_build_wakes_its_own_service_alone(watched: Watched) -> None:
    repository = watched.github.repository("tailspin/beta")
    run = watched.github.start(repository, "build.yml", "main", {}, "push")
    await run.over.wait()
    await watched.tell("tailspin/beta", "workflow_run", of(run, watched.github.root))
    assert await watched.settled() == {"tailspin/beta": 1}
    assert "beta-1" in await watched.bot.world.says("Tim", "builds beta")


@pytest.mark.parametrize("event", ["workflow_dispatch", "push"])
async def test_a_deployment_is_looked_for_in_its_own_repository(watched: Watched, event: str) -> None:
    repository = watched.github.repository("tailspin/alpha")
    inputs = {"shiproom_sha": "b" * 40, "environment": "staging", "shiproom_correlation_id": ""}
    run = watched.github.start(repository, "deploy.yml", "main", inputs, event)
    await run.over.wait()
    run.conclusion = "failure"
    await watched.tell("TAILSPIN/Alpha", "workflow_run", of(run, watched.github.root))
    assert await watched.settled() == {"tailspin/alpha": 1}


async def test_a_repository_that_no_service_has_wakes_nothing(watched: Watched) -> None:
    other = watched.github.repository("tailspin/other")
    other.put("build.yml", BUILD)
    run = watched.github.start(other, "build.yml", "main", {}, "push")
    await run.over.wait()
    for _ in range(20):
        await watched.tell("tailspin/other", "workflow_run", of(run, watched.github.root))
        await watched.tell("tailspin/other", "workflow_job", {"workflow_job": {"run_id": run.id}})
    assert await watched.settled() == {}


async def test_a_workflow_that_no_service_names_wakes_nothing(watched: Watched) -> None:
    repository = watched.github.repository("tailspin/alpha")
    repository.put("lint.yml", BUILD)
    run = watched.github.start(repository, "lint.yml", "main", {}, "push")
    await run.over.wait()
    await watched.tell("tailspin/alpha", "workflow_run", of(run, watched.github.root))
    assert await watched.settled() == {}


async def test_a_job_wakes_its_repository_whose_workflow_it_does_not_name(watched: Watched) -> None:
    await watched.tell("tailspin/gamma", "workflow_job", {"workflow_job": {"run_id": 1}})
    assert set(await watched.settled()) == {"tailspin/gamma"}


@pytest.mark.parametrize(
    ("repository", "workflow", "found"),
    [
        ("", "", True),
        ("", "deploy.yml", True),
        ("", "lint.yml", False),
        ("a/b", "", True),
        ("A/B", "deploy.yml", True),
        ("a/b", "lint.yml", False),
        ("a/c", "deploy.yml", False),
        ("b", "", False),
        ("x/a/b", "", False),
    ],
)
@pytest.mark.parametrize(
    "own", ["a/b", "A/b", "https://github.com/a/b", "https://github.com/a/b.git", "https://x:1/A/B/"]
)
def test_what_a_hint_may_be_about(own: str, repository: str, workflow: str, found: bool) -> None:
    hint = Hint("run", "1", repository=repository, workflow=workflow)
    assert concerns(hint, own, "deploy.yml") is found

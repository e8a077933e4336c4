"""A world whose builds and deployments are workflows of a local GitHub."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.github.engines import Engine, Scripted
from tests.github.hooks import Hook
from tests.github.hub import TOKEN
from tests.github.model import Commit, Repository, Run
from tests.github.server import LocalGitHub, local_github
from tests.world import POLICY, World, free_port

REPOSITORY = "tailspin/space-game-web"
WEBHOOK_SECRET = "webhooks-of-the-world"
LIVE = "0" * 40

BUILD = """\
name: Build
on: push
jobs:
  build: {runs-on: ubuntu-latest, steps: [{name: Test, run: "true"}]}
"""
DEPLOY = """\
name: Deploy
run-name: Deploy ${{ inputs.shiproom_sha }} to ${{ inputs.environment }} [${{ inputs.shiproom_correlation_id }}]
on:
  workflow_dispatch:
    inputs:
      shiproom_sha: {required: true, type: string}
      shiproom_correlation_id: {type: string}
      shiproom_version: {type: string}
      environment: {required: true, type: string}
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - {name: Deploy, run: "echo $SHA", env: {SHA: "${{ inputs.shiproom_sha }}"}}
"""


@dataclass
class Remote:
    """The world and its GitHub."""

    world: World
    github: LocalGitHub
    repository: Repository
    hook: Hook

    def name_the_job(self) -> None:
        """Have the workflow deploy in a job of its own, and the policy name that one."""
        two = DEPLOY.replace(
            "jobs:\n", "jobs:\n  test: {runs-on: ubuntu-latest, steps: [{name: Test, run: 'true'}]}\n"
        )
        self.repository.put("deploy.yml", two)
        path = self.world.directory / "shiproom.yml"
        written = path.read_text(encoding="utf-8")
        path.write_text(
            written.replace("workflow: deploy.yml", "workflow: deploy.yml, job: deploy"), encoding="utf-8"
        )

    async def build(self, sha: str, message: str = "Faster leaderboard", login: str = "mara") -> Run:
        """Push a commit to main, whose build succeeds."""
        self.repository.commits.append(Commit(sha, message, login))
        self.repository.branches["main"] = sha
        return self.github.start(self.repository, "build.yml", "main", {}, event="push")

    def deployments(self, environment: str = "") -> list[Run]:
        """List the runs that deployed, oldest first."""
        runs = [run for run in self.github.runs.values() if run.file == "deploy.yml"]
        return [run for run in runs if environment in {"", run.inputs.get("environment")}]

    def posts(self) -> int:
        """Count the dispatches that arrived."""
        return sum(asked.startswith("POST") and asked.endswith("/dispatches") for asked in self.github.asked)


def policy(url: str, *, webhooks: bool, issuer: str = "") -> str:
    """Write the policy of the world with GitHub in the place of this machine; with an issuer of tokens runs have to claim."""
    extra, claim = (f", oidc_issuer: '{issuer}'", ", claim: required") if issuer else ("", "")
    secret = ", webhook_secret: '${HOOK_SECRET}'" if webhooks else ""
    hub = f"hub: {{kind: github, url: '{url}', token: '${{HUB_TOKEN}}', poll: 2s{secret}{extra}}}"
    text = POLICY.replace("here: {kind: local, directory: deploy, pass_env: [DEPLOY_KEY]}", hub)
    text = text.replace(
        "builds: {branch: main}",
        "builds: {ci: hub, workflow: build.yml, branch: main, version: '2.4.{run_number}'}",
    )
    for environment, more in (("staging", ", timeout: 1m"), ("production", "")):
        text = text.replace(
            f"{{ci: here, command: [./deploy.sh, {environment}]{more}}}",
            f"{{ci: hub, workflow: deploy.yml, send: [version], inputs: {{environment: {environment}}}{more}{claim}}}",
        )
    return text


@asynccontextmanager
async def remote(
    directory: Path, database: str, *, webhooks: bool = True, engine: Engine | None = None, issuer: str = ""
) -> AsyncGenerator[Remote]:
    """Make a world on GitHub; its bot is not started yet."""
    async with local_github(engine or Scripted()) as github:
        repository = github.repository(REPOSITORY, LIVE)
        repository.put("build.yml", BUILD)
        repository.put("deploy.yml", DEPLOY)
        environ = {"HUB_TOKEN": TOKEN, "HOOK_SECRET": WEBHOOK_SECRET}
        written = policy(github.url, webhooks=webhooks, issuer=issuer)
        async with World(directory, database, policy=written, environ=environ) as world:
            world.port = free_port()
            await world.migrate()
            hook = Hook(f"{world.url}/webhooks/hub", WEBHOOK_SECRET)
            if webhooks:
                github.hooks.append(hook)
            yield Remote(world, github, repository, hook)

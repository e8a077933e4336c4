"""A local GitHub, a bot's connection to it, and requests for it: what most tests of the `github` CI begin with."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Literal

from bot.ci.github.provider import GitHub, connect
from bot.ci.provider import ProviderContext
from bot.ci.run import Accepted, StartRequest
from tests.bot.ci.following import until
from tests.bot.ci.github_fixture import WORKFLOW, GitHubFixture
from tests.bot.ci.stage import Ask
from tests.github.engines import Engine
from tests.github.model import Repository, Run
from tests.github.server import LocalGitHub, local_github

TWENTY = "4be1c9d04be1c9d04be1"


@dataclass
class GitHubScenario:
    """A GitHub for a test. `ours` is the connection."""

    local: LocalGitHub
    fixture: GitHubFixture
    ours: GitHub
    around: ProviderContext
    ask: Ask

    @property
    def repository(self) -> Repository:
        return self.fixture.repository

    def request(self, ending: Literal["succeeds", "fails", "lasts"] = "succeeds") -> StartRequest:
        return replace(self.ask(self.fixture.deploy(ending)), correlation=TWENTY)

    async def started(
        self, ending: Literal["succeeds", "fails", "lasts"] = "succeeds"
    ) -> tuple[StartRequest, Run]:
        """Start a run and wait until it has begun."""
        request = self.request(ending)
        answer = await self.ours.start(request)
        assert isinstance(answer, Accepted)
        run = self.dispatched()[-1]
        await until(lambda: has_begun(run))
        return request, run

    def dispatched(self) -> list[Run]:
        return [run for run in self.local.runs.values() if run.event == "workflow_dispatch"]

    def run_outside(
        self, correlation: str = "", event: str = "workflow_dispatch", file: str = WORKFLOW
    ) -> Run:
        """Have somebody else start a run."""
        return self.local.start(
            self.repository, file, "main", {"shiproom_correlation_id": correlation}, event
        )

    async def all_over(self) -> None:
        await until(self._over)

    async def _over(self) -> bool:
        return all(run.ended for run in self.local.runs.values())


async def has_begun(run: Run) -> bool:
    return run.status != "queued"


@asynccontextmanager
async def github_scenario(
    around: ProviderContext, ask: Ask, engine: Engine | None = None, *, server: bool = False
) -> AsyncGenerator[GitHubScenario]:
    """Set a scenario."""
    async with local_github(engine, around.clock, server=server) as local:
        fixture = GitHubFixture(local)
        ours = connect(fixture.connection, around)
        yield GitHubScenario(local, fixture, ours, around, ask)
        await ours.close()

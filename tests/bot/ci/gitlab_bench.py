"""A GitLab on loopback, its connection, and a request of it: what the tests of the `gitlab` CI work at."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.ci.gitlab.provider import GitLab, connect
from bot.ci.provider import ProviderContext
from bot.ci.run import ListedRun, RunStatus, StartRequest, Target
from tests.bot.ci.gitlab_fixture import GitLabFixture, gitlab
from tests.bot.ci.gitlab_server import GitLabServer, Pipeline
from tests.bot.ci.stage import Ask

CORRELATION = "0123456789abcdef0123"


@dataclass
class Bench:
    """A GitLab, its connection, and a request of it."""

    server: GitLabServer
    ci: GitLab
    request: StartRequest
    fixture: GitLabFixture

    def correlated(self, **more: object) -> StartRequest:
        return replace(self.request, correlation=CORRELATION, **more)

    @property
    def naming_its_job(self) -> Target:
        """The target of a policy that names the job that deploys."""
        return replace(self.request.target, deploy=replace(self.request.deploy, workflow="deploy"))

    async def status(self, pipeline: Pipeline, target: Target | None = None) -> RunStatus:
        found = await self.ci.status(target or self.naming_its_job, CORRELATION, str(pipeline.id))
        assert found is not None
        return found

    async def recent(self, target: Target | None = None) -> list[ListedRun]:
        found = await self.ci.recent(target or self.request.target)
        assert found is not None
        return list(found)


@pytest.fixture
async def bench(tmp_path: Path, around: ProviderContext, ask: Ask) -> AsyncIterator[Bench]:
    async with gitlab(tmp_path) as fixture:
        ci = connect(fixture.connection, around)
        yield Bench(fixture.server, ci, ask(fixture.deploy("succeeds")), fixture)
        await ci.close()

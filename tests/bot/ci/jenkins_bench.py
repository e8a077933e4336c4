"""A Jenkins on loopback, its connection, and a request of it: what the tests of the `jenkins` CI work at."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.ci.jenkins.provider import Jenkins, connect
from bot.ci.provider import ProviderContext
from bot.ci.run import ListedRun, StartRequest
from handlers.policy import Connection
from tests.bot.ci.jenkins_fixture import JenkinsFixture, jenkins
from tests.bot.ci.jenkins_server import DEPLOYS, JenkinsServer, Job
from tests.bot.ci.stage import Ask

CORRELATION = "0123456789abcdef0123"
JOB = "/job/website/job/deploy"


@dataclass
class Bench:
    """A Jenkins, its connection, and a request of it."""

    server: JenkinsServer
    ci: Jenkins
    request: StartRequest
    fixture: JenkinsFixture
    around: ProviderContext

    @property
    def deploys(self) -> Job:
        return self.server.jobs[DEPLOYS]

    def connected(self, **settings: object) -> Jenkins:
        """Connect it with other settings; nothing has to be closed before its first request."""
        connection = Connection("jenkins", "jenkins", {**self.fixture.connection.settings, **settings})
        return connect(connection, self.around)

    async def recent(self) -> list[ListedRun]:
        found = await self.ci.recent(self.request.target)
        assert found is not None
        return list(found)


@pytest.fixture
async def bench(tmp_path: Path, around: ProviderContext, ask: Ask) -> AsyncIterator[Bench]:
    async with jenkins(tmp_path) as fixture:
        ci = connect(fixture.connection, around)
        request = replace(ask(fixture.deploy("succeeds")), correlation=CORRELATION)
        yield Bench(fixture.server, ci, request, fixture, around)
        await ci.close()

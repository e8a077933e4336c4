"""The Jenkins of the tests as a fixture."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from handlers.plan import Deploy
from handlers.policy import Connection
from tests.bot.ci.jenkins_server import DEPLOYS, TOKEN, USER, JenkinsServer
from tests.bot.ci.loopback import served


class JenkinsFixture:
    """A Jenkins, and how to connect it."""

    def __init__(self, server: JenkinsServer, url: str) -> None:
        self.server = server
        self.url = url
        settings = {"url": url, "user": USER, "token": TOKEN, "poll": 1}
        self.connection = Connection("jenkins", "jenkins", settings)

    def deploy(self, outcome: Literal["succeeds", "fails", "lasts"]) -> Deploy:
        return Deploy("jenkins", workflow=DEPLOYS, inputs=(("outcome", outcome),))


@asynccontextmanager
async def jenkins(directory: Path) -> AsyncGenerator[JenkinsFixture]:
    """Serve a Jenkins."""
    del directory
    server = JenkinsServer()
    async with served(server.app, server.trouble) as url:
        yield JenkinsFixture(server, url)

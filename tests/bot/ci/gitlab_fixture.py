"""The GitLab of the tests as a fixture."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from handlers.plan import Deploy
from handlers.policy import Connection
from tests.bot.ci.gitlab_server import TOKEN, GitLabServer
from tests.bot.ci.loopback import served


class GitLabFixture:
    """A GitLab, and how to connect it."""

    def __init__(self, server: GitLabServer, url: str) -> None:
        self.server = server
        self.url = url
        self.connection = Connection("gitlab", "gitlab", {"url": url, "token": TOKEN, "poll": 1})

    def deploy(self, outcome: Literal["succeeds", "fails", "lasts"]) -> Deploy:
        return Deploy("gitlab", inputs=(("outcome", outcome),))


@asynccontextmanager
async def gitlab(directory: Path) -> AsyncGenerator[GitLabFixture]:
    """Serve a GitLab."""
    del directory
    server = GitLabServer()
    async with served(server.app, server.trouble) as url:
        yield GitLabFixture(server, url)

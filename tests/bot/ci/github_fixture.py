"""A `github` CI for a test: a local GitHub with a workflow file whose run ends as a test needs it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from handlers.plan import Deploy
from handlers.policy import Connection
from tests.github.hub import TOKEN
from tests.github.server import LocalGitHub, local_github

WORKFLOW = "deploy.yml"
WORKFLOWS = Path(__file__).resolve().parents[2] / "github" / "workflows"
SECRET = "a-secret-of-the-webhooks"


class GitHubFixture:
    """A local GitHub, and how a bot connects it."""

    def __init__(self, github: LocalGitHub) -> None:
        self.github = github
        self.repository = github.repository()
        self.repository.put(WORKFLOW, (WORKFLOWS / WORKFLOW).read_text(encoding="utf-8"))
        self.connection = self.connected()

    def connected(self, **settings: object) -> Connection:
        usual = {"url": self.github.url, "token": TOKEN, "poll": 1, "webhook_secret": SECRET}
        return Connection("github", "github", {**usual, "oidc_issuer": "", **settings})

    def deploy(self, outcome: Literal["succeeds", "fails", "lasts"]) -> Deploy:
        return Deploy("github", workflow=WORKFLOW, inputs=(("ending", outcome),))


@asynccontextmanager
async def github(directory: Path) -> AsyncGenerator[GitHubFixture]:
    del directory
    async with local_github() as made:
        yield GitHubFixture(made)

"""By kind of CI: a real one, or its API served on loopback, with jobs that end as a test needs them."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Literal, Protocol

from handlers.plan import Deploy
from handlers.policy import Connection
from tests.bot.ci.buildbot_fixture import buildbot
from tests.bot.ci.generic_fixture import generic
from tests.bot.ci.github_fixture import github
from tests.bot.ci.gitlab_fixture import gitlab
from tests.bot.ci.jenkins_fixture import jenkins

Outcome = Literal["succeeds", "fails", "lasts"]


class CiFixture(Protocol):
    """One CI for a test."""

    connection: Connection

    def deploy(self, outcome: Outcome) -> Deploy:
        """Give the settings of a step whose run ends so; one that lasts goes on until it is cancelled."""
        ...


_COMMANDS: dict[Outcome, str] = {
    "succeeds": "echo fine",
    "fails": "echo 502 from web-3; exit 1",
    "lasts": "sleep 300",
}


class LocalFixture:
    """This machine, with a shell's commands."""

    def __init__(self, directory: Path) -> None:
        self.connection = Connection("here", "local", {"directory": str(directory)})

    def deploy(self, outcome: Outcome) -> Deploy:
        return Deploy("here", command=("/bin/sh", "-c", _COMMANDS[outcome]))


@asynccontextmanager
async def local(directory: Path) -> AsyncGenerator[CiFixture]:
    yield LocalFixture(directory)


FIXTURES: dict[str, Callable[[Path], AbstractAsyncContextManager[CiFixture]]] = {
    "buildbot": buildbot,
    "generic": generic,
    "github": github,
    "gitlab": gitlab,
    "jenkins": jenkins,
    "local": local,
}

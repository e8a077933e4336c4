"""The tests' own Buildbot as a fixture: a real one."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from handlers.plan import Deploy
from handlers.policy import Connection
from tests.buildbot.asking import cancel_all
from tests.buildbot.server import PASSWORD, SCHEDULER, USER, WEBHOOK_SECRET, BuildbotServer
from tests.buildbot.shared import shared


class BuildbotFixture:
    """A Buildbot, and how to connect it."""

    def __init__(self, server: BuildbotServer) -> None:
        self.server = server
        self.connection = self.connected()

    def connected(self, **changes: object) -> Connection:
        settings: dict[str, object] = {
            "url": self.server.url,
            "user": USER,
            "password": PASSWORD,
            "webhook_secret": WEBHOOK_SECRET,
            "poll": 1,
        }
        return Connection("buildbot", "buildbot", settings | changes)

    def deploy(self, outcome: Literal["succeeds", "fails", "lasts"]) -> Deploy:
        return Deploy("buildbot", workflow=SCHEDULER, inputs=(("outcome", outcome),))


@asynccontextmanager
async def buildbot(directory: Path) -> AsyncGenerator[BuildbotFixture]:
    """Lend the Buildbot that the session shares, and leave nothing running on it."""
    del directory
    server = await asyncio.to_thread(shared)
    yield BuildbotFixture(server)
    await cancel_all(server)

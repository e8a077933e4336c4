"""A `local` CI for a test, and the directory that its commands run in."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

from bot.ci.local.files import WRAPPER
from bot.ci.local.orphans import orphans_of
from bot.ci.local.provider import Limits, Local
from bot.ci.local.rundir import RunDirectory
from bot.ci.provider import ProviderContext
from bot.ci.run import Accepted, RunStatus, StartRequest
from handlers.plan import Deploy
from handlers.policy import Connection
from tests.bot.ci.following import end_of, status_of, until

Ask = Callable[[Deploy], StartRequest]
LIMITS = Limits(claim=20.0, grace=0.4, spare=60.0)


class Stage:
    """A local CI, and the directory that its commands run in."""

    def __init__(self, tmp_path: Path, around: ProviderContext, ask: Ask) -> None:
        self.directory = tmp_path / "deploy"
        self.directory.mkdir()
        self.around = around
        self.ask = ask
        self.local = self.connect()

    def connect(self, limits: Limits = LIMITS, **settings: object) -> Local:
        connection = Connection("here", "local", {"directory": str(self.directory), **settings})
        return Local(connection, self.around, limits)

    def request(self, script: str, timeout: int = 600) -> StartRequest:
        return self.ask(Deploy("here", timeout, ("/bin/sh", "-c", script)))

    async def started(self, script: str, *, until_said: str = "") -> StartRequest:
        request = self.request(script)
        assert isinstance(await self.local.start(request), Accepted)
        if until_said:
            await until(lambda: self.said(request, until_said))
        return request

    async def said(self, request: StartRequest, words: str) -> bool:
        return words in (await status_of(self.local, request)).tail

    async def ended(self, script: str) -> RunStatus:
        return await end_of(self.local, await self.started(script))

    def wrapper(self, request: StartRequest) -> int:
        path = self.around.state_directory / "runs" / request.correlation / WRAPPER
        return int(path.read_text(encoding="utf-8").partition(" ")[0])

    def left(self, request: StartRequest) -> list[int]:
        return list(orphans_of(RunDirectory(self.around.state_directory / "runs" / request.correlation)))

    async def nothing_left(self, request: StartRequest) -> bool:
        return not self.left(request)

    def kill_all(self, request: StartRequest) -> None:
        wrapper = self.wrapper(request)
        for number in (wrapper, *(number for number in self.left(request) if number != wrapper)):
            os.kill(number, signal.SIGKILL)

    async def cancel(self, request: StartRequest) -> RunStatus:
        assert await self.local.cancel(request.target, request.correlation, request.correlation)
        return await end_of(self.local, request)

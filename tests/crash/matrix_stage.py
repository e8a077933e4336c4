"""One run of the matrix: a CI behind a proxy, a bot that goes by a clock turned by hand, and what both know."""

import asyncio
import json
import signal
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self

from sqlalchemy import text

from storage import audit
from storage.database import Database
from storage.effects import BLOCKED
from storage.opening import open_for_reading
from tests.crash.forks import Forks
from tests.crash.matrix_cis import CIS, Ci
from tests.crash.matrix_proxy import CiProxy
from tests.crash.probe import Moment
from tests.crash.stage import BrokenError, Stage
from tests.virtual_clock import SharedClock, SharedOffset
from tests.world import CHANNEL

LONGEST_TURN = 8.0
"""How many seconds the clock is turned at once at most: less than anybody waits for an answer."""

BUSY_TURN, IDLE_TURN = 0.9, 7.0
"""How many seconds it is turned at once at least: while something waits to be said, and while nothing does.

Who is later than a second to say something in Slack has to wait again (`bot.slack_client.rate_limiter`).
"""

_LOOK_AGAIN = 0.003
_PATIENCE = 120.0

_POLICY = """\
version: 1
time_zone: UTC
people:
  - {name: Andy, slack: [U0ANDY], github: andy}
teams:
  developers: {members: [U0ANDY]}
  ops: {members: [U0TIM]}
ci:
  far: WRITTEN_CI
services:
  website:
    channel: C0RELEASES
    repository: tailspin/space-game-web
    starters: [developers]
    operators: [ops]
    builds: {branch: main}
    environments:
      - {name: staging, protected: false, deploy: WRITTEN_STEP}
"""


@dataclass
class MatrixStage(Stage):
    """A stage whose bot deploys with a CI that is elsewhere."""

    before_commit: ClassVar = ("_commit", "execute(connection, 'COMMIT')", Moment.BEFORE)
    """Where the database is just about to commit: the function, its words, and the moment."""

    ci: Ci = field(kw_only=True)
    proxy: CiProxy = field(kw_only=True)
    _read: Database | None = None

    async def __aenter__(self) -> Self:
        connection = self.ci.connection(self.proxy.url)
        deploy = json.dumps({**self.ci.deploy, "ci": "far", "timeout": "12h"})
        self.policy = _POLICY.replace("WRITTEN_CI", connection).replace("WRITTEN_STEP", deploy)
        self.environ = self.ci.environ
        self._read = None
        return await super().__aenter__()

    async def __aexit__(self, *raised: object) -> None:
        if self._read is not None:
            await self._read.close()
        await super().__aexit__(*raised)

    def order(self) -> dict[str, Any]:
        return {**super().order(), "offset": str(self.directory / "clock")}

    async def kill_now(self) -> None:
        """Kill the bot; somebody starts it again at once."""
        await self._go(signal.SIGKILL)

    async def rows(self, statement: str) -> list[Any]:
        """Read from the bot's database, whether there is a bot or not."""
        if self._read is None:
            self._read = await open_for_reading(self.database)
        return await self._read.read(lambda connection: list(connection.execute(text(statement)).all()))

    async def verify(self) -> None:
        """Look whether the history is whole; raises BrokenError."""
        if self._read is not None:
            found = await self._read.read(audit.verify)
            if found.findings:
                raise BrokenError(f"audit verify: {found.findings}")

    async def pass_until(self, holds: Callable[[], Awaitable[object]], what: str, within: float) -> None:
        """Turn the clock until something holds, by so many seconds at most; raises BrokenError."""
        turned, until = self.offset.total, time.monotonic() + _PATIENCE
        while True:
            rest = None if self.proxy.serving else self.rests()
            if rest is not None:
                await self.proxy.deliver_due()
                if await holds():
                    return
                self.turn(await self._next_turn(rest))
            if self.offset.total - turned > within or time.monotonic() > until:
                raise BrokenError(f"{what}: not within {within:.0f} s\n{self.log()[-6000:]}")
            await asyncio.sleep(_LOOK_AGAIN)

    async def _next_turn(self, rest: float) -> float:
        """Say how far to turn: little while there is something to say, since Slack's pace is one of seconds."""
        (waiting,) = await self.rows(
            f"SELECT count(*) FROM effect WHERE done_at IS NULL AND due_at < {BLOCKED}"  # noqa: S608
        )
        return min(LONGEST_TURN, max(BUSY_TURN if waiting[0] else IDLE_TURN, rest))

    def rests(self) -> float | None:
        """Give for how long the bot wants to rest; None while it is at work, or not there."""
        return self.offset.idle_for() if self.up.is_set() else None

    def turn(self, seconds: float) -> None:
        """Turn the clock on."""
        self.offset.advance(seconds)

    @property
    def offset(self) -> SharedOffset:
        """The offset of the clock."""
        assert isinstance(self.clock, SharedClock)
        return self.clock.offset

    def said(self) -> list[str]:
        """Give all that was said in the channel and its threads, oldest first."""
        return [said.text for said in self.slack.workspace.messages(CHANNEL)]

    async def types(self, name: str, words: str) -> str:
        """Have somebody type a command; gives what he is answered, empty where nobody answers."""
        answer = await self.person(name).command("/release", words, CHANNEL)
        said = answer.body.get("text", "") if isinstance(answer.body, dict) else str(answer.body)
        self.heard.append(f"{name} typed {words}: {answer.error or said}")
        return "" if answer.error else said


@asynccontextmanager
async def matrix_stage(
    kind: str, directory: Path, database: str, forks: Forks, make: "type[MatrixStage]" = MatrixStage
) -> AsyncGenerator[MatrixStage]:
    """Set a stage with a CI of a kind, and keep a bot on it, or as many as it is made for."""
    clock = SharedClock.start(SharedOffset(directory / "clock"))
    async with CIS[kind](directory, clock) as ci:
        proxy = CiProxy(ci.root, ci.starts, clock.now)
        async with proxy.opened():
            stage = make(directory, database, forks=forks, clock=clock, ci=ci, proxy=proxy)
            async with stage.kept():
                yield stage

"""The fork server as the test sees it: bots that begin, and bots that have ended."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from tests.crash.probe import Point

HOME = Path(__file__).resolve().parents[2]
_LONGEST_LINE = 4 * 1024 * 1024


@dataclass(slots=True)
class Child:
    """A bot; `ended` becomes its exit status, negative for the signal that killed it."""

    pid: int
    ended: "asyncio.Future[int]"

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if not self.ended.done():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


@dataclass(slots=True)
class Forks:
    """A running fork server."""

    program: Process
    points: list[Point]
    _orders: "count[int]" = field(default_factory=count)
    _begun: dict[int, "asyncio.Future[Child]"] = field(default_factory=dict[int, "asyncio.Future[Child]"])
    _living: dict[int, Child] = field(default_factory=dict[int, Child])

    async def fork(self, order: dict[str, Any]) -> Child:
        """Start a bot."""
        number = next(self._orders)
        self._begun[number] = asyncio.get_running_loop().create_future()
        assert self.program.stdin
        self.program.stdin.write(json.dumps({**order, "order": number}).encode() + b"\n")
        return await self._wait(number)

    async def _wait(self, number: int) -> Child:
        try:
            return await self._begun[number]
        finally:
            del self._begun[number]

    async def listen(self) -> None:
        """Take note of what the server tells, as long as it lives."""
        assert self.program.stdout
        async for line in self.program.stdout:
            told = json.loads(line)
            if "began" in told:
                child = Child(told["pid"], asyncio.get_running_loop().create_future())
                self._living[child.pid] = child
                wanted = self._begun.get(told["began"])
                if wanted is not None and not wanted.done():
                    wanted.set_result(child)
                else:
                    child.signal(signal.SIGKILL)  # Whoever asked for it did not wait for it to begin.
            else:
                ended = self._living.pop(told["ended"]).ended
                if not ended.done():
                    ended.set_result(told["status"])


@asynccontextmanager
async def fork_server(bug: str = "") -> AsyncGenerator[Forks]:
    """Start a fork server, with a bug planted in its bots if one is named, and end it and all its bots afterwards."""
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.crash.fork_server",
        bug,
        stdin=PIPE,
        stdout=PIPE,
        cwd=HOME,
        limit=_LONGEST_LINE,
    )
    assert program.stdin
    assert program.stdout
    points = [Point(**point) for point in json.loads(await program.stdout.readline())["points"]]
    forks = Forks(program, points)
    listening = asyncio.create_task(forks.listen())
    try:
        yield forks
    finally:
        program.stdin.close()
        await program.wait()
        await listening

"""Two bots on one PostgreSQL database: where one is killed the other goes on alone, until the run has been told."""

import asyncio
import json
import signal
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from tests.crash.forks import Child
from tests.crash.matrix_cells import CellRun
from tests.crash.matrix_stage import LONGEST_TURN, MatrixStage
from tests.crash.probe import Moment
from tests.crash.stage import BrokenError, quiet_port, within
from tests.virtual_clock import SharedOffset

TAKEN_OVER = 30.0
"""Within how many seconds of the death of one bot the other has to go on with what that one was at."""


@dataclass
class Replica:
    """One of the two."""

    port: int
    offset: SharedOffset
    offset_at: Path
    log: Path
    wanted: asyncio.Event = field(default_factory=asyncio.Event)
    up: asyncio.Event = field(default_factory=asyncio.Event)
    child: Child | None = None


@dataclass
class PairStage(MatrixStage):
    """A stage with two bots; `port` is that of the one which Slack and people speak to."""

    before_commit = ("Postgres._write", "connection.run_sync(work)", Moment.AFTER)

    async def __aenter__(self) -> Self:
        entered = await super().__aenter__()
        other = self.directory / "other-clock"
        nothing = self.directory / "bot-0.log"
        nothing.touch()
        self.replicas = (
            Replica(self.port, self.offset, self.directory / "clock", nothing),
            Replica(quiet_port(), SharedOffset(other), other, nothing),
        )
        return entered

    async def keep(self) -> None:
        """Start each of them whenever it is wanted; one that has died is not, until it is put up again."""
        try:
            async with asyncio.TaskGroup() as group:
                for replica in self.replicas:
                    group.create_task(self._keep(replica))
        finally:
            for replica in self.replicas:
                if replica.child is not None:
                    replica.child.signal(signal.SIGKILL)
                    await asyncio.shield(replica.child.ended)

    async def _keep(self, replica: Replica) -> None:
        while True:
            await replica.wanted.wait()
            self.starts += 1
            replica.log = self.directory / f"bot-{self.starts}.log"
            order = self.order()
            order["offset"] = str(replica.offset_at)
            order["environment"]["SHIPROOM_PORT"] = str(replica.port)
            child = replica.child = await self.forks.fork(order)
            coming = asyncio.create_task(self._come_up(replica))
            try:
                status = await asyncio.shield(child.ended)
            finally:
                coming.cancel()
                replica.up.clear()
                self._speak_to_one()
            # As long as it counts as there, and is not up, nobody turns the clock: its death is noted when it was.
            await self.take_note_of(status)
            replica.child = None
            replica.wanted.clear()

    async def _come_up(self, replica: Replica) -> None:
        while not await self.is_ready(replica.port):  # noqa: ASYNC110 - another program becomes it
            await asyncio.sleep(0.015)
        replica.up.set()
        self._speak_to_one()

    def _speak_to_one(self) -> None:
        """Speak to the one that was spoken to, or to the other where it is not there."""
        there = [replica.port for replica in self.replicas if replica.up.is_set()]
        if not there:
            self.up.clear()
            return
        if self.port not in there:
            self.port = there[0]
        self.slack.bot_url = self.url
        self.up.set()

    def put_up(self) -> None:
        for replica in self.replicas:
            replica.wanted.set()

    async def there(self) -> None:
        """Wait until both are up that are to be up."""

        async def all_up() -> None:
            # One that has just died is still wanted until its death is noted, and does not come up any more.
            while any(each.wanted.is_set() and not each.up.is_set() for each in self.replicas):  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            await self.up.wait()

        await within(all_up, "a bot does not come up", self)

    async def kill_now(self) -> None:
        """Kill the one that has just sent."""
        sent = [(at, replica) for replica in self.replicas if (at := _last_sent(replica.log))]
        _, sender = max(sent, key=lambda each: each[0])
        if sender.child is not None:
            await self.end(sender.child, signal.SIGKILL)

    def rests(self) -> float | None:
        """Give for how long both want to rest, or the one that is left."""
        living = [
            replica for replica in self.replicas if replica.child is not None or replica.wanted.is_set()
        ]
        if not living or not all(replica.up.is_set() for replica in living):
            return None
        rests = [replica.offset.idle_for() for replica in living]
        return None if None in rests else min(rest for rest in rests if rest is not None)

    def turn(self, seconds: float) -> None:
        for replica in self.replicas:
            replica.offset.advance(seconds)

    def log(self) -> str:
        return "\n".join(replica.log.read_text()[-3000:] for replica in self.replicas)

    async def check_taken_over(self, cell_run: CellRun) -> float:
        """Give after how many seconds the one that was left went on; raises BrokenError where it took too long."""
        history: list[dict[str, Any]] = (await self.release(cell_run.number))["history"]
        after = [
            at for line in history if (at := datetime.fromisoformat(line["at"]).timestamp()) > cell_run.died
        ]
        gap = min(after, default=cell_run.died) - cell_run.died
        if gap > TAKEN_OVER + LONGEST_TURN:
            raise BrokenError(f"{cell_run.cell}: what died was taken over after {gap:.0f} s: {history}")
        return gap


def _last_sent(log: Path) -> str:
    """Give when a bot said last that it sends; empty where it has not."""
    lines = [line for line in log.read_text().splitlines() if '"send_requested"' in line]
    return str(json.loads(lines[-1])["asctime"]) if lines else ""

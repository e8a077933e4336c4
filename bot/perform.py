"""Performs saved effects: leased, in order per destination, retried with backoff; no destination waits for another."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot.clock import Clock
from bot.metrics import EFFECTS
from bot.tasks import Tasks
from storage import effects
from storage.codec import micros
from storage.database import Database, write_again
from storage.effects import Task

log = logging.getLogger("shiproom.effect")

LEASE = timedelta(seconds=20)
"""For how long an effect belongs to the worker that took it; it is renewed while that worker lives."""

RENEW_SECONDS = 5.0
AT_ONCE = 24
"""How many destinations are served at the same time."""

SAFETY_NET = 1.0
"""How many seconds pass at most until the table is looked at, whether somebody called or not."""

SHORTEST_REST = 0.05
"""How many seconds to rest when something is due that another one stands before."""

LONGEST_BACKOFF = 60.0


MOST_FAULTS = 8
"""How often drawing something may fail by a fault of ours before the messages behind it go on without it."""

VIEWS = frozenset({"ShowCard", "Say", "Announce", "Proclaim", "Whisper"})
"""Effects that only show something: everything else is tried for as long as it takes."""


@dataclass(frozen=True, slots=True)
class Done:
    """It was performed."""


@dataclass(frozen=True, slots=True)
class Later:
    """It was not performed now; `failed` counts as a try, otherwise it was only not its turn."""

    seconds: float
    why: str
    failed: bool = True


@dataclass(frozen=True, slots=True)
class Failed:
    """It cannot be performed, ever."""

    why: str


Performed = Done | Later | Failed
Doer = Callable[[Task], Awaitable[Performed]]


class Performer:
    """The worker that performs effects. `doers` maps an effect's kind to what performs it."""

    def __init__(self, database: Database, clock: Clock, tasks: Tasks, doers: Mapping[str, Doer]) -> None:
        self._database = database
        self._clock = clock
        self._tasks = tasks
        self._doers = doers
        self._owner = clock.new_id()
        self._wake = asyncio.Event()
        self._under_way = 0
        self._renewed = 0.0
        self._stopping = False

    def wake(self) -> None:
        """Say that there may be something to do."""
        self._wake.set()

    def stop(self) -> None:
        """Take nothing new; what is under way goes on."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Serve until stopped; a database that fails is asked again."""
        while not self._stopping:
            self._wake.clear()
            seconds = SAFETY_NET
            try:
                await self._renew()
                seconds = 0.0 if await self._claim() else await self._rest()
            except Exception:
                log.exception("effects could not be read")
            if seconds:
                await self._sleep(seconds)

    async def _renew(self) -> None:
        """Keep what is under way; what a dead worker had is free for others when its lease ends."""
        if self._under_way and self._clock.monotonic() - self._renewed >= RENEW_SECONDS:
            self._renewed = self._clock.monotonic()
            until = self._clock.now() + LEASE
            await self._database.write(partial(effects.renew, owner=self._owner, until=until))

    async def _claim(self) -> int:
        free = AT_ONCE - self._under_way
        if free <= 0:
            return 0
        now = self._clock.now()
        due = await self._database.read(effects.next_due)
        if due is None or due > micros(now):
            return 0
        found = await self._database.write(
            partial(effects.claim, owner=self._owner, now=now, lasts=LEASE, most=free)
        )
        for task in found:
            self._under_way += 1
            self._tasks.start(self._perform(task), f"effect {task.id} {task.kind}")
        return len(found)

    async def _rest(self) -> float:
        """Say for how many seconds nothing is due."""
        due = await self._database.read(effects.next_due)
        if due is None:
            return SAFETY_NET
        ahead = (due - micros(self._clock.now())) / 1e6
        return min(SAFETY_NET, ahead) if ahead > 0 else SHORTEST_REST

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _perform(self, task: Task) -> None:
        try:
            performed = await self._try(task)
            await self._settle(task, performed)
        finally:
            self._under_way -= 1
            self._wake.set()

    async def _try(self, task: Task) -> Performed:
        try:
            return await self._doers[task.kind](task)
        except Exception as error:
            log.exception("effect %s %s failed", task.kind, task.destination)
            broken = task.kind in VIEWS and task.tries >= MOST_FAULTS
            return Failed(type(error).__name__) if broken else Later(1.0, type(error).__name__)

    async def _settle(self, task: Task, performed: Performed) -> None:
        now = self._clock.now()
        EFFECTS.labels(task.kind.partition(":")[0], type(performed).__name__.lower()).inc()
        match performed:
            case Done():
                await self._database.write(partial(effects.done, task=task, now=now))
            case Failed(why):
                log.error(
                    "effect failed for good",
                    extra={"kind": task.kind, "destination": task.destination, "why": why},
                )
                await self._database.write(partial(effects.done, task=task, now=now, failure=why))
            case Later(seconds, why, failed):
                wait = backoff(task.tries, seconds) if failed else seconds
                due = now + timedelta(seconds=wait)
                reason = why if failed else None
                again = partial(effects.again, task=task, due=due, why=reason, failed=failed)
                await write_again(self._database, again)


def backoff(tries: int, seconds: float) -> float:
    """Wait twice as long after each failure, at most a minute, and not all at the same moment."""
    return min(LONGEST_BACKOFF, seconds * 2 ** min(tries, 10)) * random.uniform(0.8, 1.2)  # noqa: S311 - no secret

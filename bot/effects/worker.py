"""Performs saved effects: leased, in order per destination, retried with backoff.

No destination waits for another.
"""

import logging
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot.clock import Clock
from bot.loop import SAFETY_NET, WakeableLoop
from bot.metrics import EFFECTS
from bot.tasks import Tasks
from bot.tracing import tracer
from storage import effects
from storage.codec import micros
from storage.database import Database, write_again
from storage.effects import Task
from storage.vouching import DISPLAY_ONLY

log = logging.getLogger("shiproom.effect")

LEASE = timedelta(seconds=20)
"""How long an effect belongs to the worker that claimed it; renewed while that worker lives."""

RENEW_SECONDS = 5.0
MAX_CONCURRENT = 24
"""How many effects, each of another destination, are performed at the same time."""

SHORTEST_REST = 0.05
"""Seconds to sleep when what is due is blocked by an earlier effect of its destination."""

RELEASE_BLOCKED_AFTER = 1.0
"""Seconds after an effect until those that it may have left blocked are released."""

READ_AGAIN = 60.0
"""Seconds until an effect is tried again of which a row is lost or cannot be read."""

LONGEST_BACKOFF = 60.0

MAX_RENDER_FAILURES = 8
"""How often rendering a message may raise an exception in this process before it is given up."""


@dataclass(frozen=True, slots=True)
class Done:
    """The effect was performed."""


@dataclass(frozen=True, slots=True)
class RetryIn:
    """The effect has to be retried in `seconds`.

    It is a failed try if it `counts_as_failure`; then the wait doubles with each one, up to `longest`.
    """

    seconds: float
    why: str
    counts_as_failure: bool = True
    longest: float = LONGEST_BACKOFF


def not_now(why: str = "nothing can be decided on it now") -> RetryIn:
    """Postpone an effect on which nothing can be decided now: rows of it are lost, or cannot be read."""
    return RetryIn(READ_AGAIN, why, counts_as_failure=False)


@dataclass(frozen=True, slots=True)
class Failed:
    """The effect can never be performed, and is given up."""

    why: str


EffectResult = Done | RetryIn | Failed
EffectHandler = Callable[[Task], Awaitable[EffectResult]]


class EffectWorker(WakeableLoop):
    """Claims due effects and performs them.

    `effect_handlers` maps a kind to its handler.
    """

    name = "effects"

    def __init__(
        self, database: Database, clock: Clock, tasks: Tasks, effect_handlers: Mapping[str, EffectHandler]
    ) -> None:
        super().__init__()
        self._database = database
        self._clock = clock
        self._tasks = tasks
        self._effect_handlers = effect_handlers
        self._owner = clock.new_id()
        self._running = 0
        self._raised: Counter[int] = Counter()
        self._renewed = 0.0
        self._release_blocked_at = 0.0

    async def run_once(self) -> float:
        """Start what is due; effects that are running continue in the background."""
        await self._renew()
        rest = min(await self._release_blocked(), RENEW_SECONDS if self._running else SAFETY_NET)
        due = await self._database.read(effects.next_due)
        if due is None:
            return rest
        ahead = (due - micros(self._clock.now())) / 1e6
        return min(rest, ahead if ahead > 0 else await self._claim())

    async def _renew(self) -> None:
        """Extend the leases of running effects.

        Those of a dead worker expire and are free for others.
        """
        if self._running and self._clock.monotonic() - self._renewed >= RENEW_SECONDS:
            self._renewed = self._clock.monotonic()
            until = self._clock.now() + LEASE
            await self._database.write(partial(effects.renew, owner=self._owner, until=until))

    async def _release_blocked(self) -> float:
        """Release effects that stayed blocked, where several processes write them.

        Return seconds until the next time.
        """
        if self._database.name == "sqlite":
            return SAFETY_NET
        ahead = self._release_blocked_at - self._clock.monotonic()
        if ahead > 0:
            return ahead
        self._release_blocked_at = self._clock.monotonic() + SAFETY_NET
        await self._database.write(partial(effects.release_blocked, now=self._clock.now()))
        return SAFETY_NET

    async def _claim(self) -> float:
        """Claim and start as many effects as MAX_CONCURRENT allows.

        Return how many seconds to sleep.
        """
        free = MAX_CONCURRENT - self._running
        if free <= 0:
            return RENEW_SECONDS  # the first one that finishes wakes the loop
        now = self._clock.now()
        found = await self._database.write(
            partial(effects.claim, owner=self._owner, now=now, lasts=LEASE, most=free)
        )
        for task in found:
            self._running += 1
            self._tasks.start(self._perform(task), f"effect {task.id} {task.kind}")
        return 0.0 if found else SHORTEST_REST

    async def _perform(self, task: Task) -> None:
        try:
            with tracer().span(f"effect {task.kind}", release=task.release) as span:
                performed = await self._try(task)
                span.set("shiproom.effect.result", type(performed).__name__.lower())
            await self._settle(task, performed)
        finally:
            self._running -= 1
            self._release_blocked_at = min(
                self._release_blocked_at, self._clock.monotonic() + RELEASE_BLOCKED_AFTER
            )
            self.wake()

    async def _try(self, task: Task) -> EffectResult:
        """Perform an effect; one that no decision has saved is refused, since somebody wrote it into the database."""
        if not task.vouched:
            return Failed("no history row vouches for it")
        try:
            performed = await self._effect_handlers[task.kind](task)
        except Exception as error:
            log.exception("effect %s %s failed", task.kind, task.destination)
            self._raised[task.id] += 1
            broken = task.kind in DISPLAY_ONLY and self._raised[task.id] > MAX_RENDER_FAILURES
            performed = Failed(type(error).__name__) if broken else RetryIn(1.0, type(error).__name__)
        if not isinstance(performed, RetryIn):
            self._raised.pop(task.id, None)
        return performed

    async def _settle(self, task: Task, performed: EffectResult) -> None:
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
            case RetryIn(seconds, why, failed, longest):
                wait = backoff(task.tries, seconds, longest) if failed else seconds
                due = now + timedelta(seconds=wait)
                reason = why if failed else None
                again = partial(effects.reschedule, task=task, due=due, why=reason, failed=failed)
                await write_again(self._database, again)


def backoff(tries: int, seconds: float, longest: float = LONGEST_BACKOFF) -> float:
    """Return the seconds before the next try, doubled after each failure, at most `longest`; with jitter."""
    return min(longest, seconds * 2 ** min(tries, 10)) * random.uniform(0.8, 1.2)  # noqa: S311 - no secret

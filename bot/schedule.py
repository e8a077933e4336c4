"""Timers on APScheduler: the sweep of due releases, the safety net, pruning.

No job is stored.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

# APScheduler 3 ships no types; its objects are typed as Any below.
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # pyright: ignore[reportMissingTypeStubs]

from bot.ci.provider import Provider
from bot.clock import Clock
from bot.loop import SAFETY_NET
from handlers.effects import ShowCard
from storage import deliveries, effects, releases
from storage.database import Connection, Database

log = logging.getLogger("shiproom.schedule")

SWEEP = "sweep"
"""The id of the job that waits for the next due release."""

RUN_ONCE: dict[str, Any] = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
"""Job options: a job that is late or has missed several times runs once, however late."""

MIN_INTERVAL = 1.0
"""Minimum seconds between two timed sweeps, because a release may stay due."""

PRUNE_HOURS = 6


class Schedule:
    """Starts a sweep at the earliest time at which a release has to be reevaluated."""

    def __init__(self, database: Database, clock: Clock, providers: dict[str, Provider]) -> None:
        self._database = database
        self._clock = clock
        self._providers = providers
        self._scheduler: Any = AsyncIOScheduler(timezone="UTC")
        self._not_before = clock.monotonic()

    def start(self, sweep: Callable[[], None]) -> None:
        """Call `sweep` whenever a release may be due."""
        self._sweep = sweep
        self._scheduler.add_job(self.check, "interval", seconds=SAFETY_NET, **RUN_ONCE)
        self._scheduler.add_job(self.prune, "interval", hours=PRUNE_HOURS, **RUN_ONCE)
        self._scheduler.add_job(self.draw_open, "cron", minute=0, **RUN_ONCE)
        self._scheduler.start()

    def stop(self) -> None:
        """Stop all timers."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def wake_at(self, at: datetime) -> None:
        """Plan a sweep at a time, unless an earlier one is planned.

        A time in the past means now.
        Does nothing before the start: the first sweep finds everything that is saved.
        """
        if not self._scheduler.running:
            return
        pause = max(0.0, self._not_before - self._clock.monotonic())
        at = max(at, self._clock.now() + timedelta(seconds=pause))
        planned = self._scheduler.get_job(SWEEP)
        # The same time is planned again, because the machine's clock may have been set meanwhile.
        if planned is None or at <= planned.next_run_time:
            self._scheduler.add_job(
                self._wake, "date", run_date=at, id=SWEEP, replace_existing=True, **RUN_ONCE
            )

    async def _wake(self) -> None:
        self._not_before = self._clock.monotonic() + MIN_INTERVAL
        self._sweep()

    async def check(self) -> None:
        """Sweep, as a safety net: a notification of another replica may have been missed."""
        self._sweep()

    async def draw_open(self) -> None:
        """Draw the cards of open releases: what happened "10:02" happened "yesterday 10:02" once a day is over.

        A card that shows the same is not edited.
        """

        def draw(connection: Connection) -> None:
            opened = releases.open_everywhere(connection)
            effects.add(connection, [ShowCard(number) for number, _ in opened], self._clock.now())

        try:
            await self._database.write(draw)
        except Exception:
            log.exception("the cards of open releases could not be drawn")

    async def prune(self) -> None:
        """Delete deliveries, performed effects and finished runs after 30 days."""
        before = self._clock.now() - effects.KEPT

        def forget(connection: Connection) -> None:
            deliveries.prune(connection, before)
            effects.prune(connection, before)

        try:
            await self._database.write(forget)
            for provider in self._providers.values():
                await provider.prune()
        except Exception:
            log.exception("old rows could not be pruned")

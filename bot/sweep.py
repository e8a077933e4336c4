"""Reevaluates every release that is due, and schedules the next sweep."""

import logging
import math
from collections.abc import Callable
from datetime import datetime
from functools import partial

from bot.clock import Clock
from bot.engine import Engine
from bot.freshness import Freshness
from bot.loop import WakeableLoop
from handlers.reports import Reevaluated
from storage import releases, wakes
from storage.database import Database

log = logging.getLogger("shiproom.schedule")


class Sweep(WakeableLoop):
    """Reevaluates due releases.

    Between rounds it sleeps until woken, which `schedule` arranges.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        engine: Engine,
        freshness: Freshness,
        schedule: Callable[[datetime], None],
    ) -> None:
        super().__init__()
        self._database = database
        self._clock = clock
        self._engine = engine
        self._freshness = freshness
        self._schedule = schedule

    async def run_once(self) -> float:
        """Reevaluate what is due, then schedule the earliest time that is left."""
        earliest = await self._database.read(wakes.earliest)
        if earliest is not None and earliest <= self._clock.now():
            await self._reevaluate_due()
            earliest = await self._database.read(wakes.earliest)
        if earliest is not None:
            self._schedule(earliest)
        return math.inf

    async def _reevaluate_due(self) -> None:
        """Reevaluate each due release; one that fails stays due, so it is retried soon."""
        for number in await self._database.read(partial(wakes.due, now=self._clock.now())):
            try:
                await self._reevaluate(number)
            except Exception:
                log.exception("r%s could not be reevaluated", number)

    async def _reevaluate(self, number: int) -> None:
        release = await self._database.read(partial(releases.get, number=number))
        if release is not None:
            await self._freshness.refresh_release(release)
        await self._engine.handle(Reevaluated(number))

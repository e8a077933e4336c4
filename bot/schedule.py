"""APScheduler only wakes: the sweep over releases whose time has come, and the pruning; it decides and stores nothing."""

import logging
from datetime import timedelta
from typing import Any

# APScheduler 3 ships no types; what comes of it is kept as Any below.
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # pyright: ignore[reportMissingTypeStubs]

from bot.ci.provider import Provider
from bot.engine import Engine
from storage import deliveries, effects
from storage.database import Connection

log = logging.getLogger("shiproom.schedule")

SWEEP_SECONDS = 1
PRUNE_HOURS = 6
KEPT = timedelta(days=30)


class Schedule:
    """The only clockwork."""

    def __init__(self, engine: Engine, providers: dict[str, Provider]) -> None:
        self._engine = engine
        self._providers = providers
        self._clockwork: Any = AsyncIOScheduler(timezone="UTC")

    def start(self) -> None:
        """Start waking."""
        once = {"max_instances": 1, "coalesce": True}
        self._clockwork.add_job(self.sweep, "interval", seconds=SWEEP_SECONDS, **once)
        self._clockwork.add_job(self.prune, "interval", hours=PRUNE_HOURS, **once)
        self._clockwork.start()

    def stop(self) -> None:
        """Wake no more."""
        if self._clockwork.running:
            self._clockwork.shutdown(wait=False)

    async def sweep(self) -> None:
        """Look at what is due; a fault is logged, and the next sweep comes."""
        try:
            await self._engine.look_at_due()
            await self._engine.unpark()
        except Exception:
            log.exception("the sweep failed")

    async def prune(self) -> None:
        """Forget deliveries, performed effects and finished runs that are older than 30 days."""
        before = self._engine.clock.now() - KEPT

        def forget(connection: Connection) -> None:
            deliveries.prune(connection, before)
            effects.prune(connection, before)

        try:
            await self._engine.database.write(forget)
            for provider in self._providers.values():
                await provider.prune()
        except Exception:
            log.exception("old rows could not be pruned")

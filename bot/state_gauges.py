"""Sets the gauges of what the database knows: releases that are open and wait, locks, reviews, effects.

They are read when somebody asks for the metrics, at most every EVERY seconds, and no answer waits long for the database.
"""

import asyncio
import logging
from datetime import datetime
from functools import partial

from bot.clock import Clock
from bot.metrics import (
    DATABASE_WAITING,
    EFFECTS_LATE,
    EFFECTS_PENDING,
    EFFECTS_RETRYING,
    ENVIRONMENT_FAILED,
    LOCKS,
    LONGEST_WAIT,
    RELEASES_OPEN,
    RELEASES_WAITING,
    REVIEWS_OVERDUE,
    REVIEWS_OWED,
    STATE_AGE,
    labels_of_wait,
)
from handlers.release import ReleaseState
from storage import under_way
from storage.database import Database
from storage.under_way import UnderWay

log = logging.getLogger("shiproom.metrics")

EVERY = 10.0
PATIENCE = 2.0
"""How many seconds an answer waits for the database before it goes without news of it."""

_OPEN = (
    ReleaseState.WAITING,
    ReleaseState.DEPLOYING,
    ReleaseState.CANCELLING,
    ReleaseState.UNKNOWN,
    ReleaseState.FAILED,
)
_OF_DATABASE = (
    RELEASES_OPEN,
    RELEASES_WAITING,
    LONGEST_WAIT,
    LOCKS,
    ENVIRONMENT_FAILED,
    REVIEWS_OWED,
    REVIEWS_OVERDUE,
)


class StateGauges:
    """The gauges of what the database knows, which are the same on each replica."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._read_at = clock.monotonic()
        self._fresh = False

    async def measure(self) -> None:
        """Set the gauges; they stay as they were, and grow old, while the database does not answer."""
        DATABASE_WAITING.set(self._database.waiting)
        if not self._fresh or self._clock.monotonic() - self._read_at >= EVERY:
            await self._read()
        STATE_AGE.set(self._clock.monotonic() - self._read_at)

    async def _read(self) -> None:
        now, at = self._clock.now(), self._clock.monotonic()
        try:
            async with asyncio.timeout(PATIENCE):
                saved = await self._database.read(partial(under_way.read, now=now))
                found = await asyncio.to_thread(under_way.summed, saved, now)
        except Exception as error:  # noqa: BLE001 - whatever keeps the database from answering, the rest is told
            log.warning("the metrics lack news of the database: %s", type(error).__name__)
            return
        self._read_at, self._fresh = at, True
        _set(found, now)


def _set(found: UnderWay, now: datetime) -> None:
    for gauge in _OF_DATABASE:
        gauge.clear()
    EFFECTS_PENDING.set(found.effects)
    EFFECTS_RETRYING.set(found.retrying)
    EFFECTS_LATE.set(found.late.total_seconds())
    for service in {service for service, _ in (*found.releases, *found.locks)}:
        for state in _OPEN:
            RELEASES_OPEN.labels(service, state.value).set(found.releases[service, state.value])
    for place, locks in found.locks.items():
        LOCKS.labels(*place).set(locks)
    for place, failed in found.failed.items():
        ENVIRONMENT_FAILED.labels(*place).set(failed)
    for place, reviews in found.reviews.items():
        REVIEWS_OWED.labels(*place).set(reviews.owed)
        REVIEWS_OVERDUE.labels(*place).set(reviews.overdue)
    _set_waits(found, now)


def _set_waits(found: UnderWay, now: datetime) -> None:
    longest: dict[tuple[str, ...], float] = {}
    for service, each in found.waits:
        labels = (service, each.environment, *labels_of_wait(each.on))
        RELEASES_WAITING.labels(*labels).inc()
        longest[labels] = max(longest.get(labels, 0.0), (now - each.since).total_seconds())
    for labels, seconds in longest.items():
        LONGEST_WAIT.labels(*labels).set(seconds)

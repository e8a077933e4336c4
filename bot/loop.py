"""A background loop that sleeps until work is due or it is woken.

A failed round does not end it.
"""

import asyncio
import contextlib
import logging
from abc import ABC, abstractmethod

from bot.metrics import TASK_FAILURES

log = logging.getLogger("shiproom.loop")

SAFETY_NET = 30.0
"""The longest sleep in seconds: a notification of another process may be missed."""

RETRY_AFTER = 1.0
"""Seconds between a failed round and the next one."""


class WakeableLoop(ABC):
    """Runs rounds of work one after the other, until stopped; `name` is what /readyz calls it."""

    name = ""

    def __init__(self) -> None:
        self._woken = asyncio.Event()
        self._stopping = False
        self._failing_with = ""
        self._paused = False

    @abstractmethod
    async def run_once(self) -> float:
        """Do what is due; return how many seconds to sleep unless woken."""

    def wake(self) -> None:
        """Begin the next round now; a call during a round causes another one."""
        self._woken.set()

    def pause(self, *, on: bool) -> None:
        """Begin no further round until it is called with `on=False`."""
        self._paused = on
        self.wake()

    def stop(self) -> None:
        """Begin no further round; the current one finishes."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Run rounds until stopped; after a failure the next comes in RETRY_AFTER."""
        while not self._stopping:
            self._woken.clear()
            seconds = await self._round()
            if seconds > 0:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await self._woken.wait()

    async def _round(self) -> float:
        """Do one round; of failures one after the other that are alike, only the first is logged."""
        name = type(self).__name__
        try:
            seconds = SAFETY_NET if self._paused else await self.run_once()
        except Exception as error:
            kind = type(error).__name__
            TASK_FAILURES.labels(name).inc()
            if kind != self._failing_with:
                log.exception("%s failed; it is tried again", name)
            self._failing_with = kind
            return RETRY_AFTER
        if self._failing_with:
            log.warning("%s works again", name)
            self._failing_with = ""
        return seconds

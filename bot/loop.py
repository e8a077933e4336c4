"""A background loop that sleeps until work is due or it is woken.

A failed round does not end it.
"""

import asyncio
import contextlib
import logging
from abc import ABC, abstractmethod

log = logging.getLogger("shiproom.loop")

SAFETY_NET = 30.0
"""The longest sleep in seconds: a notification of another process may be missed."""

RETRY_AFTER = 1.0
"""Seconds between a failed round and the next one."""


class WakeableLoop(ABC):
    """Runs rounds of work one after the other, until stopped."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()
        self._stopping = False
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
            seconds = RETRY_AFTER
            try:
                seconds = SAFETY_NET if self._paused else await self.run_once()
            except Exception:
                log.exception("%s failed; it is tried again", type(self).__name__)
            if seconds > 0:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await self._woken.wait()

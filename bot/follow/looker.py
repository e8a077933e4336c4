"""A worker that looks, rests, and looks again; a fault of one look is logged, and the next look comes."""

import asyncio
import logging
from abc import ABC, abstractmethod

from bot.ci_api.run import Hint

log = logging.getLogger("shiproom.ci")

IDLE = 1.0
"""How many seconds to rest at most: something may have begun that nobody told of."""


class Looker(ABC):
    """Something that looks at CI systems."""

    def __init__(self) -> None:
        self._wake = asyncio.Event()
        self._stopping = False

    @abstractmethod
    async def look(self) -> float:
        """Look at all that is due; returns for how many seconds to rest."""

    @abstractmethod
    def hint(self, ci: str, hint: Hint) -> None:
        """Take a hint that something has happened in a CI."""

    def wake(self) -> None:
        """Say that there may be something to look at."""
        self._wake.set()

    def stop(self) -> None:
        """Look no more."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Look until stopped."""
        while not self._stopping:
            self._wake.clear()
            seconds = IDLE
            try:
                seconds = await self.look()
            except Exception:
                log.exception("%s failed", type(self).__name__)
            try:
                async with asyncio.timeout(seconds):
                    await self._wake.wait()
            except TimeoutError:
                continue

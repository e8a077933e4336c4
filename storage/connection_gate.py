"""Limits how many transactions are under way to the connections that the server grants.

A role may have fewer connections than a process would like. Who finds none left takes a place away for a while, instead of
asking again and again beside those that work.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

GROWS_AFTER = 30.0
"""Seconds after which a place is tried again that the server had no connection for."""


@dataclass(slots=True)
class Turn:
    """A place for one transaction; `found_no_connection` says that the server has none for it."""

    found_no_connection: bool = False


class ConnectionGate:
    """Gives as many turns at once as there are connections, first come, first served; `waiting` counts who has none yet."""

    def __init__(self, most: int) -> None:
        self._places = asyncio.Semaphore(most)
        self._number = most
        self.waiting = 0

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[Turn]:
        """Wait for a turn; one place is always left."""
        self.waiting += 1
        try:
            await self._places.acquire()
        finally:
            self.waiting -= 1
        turn = Turn()
        try:
            yield turn
        finally:
            if turn.found_no_connection:
                await self._take_away()
            else:
                self._places.release()

    async def _take_away(self) -> None:
        """Keep the place of a turn that found no connection, and those that nobody uses: so many work at once, and no more."""
        taken = 1
        while not self._places.locked():
            await self._places.acquire()
            taken += 1
        if taken == self._number:
            self._places.release()
            taken -= 1
        self._number -= taken
        asyncio.get_running_loop().call_later(GROWS_AFTER, self._grow, taken)

    def _grow(self, places: int) -> None:
        self._number += places
        for _ in range(places):
            self._places.release()

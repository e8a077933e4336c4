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
    """Gives as many turns at once as there are connections, first come, first served."""

    def __init__(self, most: int) -> None:
        self._places = asyncio.Semaphore(most)
        self._number = most

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[Turn]:
        """Wait for a turn; one place is always left."""
        await self._places.acquire()
        turn = Turn()
        try:
            yield turn
        finally:
            if turn.found_no_connection and self._number > 1:
                self._number -= 1
                asyncio.get_running_loop().call_later(GROWS_AFTER, self._grow)
            else:
                self._places.release()

    def _grow(self) -> None:
        self._number += 1
        self._places.release()

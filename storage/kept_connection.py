"""The one connection beside the pool: it is woken by other replicas, and holds the lock of the only process.

What a session holds ends with its connection, and nobody is told: a restart of the server, a failover, a firewall. So it is
asked now and then, and made again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from storage.database import StorageError

CHANNEL = "shiproom"
EXCLUSIVE_KEY = 0x5417_B007
"""The advisory lock of the one process that runs local commands."""

RUNNING_KEY = 0x5417_B008
"""The advisory lock that every bot shares, and a restore takes for itself: none runs on what is being replaced."""

ASKED_WITHIN = 5.0
"""How many seconds an answer may take before the connection counts as lost."""

_TAKE = "SELECT pg_try_advisory_lock($1)"
_SHARE = "SELECT pg_try_advisory_lock_shared($1)"
_HOLDS = (
    "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND ((classid::bigint << 32) | objid::bigint) = $1 AND pid = pg_backend_pid())"
)
_END_OWN = (
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND ((classid::bigint << 32) | objid::bigint) = $1 AND pid = $2"
)
_ENDS_IN = 1.0
"""Seconds until a session that was told to end has ended."""

TAKEN = (
    "Another Shiproom that uses this database is running. With a local CI only one may: stop the other one."
)
_RESTORED = "A backup is being restored into this database. Start again when that is done."
_LOST = "Another Shiproom has taken the lock of this database while it was out of reach. With a local CI only one may run."
_POOLED = (
    "DATABASE_URL goes through a pooler (PgBouncer) in transaction mode, where no lock can be held. "
    "A local CI needs one: name the server itself, or a pooler in session mode."
)


class KeptConnection:
    """Listens and holds the lock, as far as it was asked to; `open_session` makes a connection of the driver.

    `silent` is called when the server does not answer at all: other connections to it wait in vain then.
    `shared` means that a pooler gives each transaction another session: nothing can be kept then.
    """

    def __init__(self, open_session: Callable[[], Awaitable[Any]], silent: Callable[[], None]) -> None:
        self._open = open_session
        self._silent = silent
        self._session: Any = None
        self._pid = 0
        self._woken: Callable[[], None] | None = None
        self._exclusive = False
        self._held = False
        self.shared = False

    @property
    def fenced(self) -> bool:
        """Whether the lock that this process needs is not known to be held: nothing may be written meanwhile."""
        return self._exclusive and (not self._held or self._session is None or self._session.is_closed())

    async def take_alone(self) -> None:
        """Take the lock.

        Raises StorageError if another process has it, or none can be held here.
        """
        if self.shared:
            raise StorageError(_POOLED)
        self._exclusive = True
        await self._begin()
        if not self._held:
            raise StorageError(TAKEN)

    async def listen(self, woken: Callable[[], None]) -> None:
        """Call back whenever a transaction has written effects; behind a shared session only by `check`."""
        self._woken = woken
        if not self.shared:
            await self._begin()

    async def check(self) -> bool:
        """Ask the connection, and make it again if it is lost; then call back, for what was missed.

        Return whether another server may answer since the last time.
        Raises StorageError if another process has the lock, and the driver's error while the server cannot be reached.
        """
        if self.shared:
            if self._woken is not None:
                self._woken()
            return True
        if await self._lives():
            return False
        self._held = False
        await self.close()
        await self._begin()
        if self._exclusive and not self._held:
            raise StorageError(_LOST)
        if self._woken is not None:
            self._woken()
        return True

    async def _lives(self) -> bool:
        if self._session is None:
            return not self._exclusive and self._woken is None
        if self._session.is_closed():
            return False
        try:
            answer = await self._session.fetchval(_HOLDS, EXCLUSIVE_KEY, timeout=ASKED_WITHIN)
        except TimeoutError:
            self._silent()
            return False
        except Exception:  # noqa: BLE001 - whatever it says, it is of no use any more
            return False
        return bool(answer) or not self._exclusive

    async def _begin(self) -> None:
        session = self._session or await self._open()
        self._session = session
        if self._exclusive and not self._held:
            self._held = await self._take(session)
        if self._woken is not None:
            if not await session.fetchval(_SHARE, RUNNING_KEY):
                raise StorageError(_RESTORED)
            await session.add_listener(CHANNEL, self._notified)
        self._pid = session.get_server_pid()

    async def _take(self, session: Any) -> bool:  # noqa: ANN401 - the driver's connection
        if await session.fetchval(_TAKE, EXCLUSIVE_KEY):
            return True
        # A server that was cut off from this process may still serve its old session, which then holds the lock.
        if self._pid and await session.fetch(_END_OWN, EXCLUSIVE_KEY, self._pid):
            await asyncio.sleep(_ENDS_IN)
        return bool(await session.fetchval(_TAKE, EXCLUSIVE_KEY))

    def _notified(self, *_: object) -> None:
        if self._woken is not None:
            self._woken()

    async def close(self) -> None:
        """Close the connection; what it held is free then."""
        session, self._session, self._held = self._session, None, False
        if session is None or session.is_closed():
            return
        try:
            await session.close(timeout=ASKED_WITHIN)
        except Exception:  # noqa: BLE001 - it is of no use any more, and the driver has given it up
            session.terminate()

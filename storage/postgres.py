"""PostgreSQL through asyncpg: the database that several replicas share.

They wake each other by LISTEN/NOTIFY.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from storage.database import StorageError, Work

T = TypeVar("T")
POOL = 16
CHANNEL = "shiproom"
EXCLUSIVE_KEY = 0x5417_B007
"""The advisory lock of the one process that runs local commands."""

_AGAIN = {"40001", "40P01"}
_TRIES = 5


def driver_url(url: str) -> URL:
    """Return a PostgreSQL address with the driver that is used here."""
    return make_url(url).set(drivername="postgresql+asyncpg")


class Postgres:
    """One PostgreSQL database, shared by all replicas."""

    name = "postgresql"

    def __init__(self, url: str) -> None:
        self._url = driver_url(url)
        self._engine = create_async_engine(
            self._url, pool_size=POOL, max_overflow=2, pool_pre_ping=False, connect_args={"timeout": 10}
        )
        self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ")
        self._kept: list[AsyncConnection] = []
        self._listener: AsyncConnection | None = None
        self._driver: Any = None
        self._woken: Callable[[], None] | None = None

    async def write(self, work: Work[T]) -> T:
        """Run a transaction; retry it as a whole if PostgreSQL aborted it for another."""
        for _ in range(_TRIES):
            try:
                return await self._write(work)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _AGAIN:
                    raise
        return await self._write(work)

    async def _write(self, work: Work[T]) -> T:
        async with self._engine.connect() as connection, connection.begin():
            return await connection.run_sync(work)

    async def read(self, work: Work[T]) -> T:
        """Run a function that only reads, with one consistent snapshot."""
        async with self._reading.connect() as connection, connection.begin():
            return await connection.run_sync(work)

    async def listen(self, woken: Callable[[], None]) -> None:
        """Call back whenever a transaction has written effects."""
        self._woken = woken
        await self._begin_listening(woken)

    async def listen_again(self) -> None:
        """Listen again if the listening connection was lost.

        It calls back at once, for what was missed.
        """
        if self._woken is not None and self._driver.is_closed():
            await self._end_listening()
            await self._begin_listening(self._woken)
            self._woken()

    async def _begin_listening(self, woken: Callable[[], None]) -> None:
        self._listener = await self._engine.connect()
        raw = await self._listener.get_raw_connection()
        self._driver = raw.driver_connection

        def notified(*_: object) -> None:
            woken()

        await self._driver.add_listener(CHANNEL, notified)

    async def _end_listening(self) -> None:
        if self._listener is not None:
            await self._listener.invalidate()
            await self._listener.close()
            self._listener = None

    async def take_alone(self) -> None:
        """Lock the database for this process: with a local CI only one may work on it.

        Raises StorageError if another process has the lock.
        """
        connection: AsyncConnection = await self._engine.connect()
        taken = await connection.run_sync(_try_lock)
        if not taken:
            await connection.close()
            message = "Another Shiproom that uses this database is running. With a local CI only one may: stop the other one."
            raise StorageError(message)
        self._kept.append(connection)

    async def close(self) -> None:
        """Close all connections."""
        await self._end_listening()
        for connection in self._kept:
            await connection.close()
        await self._engine.dispose()


def _try_lock(connection: Connection) -> bool:
    taken = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": EXCLUSIVE_KEY}).scalar_one()
    connection.commit()
    return bool(taken)


async def reachable(database: Postgres) -> None:
    """Check that the database answers.

    Raises StorageError with a sentence if it does not.
    """
    try:
        async with asyncio.timeout(15):
            await database.read(lambda connection: connection.execute(text("SELECT 1")).scalar_one())
    except (OSError, TimeoutError, DBAPIError) as error:
        cause = str(getattr(error, "orig", None) or error).splitlines()[:1]
        message = (
            f"PostgreSQL cannot be reached: {''.join(cause) or type(error).__name__}. Check DATABASE_URL."
        )
        raise StorageError(message) from error

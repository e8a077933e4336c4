"""PostgreSQL through asyncpg: the database that several replicas share.

They wake each other by LISTEN/NOTIFY.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncTransaction, create_async_engine

from storage.connection_gate import ConnectionGate, Turn
from storage.database import DatabaseUnavailableError, StorageError, UnconfirmedError, Work
from storage.kept_connection import KeptConnection
from storage.postgres_address import PostgresAddress, read_address
from storage.postgres_connecting import Connector
from storage.postgres_errors import AT_CONNECTING, TOO_MANY, cause_of, is_away, sqlstate_of
from storage.postgres_pooler import Pooling, pooling_of
from storage.postgres_tls import file_fault

log = logging.getLogger("shiproom.database")

T = TypeVar("T")

_AGAIN = {"40001", "40P01"}
_TRIES = 5
_ABORTED_PAUSE = 0.05
"""Of a transaction that was aborted again and again the tries get rarer, since an upgrade meets many who write meanwhile."""


PATIENCE = 8.0
"""How many seconds a transaction waits for a server that is away for a moment; a CI waits 10 s for its answer."""

_PAUSE = 0.2
_IS_ENCRYPTED = text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
_PLAIN = "PostgreSQL at %s is reached without encryption: add sslmode=require to DATABASE_URL"

UNREACHABLE = "PostgreSQL cannot be reached: {}. Check DATABASE_URL."
UNCONFIRMED = "The connection to the database broke before it confirmed a transaction"
FENCED = "The lock of the database was lost and is being taken again"


class Postgres:
    """One PostgreSQL database, shared by all replicas."""

    name = "postgresql"

    def __init__(self, url: str) -> None:
        self.address: PostgresAddress = read_address(url)
        self._connector = Connector(self.address)
        self._kept = KeptConnection(self._open_session, self._connector.give_up_all)
        self._gate = ConnectionGate(self.address.connections - 1)
        self._use(prepared=True)

    def _use(self, *, prepared: bool) -> None:
        """Make the pool.

        Behind a pooler each transaction may get another session, which does not know the statements that were prepared in
        the one before: then they have no name, and nothing is kept of them.
        """
        unnamed: dict[str, Any] = {
            "statement_cache_size": 0,
            "prepared_statement_cache_size": 0,
            "prepared_statement_name_func": str,
        }
        self._engine: AsyncEngine = create_async_engine(
            "postgresql+asyncpg://",
            pool_size=self.address.connections - 1,
            max_overflow=0,
            pool_timeout=PATIENCE,
            hide_parameters=True,
            connect_args={
                "async_creator_fn": self._connector.open,
                **({} if prepared else unnamed),
            },
        )
        self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ")

    async def _open_session(self) -> Any:  # noqa: ANN401 - the driver's connection
        return await self._connector.open(statement_cache_size=0)

    async def open(self) -> None:
        """Connect for the first time, and find out whether a pooler stands in front.

        Raises StorageError with a sentence if the database does not answer.
        """
        if fault := file_fault(self.address.files):
            raise StorageError(UNREACHABLE.format(fault))
        try:
            async with asyncio.timeout(15):
                pooling = await pooling_of(self._open_session)
                self._connector.pooled = pooling is not Pooling.NONE
                if self._connector.pooled:
                    self._use(prepared=False)
                self._kept.shared = pooling is Pooling.TRANSACTION
                encrypted = await self.read(lambda connection: connection.execute(_IS_ENCRYPTED).scalar())
        except (TimeoutError, ValueError, *AT_CONNECTING) as error:
            raise StorageError(UNREACHABLE.format(cause_of(error))) from error
        if self.address.plain and not encrypted:
            log.warning(_PLAIN, self.address.hosts)

    @property
    def waiting(self) -> int:
        """How many transactions wait for a connection."""
        return self._gate.waiting

    async def write(self, work: Work[T]) -> T:
        """Run a transaction; retry it as a whole if PostgreSQL aborted it for another.

        Raises DatabaseUnavailableError if the server is away longer than PATIENCE; then nothing was changed.
        """
        for tried in range(_TRIES):
            try:
                return await self._patiently(self._engine, work)
            except DBAPIError as error:
                if sqlstate_of(error) not in _AGAIN:
                    raise
            await asyncio.sleep(_ABORTED_PAUSE * (2**tried - 1) * random.uniform(0.5, 1))  # noqa: S311 - no secret
        return await self._patiently(self._engine, work)

    async def read(self, work: Work[T]) -> T:
        """Run a function that only reads, with one consistent snapshot."""
        return await self._patiently(self._reading, work)

    async def _patiently(self, engine: AsyncEngine, work: Work[T]) -> T:
        """Run a transaction, again if it certainly did not happen because the server was away or had no connection left."""
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE
        while True:
            try:
                return await self._once(engine, work)
            except _NotDoneError as error:
                cause = error.cause
            if loop.time() >= until:
                raise DatabaseUnavailableError(
                    f"The database does not answer now: {cause_of(cause)}"
                ) from cause
            await asyncio.sleep(_PAUSE)

    async def _once(self, engine: AsyncEngine, work: Work[T]) -> T:
        if engine is self._engine and self._kept.fenced:
            raise _NotDoneError(StorageError(FENCED))
        async with self._gate.turn() as turn, self._connected(engine, turn) as connection:
            transaction = connection.begin()
            try:
                await transaction
                result = await connection.run_sync(work)
            except DBAPIError as error:
                await _undo(transaction)
                if is_away(error):
                    raise _NotDoneError(error) from error
                raise
            except BaseException:
                await _undo(transaction)
                raise
            await _commit(transaction)
            return result

    @asynccontextmanager
    async def _connected(self, engine: AsyncEngine, turn: Turn) -> AsyncGenerator[AsyncConnection]:
        try:
            connection = await engine.connect()
        except AT_CONNECTING as error:
            turn.found_no_connection = sqlstate_of(error) in TOO_MANY or isinstance(error, TimeoutError)
            if is_away(error):
                raise _NotDoneError(error) from error
            raise
        try:
            yield connection
        finally:
            await connection.close()

    async def listen(self, woken: Callable[[], None]) -> None:
        """Call back whenever a transaction has written effects."""
        await self._kept.listen(woken)

    async def check_kept(self) -> bool:
        """Ask the connection that listens and holds the lock, and make it again if it is lost."""
        return await self._kept.check()

    async def take_alone(self) -> None:
        """Lock the database for this process: with a local CI only one may work on it.

        Raises StorageError if another process has the lock, or none can be held behind a pooler.
        """
        try:
            await self._kept.take_alone()
        except AT_CONNECTING as error:
            raise StorageError(UNREACHABLE.format(cause_of(error))) from error

    async def close(self) -> None:
        """Close all connections."""
        await self._kept.close()
        await self._engine.dispose()


async def _commit(transaction: AsyncTransaction) -> None:
    """Commit; what fails here may have happened."""
    try:
        await transaction.commit()
    except DBAPIError as error:
        if is_away(error):
            raise UnconfirmedError(UNCONFIRMED) from error
        raise


class _NotDoneError(Exception):
    """A transaction that certainly did not happen."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__()
        self.cause = cause


async def _undo(transaction: AsyncTransaction) -> None:
    """Roll back; a connection that is gone has been rolled back by the server."""
    with contextlib.suppress(DBAPIError, OSError):
        await transaction.rollback()

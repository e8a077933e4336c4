"""PostgreSQL through asyncpg: the database that several replicas share.

They wake each other by LISTEN/NOTIFY.
"""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

# asyncpg ships no types; what is taken from it is typed here.
import asyncpg  # pyright: ignore[reportMissingTypeStubs]
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncTransaction, create_async_engine

from storage.connection_gate import ConnectionGate, Turn
from storage.database import DatabaseUnavailableError, StorageError, Work
from storage.kept_connection import KeptConnection
from storage.postgres_address import PostgresAddress, read_address
from storage.postgres_pooler import Pooling, pooling_of

log = logging.getLogger("shiproom.database")

T = TypeVar("T")

_AGAIN = {"40001", "40P01"}
_TRIES = 5

NOT_NOW = frozenset({"57P01", "57P02", "57P03", "25006", "08000", "08003", "08006", "08001", "08004"})
"""Shutting down, starting up, a server that became a standby, a connection that was cut (PostgreSQL's appendix A)."""

TOO_MANY = frozenset({"53300"})

PATIENCE = 8.0
"""How many seconds a transaction waits for a server that is away for a moment; a CI waits 10 s for its answer."""

_PAUSE = 0.2
_AT_CONNECTING = (
    OSError,
    DBAPIError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)

_IS_ENCRYPTED = text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
_PLAIN = "PostgreSQL at %s is reached without encryption: add sslmode=require to DATABASE_URL"

FENCED = "The lock of the database was lost and is being taken again"


class Postgres:
    """One PostgreSQL database, shared by all replicas."""

    name = "postgresql"

    def __init__(self, url: str) -> None:
        self.address: PostgresAddress = read_address(url)
        self._kept = KeptConnection(self._open_session)
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
                "connection_class": _Session,
                **self.address.arguments,
                **({} if prepared else unnamed),
            },
        )
        self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ")

    async def _open_session(self) -> Any:  # noqa: ANN401 - the driver's connection
        driver = cast("Any", asyncpg)  # it leaves its arguments untyped
        return await driver.connect(**self.address.arguments, statement_cache_size=0)

    async def open(self) -> None:
        """Connect for the first time, and find out whether a pooler stands in front.

        Raises StorageError with a sentence if the database does not answer.
        """
        try:
            async with asyncio.timeout(15):
                pooling = await pooling_of(self._open_session)
                if pooling is not Pooling.NONE:
                    self._use(prepared=False)
                self._kept.shared = pooling is Pooling.TRANSACTION
                encrypted = await self.read(lambda connection: connection.execute(_IS_ENCRYPTED).scalar())
        except (TimeoutError, ValueError, *_AT_CONNECTING) as error:
            raise StorageError(
                f"PostgreSQL cannot be reached: {cause_of(error)}. Check DATABASE_URL."
            ) from error
        if self.address.plain and not encrypted:
            log.warning(_PLAIN, self.address.hosts)

    async def write(self, work: Work[T]) -> T:
        """Run a transaction; retry it as a whole if PostgreSQL aborted it for another.

        Raises DatabaseUnavailableError if the server is away longer than PATIENCE; then nothing was changed.
        """
        for _ in range(_TRIES):
            try:
                return await self._patiently(self._engine, work)
            except DBAPIError as error:
                if sqlstate_of(error) not in _AGAIN:
                    raise
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
            # What fails from here on may have happened.
            await transaction.commit()
            return result

    @asynccontextmanager
    async def _connected(self, engine: AsyncEngine, turn: Turn) -> AsyncGenerator[AsyncConnection]:
        try:
            connection = await engine.connect()
        except _AT_CONNECTING as error:
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

    async def check_kept(self) -> None:
        """Ask the connection that listens and holds the lock, and make it again if it is lost."""
        await self._kept.check()

    async def take_alone(self) -> None:
        """Lock the database for this process: with a local CI only one may work on it.

        Raises StorageError if another process has the lock, or none can be held behind a pooler.
        """
        await self._kept.take_alone()

    async def close(self) -> None:
        """Close all connections."""
        await self._kept.close()
        await self._engine.dispose()


class _Session(asyncpg.Connection):
    """A session of the driver.

    SQLAlchemy sets a codec for JSON columns, of which there are none: two questions less for each connection, which behind
    a pooler are asked outside a transaction and may reach two servers.
    """

    async def set_type_codec(self, *_: Any, **__: Any) -> None:  # noqa: ANN401 - as the driver has it
        """Leave the types as they are."""


class _NotDoneError(Exception):
    """A transaction that certainly did not happen."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__()
        self.cause = cause


async def _undo(transaction: AsyncTransaction) -> None:
    """Roll back; a connection that is gone has been rolled back by the server."""
    with contextlib.suppress(DBAPIError, OSError):
        await transaction.rollback()


def sqlstate_of(error: BaseException) -> str:
    """Return the code that PostgreSQL gave to an error; empty if it is not from the server."""
    original = getattr(error, "orig", None) or error
    return str(getattr(original, "sqlstate", None) or "")


def is_away(error: BaseException) -> bool:
    """Return whether the server is away or has no connection left for now."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if isinstance(error, ssl.SSLError):
        return False
    unreachable = isinstance(error, OSError | asyncpg.exceptions.TargetServerAttributeNotMatched)
    return unreachable or sqlstate_of(error) in NOT_NOW | TOO_MANY


def cause_of(error: BaseException) -> str:
    """Return the first line of what went wrong, for people."""
    lines = str(getattr(error, "orig", None) or error).splitlines()
    return (lines[0] if lines else "").rstrip(".") or type(error).__name__

"""SQLite, the embedded default: WAL, synchronous=FULL, one writer, readers.

Writer and readers are threads; jobs that wait for the writer share a commit.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError

from storage.database import StorageError, Work
from storage.driver import driver_of, execute
from storage.held_file import HeldFile

T = TypeVar("T")
MOST_SHARED = 32
"""How many waiting jobs share one commit at most."""

READERS = 4
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=2000",
    "cache_size=-4000",
    # What may have to be undone of one statement is a temporary file otherwise: where no directory for such can be written, as
    # in a container with a read-only root, that is an I/O error (sqlite.org/tempfiles.html, 2.3 and 3).
    "temp_store=MEMORY",
)

_READER_PRAGMA = "cache_size=-1000"
"""KiB of pages that a reader keeps: each commit of the writer empties its cache, and the system has the file's pages anyway.

As a file grows, every cache grows to its limit, so that of all connections together bounds what the process keeps.
"""


@dataclass(frozen=True, slots=True)
class _Job:
    work: Work[Any]
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"


def make_engine(path: Path) -> Engine:
    """Create an engine whose connections begin transactions explicitly.

    The driver's own transaction control loses updates.
    """
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"check_same_thread": False},
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def connected(dbapi: Any, _record: object) -> None:  # noqa: ANN401
        dbapi.isolation_level = None
        for pragma in _PRAGMAS:
            dbapi.execute(f"PRAGMA {pragma}")

    return engine


class SQLite:
    """One SQLite file, locked by one process; others may open it only to read."""

    name = "sqlite"

    def __init__(self, path: Path, *, alone: bool = True) -> None:
        self._path = path
        self._held = HeldFile(path) if alone else None
        self._engine = make_engine(path)
        self._try(path)
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._readers = ThreadPoolExecutor(READERS, "shiproom-read")
        self._reading = threading.local()
        self._open_readers: list[Connection] = []
        self._writer = threading.Thread(target=self._write_all, name="shiproom-write", daemon=True)
        self._writer.start()

    def _try(self, path: Path) -> None:
        """Connect once, to reject a file that is no database before anything waits."""
        try:
            self._engine.connect().close()
        except DatabaseError as error:
            self._engine.dispose()
            if self._held is not None:
                self._held.close()
            raise StorageError(broken(str(path), error)) from error

    @property
    def waiting(self) -> int:
        """How many transactions wait for the writer."""
        return self._jobs.qsize()

    async def write(self, work: Work[T]) -> T:
        """Run a transaction on the writer thread."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._jobs.put(_Job(work, loop, future))
        return await asyncio.shield(future)

    async def read(self, work: Work[T]) -> T:
        """Run a function that only reads, on a thread beside the writer."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read, work)

    async def listen(self, woken: Callable[[], None]) -> None:
        """Do nothing: no other process writes to this file."""

    async def check_kept(self) -> bool:
        """Find out whether the file is still the one that was opened.

        Raises StorageError if it was deleted, moved or replaced: what is written to it now is lost.
        """
        if self._held is not None and not await asyncio.to_thread(self._held.is_same):
            raise StorageError(
                f"The database {self._path} was deleted or replaced while Shiproom ran. Put it back, and start again."
            )
        return False

    async def close(self) -> None:
        """Stop the threads and unlock the file."""
        self._jobs.put(None)
        await asyncio.to_thread(self._writer.join)
        self._readers.shutdown()
        for connection in self._open_readers:
            connection.close()
        self._engine.dispose()
        if self._held is not None:
            self._held.close()

    def _read(self, work: Work[T]) -> T:
        connection: Connection | None = getattr(self._reading, "connection", None)
        if connection is None:
            connection = self._reading.connection = self._engine.connect()
            self._open_readers.append(connection)
            execute(connection, f"PRAGMA {_READER_PRAGMA}")
        if not connection.in_transaction():
            connection.begin()  # a session joins this transaction instead of ending it with its own
        execute(connection, "BEGIN")
        try:
            return work(connection)
        finally:
            _undo(connection)

    def _write_all(self) -> None:
        with self._engine.connect() as connection:
            while (first := self._jobs.get()) is not None:
                jobs = [first]
                stopping = self._gather(jobs)
                _settle(_commit(connection, jobs))
                if stopping:
                    return

    def _gather(self, jobs: list[_Job]) -> bool:
        while len(jobs) < MOST_SHARED:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return False
            if job is None:
                return True
            jobs.append(job)
        return False


_Settled = list[tuple[_Job, Any, BaseException | None]]


def _commit(connection: Connection, jobs: list[_Job]) -> _Settled:
    """Run jobs in one transaction, each in its savepoint.

    If the commit itself fails, none of them happened.
    """
    settled: _Settled = []
    try:
        if not connection.in_transaction():
            connection.begin()  # code below, like Alembic, must not take the transaction for its own
        execute(connection, "BEGIN IMMEDIATE")
        settled = [_run(connection, job) for job in jobs]
        execute(connection, "COMMIT")
    except Exception as error:  # noqa: BLE001 - every waiting caller gets it
        _undo(connection)
        return [(job, None, error) for job in jobs]
    return settled


def _run(connection: Connection, job: _Job) -> tuple[_Job, Any, BaseException | None]:
    execute(connection, "SAVEPOINT job")
    try:
        result = job.work(connection)
    except Exception as error:  # noqa: BLE001 - the job's own, passed to its caller
        execute(connection, "ROLLBACK TO job")
        execute(connection, "RELEASE job")
        return job, None, error
    execute(connection, "RELEASE job")
    return job, result, None


def _undo(connection: Connection) -> None:
    """Roll back what a failed commit left open.

    On a full disk SQLite has rolled it back itself.
    """
    try:
        if driver_of(connection).in_transaction:
            execute(connection, "ROLLBACK")
    except DatabaseError:
        connection.invalidate()
        connection.rollback()


def _settle(settled: _Settled) -> None:
    """Wake the callers that wait, once per loop."""
    loops = {job.loop for job, _, _ in settled}
    for loop in loops:
        if not loop.is_closed():
            loop.call_soon_threadsafe(_wake, [each for each in settled if each[0].loop is loop])


def _wake(settled: _Settled) -> None:
    for job, result, error in settled:
        if job.future.done():
            continue
        if error is None:
            job.future.set_result(result)
        else:
            job.future.set_exception(error)


def broken(named: str, error: DatabaseError) -> str:
    """Return the sentence that a database cannot be used, and what to do."""
    return f"The database {named} cannot be used: {error.orig}. Restore it from a backup, or name another in DATABASE_URL."

"""The interface of both databases.

A transaction is one plain function of a connection, with no await inside it.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

T = TypeVar("T")
Work = Callable[[Connection], T]

__all__ = [
    "Connection",
    "Database",
    "DatabaseUnavailableError",
    "StorageError",
    "UnconfirmedError",
    "Work",
    "write_again",
]

CLASHES = 5
"""How many times a transaction is retried after a unique violation.

One that still fails then counts as a bug.
"""


class StorageError(Exception):
    """The database cannot be used; the message is a sentence for people."""


class DatabaseUnavailableError(StorageError):
    """The database does not answer now, or has no connection left; nothing was changed, and it is worth asking again."""


class UnconfirmedError(StorageError):
    """The database went away while it committed a transaction: it may have happened, or not."""


class Database(Protocol):
    """A database that Shiproom works on."""

    name: str

    @property
    def waiting(self) -> int:
        """How many transactions wait for a connection, or for those before them."""
        ...

    async def write(self, work: Work[T]) -> T:
        """Run a transaction and return when it is durable; any exception rolls it back."""
        ...

    async def read(self, work: Work[T]) -> T:
        """Run a function that only reads."""
        ...

    async def listen(self, woken: Callable[[], None]) -> None:
        """Call back whenever another process has written effects."""
        ...

    async def check_kept(self) -> bool:
        """Find out whether what is kept for the whole life of the process still holds, and take it again.

        Return whether another server may answer since the last time.
        Raises StorageError if this process must not go on, because another one has taken its place.
        """
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...


async def write_again(database: Database, work: Work[T]) -> T:
    """Run a transaction; retry it as a whole if it violated a unique index.

    It lost a race then.
    """
    for _ in range(CLASHES):
        try:
            return await database.write(work)
        except IntegrityError:
            continue
    return await database.write(work)

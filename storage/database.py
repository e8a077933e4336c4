"""The two databases behind one door: a transaction is one plain function of a connection, with no await inside it."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

T = TypeVar("T")
Work = Callable[[Connection], T]

__all__ = ["Connection", "Database", "StorageError", "Work", "write_again"]

CLASHES = 5
"""How often a transaction that met another one's unique row is run again before it counts as a bug."""


class StorageError(Exception):
    """The database cannot be used; the message is a sentence for people."""


class Database(Protocol):
    """Where everything is remembered."""

    name: str

    async def write(self, work: Work[T]) -> T:
        """Run a transaction and return when it is durable; whatever it raises undoes all of it."""
        ...

    async def read(self, work: Work[T]) -> T:
        """Run a function that only reads."""
        ...

    async def listen(self, woken: Callable[[], None]) -> None:
        """Call back whenever another process has written effects."""
        ...

    async def close(self) -> None:
        """Let go of the database."""
        ...


async def write_again(database: Database, work: Work[T]) -> T:
    """Run a transaction; one that violated a unique index lost a race and is run again as a whole."""
    for _ in range(CLASHES):
        try:
            return await database.write(work)
        except IntegrityError:
            continue
    return await database.write(work)

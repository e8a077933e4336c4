"""Opens SQLModel sessions inside a caller's transaction.

They are for the paths that read and write rows as models.
The caller's transaction is never committed or rolled back here: on SQLite it is shared with other jobs of the writer thread.
"""

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlmodel import Session


def read_models(connection: Connection) -> Session:
    """Open a session that only reads; what is added to it is never written."""
    return Session(bind=connection, autoflush=False, join_transaction_mode="rollback_only")


@contextmanager
def write_models(connection: Connection) -> Generator[Session]:
    """Open a session that writes what was added when its block ends.

    It works in a savepoint: a row that violates a key rolls back no more than that before the error reaches the caller.
    """
    with Session(bind=connection, join_transaction_mode="create_savepoint") as session:
        yield session
        session.commit()  # releases the savepoint

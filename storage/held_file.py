"""Locks the file of a SQLite database for one process, and notices when its name leads elsewhere."""

import fcntl
import os
from pathlib import Path

from storage.database import StorageError


class HeldFile:
    """The database file, locked for this process until it is closed.

    The lock lies on the file itself, so that no other name of it and no removed lock file lets a second process in. SQLite's
    own locks are of another sort (fcntl), and would be lost if this file were closed while the database is in use.
    """

    def __init__(self, path: Path) -> None:
        """Lock the file, which is made if there is none.

        Raises StorageError if another process has it, or it cannot be written.
        """
        self._path = path
        try:
            self._file = path.open("ab")
        except OSError as error:
            message = f"The database {path} cannot be used: {error.strerror}. Fix the permissions, or set DATABASE_URL."
            raise StorageError(message) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            message = (
                f"Another Shiproom uses the database {path}. One process per SQLite file: stop the other one, "
                "or give this one its own DATABASE_URL."
            )
            raise StorageError(message) from error

    def is_same(self) -> bool:
        """Return whether the name still leads to this file."""
        try:
            found = self._path.stat()
        except OSError:
            return False
        return os.path.samestat(found, os.fstat(self._file.fileno()))

    def close(self) -> None:
        """Unlock the file."""
        self._file.close()


def is_held(path: Path) -> bool:
    """Return whether a process has the file of a database locked; one that cannot be read counts as not."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False

"""Remembers the newest confirmed heads in the state directory, so that a start on an older copy of the database is noticed.

It is written after heads were read from the database, which shows what is durable: it is behind the database, and never ahead.
"""

from collections.abc import Iterable
from datetime import datetime

from bot.state_directory import StateDirectory, StateError
from storage.codec import micros, moment
from storage.history import Head

FILE = "heads.json"
_OF = "database_id"
_HEAD = "head "

Confirmed = tuple[Head, datetime]


class HeadsFile:
    """The file of one state directory; heads of another database than `database_id` are none of this one's."""

    def __init__(self, state: StateDirectory, database_id: str) -> None:
        self._state = state
        self._database_id = database_id
        self._written: dict[str, str] | None = None

    def read(self) -> tuple[Confirmed, ...]:
        """Return the heads; none if there is no file, or it is of another database.

        Raises StateError if it cannot be read.
        """
        values = self._state.read(FILE)
        if values.get(_OF) != self._database_id:
            return ()
        heads = ((name, value) for name, value in values.items() if name.startswith(_HEAD))
        try:
            return tuple(_parsed(name.removeprefix(_HEAD), value) for name, value in heads)
        except (ValueError, OverflowError) as error:
            path = self._state.path / FILE
            message = f"{path} is damaged: it does not hold the heads of chains. Restore it, or delete it."
            raise StateError(message) from error

    def write(self, confirmed: Iterable[Confirmed]) -> None:
        """Replace the file, if that changes anything.

        Raises StateError if it cannot be written.
        """
        heads = {f"{_HEAD}{head.service}": f"{head.row}:{head.hash}:{micros(at)}" for head, at in confirmed}
        values = {_OF: self._database_id, **heads}
        if values != self._written:
            self._state.write(FILE, values)
            self._written = values


def _parsed(service: str, value: str) -> Confirmed:
    row, digest, at = value.split(":")
    return Head(service, int(row), digest), moment(int(at))

"""Remembers outside the database which one this installation uses, and refuses an empty or another one.

With a wrong DATABASE_URL, a volume that is not mounted, or a deleted file it would otherwise begin at r1, and know no locks.
"""

import logging

from bot.settings import Settings
from bot.state_directory import StateDirectory, StateError
from bot.tracing import tracer
from storage.database import Database, StorageError
from storage.database_id import database_id
from storage.opening import open_database

log = logging.getLogger("shiproom.database")

FILE = "database.json"
_ID = "database_id"
_SHOWN = 8
"""How many digits of an id people are shown."""


class KnownDatabase:
    """The id of the database that this installation uses, in a file of the state directory.

    Replicas that share a database may share the directory, too: they write the same. With `take_any` an empty or another
    database is accepted, once: the file has its id from then on.
    """

    def __init__(self, state: StateDirectory, *, take_any: bool = False) -> None:
        self._state = state
        self._take_any = take_any
        self._path = state.path / FILE

    def admit(self, named: str, found: str | None) -> None:
        """Check a database before anything is written to it; `found` is its id, "" if it has none, None if it is empty.

        Raises StorageError if it is not the one that this installation used, or the file cannot be read.
        """
        if self._take_any:
            return
        known = self._read()
        if known and found != known:
            what = "is empty" if found is None else f"is another one ({_shown(found)})"
            raise StorageError(
                f"The database {named} {what}, but this installation used one with the {_shown(known)} ({self._path} says so): "
                "restore that one or correct DATABASE_URL, or accept this one with `shiproom run --new-database`."
            )

    def remember(self, found: str) -> str:
        """Keep the id of the database that is used from now on; return a warning if it cannot be kept."""
        if not self._take_any and self._read() == found:
            return ""
        try:
            self._state.write(FILE, {_ID: found})
        except StateError as error:
            return f"An empty or another database will not be noticed: {error}"
        return ""

    def _read(self) -> str:
        try:
            return self._state.read(FILE).get(_ID, "")
        except StateError as error:
            raise StorageError(str(error)) from error


def _shown(found: str) -> str:
    return f"id {found[:_SHOWN]}" if found else "without an id"


async def open_known_database(settings: Settings, *, alone: bool) -> Database:
    """Open the database if it is the one that this installation used, or there is none to compare with, and remember it.

    Raises StorageError with a sentence for people.
    """
    known = KnownDatabase(StateDirectory(settings.state), take_any=settings.new_database)
    database = await open_database(settings.database, alone=alone, admit=known.admit)
    try:
        found = await database.read(database_id)
        warning = known.remember(found)
    except BaseException:
        await database.close()
        raise
    tracer().use_database(found)
    if warning:
        log.warning("%s", warning)
    return database

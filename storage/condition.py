"""Finds out whether a database could be written now, without changing anything."""

import sqlite3

from sqlalchemy import Connection, false
from sqlalchemy.exc import DBAPIError

from storage.database import Database, StorageError
from storage.tables import ConnectionRow, table

SQLITE_LIBRARY = sqlite3.sqlite_version
"""The version of the SQLite that this Python brings."""


async def refusal_to_write(database: Database) -> str:
    """Return why the database cannot be written; empty if it can."""
    try:
        await database.write(_change_nothing)
    except DBAPIError as error:
        return str(error.orig).partition("\n")[0]
    except StorageError as error:
        return str(error)
    return ""


def _change_nothing(connection: Connection) -> None:
    """Delete rows of which there are none: that needs every lock and every right that a change needs."""
    connection.execute(table(ConnectionRow).delete().where(false()))

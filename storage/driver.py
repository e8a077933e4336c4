"""Runs statements on SQLite's own driver, past SQLAlchemy.

SQLAlchemy's share of a small statement takes longer than SQLite's.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


def driver_of(connection: Connection) -> sqlite3.Connection:
    """Return the driver's connection behind SQLAlchemy's."""
    driver: Any = connection.connection.dbapi_connection
    return cast("sqlite3.Connection", driver)


def execute(
    connection: Connection, statement: str, values: Sequence[str | int | None] = ()
) -> sqlite3.Cursor:
    """Run a statement.

    It raises what SQLAlchemy would raise, so callers need to know one kind of error.
    """
    try:
        return driver_of(connection).execute(statement, values)
    except sqlite3.Error as error:
        raise DBAPIError.instance(
            statement, values, error, sqlite3.Error, dialect=connection.dialect
        ) from error

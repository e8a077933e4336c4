"""The schema's version: upgraded by Alembic, and checked before anything starts."""

from pathlib import Path

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DatabaseError
from sqlmodel import SQLModel

from storage.database import StorageError

NEWEST = "0005"
"""The revision that this code works with; a test holds it to the migrations."""

SUPPORT = "schema_support"
"""A table of one row, `lowest`: the oldest revision whose code may go on with the database, and start on it.

The first revision after 0003 that only adds to the schema makes it, and each one after that says what holds of itself; where
it is missing, only the code of the same revision may. docs/upgrade.md has the rule.
"""

_TABLE = "alembic_version"

BOOKKEEPING = (_TABLE, SUPPORT)
"""The tables that say which schema a database has, and are no part of it."""


def version(connection: Connection) -> str:
    """Return the revision that the database is at; "" for an empty one.

    Raises StorageError if the file is not a database.
    """
    try:
        return _version(connection) if inspect(connection).has_table(_TABLE) else ""
    except DatabaseError as error:
        message = f"The database cannot be read: {error.orig}. Restore it from a backup or name another in DATABASE_URL."
        raise StorageError(message) from error


def require_usable(connection: Connection) -> None:
    """Check that this code may work with the database as it is.

    Raises StorageError that says what to run.
    """
    if sentence := _unusable(connection, version(connection)):
        raise StorageError(sentence)


def require_still_usable(connection: Connection) -> None:
    """Check the same of a database that this process works with, which may have been upgraded meanwhile.

    Raises StorageError that says what to run, and lets errors of the database pass.
    """
    if sentence := _unusable(connection, _version(connection)):
        raise StorageError(sentence)


def _unusable(connection: Connection, found: str) -> str:
    """Return why this code must not work with a database; "" if it may."""
    if found == NEWEST or (found > NEWEST and _lowest(connection, found) <= NEWEST):
        return ""
    if found > NEWEST:
        return f"The database is at schema {found}, newer than this Shiproom ({NEWEST}): install the newer Shiproom."
    return f"The database is at schema {found or 'none'}, this Shiproom needs {NEWEST}: run `shiproom migrate` first."


def _version(connection: Connection) -> str:
    return str(connection.exec_driver_sql(f"SELECT version_num FROM {_TABLE}").scalar() or "")  # noqa: S608 - a constant


def _lowest(connection: Connection, found: str) -> str:
    """Return the oldest revision whose code may work with a database: that of the database, unless it names another."""
    if not inspect(connection).has_table(SUPPORT):
        return found
    return str(connection.exec_driver_sql(f"SELECT lowest FROM {SUPPORT}").scalar() or found)  # noqa: S608 - the same


def touch(connection: Connection) -> None:
    """Read the beginning of every table, to detect a truncated file at the start."""
    quote = connection.dialect.identifier_preparer.quote
    for table in SQLModel.metadata.sorted_tables:
        # Written by hand: compiling a statement takes longer here than running it.
        connection.exec_driver_sql(f"SELECT * FROM {quote(table.name)} LIMIT 1").first()  # noqa: S608 - tables of ours


def migrate(connection: Connection, to: str = "head") -> None:
    """Upgrade the database to a revision, by default to the newest.

    Raises StorageError if its revision is unknown here.
    """
    # Imported here because importing it takes longer than the rest of a start.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, to)
    except CommandError as error:
        found = version(connection)
        message = f"The database is at schema {found}, which this Shiproom ({NEWEST}) does not know: set DATABASE_URL."
        raise StorageError(message) from error

"""The schema's version: upgraded by Alembic, and checked before anything starts."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import SQLModel

from storage.database import StorageError

NEWEST = "0003"
"""The revision that this code works with; a test holds it to the migrations."""

_TABLE = "alembic_version"


def version(connection: Connection) -> str:
    """Return the revision that the database is at; "" for an empty one.

    Raises StorageError if the file is not a database.
    """
    try:
        if not inspect(connection).has_table(_TABLE):
            return ""
        return str(connection.execute(text(f"SELECT version_num FROM {_TABLE}")).scalar() or "")  # noqa: S608 - a constant
    except DatabaseError as error:
        message = f"The database cannot be read: {error.orig}. Restore it from a backup or name another in DATABASE_URL."
        raise StorageError(message) from error


def require_newest(connection: Connection) -> None:
    """Check that the schema is the one of this code.

    Raises StorageError that says what to run.
    """
    found = version(connection)
    if found == NEWEST:
        return
    if found and found > NEWEST:
        message = f"The database is at schema {found}, newer than this Shiproom ({NEWEST}): install the newer Shiproom."
        raise StorageError(message)
    message = f"The database is at schema {found or 'none'}, this Shiproom needs {NEWEST}: run `shiproom migrate` first."
    raise StorageError(message)


def touch(connection: Connection) -> None:
    """Read the beginning of every table, to detect a truncated file at the start."""
    quote = connection.dialect.identifier_preparer.quote
    for table in SQLModel.metadata.sorted_tables:
        # Written by hand: compiling a statement takes longer here than running it.
        connection.exec_driver_sql(f"SELECT * FROM {quote(table.name)} LIMIT 1").first()  # noqa: S608


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

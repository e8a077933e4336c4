"""Opens the database of an address: locked if it must be, at the newest schema."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

from storage import effects, schema
from storage.database import Database, StorageError
from storage.database_id import database_id
from storage.postgres_address import SCHEMES, read_address
from storage.sqlite import SQLite, broken

Admit = Callable[[str, str | None], None]
"""Gets the name of a database and its id, "" if it has none, None if it is empty; raises StorageError to refuse it."""


def _admit_any(_named: str, _found: str | None) -> None:
    """Refuse no database."""


async def open_database(
    url: str, *, alone: bool, migrate: bool | None = None, admit: Admit = _admit_any
) -> Database:
    """Open a database for work.

    `alone` means that no second process may work on it (always so for SQLite). `migrate` upgrades it to the newest schema;
    None does so for SQLite only. `admit` may refuse it before anything is written. Raises StorageError with a sentence for
    people.
    """
    named = _named(url)
    if _kind(url) == "sqlite" and not _has_bytes(sqlite_path(url)):
        admit(named, None)  # to connect would write into the file already
    database = await connect(url, alone=alone)
    try:
        await _ask(database, named, admit)
        if migrate or (migrate is None and database.name == "sqlite"):
            await _migrate(database)
        await database.read(schema.require_usable)
        await database.read(schema.touch)
        if alone or database.name == "sqlite":
            await database.write(effects.release_leases)
    except BaseException as error:
        await database.close()
        if isinstance(error, DatabaseError):
            raise StorageError(broken(named, error)) from error
        raise
    return database


async def open_for_reading(url: str) -> Database:
    """Open a database to read it, also while the bot works on it.

    Raises StorageError with a sentence for people.
    """
    if _kind(url) != "sqlite":
        return await connect(url, alone=False)
    path = sqlite_path(url)
    if not path.exists():
        message = f"There is no database {path}. Name the right one in DATABASE_URL."
        raise StorageError(message)
    return SQLite(path, alone=False)


async def connect(url: str, *, alone: bool) -> Database:
    """Connect to a database, whatever its schema.

    Raises StorageError with a sentence for people.
    """
    kind = _kind(url)
    if kind == "sqlite":
        return SQLite(sqlite_path(url))
    # Nobody who uses SQLite needs its driver.
    from storage.postgres import Postgres  # noqa: PLC0415 - the reason stands above

    database = Postgres(url)
    try:
        await database.open()
        if alone:
            await database.take_alone()
    except BaseException:
        await database.close()
        raise
    return database


def _kind(url: str) -> str:
    if url.strip().startswith(tuple(f"{scheme}://" for scheme in SCHEMES)):
        return "postgresql"
    try:
        kind = make_url(url).get_backend_name()
    except (ArgumentError, ValueError):  # ValueError for a port that is not a number
        kind = ""
    if kind != "sqlite":
        message = "DATABASE_URL is not understood: write sqlite:///shiproom.db or postgresql://user:password@host/name."
        raise StorageError(message)
    return kind


def sqlite_path(url: str) -> Path:
    """Return the file of a SQLite address.

    Raises StorageError for one in memory, since nothing may be kept only there.
    """
    name = make_url(url).database
    if not name or name == ":memory:":
        message = "DATABASE_URL names no file: write sqlite:///shiproom.db, since nothing may be kept in memory only."
        raise StorageError(message)
    return Path(name)


def _named(url: str) -> str:
    return str(sqlite_path(url)) if _kind(url) == "sqlite" else "on PostgreSQL"


def _has_bytes(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


async def _ask(database: Database, named: str, admit: Admit) -> None:
    empty = not await database.read(schema.version)
    admit(named, None if empty else await database.read(database_id))


async def _migrate(database: Database) -> None:
    found = await database.read(schema.version)
    if found >= schema.NEWEST:
        return
    try:
        await database.write(schema.migrate)
    except DatabaseError as error:
        message = f"The database cannot be brought to schema {schema.NEWEST}: {error.orig}."
        raise StorageError(message) from error


def passwords(url: str) -> tuple[str, ...]:
    """Return the passwords of an address, as written and decoded; none for one that is not understood."""
    try:
        return read_address(url).passwords if _kind(url) == "postgresql" else ()
    except StorageError:
        return ()

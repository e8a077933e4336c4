"""Examines the database: which one it is, its schema, whether it can be written, and who else works with it."""

from collections.abc import AsyncIterator

from bot.doctor.finding import Finding, failed, warned, well
from bot.doctor.installation import Installation
from bot.known_database import KnownDatabase
from bot.state_directory import StateDirectory
from storage import condition, schema
from storage.database import Database, StorageError
from storage.database_id import database_id
from storage.opening import open_for_reading, sqlite_path


async def examine_database(installation: Installation) -> AsyncIterator[Finding]:
    """Examine the database of DATABASE_URL."""
    url = installation.settings.database
    try:
        if _is_unmade(url):
            yield _unmade(installation)
            return
        database = await open_for_reading(url)
    except StorageError as error:
        yield failed("database", str(error))
        return
    try:
        async for finding in _look(installation, database):
            yield finding
    except StorageError as error:
        yield failed("database", str(error))
    finally:
        await database.close()


def _is_unmade(url: str) -> bool:
    if not url.startswith("sqlite"):
        return False
    path = sqlite_path(url)
    return not path.exists() or not path.stat().st_size


def _unmade(installation: Installation) -> Finding:
    url = installation.settings.database
    try:
        _known(installation).admit(str(sqlite_path(url)), None)
    except StorageError as error:
        return failed("database", str(error))
    return well("database", f"{sqlite_path(url)} is not there yet: `shiproom run` makes it.")


async def _look(installation: Installation, database: Database) -> AsyncIterator[Finding]:
    found = await database.read(schema.version)
    if not found:
        yield _empty(database)
        return
    if fault := await _wrong_schema(database):
        yield failed("database", fault)
    else:
        yield well("database", f"It answers, at schema {found}.")
    named = installation.settings.database if database.name == "sqlite" else "on PostgreSQL"
    try:
        _known(installation).admit(named, (await database.read(database_id)) or None)
    except StorageError as error:
        yield failed("database", str(error))
    refusal = await condition.refusal_to_write(database)
    if refusal:
        yield failed("database", f"It cannot be written ({refusal}): fix its permissions, or make room.")
    else:
        yield well("database", "It can be written.")


def _empty(database: Database) -> Finding:
    if database.name == "sqlite":
        return warned("database", "It is empty: `shiproom run` makes its tables.")
    return failed("database", "It is empty: `shiproom migrate` makes its tables.")


async def _wrong_schema(database: Database) -> str:
    try:
        await database.read(schema.require_usable)
    except StorageError as error:
        return str(error)
    return ""


def _known(installation: Installation) -> KnownDatabase:
    return KnownDatabase(StateDirectory(installation.settings.state))

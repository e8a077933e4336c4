"""Opens the database of DATABASE_URL for a command, and closes it."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import urlsplit

from bot.commands.output import CommandError
from storage.database import Database, StorageError
from storage.opening import connect, open_for_reading, sqlite_path

T = TypeVar("T")
DEFAULT_DATABASE = "sqlite:///shiproom.db"


def shown_database() -> str:
    """Return what people are shown of the database of DATABASE_URL: its file, or its host and name, never a password."""
    url = os.environ.get("DATABASE_URL") or DEFAULT_DATABASE
    if url.startswith("sqlite"):
        return str(sqlite_path(url).absolute())
    parts = urlsplit(url)
    return f"PostgreSQL {parts.netloc.rpartition('@')[2]}{parts.path}"


def with_database(work: Callable[[Database], Awaitable[T]], *, read_only: bool) -> T:
    """Run work on the database.

    Raises CommandError with what StorageError says.
    """

    async def go() -> T:
        url = os.environ.get("DATABASE_URL") or DEFAULT_DATABASE
        database = await (open_for_reading(url) if read_only else connect(url, alone=False))
        try:
            return await work(database)
        finally:
            await database.close()

    try:
        return asyncio.run(go())
    except StorageError as error:
        raise CommandError(str(error)) from error

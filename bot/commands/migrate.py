"""`shiproom migrate`: brings the database to the newest schema, and says what that changed."""

import os

from bot.commands.database import with_database
from bot.commands.output import OK, say
from bot.file_modes import OURS_ALONE
from storage import schema
from storage.database import Database


def migrate() -> int:
    """Bring the database to the newest schema; return the exit status."""
    os.umask(OURS_ALONE)
    found = with_database(_migrate, read_only=False)
    if found == schema.NEWEST:
        say(f"The database is at schema {schema.NEWEST} already: nothing was changed.")
    elif found > schema.NEWEST:
        say(
            f"The database is at schema {found}, with which this Shiproom ({schema.NEWEST}) may work: nothing was changed."
        )
    elif found:
        say(f"The database was brought from schema {found} to {schema.NEWEST}.")
    else:
        say(f"The database was empty: its tables were made, at schema {schema.NEWEST}.")
    return OK


async def _migrate(database: Database) -> str:
    """Return the schema that the database was at."""
    found = await database.read(schema.version)
    if found > schema.NEWEST:
        await database.read(schema.require_usable)
    else:
        await database.write(schema.migrate)
    return found

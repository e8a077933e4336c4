"""`shiproom version`: what a report of an error should begin with."""

import platform

from bot import VERSION
from bot.commands.output import OK, say
from storage import schema
from storage.condition import SQLITE_LIBRARY


def version() -> int:
    """Say what runs here; return the exit status."""
    say(f"shiproom {VERSION}")
    say(f"database schema {schema.NEWEST}")
    say(f"{platform.python_implementation()} {platform.python_version()}, SQLite {SQLITE_LIBRARY}")
    say(platform.platform())
    return OK

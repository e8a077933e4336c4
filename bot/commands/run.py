"""`shiproom run`: the bot, in the foreground."""

import asyncio
import os
from dataclasses import replace

from bot import app, collector, lifetime, logs, origin
from bot.commands.output import OK, CommandError, fail
from bot.file_modes import protect
from bot.settings import Settings, read_settings
from bot.tracing import tracer
from storage.database import StorageError


def run(config: str, *, new_database: bool) -> int:
    """Run the bot until a signal ends it; return the exit status.

    Raises CommandError with the reason if it cannot start.
    """
    settings = read_settings(os.environ, config)
    if not isinstance(settings, Settings):
        return fail("\n".join(settings))
    logs.set_up(settings.log, settings.secrets)
    logs.hide(collector.secrets(os.environ))
    collector.set_up(os.environ)
    origin.trust(settings.trusted_proxies)
    for warning in protect(settings.database, settings.state):
        app.log.warning("%s", warning)
    try:
        asyncio.run(lifetime.run(replace(settings, new_database=new_database)))
    except (StorageError, app.StartError) as error:
        raise CommandError(str(error)) from error
    finally:
        tracer().close()
    return OK

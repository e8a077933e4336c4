"""Runs the bot until a signal ends it."""

import asyncio
import signal

from bot.app import App, StartError
from bot.clock import Clock
from bot.settings import Settings
from bot.tasks import Tasks


async def run(settings: Settings, clock: Clock | None = None) -> None:
    """Run the bot until SIGINT or SIGTERM; SIGHUP reads the policy again.

    Raises StartError with a sentence if it must not go on: another process has taken its place.
    """
    app = App(settings, clock=clock)
    stop, started, reloading = asyncio.Event(), asyncio.Event(), Tasks()

    async def reload() -> None:
        await started.wait()
        await app.reload()

    # Installed before anybody can see that the bot is up: a signal without a handler ends the process.
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    loop.add_signal_handler(signal.SIGHUP, lambda: reloading.start(reload(), "reload"))
    await app.start()
    started.set()
    app.end_listeners.append(stop.set)
    await stop.wait()
    await app.stop()
    if app.ended:
        raise StartError(app.ended)

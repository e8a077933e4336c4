"""Runs `shiproom demo`: starts everything, prints one address, ends on Ctrl-C."""

import asyncio
import signal
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.demo.environment import port_in_use, running_demo
from bot.demo.errors import DemoError
from bot.demo.folder import DemoFolder
from bot.tasks import Tasks

USUAL_PORT = 8080
OK, FAILED = 0, 1
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def run_demo(port: int | None = None, directory: Path | None = None) -> int:
    """Run the demo until a signal ends it; return the exit status.

    The page is served on `port`; without one on the usual 8080, or when that is in use on a free one. Without a directory a
    new one is made; a directory with a demo in it is continued, with an empty Slack.
    """
    showing = Tasks().start(_show(port, directory), "show the demo")
    with _ended_by_signals(showing):
        await asyncio.wait({showing})
    return OK if showing.cancelled() else int(showing.result())


async def _show(wanted: int | None, directory: Path | None) -> int:
    port = _usual() if wanted is None else wanted
    try:
        while True:
            folder = DemoFolder(_made(directory))
            async with running_demo(folder, port, _say) as demo:
                _say(f"\n  Shiproom's demo is at {demo.slack.url}/\n")
                _say(f"Everything it makes is in {folder.root}. Ctrl-C ends it.")
                await demo.again.wait()
            # The same address, so that an open page finds the new one; the old folder stays for who wants to look.
            port, directory = urlsplit(demo.slack.url).port or port, None
            _say("Starting again, with nothing done yet.")
    except DemoError as error:
        _say(str(error))
    except OSError as error:
        _say(f"The demo cannot be made: {error}.")
    return FAILED


def _made(directory: Path | None) -> Path:
    if directory is None:
        return Path(tempfile.mkdtemp(prefix="shiproom-demo-"))
    directory.mkdir(parents=True, exist_ok=True)
    return directory.absolute()


def _usual() -> int:
    """Return the usual port, or 0 for a free one."""
    if port_in_use(USUAL_PORT):
        _say(f"Port {USUAL_PORT} is in use, so a free one is taken.")
        return 0
    return USUAL_PORT


@contextmanager
def _ended_by_signals(showing: asyncio.Task[Any]) -> Generator[None]:
    """Let the first Ctrl-C end the demo, and ignore further ones while it ends."""
    loop = asyncio.get_running_loop()

    def end() -> None:
        if not showing.cancelling():
            _say("\nEnding. A deployment that is under way finishes by itself.")
            showing.cancel()

    for number in ENDING:
        loop.add_signal_handler(number, end)
    try:
        yield
    finally:
        for number in ENDING:
            loop.remove_signal_handler(number)


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()

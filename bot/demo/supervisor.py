"""Runs the bot as a process of its own, and restarts it whenever it ends."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.demo.errors import DemoError

READY_WITHIN, RECHECK_AFTER = 60.0, 0.05
PAUSES = (1.0, 1.0, 2.0, 5.0, 10.0)
"""Seconds before each restart when the bot does not become ready in between."""
END_WITHIN = 15.0
SHOWN_LINES = 5


class Supervisor:
    """The bot's process; `notify` receives a sentence whenever it ends by itself."""

    def __init__(self, url: str, log: Path, notify: Callable[[str], None]) -> None:
        self.url = url
        self.restarts = 0
        self.ready = False
        self._environment: Mapping[str, str] = {}
        self._log = log
        self._notify = notify
        self._running: Process | None = None
        self._stopping = False

    @property
    def pid(self) -> int | None:
        """Return the bot's process id, while it runs."""
        running = self._running
        return running.pid if running and running.returncode is None else None

    async def start(self, environment: Mapping[str, str]) -> None:
        """Start the bot with exactly this environment, and wait until it is ready.

        Raises DemoError with the end of its log when it ends before that, or takes too long.
        """
        self._environment = dict(environment)
        await self._spawn()
        if not await self._until_ready():
            await self.stop()
            message = f"Shiproom did not start. The end of {self._log}:\n{self._last_words()}"
            raise DemoError(message)

    async def supervise(self) -> None:
        """Restart the bot whenever it has ended, until `stop`."""
        failed = 0
        while self._running and not self._stopping:
            status = await self._running.wait()
            self.ready = False
            if self._stopping:
                return
            self._notify(f"Shiproom {_ending(status)}; it is started again.")
            await asyncio.sleep(PAUSES[min(failed, len(PAUSES) - 1)])
            if self._stopping:
                return
            await self._spawn()
            self.restarts += 1
            failed = 0 if await self._until_ready() else failed + 1

    def kill(self) -> int | None:
        """Kill the bot as a power cut would (SIGKILL); return its process id."""
        pid = self.pid
        if pid:
            self.ready = False
            os.kill(pid, signal.SIGKILL)
        return pid

    async def stop(self) -> None:
        """Stop the bot for good: SIGTERM first, SIGKILL if it takes too long."""
        self._stopping = True
        running = self._running
        if running is None or running.returncode is not None:
            return
        with suppress(ProcessLookupError):
            running.terminate()
        try:
            async with asyncio.timeout(END_WITHIN):
                await running.wait()
        except TimeoutError:
            running.kill()
            await running.wait()

    async def _spawn(self) -> None:
        # A session of its own: Ctrl-C in the terminal ends the demo, which then ends the bot.
        with self._log.open("ab") as log:
            self._running = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # what lies in the folder of a demo is not imported
                "-m",
                "bot",
                "run",
                "--new-database",  # whoever deletes the database of a demo wants a new one
                cwd=self._log.parent,
                env=self._environment,
                stdin=DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def _until_ready(self) -> bool:
        with suppress(TimeoutError):
            async with (
                asyncio.timeout(READY_WITHIN),
                ClientSession(timeout=ClientTimeout(total=2)) as session,
            ):
                while self.pid:
                    if await _answers(session, f"{self.url}/readyz"):
                        self.ready = True
                        return True
                    await asyncio.sleep(RECHECK_AFTER)
        return False

    def _last_words(self) -> str:
        return "\n".join(self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-SHOWN_LINES:])


async def _answers(session: ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as answer:
            return answer.ok
    except (ClientError, TimeoutError):
        return False


def _ending(status: int) -> str:
    return f"was killed ({signal.Signals(-status).name})" if status < 0 else f"ended with status {status}"

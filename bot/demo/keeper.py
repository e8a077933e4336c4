"""Keeps the bot running as a process of its own, which may be killed at any moment: a second later there is another."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.demo.place import DemoError

READY_WITHIN, LOOK_AGAIN = 60.0, 0.05
PAUSES = (1.0, 1.0, 2.0, 5.0, 10.0)
"""Seconds before each new start when the bot never gets ready in between."""
END_WITHIN = 15.0
TOLD_LINES = 5


class Keeper:
    """The bot's process. `told` gets a sentence whenever it ended by itself or was killed."""

    def __init__(self, url: str, log: Path, told: Callable[[str], None]) -> None:
        self.url = url
        self.restarts = 0
        self.ready = False
        self._environment: Mapping[str, str] = {}
        self._log = log
        self._told = told
        self._running: Process | None = None
        self._stopping = False

    @property
    def pid(self) -> int | None:
        """The bot's process id, while it runs."""
        running = self._running
        return running.pid if running and running.returncode is None else None

    async def start(self, environment: Mapping[str, str]) -> None:
        """Start the bot with this environment and no other, and wait until it is ready.

        Raises DemoError with the end of its log when it ends before that, or takes too long.
        """
        self._environment = dict(environment)
        await self._spawn()
        if not await self._until_ready():
            await self.stop()
            message = f"Shiproom did not start. The end of {self._log}:\n{self._last_words()}"
            raise DemoError(message)

    async def keep(self) -> None:
        """Start the bot again whenever it has ended, until `stop`."""
        failed = 0
        while self._running and not self._stopping:
            status = await self._running.wait()
            self.ready = False
            if self._stopping:
                return
            self._told(f"Shiproom {_ending(status)}; it is started again.")
            await asyncio.sleep(PAUSES[min(failed, len(PAUSES) - 1)])
            if self._stopping:
                return
            await self._spawn()
            self.restarts += 1
            failed = 0 if await self._until_ready() else failed + 1

    def kill(self) -> int | None:
        """End the bot as a power cut would (SIGKILL); gives the process id that is no more."""
        pid = self.pid
        if pid:
            self.ready = False
            os.kill(pid, signal.SIGKILL)
        return pid

    async def stop(self) -> None:
        """End the bot for good, politely at first."""
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
                "-m",
                "bot",
                "run",
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
                    await asyncio.sleep(LOOK_AGAIN)
        return False

    def _last_words(self) -> str:
        return "\n".join(self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-TOLD_LINES:])


async def _answers(session: ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as answer:
            return answer.ok
    except (ClientError, TimeoutError):
        return False


def _ending(status: int) -> str:
    return f"was killed ({signal.Signals(-status).name})" if status < 0 else f"ended with status {status}"

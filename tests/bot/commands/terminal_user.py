"""Somebody at a real terminal: reads what a program shows there, and types."""

import asyncio
import os
import pty
import select
import signal
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

CTRL_C = "\x03"
PATIENCE = 30.0
"""Seconds after which a program that shows nothing more counts as stuck."""


class TerminalUser:
    """One program on a pseudo-terminal of its own; `shown` is all that it has shown."""

    def __init__(self, child: int, terminal: int) -> None:
        self._child = child
        self._terminal = terminal
        self._read = 0
        self.shown = ""

    async def sees(self, words: str) -> None:
        """Wait until words are shown behind what was seen before."""
        while words not in self.shown[self._read :]:
            more = await asyncio.to_thread(self._chunk)
            assert more, f"it ended before {words!r}: {self.shown}"
            self.shown += more
        self._read = self.shown.index(words, self._read) + len(words)

    def types(self, text: str, end: str = "\n") -> None:
        """Type a line, or with another end a part of one."""
        os.write(self._terminal, f"{text}{end}".encode())

    async def answers(self, *pairs: tuple[str, str]) -> None:
        """Wait for each question, and type its answer."""
        for question, answer in pairs:
            await self.sees(question)
            self.types(answer)

    async def ends(self) -> int:
        """Read to the end; return the exit status."""
        while more := await asyncio.to_thread(self._chunk):
            self.shown += more
        _, status = await asyncio.to_thread(os.waitpid, self._child, 0)
        self._child = 0
        return os.waitstatus_to_exitcode(status)

    def _chunk(self) -> str:
        if not select.select([self._terminal], [], [], PATIENCE)[0]:
            raise TimeoutError(self.shown)
        try:
            return os.read(self._terminal, 65_536).decode().replace("\r\n", "\n")
        except OSError:  # Linux says so at the end of the other side
            return ""

    def close(self) -> None:
        """End the program if it still runs."""
        if self._child:
            os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)
        os.close(self._terminal)


@asynccontextmanager
async def on_a_terminal(
    command: Sequence[str], folder: Path, environ: Mapping[str, str]
) -> AsyncGenerator[TerminalUser]:
    """Run a program on a terminal."""
    child, terminal = pty.fork()
    if not child:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # what starts the tests may ignore it
        signal.pthread_sigmask(signal.SIG_SETMASK, [])  # or hold it back
        os.chdir(folder)
        os.execve(command[0], [*command], dict(environ))  # noqa: S606 - a test starts only what it names itself
    user = TerminalUser(child, terminal)
    try:
        yield user
    finally:
        user.close()

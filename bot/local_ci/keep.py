"""How a wrapper keeps a command's output: the end of it, in bounded room, and without ever stopping the command for it."""
# ruff: noqa: PTH104, PTH123, SIM115
# pathlib would add a third to the time that a wrapper takes to come up; the log stays open as long as the wrapper runs.

import os
from contextlib import suppress

from bot.local_ci.files import LOG, OLDER_LOG

HALF_LOG = 4 * 1024 * 1024
"""The most bytes of one of the two files."""

_CHUNK, _MOST_CHUNKS = 65536, 64
_TURNED = b"[what came before is in log.older, as far as it was kept]\n"


class Log:
    """The end of the output, in two files here of which the older is given up; what a full disk cannot take is dropped."""

    def __init__(self) -> None:
        self._file = open(LOG, "wb", buffering=0)
        self._size = 0

    def take(self, source: int) -> bool:
        """Keep what is there to be read, not more than a few MiB at once; False when nothing will come any more."""
        for _ in range(_MOST_CHUNKS):
            try:
                chunk = os.read(source, _CHUNK)
            except BlockingIOError:
                return True
            if not chunk:
                return False
            with suppress(OSError):
                self._keep(chunk)
        return True

    def close(self) -> None:
        """Take nothing any more."""
        self._file.close()

    def _keep(self, chunk: bytes) -> None:
        if self._size + len(chunk) > HALF_LOG:
            fresh = open(f"{LOG}.part", "wb", buffering=0)
            os.rename(LOG, OLDER_LOG)
            os.rename(f"{LOG}.part", LOG)
            self._file.close()
            self._file = fresh
            self._size = self._file.write(_TURNED)
        self._size += self._file.write(chunk)

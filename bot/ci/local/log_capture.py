"""Keeps the end of a command's output in bounded space, without ever blocking the command."""
# ruff: noqa: PTH104, PTH123, SIM115
# pathlib would add a third to the start-up time of a wrapper; the log stays open as long as the wrapper runs.

import os
from contextlib import suppress

from bot.ci.local.files import LOG, OLDER_LOG

HALF_LOG = 4 * 1024 * 1024
"""The most bytes of one of the two files."""

_CHUNK, _MOST_CHUNKS = 65536, 64
_ROTATED = b"[what came before is in log.older, as far as it was kept]\n"


class Log:
    """The end of the output, in two files, of which the older is overwritten.

    What does not fit on a full disk is dropped.
    """

    def __init__(self) -> None:
        self._file = open(LOG, "wb", buffering=0)
        self._size = 0

    def take(self, source: int) -> bool:
        """Copy what can be read now, at most a few MiB; False if nothing more will come."""
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
        """Stop writing."""
        self._file.close()

    def _keep(self, chunk: bytes) -> None:
        if self._size + len(chunk) > HALF_LOG:
            fresh = open(f"{LOG}.part", "wb", buffering=0)
            os.rename(LOG, OLDER_LOG)
            os.rename(f"{LOG}.part", LOG)
            self._file.close()
            self._file = fresh
            self._size = self._file.write(_ROTATED)
        self._size += self._file.write(chunk)

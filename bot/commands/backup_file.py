"""What `backup` and `restore` share: how a file is opened, and what is said of what is in it."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from bot.commands.output import CommandError, counted
from storage.backup_format import AWAY, BackupError, Header
from storage.backup_reading import BackupReader

STANDARD = "-"
"""The file that is standard input or output."""


def is_piped(name: str) -> bool:
    """Return whether a file can be read only once, such as standard input or the `<(...)` of a shell."""
    return name == STANDARD or Path(name).is_fifo()


def source(name: str) -> Callable[[], BinaryIO]:
    """Return what opens a backup, from its beginning each time.

    It raises CommandError if there is none, and BackupError if a pipe would have to be read twice.
    """
    if not is_piped(name):
        return lambda: _open(Path(name))
    read: list[bool] = []

    def pipe() -> BinaryIO:
        if read:
            raise BackupError(AWAY)
        read.append(True)
        return os.fdopen(os.dup(sys.stdin.fileno()), "rb") if name == STANDARD else _open(Path(name))

    return pipe


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error


def check(name: str) -> Header:
    """Read a backup to its end, and return what it says of itself.

    Raises CommandError if there is none, or it is not whole.
    """
    try:
        with source(name)() as file:
            reader = BackupReader(file, name)
            for _ in reader.batches():
                pass
            return reader.header
    except BackupError as error:
        raise CommandError(str(error)) from error


def spoken(header: Header) -> str:
    """Return what is in a backup, in one sentence."""
    counts = header.counts
    return (
        f"taken at {header.taken_at[:19]}Z by Shiproom {header.shiproom}, database {header.database}, schema {header.schema}; "
        f"{counted(counts.get('service', 0), 'service')}, {counted(counts.get('release', 0), 'release')}, "
        f"{counted(counts.get('history', 0), 'history row')}."
    )

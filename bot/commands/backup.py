"""`shiproom backup`: writes the database into a file while the bot runs, and says what is in one."""

import os
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from bot import VERSION
from bot.clock import SystemClock
from bot.commands.backup_file import STANDARD, source, spoken
from bot.commands.database import with_database
from bot.commands.new_file import new_file
from bot.commands.output import OK, CommandError, fail, unwritten
from storage.backup import write_backup
from storage.backup_format import BackupError, Header
from storage.backup_reading import BackupReader
from storage.database import Connection, Database, StorageError

_ANCHORS = (
    "Keep these anchors somewhere else: with them `shiproom audit verify --anchor ...` finds a history that was rewritten "
    "or cut off."
)
_SECRETS = (
    "The file holds names of people and what they wrote. It holds no secret: tokens and passwords are in the environment only, "
    "which has to be kept elsewhere."
)
_INTERRUPTED = "The backup was interrupted: nothing was written."


def backup(name: str, *, force: bool) -> int:
    """Write a backup; return the exit status."""
    try:
        opened = _standard_output() if name == STANDARD else new_file(Path(name), force=force)
        with _interruptible(), opened as out:
            header = with_database(partial(_write, out=out), read_only=True)
    except KeyboardInterrupt:
        return fail(_INTERRUPTED)
    where = "was written" if name == STANDARD else f"is in {name}"
    _report([f"The backup {where}: {spoken(header)}", _ANCHORS, *_anchors(header), _SECRETS], name)
    return OK


def verify(name: str) -> int:
    """Say what is in a backup, and whether it is whole; return the exit status."""
    try:
        with source(name)() as file:
            reader = BackupReader(file, name)
            for _ in reader.batches():
                pass
    except StorageError as error:
        raise CommandError(str(error)) from error
    _report([f"{name} is whole: {spoken(reader.header)}", *_anchors(reader.header)], "")
    return OK


def _anchors(header: Header) -> list[str]:
    return [f"anchor {head}" for head in header.heads]


def _report(lines: list[str], name: str) -> None:
    """Print lines, on standard error if the backup itself goes to standard output."""
    try:
        print("\n".join(lines), file=sys.stderr if name == STANDARD else sys.stdout)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritten(error) from error


async def _write(database: Database, out: BinaryIO) -> Header:
    began: list[bool] = []

    def work(connection: Connection) -> Header:
        if began:  # a server that was away is asked again
            if not out.seekable():
                raise BackupError(
                    "The database was away for a moment: nothing that was written is a backup. Try again."
                )
            out.seek(0)
            out.truncate()
        began.append(True)
        return write_backup(connection, out, VERSION, SystemClock().now)

    try:
        return await database.read(work)
    except BaseException:
        out.close()  # if it is a thread that writes, it ends at once
        raise


@contextmanager
def _interruptible() -> Generator[None]:
    """Let SIGTERM end the command as Ctrl-C does, so that what was written so far is removed."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _standard_output() -> Generator[BinaryIO]:
    """Open standard output for bytes.

    Raises CommandError if it is a terminal, or cannot be written.
    """
    if sys.stdout.isatty():
        raise CommandError(
            "A backup is no text for a terminal: name a file, or pass it on: `shiproom backup - | ...`."
        )
    try:
        with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
            yield out
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritten(error) from error

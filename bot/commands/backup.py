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
from bot.commands.backup_file import STANDARD, check, spoken
from bot.commands.database import with_database
from bot.commands.new_file import new_file
from bot.commands.output import OK, CommandError, fail, unwritten
from storage.backup import back_up
from storage.backup_format import Header

_ANCHORS = (
    "Keep these anchors somewhere else: with them `shiproom audit verify --anchor ...` finds a history that was rewritten "
    "or cut off."
)
_SECRETS = (
    "The file holds names of people and what they wrote. It holds no secret, provided that the policy names all of them as "
    "${NAME}: keep the environment elsewhere."
)
_INTERRUPTED = "The backup was interrupted: nothing was written."


def backup(name: str, *, force: bool) -> int:
    """Write a backup; return the exit status."""
    try:
        opened = _standard_output() if name == STANDARD else new_file(Path(name), force=force)
        with _interruptible(), opened as out:
            write = partial(back_up, out=out, shiproom=VERSION, now=SystemClock().now)
            header = with_database(write, read_only=True)
    except KeyboardInterrupt:
        return fail(_INTERRUPTED)
    where = "was written" if name == STANDARD else f"is in {name}"
    anchors = [_ANCHORS, *_anchors(header)] if header.heads else []
    _report([f"The backup {where}: {spoken(header)}", *anchors, _SECRETS], name)
    return OK


def verify(name: str) -> int:
    """Say what is in a backup, and whether it is whole; return the exit status."""
    header = check(name)
    _report([f"{name} is whole: {spoken(header)}", *_anchors(header)], "")
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

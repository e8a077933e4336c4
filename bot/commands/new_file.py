"""Writes a file so that under its name there is the whole of it or nothing, for its owner alone."""

import os
import stat
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from errno import EOPNOTSUPP, EPERM
from pathlib import Path
from typing import BinaryIO

from bot.commands.output import CommandError


@contextmanager
def new_file(path: Path, *, force: bool) -> Generator[BinaryIO]:
    """Open a file beside the path (mkstemp: 0600), and give it its name once it was written and is on the disk.

    Raises CommandError if there is one already and it is not to be replaced, or nothing can be written. Only a process that is
    killed leaves what it had written, as `.NAME.XXXX.partial`.
    """
    _require_free(path, force=force)
    try:
        number, beside = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent)
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        with os.fdopen(number, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _name(Path(beside), path, force=force)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        with suppress(OSError):
            Path(beside).unlink()


def unwritable(path: Path, error: OSError) -> CommandError:
    """Return what to say if a file cannot be written."""
    return CommandError(
        f"{path} cannot be written: {error.strerror}. There is no half of it: try another place."
    )


def _require_free(path: Path, *, force: bool) -> None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise unwritable(path, error) from error
    if not stat.S_ISREG(found.st_mode):
        raise CommandError(f"{path} is no file: name one that is not there yet.")
    if not force:
        raise _exists(path)


def _exists(path: Path) -> CommandError:
    return CommandError(f"{path} is there already: name another file, or replace it with --force.")


def _name(beside: Path, path: Path, *, force: bool) -> None:
    if force:
        beside.replace(path)
    else:
        _link(beside, path)
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _link(beside: Path, path: Path) -> None:
    """Give a file its name unless somebody took that meanwhile, which a rename would not notice."""
    try:
        path.hardlink_to(beside)
    except FileExistsError as error:
        raise _exists(path) from error
    except OSError as error:
        if error.errno not in {EPERM, EOPNOTSUPP}:  # link(2): a file system without hard links
            raise
        _require_free(path, force=False)
        beside.replace(path)

"""Writes several files, all or none of them."""

import os
import signal
import tempfile
import threading
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bot.setup.terminal import SetupError


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to be written, with its mode."""

    path: Path
    text: str
    mode: int = 0o644


def write_files(files: Iterable[NewFile], names: list[str]) -> None:
    """Write each file beside its place, and then move all of them there; add their names to those that are written.

    Raises SetupError if one cannot be written; then none is.
    """
    written: list[tuple[Path, Path]] = []
    try:
        for file in files:
            written += [(_beside(file), file.path)]
        with _uninterrupted():
            for beside, path in written:
                beside.replace(path)
                names.append(path.name)
    except OSError as error:
        raise SetupError(
            f"{error.filename or 'A file'} cannot be written ({error.strerror}): nothing was changed. "
            "Fix the permissions, or name another place with --directory."
        ) from error
    finally:
        for beside, _ in written:
            with suppress(OSError):
                beside.unlink()


def _beside(file: NewFile) -> Path:
    """Write a file's text under another name; mkstemp gives it to its owner alone until it has its mode."""
    number, name = tempfile.mkstemp(prefix=f".{file.path.name}.", dir=file.path.parent)
    beside = Path(name)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as made:
            made.write(file.text)
            made.flush()
            os.fsync(made.fileno())
        beside.chmod(file.mode)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
    return beside


@contextmanager
def _uninterrupted() -> Generator[None]:
    """Leave Ctrl-C unheard for the moment in which the files come to their places."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread hears of it
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)

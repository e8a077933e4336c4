"""Where an export goes: to standard output, or into a directory with one file for each service and day.

Each place knows what it has: the next export goes on after that, so that every row is exported once.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol, cast

from bot.anchor_file import add_anchors
from bot.commands.output import CommandError, flush, say
from bot.state_directory import StateDirectory, StateError
from storage.export import ExportedRow
from storage.history import Head

ENDING = ".jsonl"
HEADS = "heads.txt"
SUMS = "SHA256SUMS"
_LOCK = ".lock"
_TAIL = 1 << 20


class Place(Protocol):
    """Where rows are exported to."""

    def cursor(self, service: str) -> Head | None:
        """Return what was exported last of a service; None if nothing was."""
        ...

    def write(self, service: str, rows: Sequence[ExportedRow]) -> None:
        """Take rows that follow each other, and return once they are safe there."""
        ...

    def finish(self, ends: Mapping[str, Head], at: datetime) -> None:
        """Note how far the export got."""
        ...


class Output:
    """Standard output; with a file of cursors, the next export goes on after this one."""

    def __init__(self, state: str) -> None:
        self._path = Path(state).absolute() if state else None
        self._file = StateDirectory(self._path.parent) if self._path is not None else None
        try:
            self._cursors = self._file.read(self._path.name) if self._file and self._path else {}
        except StateError as error:
            raise CommandError(str(error)) from error

    def cursor(self, service: str) -> Head | None:
        """Return the cursor in the file."""
        row, _, digest = self._cursors.get(service, "").partition(":")
        return Head(service, int(row), digest) if row.isdigit() else None

    def write(self, service: str, rows: Sequence[ExportedRow]) -> None:
        """Print the rows."""
        del service
        for row in rows:
            say(row.line)

    def finish(self, ends: Mapping[str, Head], at: datetime) -> None:
        """Write the cursors, once all rows were handed on."""
        del at
        flush()
        if self._file is None or self._path is None:
            return
        try:
            self._file.write(
                self._path.name, self._cursors | {name: f"{end.row}:{end.hash}" for name, end in ends.items()}
            )
        except StateError as error:
            raise CommandError(
                f"The rows were printed, but {self._path} cannot be written: {error}"
            ) from error


class Directory:
    """A directory: `SERVICE/YYYY-MM-DD.jsonl`, the checksums of these files, and the heads after each export."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written: dict[str, set[Path]] = {}

    @contextmanager
    def locked(self) -> Generator[None]:
        """Keep other exports out.

        Raises CommandError if one is at work, or the directory cannot be used.
        """
        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (self._path / _LOCK).open("wb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield
        except BlockingIOError as error:
            raise CommandError(f"Another export writes to {self._path}: wait until it is done.") from error
        except OSError as error:
            raise CommandError(f"The export cannot be written to {self._path}: {error.strerror}.") from error

    def cursor(self, service: str) -> Head | None:
        """Return the last whole row of the newest file; a line that a crash has cut short is removed first."""
        for path in reversed(self._files(service)):
            _remove_torn_line(path)
            last = _last_line(path)
            if last is not None:
                _check_sum(path)
                self._written.setdefault(service, set()).add(path)
                return _head_of(service, last, path)
        return None

    def _files(self, service: str) -> list[Path]:
        return sorted((self._path / service).glob(f"????-??-??{ENDING}"))

    def write(self, service: str, rows: Sequence[ExportedRow]) -> None:
        """Add rows to the files of their days, which are on the disk then.

        Rows stay in their order: one that a replica's clock dates before the row before it is in that one's file.
        """
        files = self._files(service)
        newest = date.fromisoformat(files[-1].stem) if files else date.min
        (self._path / service).mkdir(mode=0o700, exist_ok=True)
        for day, lines in _by_day(rows, newest):
            path = self._path / service / f"{day.isoformat()}{ENDING}"
            _append(path, "".join(f"{line}\n" for line in lines).encode())
            self._written.setdefault(service, set()).add(path)

    def finish(self, ends: Mapping[str, Head], at: datetime) -> None:
        """Write the checksums of what was added to, and the heads."""
        for service, paths in self._written.items():
            sums = self._path / service / SUMS
            known = {name: digest for digest, _, name in (line.partition("  ") for line in _lines(sums))}
            known |= {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
            _replace(sums, "".join(f"{digest}  {name}\n" for name, digest in sorted(known.items())))
        noted = {line.split(" ", 1)[0] for line in _lines(self._path / HEADS)}
        new = [str(end) for end in ends.values() if end.row and str(end) not in noted]
        if new:
            add_anchors(self._path / HEADS, new, at)


def _check_sum(path: Path) -> None:
    """Check that a file begins with what its checksum was written of: an export that crashed may have added to it since.

    Raises CommandError if somebody altered it, before a new checksum would hide that.
    """
    noted = {
        name: digest for digest, _, name in (line.partition("  ") for line in _lines(path.parent / SUMS))
    }
    wanted, digest = noted.get(path.name), hashlib.sha256()
    if wanted is None:
        return
    with path.open("rb") as file:
        for line in file:
            digest.update(line)
            if digest.hexdigest() == wanted:
                return
    raise CommandError(
        f"{path} is not what was exported: its checksum in {SUMS} differs. Nothing was exported. Keep it as it is, "
        "find out who altered it, and export to another directory."
    )


def _by_day(rows: Iterable[ExportedRow], newest: date) -> Iterator[tuple[date, list[str]]]:
    lines: list[str] = []
    for row in rows:
        if lines and row.day > newest:
            yield newest, lines
            lines = []
        newest = max(newest, row.day)
        lines.append(row.line)
    if lines:
        yield newest, lines


def _head_of(service: str, line: bytes, path: Path) -> Head:
    try:
        row = cast("dict[str, Any]", json.loads(line))
        return Head(service, int(row["row"]), str(row["hash"]))
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(
            f"The last line of {path} is no row of the history: restore it, or move it away."
        ) from error


def _append(path: Path, text: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        left = memoryview(text)
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_torn_line(path: Path) -> None:
    with path.open("rb+") as file:
        size = file.seek(0, os.SEEK_END)
        begin = size
        while begin:
            step = min(_TAIL, begin)
            file.seek(begin - step)
            found = file.read(step).rfind(b"\n")
            if found >= 0:
                begin += found + 1 - step
                break
            begin -= step
        if begin != size:
            file.truncate(begin)
            os.fsync(file.fileno())


def _last_line(path: Path) -> bytes | None:
    """Return the last line; None of an empty file."""
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        tail = b""
        while end and tail.count(b"\n", 0, -1) == 0:
            step = min(_TAIL, end)
            file.seek(end - step)
            tail, end = file.read(step) + tail, end - step
        lines = tail.splitlines()
        return lines[-1] if lines else None


def _lines(path: Path) -> list[str]:
    with suppress(FileNotFoundError):
        return path.read_text("utf-8").splitlines()
    return []


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)

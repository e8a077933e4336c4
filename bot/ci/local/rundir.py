"""The directories of runs, which hold everything that is remembered of them.

`runs/<correlation id>` exists if and only if a wrapper has claimed the run. `runs/.prepared/<correlation id>.<nonce>` is an
attempt to start it that has not claimed yet. Voiding an attempt (`void`) and claiming are the same kind of rename of the same
directory, so exactly one of the two happens, and a search needs no clock to be sure of its "none".
"""

import os
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.ci.local.files import CANCELLED, EXIT_STATUS, LOG, OLDER_LOG, REFUSED, WRAPPER, write_file
from bot.ci.local.identity import identity_of

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
_WINDOW = 64 * 1024


@dataclass(frozen=True, slots=True)
class ExitStatus:
    """How a command ended: its exit status, and whether and why it was stopped.

    A negative status is the signal that killed it.
    """

    status: int
    reason: str
    """`cancelled` or `timed_out`; empty if nobody stopped it."""


@dataclass(frozen=True, slots=True)
class RunDirectory:
    """One run's directory, claimed or not yet."""

    path: Path

    @property
    def id(self) -> str:
        """The run's id, which is its correlation id."""
        return self.path.name

    @property
    def claimed(self) -> bool:
        """Whether a wrapper has claimed the run, durably, before it ran anything."""
        return self.path.is_dir()

    @property
    def refusal(self) -> str:
        """Why nothing was run although it was claimed; empty if something was."""
        return self._text(REFUSED)

    @property
    def exit_status(self) -> ExitStatus | None:
        """How the command ended; None while it runs, and if its wrapper died before recording it."""
        status, _, reason = self._text(EXIT_STATUS).partition(" ")
        return ExitStatus(int(status), reason) if status else None

    @property
    def wrapper(self) -> str:
        """The identity of the wrapper, empty if it is not running."""
        identity = self._text(WRAPPER)
        number = identity.partition(" ")[0]
        return identity if number and identity_of(int(number)) == identity else ""

    @property
    def cancelled(self) -> bool:
        """Whether it was asked to stop."""
        return (self.path / CANCELLED).exists()

    @property
    def started_at(self) -> datetime | None:
        """When it was claimed."""
        try:
            return datetime.fromtimestamp((self.path / WRAPPER).stat().st_mtime, UTC)
        except FileNotFoundError:
            return None

    def mark_cancelled(self) -> None:
        """Record, durably and before any signal, that it has to stop; its wrapper reads this too."""
        write_file(str(self.path / CANCELLED), "")

    def output(self) -> bytes:
        """Return the end of the output, from the beginning of a line."""
        end = self._end(LOG)
        if len(end) < _WINDOW:
            end = self._end(OLDER_LOG) + end
        return end if len(end) < _WINDOW else end[-_WINDOW:].partition(b"\n")[2]

    def _end(self, name: str) -> bytes:
        try:
            with (self.path / name).open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _WINDOW))
                return file.read(_WINDOW)
        except FileNotFoundError:
            return b""

    def _text(self, name: str) -> str:
        try:
            return (self.path / name).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return ""


class Runs:
    """All runs of one state directory, which only one bot may use at a time."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        self._prepared = self._root / ".prepared"
        self._voided = self._root / ".voided"

    def make(self) -> None:
        """Create the directories; raises OSError.

        Only once, at the start: if they disappear later, so does what they remembered.
        """
        for directory in (self._prepared, self._voided):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    def run(self, run_id: str) -> RunDirectory | None:
        """Return a run's directory, whether it exists or not; None if the id is invalid."""
        return RunDirectory(self._root / run_id) if _ID.fullmatch(run_id) else None

    def prepare(self, run: RunDirectory, nonce: str) -> Path:
        """Create the directory of one attempt to start a run; raises OSError."""
        prepared = self._prepared / f"{run.id}.{nonce}"
        prepared.mkdir(mode=0o700)
        return prepared

    def void(self, prepared: Path) -> bool:
        """Void an attempt, which can then never claim.

        False if it has claimed or was voided already.
        """
        try:
            prepared.rename(self._voided / prepared.name)
        except FileNotFoundError:
            return False
        shutil.rmtree(self._voided / prepared.name, ignore_errors=True)
        return True

    def void_all(self, run: RunDirectory) -> None:
        """Void all attempts to start a run: from now on it is claimed or never will be.

        Raises OSError.
        """
        for prepared in self._prepared.iterdir():
            if prepared.name.partition(".")[0] == run.id:
                self.void(prepared)

    def prune(self, before: datetime) -> int:
        """Remove ended runs claimed before then, and leftovers of that age; return how many runs."""
        for leftover in self._prepared.iterdir():
            if leftover.stat().st_mtime < before.timestamp():
                self.void(leftover)
        self._sweep()
        aged = [run for run in self._claimed() if (run.started_at or before) < before]
        old = [run for run in aged if run.exit_status is not None or not run.wrapper]
        for run in old:
            run.path.rename(self._voided / run.id)
        self._sweep()
        return len(old)

    def _claimed(self) -> list[RunDirectory]:
        return [RunDirectory(path) for path in self._root.iterdir() if _ID.fullmatch(path.name)]

    def _sweep(self) -> None:
        for voided in self._voided.iterdir():
            shutil.rmtree(voided, ignore_errors=True)

"""The directories of runs, which are all that is remembered of them: names say what was started, files say how it went.

`runs/<correlation id>` exists if and only if a wrapper has claimed the run. `runs/.prepared/<correlation id>.<chance>` is an
attempt to start it that has not claimed yet; taking it away (`void`) and claiming it are the same kind of rename of the same
directory, so that exactly one of the two happens and a search needs no clock to be sure of its "none".
"""

import os
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.local_ci.files import CANCELLED, ENDING, LOG, OLDER_LOG, REFUSED, WRAPPER, write_file
from bot.local_ci.identity import identity_of

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
_WINDOW = 64 * 1024


@dataclass(frozen=True, slots=True)
class Ending:
    """How a command ended: its exit status (negative: the signal that killed it), and whether it was stopped and why."""

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
        """Whether a wrapper has taken the run, durably, before it ran anything."""
        return self.path.is_dir()

    @property
    def refusal(self) -> str:
        """Why nothing was run although it was claimed; empty if something was."""
        return self._text(REFUSED)

    @property
    def ending(self) -> Ending | None:
        """How the command ended; None while it runs, and if its wrapper died before it could say so."""
        status, _, reason = self._text(ENDING).partition(" ")
        return Ending(int(status), reason) if status else None

    @property
    def wrapper(self) -> str:
        """The identity of the wrapper, empty if it runs no more."""
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
        """Write down, durably and before any signal, that it shall stop; its wrapper reads this too."""
        write_file(str(self.path / CANCELLED), "")

    def output(self) -> bytes:
        """Read the end of the output, from the beginning of a line."""
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
        """Make what is missing; raises OSError. Only once, at the start: if it is gone later, so is what it remembered."""
        for directory in (self._prepared, self._voided):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    def run(self, run_id: str) -> RunDirectory | None:
        """Give a run's directory, whether it exists or not; None for what can be no run's id."""
        return RunDirectory(self._root / run_id) if _ID.fullmatch(run_id) else None

    def prepare(self, run: RunDirectory, chance: str) -> Path:
        """Make the directory of one attempt to start a run; raises OSError."""
        prepared = self._prepared / f"{run.id}.{chance}"
        prepared.mkdir(mode=0o700)
        return prepared

    def void(self, prepared: Path) -> bool:
        """Take an attempt away, so that it can never claim; False if it has claimed or was taken away already."""
        try:
            prepared.rename(self._voided / prepared.name)
        except FileNotFoundError:
            return False
        shutil.rmtree(self._voided / prepared.name, ignore_errors=True)
        return True

    def void_all(self, run: RunDirectory) -> None:
        """Take all attempts to start a run away: from now on it is claimed or never will be. Raises OSError."""
        for prepared in self._prepared.iterdir():
            if prepared.name.partition(".")[0] == run.id:
                self.void(prepared)

    def prune(self, before: datetime) -> int:
        """Remove runs that were claimed before then and run no more, and leftovers of that age; gives how many runs."""
        for leftover in self._prepared.iterdir():
            if leftover.stat().st_mtime < before.timestamp():
                self.void(leftover)
        self._sweep()
        aged = [run for run in self._claimed() if (run.started_at or before) < before]
        old = [run for run in aged if run.ending is not None or not run.wrapper]
        for run in old:
            run.path.rename(self._voided / run.id)
        self._sweep()
        return len(old)

    def _claimed(self) -> list[RunDirectory]:
        return [RunDirectory(path) for path in self._root.iterdir() if _ID.fullmatch(path.name)]

    def _sweep(self) -> None:
        for voided in self._voided.iterdir():
            shutil.rmtree(voided, ignore_errors=True)

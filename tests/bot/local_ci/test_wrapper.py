"""The wrapper by itself: it runs its command if and only if it was the one to claim, however long it was held up before."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.ci.local.files import EXIT_STATUS, WRAPPER, write_file
from bot.ci.local.rundir import RunDirectory, Runs
from bot.ci.local.wrapper import BOOT
from tests.house.tree import ROOT

ALONE = (sys.executable, "-I", "-S", "-c", BOOT, str(ROOT))


class Held:
    """A wrapper that was stopped before it could do anything, like on a machine that is too busy."""

    def __init__(self, tmp_path: Path) -> None:
        self.runs = Runs(tmp_path / "runs")
        self.runs.make()
        run = self.runs.run("k7f3q2")
        assert run is not None
        self.run: RunDirectory = run
        self.prepared = self.runs.prepare(run, "1")
        self.ran = tmp_path / "ran"
        command = ("/bin/sh", "-c", f"echo ran >> {self.ran}")
        told = (str(self.prepared), str(run.path), str(tmp_path), "60", "1", *command)
        self.program = subprocess.Popen((*ALONE, *told), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        os.kill(self.program.pid, signal.SIGSTOP)

    def go_on(self) -> bytes:
        """Let it go on until it has hung up; gives what it said."""
        os.kill(self.program.pid, signal.SIGCONT)
        return self.program.communicate(timeout=30)[0]

    def times_run(self) -> int:
        return len(self.ran.read_text(encoding="utf-8").split()) if self.ran.exists() else 0


@pytest.fixture
def held(tmp_path: Path) -> Held:
    return Held(tmp_path)


def wait_for(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_it_claims_runs_and_says_how_it_ended(held: Held) -> None:
    assert held.go_on() == b""
    wait_for((held.run.path / EXIT_STATUS).exists)
    assert held.times_run() == 1
    assert not held.prepared.exists()
    wait_for(lambda: held.run.wrapper == "")


def test_one_that_was_taken_away_meanwhile_runs_nothing(held: Held) -> None:
    held.runs.void_all(held.run)
    assert held.go_on() == b""
    assert not held.run.claimed
    assert held.times_run() == 0


def test_one_that_comes_second_runs_nothing(held: Held) -> None:
    first = held.runs.prepare(held.run, "2")
    write_file(str(first / WRAPPER), "1 1 -")
    first.rename(held.run.path)
    assert held.go_on() == b""
    assert held.prepared.exists()
    assert held.times_run() == 0


def test_one_that_cannot_write_says_so_and_runs_nothing(held: Held) -> None:
    (held.prepared / f"{WRAPPER}.part").symlink_to("/dev/full")
    assert held.go_on() == b"its directory cannot be written: No space left on device\n"
    assert not held.run.claimed
    assert held.times_run() == 0

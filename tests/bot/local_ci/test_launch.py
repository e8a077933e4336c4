"""Starting a run when the wrapper does not do as it should: the answer is what the disk says."""

import os
import time
from pathlib import Path

import pytest

from bot.ci.local import wrapper
from bot.ci.local.launch import LaunchSpec, NotStarted, launch
from bot.ci.local.rundir import RunDirectory, Runs

BROKEN = "the command could not be run"
HANG = "import time; time.sleep(300)"
VANISH = "import shutil, sys; shutil.rmtree(sys.argv[2])"
CLAIM = "import os, sys; os.rename(sys.argv[2], sys.argv[3])"


def transient(detail: str) -> NotStarted:
    return NotStarted(transient=True, detail=detail)


def final(detail: str) -> NotStarted:
    return NotStarted(transient=False, detail=f"{BROKEN}: {detail}")


class Launch:
    def __init__(self, tmp_path: Path) -> None:
        self._directory = str(tmp_path)
        self.runs = Runs(tmp_path / "runs")
        self.runs.make()
        run = self.runs.run("k7f3q2")
        assert run is not None
        self.run: RunDirectory = run

    def __call__(self, seconds: float) -> NotStarted | None:
        until = time.monotonic() + seconds
        order = LaunchSpec(("true",), self._directory, {"PATH": os.defpath}, 60, 1, until)
        return launch(self.runs, self.run, order, "1")


@pytest.fixture
def launched(tmp_path: Path) -> Launch:
    return Launch(tmp_path)


@pytest.mark.parametrize(
    ("boot", "seconds", "nothing"),
    [
        (HANG, 0.3, transient("it did not start in time")),
        (VANISH, 30, transient("a search voided it before it ran")),
        (CLAIM, -1, transient("it was too late to start it")),
        ("1 / 0", 30, final("ZeroDivisionError: division by zero")),
        ("pass", 30, final("its wrapper ended")),
        (CLAIM, 30, None),
    ],
)
def test_what_a_wrapper_leaves_behind_is_the_answer(
    launched: Launch, monkeypatch: pytest.MonkeyPatch, boot: str, seconds: float, nothing: NotStarted | None
) -> None:
    monkeypatch.setattr(wrapper, "BOOT", boot)
    assert launched(seconds) == nothing
    assert launched.run.claimed is (nothing is None)


@pytest.mark.parametrize(
    ("error", "nothing"),
    [
        (
            BlockingIOError(11, "Resource temporarily unavailable"),
            transient(f"{BROKEN}: Resource temporarily unavailable"),
        ),
        (OSError(24, "Too many open files"), transient(f"{BROKEN}: Too many open files")),
        (OSError(28, "No space left on device"), final("No space left on device")),
    ],
)
def test_a_machine_that_is_short_of_something_for_a_moment_is_asked_again(
    launched: Launch, monkeypatch: pytest.MonkeyPatch, error: OSError, nothing: NotStarted
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("bot.ci.local.launch.subprocess.Popen", refuse)
    assert launched(30) == nothing
    assert not launched.run.claimed

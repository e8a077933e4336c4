"""Starts a run: prepare, let a detached wrapper claim it, and answer from what is on disk."""

import errno
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.ci.local import wrapper
from bot.ci.local.rundir import RunDirectory, Runs

_TRANSIENT_ERRORS = frozenset({errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE})
"""What a machine may lack for a moment: processes, memory, open files."""

_MOST_OUTPUT = 4096
_HOME = Path(wrapper.__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class LaunchSpec:
    """What to run; `limit` and `grace` are in seconds.

    `not_after` is the monotonic time after which it must not start any more.
    """

    command: tuple[str, ...]
    directory: str
    environment: Mapping[str, str]
    limit: float
    grace: float
    not_after: float


@dataclass(frozen=True, slots=True)
class NotStarted:
    """It is proved that nothing was run and that nothing will be.

    `transient` means that it may work in a while.
    """

    transient: bool
    detail: str


def launch(runs: Runs, run: RunDirectory, spec: LaunchSpec, nonce: str) -> NotStarted | None:
    """Start a run unless it was started before; None if any attempt has claimed it.

    Raises OSError if the directories cannot be read, in which case nobody knows.
    """
    if run.claimed:
        return _claimed(run)
    try:
        prepared = runs.prepare(run, nonce)
    except OSError as error:
        return _not_started(error, "no directory for the run could be made")
    # Only now that the directory exists: a search that comes after this time finds it and removes it.
    left = spec.not_after - time.monotonic()
    failure = (
        _spawn(_arguments(str(prepared), str(run.path), spec), spec.environment, left)
        if left > 0
        else _TOO_LATE
    )
    taken_back = not runs.void(prepared)
    if run.claimed:
        return _claimed(run)
    return NotStarted(transient=True, detail="a search voided it before it ran") if taken_back else failure


_TOO_LATE = NotStarted(transient=True, detail="it was too late to start it")


def _claimed(run: RunDirectory) -> NotStarted | None:
    refusal = run.refusal
    return NotStarted(transient=False, detail=refusal) if refusal else None


def _not_started(error: OSError | ValueError, what: str) -> NotStarted:
    number = error.errno if isinstance(error, OSError) else None
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return NotStarted(transient=number in _TRANSIENT_ERRORS, detail=f"{what}: {reason}")


def _arguments(prepared: str, claimed: str, spec: LaunchSpec) -> list[str]:
    python = [sys.executable, "-I", "-S", "-c", wrapper.BOOT, str(_HOME)]
    return [*python, prepared, claimed, spec.directory, str(spec.limit), str(spec.grace), *spec.command]


def _spawn(arguments: list[str], environment: Mapping[str, str], seconds: float) -> NotStarted:
    """Start a wrapper and wait until it runs the command, gives up, or time is over.

    Return the reason to use if the run turns out not to be claimed. The wrapper detaches by forking, and is then nobody's child
    here: a run that this bot started is followed exactly like one that it found.
    """
    until = time.monotonic() + seconds
    try:
        wrapper_process = subprocess.Popen(  # noqa: S603 -- our own wrapper around an argument list of the configuration
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd="/",
            start_new_session=True,
            umask=0o077,
        )
    except (OSError, ValueError) as error:
        return _not_started(error, "the command could not be run")
    with wrapper_process:
        output = _read_output(wrapper_process, until)
        if output is None:
            wrapper_process.kill()
            return NotStarted(transient=True, detail="it did not start in time")
    last_line = output.decode("utf-8", "replace").strip().rpartition("\n")[2]
    return NotStarted(
        transient=False, detail=f"the command could not be run: {last_line or 'its wrapper ended'}"
    )


def _read_output(wrapper_process: "subprocess.Popen[bytes]", until: float) -> bytes | None:
    """Read a wrapper's output until it closes the pipe; None if it does not in time."""
    pipe = wrapper_process.stdout.fileno() if wrapper_process.stdout else -1
    waiting = select.poll()
    waiting.register(pipe, select.POLLIN)
    output = b""
    while waiting.poll(max(0.0, until - time.monotonic()) * 1000):
        chunk = os.read(pipe, _MOST_OUTPUT)
        if not chunk:
            return output
        output = (output + chunk)[-_MOST_OUTPUT:]
    return None

"""What is left of a run: found by its correlation id in the environment, signalled so that no other program can be hit."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.local_ci.identity import identity_of
from bot.local_ci.rundir import RunDirectory

COOKIE = "SHIPROOM_CORRELATION_ID"


def survivors(run: RunDirectory) -> Iterator[int]:
    """Give the numbers of all programs that carry the run's id; those of other users cannot be seen, nor stopped, by us."""
    numbers = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())
    return (number for number in numbers if number != os.getpid() and _carries(number, run.id))


def _carries(number: int, run_id: str) -> bool:
    try:
        environment = Path(f"/proc/{number}/environ").read_bytes()
    except OSError:
        return False
    return f"{COOKIE}={run_id}".encode() in environment.split(b"\0")


def over(run: RunDirectory) -> bool:
    """Look whether there is nothing to stop: a run that has ended, or of which nothing is left."""
    return run.ending is not None or not (run.wrapper or any(survivors(run)))


def call(run: RunDirectory) -> None:
    """Have the run look at its `cancelled` mark: wake its wrapper, or, if that has died, ask what is left to end."""
    identity = run.wrapper
    if identity:
        number = int(identity.partition(" ")[0])
        _signal(number, signal.SIGTERM, lambda: identity_of(number) == identity)
    elif run.ending is None:
        _signal_all(run, signal.SIGTERM)


def kill(run: RunDirectory) -> None:
    """End all that is left of a run."""
    _signal_all(run, signal.SIGKILL)


def _signal_all(run: RunDirectory, signal_number: signal.Signals) -> None:
    for number in survivors(run):
        _signal(number, signal_number, lambda number=number: _carries(number, run.id))


def _signal(number: int, signal_number: signal.Signals, still_ours: Callable[[], bool]) -> None:
    """Signal a program of which we hold on to before we look at who it is, so that its number cannot change hands between."""
    try:
        handle = os.pidfd_open(number)
    except ProcessLookupError:
        return
    try:
        if still_ours():
            signal.pidfd_send_signal(handle, signal_number)
    except (ProcessLookupError, PermissionError):
        return
    finally:
        os.close(handle)

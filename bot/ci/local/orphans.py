"""Finds and signals the processes of a run, by the correlation id in their environment.

No other process can be hit.
"""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.ci.local.identity import identity_of
from bot.ci.local.rundir import RunDirectory

COOKIE = "SHIPROOM_CORRELATION_ID"


def orphans_of(run: RunDirectory) -> Iterator[int]:
    """Return the ids of all processes that carry the run's id.

    Those of other users cannot be seen, nor stopped, by us.
    """
    numbers = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())
    return (number for number in numbers if number != os.getpid() and _carries(number, run.id))


def _carries(number: int, run_id: str) -> bool:
    try:
        environment = Path(f"/proc/{number}/environ").read_bytes()
    except OSError:
        return False
    return f"{COOKIE}={run_id}".encode() in environment.split(b"\0")


def is_over(run: RunDirectory) -> bool:
    """Return whether nothing is left to stop: the run has ended, or has no processes."""
    return run.exit_status is not None or not (run.wrapper or any(orphans_of(run)))


def request_stop(run: RunDirectory) -> None:
    """Make a run notice its `cancelled` mark.

    Wakes its wrapper; if that has died, asks the remaining processes to end.
    """
    identity = run.wrapper
    if identity:
        number = int(identity.partition(" ")[0])
        _signal(number, signal.SIGTERM, lambda: identity_of(number) == identity)
    elif run.exit_status is None:
        _signal_all(run, signal.SIGTERM)


def kill(run: RunDirectory) -> None:
    """Kill all processes of a run."""
    _signal_all(run, signal.SIGKILL)


def _signal_all(run: RunDirectory, signal_number: signal.Signals) -> None:
    for number in orphans_of(run):
        _signal(number, signal_number, lambda number=number: _carries(number, run.id))


def _signal(number: int, signal_number: signal.Signals, still_ours: Callable[[], bool]) -> None:
    """Signal a process; a handle held since before the check keeps its id from being reused."""
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

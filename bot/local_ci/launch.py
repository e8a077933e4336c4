"""How a run starts: prepare, let a detached wrapper claim, and answer from what is on the disk, whatever went wrong."""

import errno
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.local_ci import wrapper
from bot.local_ci.rundir import RunDirectory, Runs

_SHORT_OF = frozenset({errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE})
"""What a machine may be short of for a moment: programs, memory, open files."""

_COMPLAINT = 4096
_HOME = Path(wrapper.__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run: `limit` and `grace` are in seconds, `not_after` is the monotonic time at which it is too late."""

    command: tuple[str, ...]
    directory: str
    environment: Mapping[str, str]
    limit: float
    grace: float
    not_after: float


@dataclass(frozen=True, slots=True)
class NothingRan:
    """It is proved that nothing was run and that nothing will be; `transient` says that it may work in a while."""

    transient: bool
    detail: str


def launch(runs: Runs, run: RunDirectory, order: Order, chance: str) -> NothingRan | None:
    """Start a run unless it was started before; None when it has been claimed, by this attempt or by any other.

    Raises OSError when the directories cannot be read, so that nobody knows.
    """
    if run.claimed:
        return _claimed(run)
    try:
        prepared = runs.prepare(run, chance)
    except OSError as error:
        return _short_of(error, "no directory for the run could be made")
    # Only now, with the directory in its place: a search that comes after this time finds it and takes it away.
    left = order.not_after - time.monotonic()
    trouble = (
        _spawn(_arguments(str(prepared), str(run.path), order), order.environment, left)
        if left > 0
        else _TOO_LATE
    )
    taken_back = not runs.void(prepared)
    if run.claimed:
        return _claimed(run)
    return NothingRan(transient=True, detail="a search took it back before it ran") if taken_back else trouble


_TOO_LATE = NothingRan(transient=True, detail="it was too late to start it")


def _claimed(run: RunDirectory) -> NothingRan | None:
    refusal = run.refusal
    return NothingRan(transient=False, detail=refusal) if refusal else None


def _short_of(error: OSError | ValueError, what: str) -> NothingRan:
    number = error.errno if isinstance(error, OSError) else None
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return NothingRan(transient=number in _SHORT_OF, detail=f"{what}: {reason}")


def _arguments(prepared: str, claimed: str, order: Order) -> list[str]:
    alone = [sys.executable, "-I", "-S", "-c", wrapper.BOOT, str(_HOME)]
    return [*alone, prepared, claimed, order.directory, str(order.limit), str(order.grace), *order.command]


def _spawn(arguments: list[str], environment: Mapping[str, str], seconds: float) -> NothingRan:
    """Start a wrapper and wait, at most so long, until it has run the command or given up.

    What it gives is the reason if the run turns out not to be claimed. The wrapper leaves by forking, and then belongs to
    nobody here: a run that this bot started is followed exactly like one that it found.
    """
    until = time.monotonic() + seconds
    try:
        leaving = subprocess.Popen(  # noqa: S603 -- our own wrapper around an argument list of the configuration
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
        return _short_of(error, "the command could not be run")
    with leaving:
        said = _listen(leaving, until)
        if said is None:
            leaving.kill()
            return NothingRan(transient=True, detail="it did not start in time")
    words = said.decode("utf-8", "replace").strip().rpartition("\n")[2]
    return NothingRan(transient=False, detail=f"the command could not be run: {words or 'its wrapper ended'}")


def _listen(leaving: "subprocess.Popen[bytes]", until: float) -> bytes | None:
    """Read what a wrapper says until it hangs up; None if it does not in time."""
    pipe = leaving.stdout.fileno() if leaving.stdout else -1
    waiting = select.poll()
    waiting.register(pipe, select.POLLIN)
    said = b""
    while waiting.poll(max(0.0, until - time.monotonic()) * 1000):
        heard = os.read(pipe, _COMPLAINT)
        if not heard:
            return said
        said = (said + heard)[-_COMPLAINT:]
    return None

"""Where Shiproom is a container's first process, lets it work in a child, and reaps what no other process waits for.

A process whose parent has ended becomes the child of PID 1, or of a child subreaper (PR_SET_CHILD_SUBREAPER in `man 2 prctl`),
and once it ends it is a zombie until that waits for it. A bot that did so itself could take the exit status of its own
commands. So it is split before anything else starts: the parent has no other child of its own than the bot.
"""

import ctypes
import os
import signal

_SET_DEATH_SIGNAL, _GET_SUBREAPER = 1, 37
"""PR_SET_PDEATHSIG and PR_GET_CHILD_SUBREAPER (linux/prctl.h)."""

_KILLED = 128
"""What a shell adds to the number of the signal that ended a process."""


def adopts_orphans() -> bool:
    """Return whether processes whose parent has ended become children of this one."""
    if os.getpid() == 1:
        return True
    found = ctypes.c_int(0)
    return _prctl(_GET_SUBREAPER, ctypes.byref(found)) == 0 and found.value != 0


def work_in_a_child() -> int | None:
    """Split: return None in the child, which goes on, and its exit status in the parent once it has ended.

    The parent passes on every signal that it gets. No signal is lost in between, since all are blocked until they are waited
    for; a PID 1 would ignore those that it does not wait for.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    child = os.fork()
    if child == 0:
        _prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return None
    while True:
        number = signal.sigwait(signal.valid_signals())
        if number != signal.SIGCHLD:
            os.kill(child, number)
        elif (status := _reap(child)) is not None:
            return status


def _reap(child: int) -> int | None:
    """Wait for all that have ended; return the exit status of the child if it is among them.

    Signals of one number are not counted, so one may stand for many that have ended.
    """
    status = None
    while True:
        try:
            ended, how = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return status
        if ended == 0:
            return status
        if ended == child:
            code = os.waitstatus_to_exitcode(how)
            status = code if code >= 0 else _KILLED - code


def _prctl(option: int, argument: object) -> int:
    return int(ctypes.CDLL(None).prctl(option, argument, 0, 0, 0))

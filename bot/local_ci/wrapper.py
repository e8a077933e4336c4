"""The detached program around one command: it claims the run, keeps the output, stops it, and writes down how it ended.

It imports next to nothing, so that it is up fast, and all of it at the start, so that it outlives the bot and its upgrade.

Claiming is renaming the prepared directory to the run's name. That can happen once per run, because the name is taken then,
and once per prepared directory, because it is gone then: whoever renames it away first has proved that nothing will run.
"""
# ruff: noqa: PTH104, PTH112, PTH120, PTH123
# pathlib would add a third to the time that a wrapper takes to come up.

import errno
import os
import resource
import select
import signal
import subprocess
import sys
from contextlib import suppress
from types import FrameType

from bot.local_ci.files import ENDING, REFUSED, WRAPPER, sync_directory, write_file
from bot.local_ci.identity import identity_of
from bot.local_ci.keep import Log
from bot.local_ci.stop import Stop

BOOT = "import sys; sys.path.append(sys.argv.pop(1)); from bot.local_ci.wrapper import main; main()"
"""What a bare `python -I -S -c` runs to become a wrapper; its first argument is where `bot` lies."""

_RESERVED, _RESERVE = "exit.part", 64
_NOT_OURS = {errno.ENOENT, errno.ENOTEMPTY, errno.EEXIST}
_WAKE_UPS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGCHLD)
"""What does not end a wrapper. A shell has its jobs ignore some of them; a command begins with none of them ignored."""


def prepare(prepared: str) -> Log | None:
    """Get ready in the prepared directory, with all that is needed of the disk; None if it was taken away."""
    try:
        os.chdir(prepared)
        write_file(WRAPPER, identity_of(os.getpid()))
        write_file(_RESERVED, " " * _RESERVE)
        return Log()
    except FileNotFoundError:
        return None


def claim(prepared: str, claimed: str) -> bool:
    """Take the run; False if another wrapper has it already or the prepared directory was taken away."""
    try:
        os.rename(prepared, claimed)
    except OSError as error:
        if error.errno in _NOT_OURS:
            return False
        raise
    return True


def start(command: list[str], directory: str, roots: tuple[str, ...]) -> "subprocess.Popen[bytes] | None":
    """Start the command once the claim is durable; None, and the reason in a file, if nothing could be run."""
    try:
        for root in roots:
            sync_directory(root)
        return subprocess.Popen(  # noqa: S603 -- an argument list of the policy, no shell
            command,
            cwd=directory,
            env=given_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            process_group=0,
        )
    except OSError as error:
        write_file(REFUSED, why_not(error, command[0], directory))
        return None


def given_environment() -> dict[str, str]:
    """Give what the bot gave: Python adds to its own environment where the locale is C (PEP 538)."""
    with open("/proc/self/environ", "rb") as file:
        given = os.fsdecode(file.read())
    return dict(each.split("=", 1) for each in given.split("\0") if each)


def why_not(error: OSError, command: str, directory: str) -> str:
    """Say in one sentence why a command could not be run."""
    if not os.path.isdir(directory):
        return f"the directory {directory} does not exist"
    if error.errno == errno.ENOENT:
        return f"the command {command}, or the interpreter that it names, was not found in {directory}"
    if error.errno == errno.EACCES:
        return f"the command {command} may not be executed"
    return f"the command {command} could not be run: {error.strerror}"


def follow(child: "subprocess.Popen[bytes]", log: Log, stop: Stop, wake: int) -> None:
    """Keep the output until the command has ended; what it left running in the background is neither waited for nor ended."""
    output = child.stdout.fileno() if child.stdout else -1
    os.set_blocking(output, False)
    more = True
    while not stop.over():
        select.select([output, wake] if more else [wake], [], [], 0.1 if stop.reason else 1.0)
        more = more and log.take(output)
        with suppress(BlockingIOError):
            os.read(wake, 1024)
        stop.look()
    if more:
        log.take(output)
    log.close()


def record(status: int, reason: str) -> None:
    """Write down how the command ended, into a file whose room on the disk was reserved before the claim."""
    file = os.open(_RESERVED, os.O_WRONLY)
    os.write(file, f"{status} {reason}".encode().ljust(_RESERVE))
    os.fsync(file)
    os.close(file)
    os.rename(_RESERVED, ENDING)
    sync_directory(".")


def listen() -> int:
    """Be woken by signals, which then do nothing else; gives what to wait on."""
    wake, ring = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(ring, warn_on_full_buffer=False)
    for number in _WAKE_UPS:
        signal.signal(number, _woken)
    return wake


def _woken(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: a signal that is caught ends a wait, and is not caught in the command any more."""


def hang_up() -> None:
    """Let go of the pipe to the bot, which waits for that: the command runs."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)


def main() -> None:
    """Leave the bot for good, claim the run, run its command and write down how it ended."""
    prepared, claimed, directory, limit, grace, *command = sys.argv[1:]
    if os.fork():
        return
    wake = listen()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        log = prepare(prepared)
        if log is None or not claim(prepared, claimed):
            return
    except OSError as error:
        sys.exit(f"its directory cannot be written: {error.strerror}")
    child = start(command, directory, (os.path.dirname(claimed), os.path.dirname(prepared)))
    if child is None:
        return
    hang_up()
    stop = Stop(child.pid, float(limit), float(grace))
    follow(child, log, stop, wake)
    record(child.wait(), stop.reason)

"""The detached process around one command: claims the run, keeps its output, stops it, records its end.

It imports next to nothing, which makes it start fast, and imports all of it at the start, which lets it outlive the bot and
its upgrade.

Claiming is renaming the prepared directory to the run's name. That can happen once per run, because the name is taken then,
and once per prepared directory, because it is gone then: whoever renames it away first has proved that nothing will run.
"""
# ruff: noqa: PTH104, PTH110, PTH112, PTH118, PTH120, PTH123
# pathlib would add a third to the start-up time of a wrapper.

import errno
import os
import resource
import select
import signal
import subprocess
import sys
from contextlib import suppress
from types import FrameType

from bot.ci.local.files import EXIT_STATUS, REFUSED, WRAPPER, sync_directory, write_file
from bot.ci.local.identity import identity_of
from bot.ci.local.log_capture import Log
from bot.ci.local.stop import Stopper

BOOT = """
import sys
home = sys.argv.pop(1)
for name in ("bot", "bot.ci", "bot.ci.local"):
    package = sys.modules[name] = type(sys)(name)
    package.__path__ = [home + "/" + name.replace(".", "/")]
from bot.ci.local.wrapper import main
main()
"""
"""What a bare `python -I -S -c` runs to become a wrapper; its first argument is where `bot` lies.

The packages above this module are empty stand-ins: their own `__init__` imports every CI, and libraries that are not here.
"""

_RESERVED, _RESERVE = "exit.part", 64
_NOT_OURS = {errno.ENOENT, errno.ENOTEMPTY, errno.EEXIST}
_HANDLED_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGCHLD)
"""The signals that do not end a wrapper. A shell makes its jobs ignore some of them; the command starts with none ignored."""


def prepare(prepared: str) -> Log | None:
    """Prepare the directory and reserve all disk space; None if it was removed."""
    try:
        os.chdir(prepared)
        write_file(WRAPPER, identity_of(os.getpid()))
        write_file(_RESERVED, " " * _RESERVE)
        return Log()
    except FileNotFoundError:
        return None


def claim(prepared: str, claimed: str) -> bool:
    """Claim the run; False if another wrapper has it or the prepared directory was removed."""
    try:
        os.rename(prepared, claimed)
    except OSError as error:
        if error.errno in _NOT_OURS:
            return False
        raise
    return True


def start(command: list[str], directory: str, roots: tuple[str, ...]) -> "subprocess.Popen[bytes] | None":
    """Start the command once the claim is durable.

    None, and the reason in a file, if it could not be started.
    """
    try:
        for root in roots:
            sync_directory(root)
        return subprocess.Popen(  # noqa: S603 -- an argument list of the policy, no shell
            command,
            cwd=directory,
            env=initial_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            process_group=0,
        )
    except OSError as error:
        write_file(REFUSED, start_error(error, command[0], directory))
        return None


def initial_environment() -> dict[str, str]:
    """Return the environment that the bot passed.

    Python adds to its own environment where the locale is C (PEP 538).
    """
    with open("/proc/self/environ", "rb") as file:
        given = os.fsdecode(file.read())
    return dict(each.split("=", 1) for each in given.split("\0") if each)


def start_error(error: OSError, command: str, directory: str) -> str:
    """Return a sentence that says why a command could not be run; the cause stands first, as the end may be cut off."""
    if not os.path.isdir(directory):
        return f"its directory does not exist: {directory}"
    if error.errno == errno.ENOENT:
        return _not_found(command, directory)
    if error.errno == errno.EACCES:
        return f"it is not executable (chmod +x): {command}"
    if error.errno == errno.ENOEXEC:
        return f"it has no `#!` line such as #!/bin/sh: {command}"
    return f"it could not be run ({error.strerror}): {command}"


def _not_found(command: str, directory: str) -> str:
    """Say whether a command was not found, or what its first line names."""
    path = os.path.join(directory, command)
    if os.sep not in command:
        return f"no such command on PATH: {command}"
    if not os.path.exists(path):
        return f"no such command: {command} (looked for in {directory})"
    return f"{_interpreter_problem(path)}: {command}"


def _interpreter_problem(path: str) -> str:
    """Say what is wrong with the first line of a script whose interpreter was not found."""
    try:
        with open(path, "rb") as script:
            first = script.readline(200)
    except OSError:
        return "the interpreter that it names was not found"
    if first.endswith((b"\r\n", b"\r")):
        return "it has Windows line ends (CRLF)"
    return f"its interpreter {first[2:].strip().decode('utf-8', 'replace')} was not found"


def follow(child: "subprocess.Popen[bytes]", log: Log, stop: Stopper, wake: int) -> None:
    """Keep the output until the command has ended.

    Its background processes are neither waited for nor ended.
    """
    output = child.stdout.fileno() if child.stdout else -1
    os.set_blocking(output, False)
    more = True
    while not stop.is_over():
        select.select([output, wake] if more else [wake], [], [], 0.1 if stop.reason else 1.0)
        more = more and log.take(output)
        with suppress(BlockingIOError):
            os.read(wake, 1024)
        stop.enforce()
    if more:
        log.take(output)
    log.close()


def record(status: int, reason: str) -> None:
    """Record how the command ended, in a file whose disk space was reserved before the claim."""
    file = os.open(_RESERVED, os.O_WRONLY)
    os.write(file, f"{status} {reason}".encode().ljust(_RESERVE))
    os.fsync(file)
    os.close(file)
    os.rename(_RESERVED, EXIT_STATUS)
    sync_directory(".")


def wake_on_signals() -> int:
    """Make signals only wake the wrapper; return the file descriptor to wait on."""
    wake, notify = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(notify, warn_on_full_buffer=False)
    for number in _HANDLED_SIGNALS:
        signal.signal(number, _ignore)
    return wake


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: a handled signal ends a wait, and is reset to its default in the command."""


def close_pipe_to_bot() -> None:
    """Close the pipe to the bot, which waits for that: the command is running."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)


def main() -> None:
    """Detach from the bot, claim the run, run its command and record how it ended."""
    prepared, claimed, directory, limit, grace, *command = sys.argv[1:]
    if os.fork():
        return
    wake = wake_on_signals()
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
    close_pipe_to_bot()
    stop = Stopper(child.pid, float(limit), float(grace))
    follow(child, log, stop, wake)
    record(child.wait(), stop.reason)

"""Identifies a running process by /proc, so a reused process id is not mistaken for it."""
# ruff: noqa: PTH123, PTH208
# pathlib would add a third to the start-up time of a wrapper.

import os


def identity_of(pid: int) -> str:
    """Return an id that no other process ever has; empty if the process is gone.

    It consists of the process id, the start time and the boot.
    """
    try:
        ticks = _stat(pid)[19]
    except (OSError, IndexError):
        return ""
    return f"{pid} {ticks} {_read('/proc/sys/kernel/random/boot_id').strip()}"


def group_lives(group: int) -> bool:
    """Return whether any process of a process group is still running."""
    return any(name.isdigit() and _is_of(int(name), group) for name in os.listdir("/proc"))


def _is_of(pid: int, group: int) -> bool:
    try:
        return int(_stat(pid)[2]) == group
    except (OSError, IndexError):
        return False


def has_ended(child: int) -> bool:
    """Return whether a child has ended, without waiting for it: its process id stays taken."""
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _stat(pid: int) -> list[str]:
    """Read /proc/PID/stat (proc_pid_stat(5)) from its third field on.

    Empty for a process that has ended and was not waited for.
    """
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return [] if fields[0] in "ZX" else fields


def _read(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()

"""Who a running program is: read from /proc, so that a number that is used again is not taken for the program that had it."""
# ruff: noqa: PTH123, PTH208
# pathlib would add a third to the time that a wrapper takes to come up.

import os


def identity_of(pid: int) -> str:
    """Tell a living program from every other one ever: by number, start time and boot; empty if there is none."""
    try:
        ticks = _stat(pid)[19]
    except (OSError, IndexError):
        return ""
    return f"{pid} {ticks} {_read('/proc/sys/kernel/random/boot_id').strip()}"


def group_lives(group: int) -> bool:
    """Look whether anything of a process group still runs."""
    return any(name.isdigit() and _is_of(int(name), group) for name in os.listdir("/proc"))


def _is_of(pid: int, group: int) -> bool:
    try:
        return int(_stat(pid)[2]) == group
    except (OSError, IndexError):
        return False


def has_ended(child: int) -> bool:
    """Look whether a child has ended, and leave it unwaited for, so that its number stays its own."""
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _stat(pid: int) -> list[str]:
    """Read /proc/PID/stat (proc_pid_stat(5)) from its third field on; empty for one that has ended and was not waited for."""
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return [] if fields[0] in "ZX" else fields


def _read(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()

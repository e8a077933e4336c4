"""Keeps the bot's files from other users of the machine, and tells what they can read already."""

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

OURS_ALONE = 0o077
"""The bits that a file of the bot must not have; also the umask of the bot."""

_SQLITE = ("", "-wal", "-shm", ".lock")


def protect(database: str, state: Path) -> list[str]:
    """Give new files to the bot's user alone; return a warning for what others can read, and for running as root."""
    os.umask(OURS_ALONE)
    if state.is_dir() and stat.S_IMODE(state.stat().st_mode) & OURS_ALONE:
        with suppress(
            PermissionError
        ):  # of a directory that is somebody else's; each file in it is ours alone
            state.chmod(0o700)
    return [*open_to_others(files_of(database)), *running_as_root()]


def running_as_root() -> list[str]:
    """Return a warning if this process is root's."""
    if os.geteuid() == 0:
        return ["Shiproom runs as root and needs no such rights: give it a user of its own"]
    return []


def files_of(database: str) -> list[Path]:
    """Return the files that a SQLite database may have."""
    scheme, _, name = database.partition(":///")
    return [Path(name + suffix) for suffix in _SQLITE] if scheme == "sqlite" and name else []


def open_to_others(paths: Iterable[Path]) -> list[str]:
    """Return a warning for each file that other users can read."""
    return [
        f"{path} can be read by other users of this machine: chmod 600 {path}"
        for path in paths
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & OURS_ALONE
    ]

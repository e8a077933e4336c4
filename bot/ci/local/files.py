"""The files of a run's directory: their names, and atomic writes."""
# ruff: noqa: PTH104, PTH120, PTH123
# pathlib would add a third to the start-up time of a wrapper.

import os

WRAPPER = "wrapper"
"""The process that wraps the command: its identity."""

LOG, OLDER_LOG = "log", "log.older"
"""The output; when the one is full it becomes the other."""

EXIT_STATUS = "exit"
"""How the command ended: its exit status, and why it was stopped, if it was."""

REFUSED = "refused"
"""Why nothing was run."""

CANCELLED = "cancelled"
"""Marks a run that has to stop."""


def write_file(path: str, text: str) -> None:
    """Write a file durably and atomically, under another name first; raises OSError."""
    with open(f"{path}.part", "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.rename(f"{path}.part", path)
    sync_directory(os.path.dirname(path) or ".")


def sync_directory(path: str) -> None:
    """Make the names in a directory durable."""
    directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)

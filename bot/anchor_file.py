"""The file of anchors: one line for each head of a chain, only ever added to, and read by `shiproom audit verify`."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from storage.audit import Anchor

_ANCHOR = re.compile(
    r"(?:head )?(?P<service>[^\s:]+):(?P<row>[0-9]{1,18}):(?P<hash>[0-9a-f]{12,64})(?:\s+\S+)?\Z"
)
"""An anchor, as the file, the message of a channel and `audit verify` write it: SERVICE:ROW:HASH, and perhaps a time."""


def read_anchor(word: str) -> Anchor | None:
    """Read one anchor; None if it is none."""
    found = _ANCHOR.match(word.strip().strip("`"))
    return Anchor(found["service"], int(found["row"]), found["hash"]) if found is not None else None


@dataclass(frozen=True, slots=True)
class AnchorLines:
    """The anchors of a file, and the numbers of the lines that are none."""

    anchors: tuple[Anchor, ...]
    strange: tuple[int, ...]


def read_anchors(path: Path) -> AnchorLines:
    """Read a file of anchors; empty lines and comments (`#`) mean nothing.

    Raises OSError.
    """
    anchors: list[Anchor] = []
    strange: list[int] = []
    for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        anchor = read_anchor(line)
        if anchor is None:
            strange.append(number)
        else:
            anchors.append(anchor)
    return AnchorLines(tuple(dict.fromkeys(anchors)), tuple(strange))


def add_anchors(path: Path, heads: Iterable[str], at: datetime) -> None:
    """Add a line for each head, and return once they are on the disk; the file is the bot's alone.

    A line that a crash has cut short is ended first, so that it spoils no other. Raises OSError.
    """
    stamp = at.isoformat(timespec="seconds").replace("+00:00", "Z")
    text = "".join(f"{head} {stamp}\n" for head in heads)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        length = os.fstat(descriptor).st_size
        torn = length and os.pread(descriptor, 1, length - 1) != b"\n"
        written = memoryview((("\n" if torn else "") + text).encode())
        while written:
            written = written[os.write(descriptor, written) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

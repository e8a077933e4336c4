"""The file of a backup: gzip of JSON lines, the same for both databases.

The first line is the header. Each table begins with a line that names it and its columns, and each of its rows is a line with
an array of their values. The last line has the number of rows of each table, and the SHA-256 of all bytes before it,
uncompressed: a file that ends early or was altered is noticed. docs/backup.md describes it for people.
"""

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, BinaryIO

from storage.audit import Anchor
from storage.database import StorageError

FORMAT = "shiproom-backup"
VERSION = 1
"""What a reader has to understand; it changes only when an older Shiproom could not read the file."""

LEVEL = 6
"""How hard gzip works; 9 takes twice the time for one percent."""

_GZIP = 16 + zlib.MAX_WBITS
"""With the header and the check sum of gzip (zlib.net/manual.html, deflateInit2)."""

AWAY = "The database was away for a moment, and what was piped cannot begin again. Try it once more."

Row = Sequence[Any]


class BackupError(StorageError):
    """A file is no backup that can be used; the message is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a backup says of itself: its Shiproom, schema and database, when it was taken, and what is in it.

    `heads` are the ends of all chains as anchors (SERVICE:ROW:HASH). `sequences` are the last ids that tables have given out.
    """

    shiproom: str
    schema: str
    database: str
    taken_at: str
    counts: Mapping[str, int]
    heads: tuple[str, ...]
    sequences: Mapping[str, int]

    @property
    def at(self) -> datetime:
        """When it was taken; ValueError if that is no time with a zone."""
        found = datetime.fromisoformat(self.taken_at)
        if found.tzinfo is None:
            raise ValueError(self.taken_at)
        return found

    @property
    def anchors(self) -> tuple[Anchor, ...]:
        """The heads as the audit takes them; ValueError if one is none."""
        parts = (head.rsplit(":", 2) for head in self.heads)
        return tuple(Anchor(service, int(row), digest) for service, row, digest in parts)


class BackupWriter:
    """Writes a backup, line by line; nothing of it is kept."""

    def __init__(self, out: BinaryIO, header: Header) -> None:
        self._out = out
        self._zip = zlib.compressobj(LEVEL, wbits=_GZIP)
        self._digest = hashlib.sha256()
        self._counts: dict[str, int] = {}
        self._table = ""
        self._write([_line({"format": FORMAT, "version": VERSION, **asdict(header)})])

    def table(self, name: str, columns: Sequence[str]) -> None:
        """Begin a table."""
        self._table, self._counts[name] = name, 0
        self._write([_line({"table": name, "columns": list(columns)})])

    def rows(self, rows: Sequence[Row]) -> None:
        """Write rows of the table.

        Raises BackupError if one holds what is neither text nor a number.
        """
        try:
            self._write([_line(list(row)) for row in rows])
        except (TypeError, ValueError) as error:
            message = f"The table {self._table} holds a value that is neither text nor a number: somebody wrote it by hand."
            raise BackupError(message) from error
        self._counts[self._table] += len(rows)

    def end(self) -> None:
        """Write the last line."""
        last = {"end": {"counts": self._counts, "sha256": self._digest.hexdigest()}}
        self._write([_line(last)])
        self._out.write(self._zip.flush())

    def _write(self, lines: Iterable[bytes]) -> None:
        written = b"".join(lines)
        self._digest.update(written)
        self._out.write(self._zip.compress(written))


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"


def cause_of(error: Exception) -> str:
    """Return the first line of what a database said."""
    lines = str(getattr(error, "orig", None) or error).splitlines()
    return (lines[0] if lines else "").rstrip(".") or type(error).__name__

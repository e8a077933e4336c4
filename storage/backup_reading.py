"""Reads a backup, line by line, and finds out whether it is whole."""

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from storage import schema
from storage.backup_format import FORMAT, VERSION, BackupError, Header, Row

BATCH = 1000
"""How many rows are in memory at once."""

LONGEST = 64 << 20
"""Bytes that a line may have: no row comes near it, and a file made to fill the memory must not."""

FIRST_RELEASED = "0003"
"""The oldest schema that a released Shiproom wrote."""

_TEXTS = {
    "shiproom": r"[\w.+-]{1,40}",
    "schema": r"[0-9a-z]{1,12}",
    "database": r"[0-9a-f]{16}",
    "taken_at": r"[0-9T:.+-]{19,40}",
}
"""The texts of a header, each with what it looks like."""

Batch = tuple[str, tuple[str, ...], list[Row]]
"""Some rows of a table: its name, its columns, and the rows."""


class BackupReader:
    """A backup that is read once, from its header to its end.

    The header is what the file says; only once `batches` came to their end is it known that nothing is missing or altered.
    """

    def __init__(self, source: BinaryIO, named: str) -> None:
        """Read the header.

        Raises BackupError if the file is no backup, or one that this Shiproom cannot read.
        """
        self.named = named
        self._zip = gzip.GzipFile(fileobj=source, mode="rb")
        self._digest = hashlib.sha256()
        self._before = self._digest
        self._counts: dict[str, int] = {}
        self.header = self._header()

    def batches(self) -> Iterator[Batch]:
        """Yield the rows of all tables; raise BackupError when something does not fit, at the end at the latest."""
        name, columns, rows = "", (), cast("list[Row]", [])
        while True:
            line = self._line()
            if isinstance(line, list):
                rows.append(self._row(cast("list[Any]", line), columns))
                if len(rows) < BATCH:
                    continue
            if rows:
                self._counts[name] += len(rows)
                yield name, columns, rows
                rows = []
            if isinstance(line, dict):
                found = cast("dict[str, Any]", line)
                if "end" in found:
                    return self._check_end(found["end"])
                name, columns = self._table(found)
                self._counts[name] = 0

    def _header(self) -> Header:
        found: object = self._line(first=True)
        fields = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
        if fields.get("format") != FORMAT:
            raise self._error("is no backup of Shiproom: it does not begin like one")
        if fields.get("version") != VERSION:
            raise self._error("was written by a newer Shiproom, in a format that this one does not know")
        header = self._fields(fields)
        if header.schema > schema.NEWEST:
            raise self._error(
                f"is at schema {header.schema}, newer than this Shiproom ({schema.NEWEST}): "
                f"install Shiproom {header.shiproom} or a newer one"
            )
        if header.schema < FIRST_RELEASED:
            raise self._error(f"is at schema {header.schema}, which no released Shiproom had")
        return header

    def _fields(self, fields: dict[str, Any]) -> Header:
        """Read the header; nothing in it is printed that does not look as it should."""
        try:
            texts = [str(fields[name]) for name in _TEXTS]
            heads = tuple(map(str, fields["heads"]))
            counts, sequences = (
                {str(name): int(count) for name, count in fields[key].items()}
                for key in ("counts", "sequences")
            )
            header = Header(texts[0], texts[1], texts[2], texts[3], counts, heads, sequences)
            sound = all(map(re.fullmatch, _TEXTS.values(), texts)) and "".join(heads).isprintable()
            sound = sound and bool(header.at) and len(header.anchors) == len(heads)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._altered() from error
        if not sound:
            raise self._altered()
        return header

    def _line(self, *, first: bool = False) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Return the next line; it counts for the digest once the one after it is read, which the last one never is."""
        try:
            read = self._zip.readline(LONGEST)
        except EOFError as error:
            raise self._error("is not whole: it ends early. Take another backup") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise self._not_a_backup() if first else self._altered() from error
        except OSError as error:
            raise BackupError(f"{self.named} cannot be read: {error.strerror}.") from error
        if not read:
            raise self._error("is empty" if first else "is not whole: it ends early. Take another backup")
        self._before = self._digest.copy()
        self._digest.update(read)
        try:
            line: object = json.loads(read)
        except (ValueError, RecursionError) as error:
            raise self._not_a_backup() if first else self._altered() from error
        if not read.endswith(b"\n") or not isinstance(line, dict | list):
            raise self._altered()
        return cast("Any", line)

    def _table(self, line: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
        name, columns = line.get("table"), line.get("columns")
        if not isinstance(name, str) or name in self._counts or not isinstance(columns, list):
            raise self._altered()
        return name, tuple(map(str, cast("list[object]", columns)))

    def _row(self, row: list[Any], columns: tuple[str, ...]) -> Row:
        if not columns or len(row) != len(columns):
            raise self._altered()
        return row

    def _check_end(self, end: object) -> None:
        """Check the counts and the digest, and that nothing stands behind them."""
        counted = {"counts": self._counts, "sha256": self._before.hexdigest()}
        if end != counted or dict(self.header.counts) != self._counts:
            raise self._altered()
        try:
            behind = self._zip.read(1)
        except EOFError as error:
            raise self._error("is not whole: it ends early. Take another backup") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise self._altered() from error
        if behind:
            raise self._altered()

    def _altered(self) -> BackupError:
        return self._error("was altered or damaged: it is not what was written. Take another backup")

    def _not_a_backup(self) -> BackupError:
        return self._error("is no backup of Shiproom: it does not begin like one")

    def _error(self, what: str) -> BackupError:
        return BackupError(f"{self.named} {what}.")

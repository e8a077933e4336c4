"""Backups for tests: databases with rows in every table, what is in them, and files that are not what they seem."""

import gzip
import hashlib
import io
import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

from sqlmodel import SQLModel

from storage.backup import write_backup
from storage.backup_reading import BackupReader
from storage.database import Connection, Database
from storage.opening import connect
from storage.restore import Restored, Wanted, load, restore_into
from storage.tables import CounterRow, table
from tests.databases import KINDS
from tests.handlers.builders import NOW
from tests.profile import size
from tests.storage import tampering

Rows = dict[str, list[tuple[Any, ...]]]
SOME_KINDS = size(("sqlite",), ("sqlite",), KINDS)
"""The databases on which a test runs that takes a second on each, and of which others have tried the SQL of both."""

WANTED = Wanted(NOW, "shiproom")


def fill(connection: Connection) -> None:
    """Leave rows in every table of a database that was only made."""
    connection.execute(table(CounterRow).delete())
    tampering.tell(connection)


def rows_of(connection: Connection) -> Rows:
    """Return all rows; their order is not what is compared, since databases sort texts in their own ways."""
    return {
        each.name: sorted(map(tuple, connection.execute(each.select())), key=repr)
        for each in SQLModel.metadata.sorted_tables
    }


async def backup_of(database: Database) -> bytes:
    """Take a backup."""
    out = io.BytesIO()
    await database.read(partial(write_backup, out=out, shiproom="0.1.0", now=lambda: NOW))
    return out.getvalue()


async def restored(database: Database, data: bytes, wanted: Wanted = WANTED) -> Restored:
    """Restore a backup."""
    return await restore_into(database, lambda: io.BytesIO(data), "x.backup", wanted)


async def loaded(url: str, data: bytes) -> Database:
    """Open an empty database, and load the rows of a backup as they are."""
    database = await connect(url, alone=False)
    await database.write(lambda connection: load(connection, BackupReader(io.BytesIO(data), "x.backup")))
    return database


def read(data: bytes) -> BackupReader:
    """Read a backup to its end."""
    reader = BackupReader(io.BytesIO(data), "x.backup")
    for _ in reader.batches():
        pass
    return reader


def lines_of(data: bytes) -> list[Any]:
    """Return what is in a backup, without its last line."""
    return [json.loads(line) for line in gzip.decompress(data).splitlines()][:-1]


def packed(lines: list[Any], **end: object) -> bytes:
    """Make a file of lines whose last one fits, but for what is given."""
    text = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    counts: dict[str, int] = {}
    name = ""
    for line in lines:
        if isinstance(line, list):
            counts[name] = counts.get(name, 0) + 1
        elif "table" in line:
            name = str(line["table"])
            counts[name] = 0
    last = {"end": {"counts": counts, "sha256": hashlib.sha256(text).hexdigest(), **end}}
    return gzip.compress(text + json.dumps(last).encode() + b"\n")


def with_header(data: bytes, **changes: object) -> bytes:
    """Change the header of a backup, and let its last line fit."""
    header, *others = lines_of(data)
    return packed([{**header, **changes}, *others])


def with_rows(data: bytes, name: str, change: Callable[[list[list[Any]]], list[list[Any]]]) -> bytes:
    """Change the rows of a table in a backup, and let its header and its last line fit."""
    header, *others = lines_of(data)
    tables: dict[str, tuple[Mapping[str, Any], list[list[Any]]]] = {}
    at = ""
    for line in others:
        if isinstance(line, list):
            tables[at][1].append(cast("list[Any]", line))
        else:
            at = line["table"]
            tables[at] = (line, [])
    head, rows = tables[name]
    tables[name] = (head, change(rows))
    counts = {each: len(found) for each, (_, found) in tables.items()}
    flat = [line for named, found in tables.values() for line in (named, *found)]
    return packed([{**header, "counts": counts}, *flat])

"""Puts a backup into an empty database, or in the place of another one: all of it in one transaction, or nothing.

The tables are made as they were at the schema of the backup, filled, and only then brought to the newest schema, as an upgrade
would have done. Before the transaction is committed the history is verified, with the heads that the backup names as anchors.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy import Connection, MetaData, Table, func, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import SQLModel

from storage import audit, effects, restoring, schema
from storage.backup import sequence_of, tables_in
from storage.backup_format import BackupError, Header, cause_of
from storage.backup_reading import BackupReader
from storage.codec import UnreadableError
from storage.database import Database, StorageError
from storage.database_id import NAME as ID
from storage.database_id import database_id
from storage.interruption import until_closed
from storage.kept_connection import EXCLUSIVE_KEY, RUNNING_KEY
from storage.restoring import Accepted, RestoreSummary
from storage.row_audit import Finding
from storage.tables import ConnectionRow, CounterRow, EffectRow, MessageRow, table

NOT_RESTORED: dict[type[SQLModel], str] = {
    ConnectionRow: "which connections were silent, and what people were told of that; all are asked at the next start",
}
"""The tables of a backup whose rows are not restored, and why; of all others every row is."""

FORGOTTEN: dict[type[SQLModel], dict[str, str]] = {
    EffectRow: {
        "lease_by": "the worker that performed it is gone",
        "done_at": "of two updates of a card only the newer one is needed",
        "due_at": "the first of each destination is due",
    },
    MessageRow: {
        "drawn": "what it shows in Slack may have changed since the backup, so that it is edited again"
    },
}
"""The columns that are not restored as they were, and why."""

FEWEST_DIGITS = 8
"""How many digits of its id name a database."""

_connection, _counter, _message = (table(row) for row in (ConnectionRow, CounterRow, MessageRow))
_LOCK = text("SELECT pg_try_advisory_xact_lock(:key)")
_SET = text("SELECT setval(:sequence, :last)")
_LITE = text("UPDATE sqlite_sequence SET seq = :last WHERE name = :of AND seq < :last")
_LITE_NEW = text(
    "INSERT INTO sqlite_sequence SELECT :of, :last WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = :of)"
)
_INTERRUPTED = "The restore was interrupted: nothing was changed."
_RUNS = "A Shiproom uses this database. Stop every one that does, and restore again."


@dataclass(frozen=True, slots=True)
class Wanted:
    """How to restore: when and by whom, and what is accepted.

    `replace` is the id of a database that is replaced, `unverified` why the history need not hold.
    """

    at: datetime
    actor: str
    replace: str = ""
    unverified: str = ""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: the backup's header, what does not hold in it, and what followed for releases."""

    header: Header
    database: str
    rows: int
    findings: tuple[Finding, ...]
    summary: RestoreSummary


class UnverifiedError(StorageError):
    """The history of a backup does not hold; nothing was changed."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("The history in the backup does not hold.")
        self.findings = findings


async def restore_into(
    database: Database, opened: Callable[[], BinaryIO], named: str, wanted: Wanted
) -> Restored:
    """Restore a backup in one transaction; `opened` opens it, again if the server was away for a moment.

    Raises StorageError with a sentence for people if that is refused or fails; nothing was changed then.
    """
    reading: list[BinaryIO] = []

    def work(connection: Connection) -> Restored:
        with opened() as file:
            reading.append(file)
            restored = restore(connection, BackupReader(file, named), wanted)
            if file.closed:
                raise BackupError(_INTERRUPTED)
            return restored

    try:
        return await until_closed(database.write(work), reading)
    except UnreadableError as error:
        raise BackupError(f"{named} cannot be restored: {error}. Nothing was changed.") from error
    except (SQLAlchemyError, OverflowError, UnicodeEncodeError) as error:
        raise BackupError(f"{named} cannot be restored: {cause_of(error)}. Nothing was changed.") from error


def restore(connection: Connection, backup: BackupReader, wanted: Wanted) -> Restored:
    """Restore a backup in this transaction.

    Raises StorageError if the database is not empty or in use, or the backup does not fit; nothing may be committed then.
    """
    header = backup.header
    _take_alone(connection)
    _make_room(connection, wanted.replace)
    load(connection, backup)
    schema.migrate(connection)
    _forget_the_moment(connection)
    found = audit.verify(connection, header.anchors, now=header.at)
    if found.findings and not wanted.unverified:
        raise UnverifiedError(found.findings)
    accepted = Accepted(wanted.unverified, tuple(map(str, found.findings)))
    summary = restoring.after_restore(connection, wanted.at, header.at, wanted.actor, accepted)
    return Restored(header, database_id(connection), found.rows, found.findings, summary)


def load(connection: Connection, backup: BackupReader) -> None:
    """Make the tables of the backup's schema in a database without any, and put its rows into them as they are.

    Raises BackupError if something does not fit.
    """
    schema.migrate(connection, backup.header.schema)
    tables = {each.name: each for each in tables_in(connection)}
    connection.execute(_counter.delete())  # a database that is made has an id of its own
    for name, columns, rows in backup.batches():
        into = tables.get(name)
        if into is None or {column.name for column in into.columns} != set(columns):
            message = (
                f"The backup holds a table {name} that schema {backup.header.schema} does not have like this."
            )
            raise BackupError(message)
        insert(connection, into, columns, rows)
    for name, of in tables.items():
        _give_no_id_twice(connection, of, backup.header.sequences.get(name, 0))


def insert(
    connection: Connection, into: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows as they are."""
    connection.execute(into.insert(), [dict(zip(columns, row, strict=True)) for row in rows])


def _take_alone(connection: Connection) -> None:
    """Keep every bot out until the transaction ends; on SQLite the file is locked already.

    Raises StorageError if one runs.
    """
    if connection.dialect.name != "postgresql":
        return
    for key in (EXCLUSIVE_KEY, RUNNING_KEY):
        if not connection.execute(_LOCK, {"key": key}).scalar():
            raise StorageError(_RUNS)


def _make_room(connection: Connection, replace: str) -> None:
    """Remove the tables if there is nothing in them, or the database is the one that may be replaced.

    Raises StorageError.
    """
    found = schema.version(connection)
    if not found:
        return
    if found > schema.NEWEST:
        message = f"The database is at schema {found}, which this Shiproom ({schema.NEWEST}) does not know: set DATABASE_URL."
        raise StorageError(message)
    tables, name = tables_in(connection), database_id(connection)
    if any(_has_rows(connection, each) for each in tables) and not _is_meant(name, replace):
        message = f"The database is not empty: it is the one with the id {name}. "
        wrong = f"`--replace {replace[:40]}` names another one. " if replace else ""
        raise StorageError(
            f"{message}{wrong}Name an empty one in DATABASE_URL, or replace this one, which deletes all that is in it: "
            f"`--replace {name}`."
        )
    metadata = MetaData()
    bookkeeping = [name for name in schema.BOOKKEEPING if inspect(connection).has_table(name)]
    for each in (*tables, *(Table(name, metadata, autoload_with=connection) for name in bookkeeping)):
        each.drop(connection)


def _is_meant(name: str, replace: str) -> bool:
    return bool(name) and len(replace) >= FEWEST_DIGITS and name.startswith(replace)


def _has_rows(connection: Connection, each: Table) -> bool:
    """Return whether something is in a table; a database that was only made has its id."""
    rows = select(func.count()).select_from(each)
    if each.name == _counter.name:
        rows = rows.where(each.c.name != ID)
    return bool(connection.execute(rows).scalar_one())


def _forget_the_moment(connection: Connection) -> None:
    """Forget what was true only when the backup was taken: NOT_RESTORED and FORGOTTEN say why."""
    effects.release_leases(connection)
    connection.execute(_connection.delete())
    connection.execute(_message.update().values(drawn=""))


def _give_no_id_twice(connection: Connection, of: Table, last: int) -> None:
    """Let a table go on behind the last id that it gave out, whether or not its row is still there."""
    sequence = sequence_of(connection, of) if connection.dialect.name == "postgresql" else ""
    if not sequence and not _is_counted(connection, of):
        return
    newest = max(last, connection.execute(select(func.max(of.c.id))).scalar() or 0)
    if newest and sequence:
        connection.execute(_SET, {"sequence": sequence, "last": newest})
    elif newest:
        for statement in (_LITE, _LITE_NEW):
            connection.execute(statement, {"of": of.name, "last": newest})


def _is_counted(connection: Connection, of: Table) -> bool:
    """Return whether SQLite keeps the last id of a table; of others it takes the one behind the highest."""
    known = SQLModel.metadata.tables[of.name]
    return connection.dialect.name == "sqlite" and bool(known.dialect_options["sqlite"]["autoincrement"])

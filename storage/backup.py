"""Writes all tables into a backup, as they are at one moment, without keeping them in memory.

On SQLite that moment is a read transaction, on PostgreSQL one that is REPEATABLE READ and READ ONLY with cursors on the
server: whoever writes meanwhile does not wait. The columns are those that the database has, so that a database of an older
schema can be backed up before it is upgraded.
"""

from collections.abc import Callable
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import Connection, MetaData, Table, func, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import SQLModel

from storage import schema
from storage.backup_format import AWAY, BackupError, BackupWriter, Header, cause_of
from storage.backup_reading import BATCH, FIRST_RELEASED
from storage.database import Database
from storage.database_id import database_id
from storage.interruption import until_closed
from storage.tables import ServiceRow, table

_service = table(ServiceRow)
_heads = select(_service.c.service, _service.c.chain_row, _service.c.chain_hash).order_by(_service.c.service)
_READ_ONLY = text("SET TRANSACTION READ ONLY")  # postgresql.org/docs/current/sql-set-transaction.html
_SQLITE_SEQUENCES = text("SELECT name, seq FROM sqlite_sequence")  # sqlite.org/autoinc.html
_SEQUENCE = text("SELECT pg_get_serial_sequence(:of, 'id')")


async def back_up(database: Database, out: BinaryIO, shiproom: str, now: Callable[[], datetime]) -> Header:
    """Write a backup of everything that is committed now; return its header.

    Raises BackupError with a sentence for people if that is refused or fails; what was written is no backup then.
    """
    began: list[bool] = []

    def work(connection: Connection) -> Header:
        if began:  # a server that was away for a moment is asked again
            if not out.seekable():
                raise BackupError(AWAY)
            out.seek(0)
            out.truncate()
        began.append(True)
        return write_backup(connection, out, shiproom, now)

    try:
        return await until_closed(database.read(work), (out,))
    except SQLAlchemyError as error:
        raise BackupError(f"The database cannot be backed up: {cause_of(error)}.") from error


def write_backup(connection: Connection, out: BinaryIO, shiproom: str, now: Callable[[], datetime]) -> Header:
    """Write a backup in this transaction; return its header.

    Raises BackupError if there is nothing to back up, or the schema is not one that this Shiproom knows.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_READ_ONLY)
    found = _require_known(schema.version(connection))
    tables = tables_in(connection)
    header = Header(
        shiproom=shiproom,
        schema=found,
        database=database_id(connection),
        taken_at=now().isoformat(),
        counts={each.name: _count(connection, each) for each in tables},
        heads=tuple(f"{name}:{row}:{digest}" for name, row, digest in connection.execute(_heads)),
        sequences=_sequences(connection, tables),
    )
    writer = BackupWriter(out, header)
    for each in tables:
        writer.table(each.name, [column.name for column in each.columns])
        rows = each.select().order_by(*each.primary_key).execution_options(yield_per=BATCH)
        for batch in connection.execute(rows).partitions():
            writer.rows(batch)
    writer.end()
    return header


def tables_in(connection: Connection) -> list[Table]:
    """Return the tables of Shiproom that a database has, with the columns that it has."""
    there = set(inspect(connection).get_table_names())
    metadata = MetaData()
    names = [each.name for each in SQLModel.metadata.sorted_tables if each.name in there]
    return [Table(name, metadata, autoload_with=connection) for name in names]


def sequence_of(connection: Connection, of: Table) -> str:
    """Return the name of the sequence that gives a table its ids on PostgreSQL; empty if none does."""
    return str(connection.execute(_SEQUENCE, {"of": of.name}).scalar() or "") if "id" in of.c else ""


def _require_known(found: str) -> str:
    if not found:
        message = "The database is empty: there is nothing to back up. Name the right one in DATABASE_URL."
        raise BackupError(message)
    if found < FIRST_RELEASED:
        raise BackupError(f"The database is at schema {found}: run `shiproom migrate` first.")
    if found > schema.NEWEST:
        newer = f"newer than this Shiproom ({schema.NEWEST})"
        raise BackupError(
            f"The database is at schema {found}, {newer}: take the backup with the newer Shiproom."
        )
    return found


def _count(connection: Connection, of: Table) -> int:
    return connection.execute(select(func.count()).select_from(of)).scalar_one()


def _sequences(connection: Connection, tables: list[Table]) -> dict[str, int]:
    """Return the last ids that were given out: an id that was deleted since is never given out again."""
    if connection.dialect.name == "sqlite":
        names = {each.name for each in tables}
        return {name: last for name, last in connection.execute(_SQLITE_SEQUENCES) if name in names}
    found: dict[str, int] = {}
    for each in tables:
        if sequence := sequence_of(connection, each):
            # The name comes quoted from the database itself.
            last, given = connection.execute(text(f"SELECT last_value, is_called FROM {sequence}")).one()  # noqa: S608 - the name is PostgreSQL's own
            found[each.name] = last if given else 0
    return found

"""Reads the history for an export: in the order of its rows, after a cursor, and only as far as the chain holds.

A service's rows are numbered without gaps and committed in that order, so that what comes after a cursor is all that is new.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, func, select
from sqlmodel import col
from sqlmodel import select as select_models

from storage.audit import saved_heads, services
from storage.codec import micros, moment
from storage.history import Entry, Head, chain
from storage.prepared import Prepared
from storage.rows_as_json import row_as_json
from storage.session import read_models
from storage.tables import HistoryRow, table

MOST = 1000
"""How many rows are read in one transaction."""

_history = table(HistoryRow)
_first_since = Prepared(
    select(func.min(_history.c.row)).where(
        _history.c.service == bindparam("wanted"), _history.c.at >= bindparam("since")
    )
)
_hash = Prepared(
    select(_history.c.hash).where(
        _history.c.service == bindparam("wanted"), _history.c.row == bindparam("number")
    )
)


class ChainBrokenError(Exception):
    """The history does not hold where it is read; the message is a sentence for people."""


@dataclass(frozen=True, slots=True)
class ExportedRow:
    """A row as a JSON line, with its time, its number and its hash."""

    at: datetime
    row: int
    hash: str
    line: str

    @property
    def day(self) -> date:
        """The day in UTC."""
        return self.at.date()


@dataclass(frozen=True, slots=True)
class Scope:
    """What is exported: of one service or all, from one time to another."""

    service: str = ""
    since: datetime | None = None
    until: datetime | None = None


def ends(connection: Connection, scope: Scope) -> dict[str, Head]:
    """Return the head of each service that is exported: what is committed later is left to the next time."""
    found = {name: Head(name, row, digest) for name, (row, digest) in saved_heads(connection).items()}
    return {name: head for name, head in found.items() if scope.service in {"", name}}


def begin(connection: Connection, service: str, scope: Scope) -> Head:
    """Return the cursor before the first row of a scope; the end of the chain if there is none."""
    if scope.since is None:
        return Head(service)
    found = _first_since.scalar(connection, wanted=service, since=micros(scope.since))
    if found is None:
        return ends(connection, scope).get(service, Head(service))
    return at_row(connection, service, int(found) - 1)


def at_row(connection: Connection, service: str, row: int) -> Head:
    """Return the cursor after a row.

    Raises ChainBrokenError if there is no such row.
    """
    if row == 0:
        return Head(service)
    digest = _hash.scalar(connection, wanted=service, number=row)
    if digest is None:
        known = ", ".join(services(connection)[:20]) or "none"
        message = f"There is no row {row} of {service[:60]} to go on after. There is a history of: {known}."
        raise ChainBrokenError(message)
    return Head(service, row, str(digest))


def check_cursor(connection: Connection, cursor: Head) -> None:
    """Check that the history holds the row that was exported last, whether or not there is anything new.

    Raises ChainBrokenError.
    """
    if cursor.row and _hash.scalar(connection, wanted=cursor.service, number=cursor.row) != cursor.hash:
        message = (
            f"The history of {cursor.service} does not hold row {cursor.row} as it was exported: it was altered, or "
            "the database is an older copy. Run `shiproom audit verify`; nothing was exported of it."
        )
        raise ChainBrokenError(message)


def rows_after(
    connection: Connection, cursor: Head, end: Head, until: datetime | None
) -> tuple[ExportedRow, ...]:
    """Return the next rows after a cursor: MOST of them at the most, and none of or after a time.

    Raises ChainBrokenError if they do not follow from the cursor.
    """
    check_cursor(connection, cursor)
    wanted = select_models(HistoryRow).where(
        HistoryRow.service == cursor.service, HistoryRow.row > cursor.row, HistoryRow.row <= end.row
    )
    found: list[ExportedRow] = []
    with read_models(connection) as session:
        rows = session.exec(wanted.order_by(col(HistoryRow.row)).limit(MOST)).all()
    if not rows and cursor.row < end.row:
        ended = f"ends at row {cursor.row}, but its head says row {end.row}"
        raise ChainBrokenError(f"The history of {cursor.service} {ended}: run `shiproom audit verify`.")
    for row in rows:
        if until is not None and row.at >= micros(until):
            break
        found.append(_checked(row, cursor))
        cursor = Head(cursor.service, row.row, row.hash)
    return tuple(found)


def _checked(row: HistoryRow, before: Head) -> ExportedRow:
    """Return a row; what does not follow from the one before it is nothing to hand on as the history."""
    entry = Entry(row.at, row.actor, row.event, row.release, row.body, {})
    if row.row != before.row + 1 or chain(before.hash, row.service, row.row, entry, row.outcome) != row.hash:
        message = (
            f"The history of {row.service} does not hold at row {before.row + 1}: run `shiproom audit verify`. "
            "Nothing from there on is exported."
        )
        raise ChainBrokenError(message)
    return ExportedRow(moment(row.at), row.row, row.hash, row_as_json(row))

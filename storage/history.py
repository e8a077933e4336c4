"""The audit history: one row per change or refusal, one hash chain per service.

The head of a chain is stored with the service's environments. Rows are added with a prepared statement, since every click
adds one, and read as models, since only queries and the API do.
"""

import hashlib
import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from storage.prepared import Prepared, prepared_insert
from storage.session import read_models
from storage.tables import HistoryRow, table

_history = table(HistoryRow)
_insert = prepared_insert(_history)
_at = Prepared(
    select_columns(_history.c.at).where(
        _history.c.service == bindparam("wanted"), _history.c.row == bindparam("number")
    )
)
_last_row = Prepared(
    select_columns(_history.c.row)
    .where(_history.c.service == bindparam("wanted"))
    .order_by(_history.c.row.desc())
    .limit(1)
)

POLICY_LOADED = "policy_loaded"
"""The event of a policy that came into force."""

GENESIS = ""
_encode = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a service's chain: the number and hash of its last row.

    `policy` is the number of the policy that is in force for the service.
    """

    service: str
    row: int = 0
    hash: str = GENESIS
    policy: int = 0

    def __str__(self) -> str:
        """Format the head as an anchor: SERVICE:ROW:HASH."""
        return f"{self.service}:{self.row}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Entry:
    """The content of a history row, before it has its place in the chain.

    Times are whole microseconds, UTC.
    """

    at: int
    actor: str
    event: str
    release: int
    body: str
    outcome: Mapping[str, Any]


def chain(previous: str, service: str, row: int, entry: Entry, outcome: str) -> str:
    """Hash a row together with the one before it: SHA-256 over canonical JSON."""
    fields = [previous, service, row, entry.at, entry.actor, entry.event, entry.release, entry.body, outcome]
    return hashlib.sha256(_encode(fields).encode()).hexdigest()


def append(connection: Connection, head: Head, entry: Entry) -> Head:
    """Append a row to a service's chain, whose head is locked; return the new head."""
    outcome = json.dumps(entry.outcome, separators=(",", ":"), sort_keys=True)
    row = head.row + 1
    digest = chain(head.hash, head.service, row, entry, outcome)
    _insert.change(
        connection,
        service=head.service,
        row=row,
        at=entry.at,
        actor=entry.actor,
        event=entry.event,
        release=entry.release,
        body=entry.body,
        outcome=outcome,
        hash=digest,
    )
    return replace(head, row=row, hash=digest)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A history row as it is read back."""

    service: str
    row: int
    at: int
    actor: str
    event: str
    release: int
    body: str
    outcome: Mapping[str, Any]
    hash: str


def of_release(connection: Connection, number: int, most: int = 500) -> list[HistoryLine]:
    """List a release's rows, oldest first."""
    rows = select(HistoryRow).where(HistoryRow.release == number).order_by(col(HistoryRow.row)).limit(most)
    with read_models(connection) as session:
        return [_line(row) for row in session.exec(rows)]


def newest(connection: Connection, service: str, most: int) -> list[HistoryLine]:
    """List a service's latest rows, newest first."""
    rows = select(HistoryRow).where(HistoryRow.service == service)
    with read_models(connection) as session:
        return [_line(row) for row in session.exec(rows.order_by(col(HistoryRow.row).desc()).limit(most))]


def of_releases(connection: Connection, numbers: Iterable[int], most: int = 2000) -> list[HistoryLine]:
    """List the rows of several releases, oldest first for each."""
    wanted = select(HistoryRow).where(col(HistoryRow.release).in_(sorted(set(numbers))))
    rows = wanted.order_by(col(HistoryRow.release), col(HistoryRow.row)).limit(most)
    with read_models(connection) as session:
        return [_line(row) for row in session.exec(rows)]


def between(connection: Connection, service: str, since: int, until: int, most: int) -> list[HistoryLine]:
    """List a service's rows from one time to another, newest first.

    Rows are numbered in the order of time, so that the first and the last one are found in a few steps and no index is needed.
    """
    last = _last_row.scalar(connection, wanted=service) or 0

    def time_of(row: int) -> int:
        at = _at.scalar(connection, wanted=service, number=row)
        return 0 if at is None else int(at)

    rows = range(1, last + 1)
    first, end = (bisect_left(rows, at, key=time_of) + 1 for at in (since, until))
    wanted = select(HistoryRow).where(
        HistoryRow.service == service, HistoryRow.row >= first, HistoryRow.row < end
    )
    with read_models(connection) as session:
        return [_line(row) for row in session.exec(wanted.order_by(col(HistoryRow.row).desc()).limit(most))]


def _line(row: HistoryRow) -> HistoryLine:
    return HistoryLine(
        row.service,
        row.row,
        row.at,
        row.actor,
        row.event,
        row.release,
        row.body,
        json.loads(row.outcome),
        row.hash,
    )

"""The audit: one row per state change or refused change, one hash chain per service, its head beside the service's ground."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select

from storage.prepared import Prepared, Row, prepared_insert
from storage.tables import HistoryRow, table

_history = table(HistoryRow)
_insert = prepared_insert(_history)
_of_release = Prepared(
    select(_history)
    .where(_history.c.release == bindparam("number"))
    .order_by(_history.c.row)
    .limit(bindparam("most"))
)
_newest = Prepared(
    select(_history)
    .where(_history.c.service == bindparam("wanted"))
    .order_by(_history.c.row.desc())
    .limit(bindparam("most"))
)

GENESIS = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a service's chain: the number of its last row and that row's hash."""

    service: str
    row: int = 0
    hash: str = GENESIS

    def __str__(self) -> str:
        """Write the head as an anchor: SERVICE:ROW:HASH."""
        return f"{self.service}:{self.row}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a history row says, before it has its place in the chain. Times are whole microseconds, UTC."""

    at: int
    actor: str
    event: str
    release: int
    body: str
    outcome: Mapping[str, Any]


def chain(previous: str, service: str, row: int, entry: Entry, outcome: str) -> str:
    """Hash a row together with the one before it: SHA-256 over canonical JSON."""
    fields = [previous, service, row, entry.at, entry.actor, entry.event, entry.release, entry.body, outcome]
    return hashlib.sha256(json.dumps(fields, separators=(",", ":")).encode()).hexdigest()


def append(connection: Connection, head: Head, entry: Entry) -> Head:
    """Add a row to a service's chain, whose head is held under lock, and give the new head."""
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
    return Head(head.service, row, digest)


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
    return [_line(row) for row in _of_release.rows(connection, number=number, most=most)]


def newest(connection: Connection, service: str, most: int) -> list[HistoryLine]:
    """List a service's last rows, newest first."""
    return [_line(row) for row in _newest.rows(connection, wanted=service, most=most)]


def _line(values: Row) -> HistoryLine:
    service, row, at, actor, event, release, body, outcome, digest = values
    return HistoryLine(service, row, at, actor, event, release, body, json.loads(outcome), digest)

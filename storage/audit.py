"""Verifies the hash chains and the rows that they vouch for, and exports the history.

Rows are read as models, since people run this; only the walk along a chain is a plain statement, because models make a check of
a hundred thousand rows a third slower.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func
from sqlmodel import col, select

from storage.codec import micros
from storage.history import Entry, chain
from storage.row_audit import Finding, Vouched, Voucher, check_rows
from storage.rows_as_json import parsed, row_as_json, shown_time
from storage.session import read_models
from storage.tables import HistoryRow, ReleaseRow, ServiceRow, table

_history, _release, _service = table(HistoryRow), table(ReleaseRow), table(ServiceRow)


@dataclass(frozen=True, slots=True)
class Audit:
    """The result of a verification.

    It counts the rows and releases that were read, and has the head of each chain and all findings.
    """

    rows: int
    releases: int
    heads: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A chain head that was noted outside the database.

    The first 12 digits of its hash are enough, as the card shows them.
    """

    service: str
    row: int
    hash: str


def verify(connection: Connection, anchors: tuple[Anchor, ...] = (), *, now: datetime | None = None) -> Audit:
    """Verify every chain, its head, the anchors, and every row of the other tables that decisions depend on.

    A row has to match the digest in the last history row that vouches for it; nothing is decided again. `now` tells which
    performed effects may have been deleted for their age; by default it is the time of the newest history row.
    """
    findings: list[Finding] = []
    vouched: Vouched = {}
    heads: list[str] = []
    rows = 0
    for service, (row, digest) in saved_heads(connection).items():
        walk = _Walk(service, anchors, vouched)
        rows += walk.run(connection)
        findings += walk.findings
        heads.append(f"{service}:{walk.row}:{walk.hash}")
        if (walk.row, walk.hash) != (row, digest):
            sentence = f"the chain ends at row {walk.row}, but its head says row {row}"
            findings.append(Finding(f"service {service}", sentence))
    findings += _missing_services(anchors, heads)
    newest = max((each.at for each in vouched.values()), default=0)
    differences = check_rows(connection, vouched, newest if now is None else micros(now))
    releases = connection.execute(select(func.count()).select_from(_release)).scalar_one()
    return Audit(rows, releases, tuple(heads), (*findings, *differences))


def saved_heads(connection: Connection) -> dict[str, tuple[int, str]]:
    """Return the saved head of each chain.

    That includes chains that were slipped in, and those whose head is missing.
    """
    names = connection.execute(select(_history.c.service).distinct()).scalars().all()
    saved = connection.execute(select(_service.c.service, _service.c.chain_row, _service.c.chain_hash))
    known = {name: (row, digest) for name, row, digest in saved}
    return {name: known.get(name, (0, "")) for name in sorted({*names, *known})}


def _missing_services(anchors: tuple[Anchor, ...], heads: list[str]) -> list[Finding]:
    known = {head.rsplit(":", 2)[0] for head in heads}
    return [
        Finding(f"service {anchor.service}", "an anchor names it, but it has no history")
        for anchor in anchors
        if anchor.service not in known
    ]


class _Walk:
    """One pass over a service's chain."""

    def __init__(self, service: str, anchors: tuple[Anchor, ...], vouched: Vouched) -> None:
        self.service = service
        self.anchors: dict[int, list[str]] = {}
        for anchor in anchors:
            if anchor.service == service:
                self.anchors.setdefault(anchor.row, []).append(anchor.hash)
        self.vouched = vouched
        self.findings: list[Finding] = []
        self.row = 0
        self.hash = ""

    def run(self, connection: Connection) -> int:
        """Walk the chain and return its number of rows."""
        rows = _history.select().where(_history.c.service == self.service).order_by(_history.c.row)
        count = 0
        for row in connection.execute(rows.execution_options(yield_per=1000)):
            count += 1
            if row.row != self.row + 1:
                self._report(self.row + 1, f"rows {self.row + 1} to {_before(row.row)} are missing")
            entry = Entry(row.at, row.actor, row.event, row.release, row.body, {})
            if chain(self.hash, self.service, row.row, entry, row.outcome) != row.hash:
                self._report(
                    row.row,
                    f"altered: {row.event} of {row.actor or 'nobody'} at {shown_time(row.at)}",
                )
            self.row, self.hash = row.row, row.hash
            if '"rows":' in row.outcome:
                self._take(f"history {self.service}:{row.row}", row.at, parsed(row.outcome))
            self._check_anchor()
        for missing in sorted(number for number in self.anchors if number > self.row):
            self._report(
                missing, "an anchor names this row, but the chain ends before it: the tail was cut off"
            )
        return count

    def _take(self, place: str, at: int, outcome: Any) -> None:  # noqa: ANN401 - whatever JSON holds
        try:
            digests = [(str(key), str(digest)) for key, digest in outcome["rows"].items()]
        except (TypeError, LookupError, AttributeError):
            return  # only a row that was altered, which is found, has none
        when = at if type(at) is int else 0  # SQLite keeps text in any column, if somebody writes it
        for key, digest in digests:
            self.vouched[key] = Voucher(place, when, digest)

    def _check_anchor(self) -> None:
        if any(not self.hash.startswith(wanted) for wanted in self.anchors.get(self.row, ())):
            self._report(self.row, "the anchor says another hash: this row or one before it was rewritten")

    def _report(self, row: int, sentence: str) -> None:
        self.findings.append(Finding(f"history {self.service}:{row}", sentence))


def services(connection: Connection) -> tuple[str, ...]:
    """Return every service that has a history."""
    return tuple(saved_heads(connection))


def service_of(connection: Connection, release: int) -> str | None:
    """Return the service whose history names a release; None if none does."""
    found = select(_history.c.service).where(_history.c.release == release).limit(1)
    return connection.execute(found).scalar()


def export(connection: Connection, service: str = "", release: int = 0) -> Iterator[str]:
    """Yield history rows as JSON lines, oldest first."""
    rows = select(HistoryRow).order_by(col(HistoryRow.service), col(HistoryRow.row))
    if service:
        rows = rows.where(HistoryRow.service == service)
    if release:
        rows = rows.where(HistoryRow.release == release)
    with read_models(connection) as session:
        for row in session.exec(rows.execution_options(yield_per=1000)):
            yield row_as_json(row)


def _before(row: Any) -> Any:  # noqa: ANN401 - SQLite keeps text in any column
    return row - 1 if isinstance(row, int) else row

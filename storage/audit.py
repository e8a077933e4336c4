"""Checks the hash chains and the releases they vouch for, and gives the history out as JSON lines."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from storage.codec import moment
from storage.history import Entry, chain
from storage.tables import HistoryRow, ReleaseRow, ServiceRow, table

_history = table(HistoryRow)
_release = table(ReleaseRow)
_service = table(ServiceRow)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit, and where."""

    place: str
    sentence: str

    def __str__(self) -> str:
        """Write the finding on one line."""
        return f"{self.place}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Audit:
    """What a check found: the rows and releases it read, the head of each chain, and whatever does not fit."""

    rows: int
    releases: int
    heads: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head that was written down outside the database; of its hash the first 12 digits are enough, as the card shows them."""

    service: str
    row: int
    hash: str


def verify(connection: Connection, anchors: tuple[Anchor, ...] = ()) -> Audit:
    """Walk every chain, compare its head, the anchors, and each release with what its last row vouches for."""
    findings: list[Finding] = []
    vouched: dict[int, tuple[str, str]] = {}
    heads: list[str] = []
    rows = 0
    for service, (row, digest) in _heads(connection).items():
        walk = _Walk(service, anchors, vouched)
        rows += walk.run(connection)
        findings += walk.findings
        heads.append(f"{service}:{walk.row}:{walk.hash}")
        if (walk.row, walk.hash) != (row, digest):
            sentence = f"the chain ends at row {walk.row}, but its head says row {row}"
            findings.append(Finding(f"service {service}", sentence))
    findings += _missing_services(anchors, heads)
    releases = 0
    for finding in _releases(connection, vouched):
        releases += 1
        if finding is not None:
            findings.append(finding)
    return Audit(rows, releases, tuple(heads), tuple(findings))


def _heads(connection: Connection) -> dict[str, tuple[int, str]]:
    """Give the saved head of each chain, also of those that somebody slipped in or whose head is gone."""
    names = connection.execute(select(_history.c.service).distinct()).scalars()
    saved = select(_service.c.service, _service.c.chain_row, _service.c.chain_hash)
    known = {service: (row, digest) for service, row, digest in connection.execute(saved).all()}
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

    def __init__(
        self, service: str, anchors: tuple[Anchor, ...], vouched: dict[int, tuple[str, str]]
    ) -> None:
        self.service = service
        self.anchors = {anchor.row: anchor.hash for anchor in anchors if anchor.service == service}
        self.vouched = vouched
        self.findings: list[Finding] = []
        self.row = 0
        self.hash = ""

    def run(self, connection: Connection) -> int:
        """Walk the chain and return how many rows it has."""
        rows = select(_history).where(_history.c.service == self.service).order_by(_history.c.row)
        count = 0
        for row in connection.execute(rows.execution_options(yield_per=1000)):
            count += 1
            if row.row != self.row + 1:
                self._find(self.row + 1, f"rows {self.row + 1} to {row.row - 1} are missing")
            entry = Entry(row.at, row.actor, row.event, row.release, row.body, {})
            if chain(self.hash, self.service, row.row, entry, row.outcome) != row.hash:
                self._find(
                    row.row,
                    f"altered: {row.event} of {row.actor or 'nobody'} at {_time(row.at)}",
                )
            self.row, self.hash = row.row, row.hash
            outcome = _parsed(row.outcome)
            if isinstance(outcome, dict) and "digest" in outcome:
                self.vouched[row.release] = (f"history {self.service}:{row.row}", outcome["digest"])
            self._anchored()
        for missing in sorted(number for number in self.anchors if number > self.row):
            self._find(
                missing, "an anchor names this row, but the chain ends before it: the tail was cut off"
            )
        return count

    def _anchored(self) -> None:
        wanted = self.anchors.get(self.row)
        if wanted is not None and not self.hash.startswith(wanted):
            self._find(self.row, "the anchor says another hash: this row or one before it was rewritten")

    def _find(self, row: int, sentence: str) -> None:
        self.findings.append(Finding(f"history {self.service}:{row}", sentence))


def _releases(connection: Connection, vouched: dict[int, tuple[str, str]]) -> Iterator[Finding | None]:
    seen: set[int] = set()
    for row in connection.execute(select(_release.c.number, _release.c.body).order_by(_release.c.number)):
        seen.add(row.number)
        place, digest = vouched.get(row.number, ("", ""))
        if not digest:
            yield Finding(f"release r{row.number}", "no history row vouches for it")
        elif hashlib.sha256(row.body.encode()).hexdigest() != digest:
            yield Finding(f"release r{row.number}", f"altered: it is not what {place} left")
        else:
            yield None
    for number in sorted(set(vouched) - seen):
        yield Finding(f"release r{number}", f"it is gone, although {vouched[number][0]} vouches for it")


def export(connection: Connection, service: str = "", release: int = 0) -> Iterator[str]:
    """Give history rows as JSON lines, oldest first."""
    rows = select(_history).order_by(_history.c.service, _history.c.row)
    if service:
        rows = rows.where(_history.c.service == service)
    if release:
        rows = rows.where(_history.c.release == release)
    for row in connection.execute(rows.execution_options(yield_per=1000)):
        fields = {
            "service": row.service,
            "row": row.row,
            "at": _time(row.at),
            "actor": row.actor,
            "event": row.event,
            "release": row.release,
            "body": _parsed(row.body),
            "outcome": _parsed(row.outcome),
            "hash": row.hash,
        }
        yield json.dumps(fields, sort_keys=True)


def _parsed(text: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Read JSON; what somebody spoiled is given as it is."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _time(at: int) -> str:
    """Write a time; a count that is none any more is given as it is."""
    try:
        return moment(at).isoformat()
    except (OverflowError, TypeError):
        return str(at)

"""Reads the deployments of a span of time, one after the other: what was told of one is not kept.

A first pass finds the rows that tell how deployments ended; the releases of a few hundred of them are read at a time.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby

from pydantic_core import from_json

from bot.reports.audit_outside import OutsideRuns
from bot.reports.audit_release import AuditedRow, deployments_of, parsed
from bot.reports.audited import Audited
from storage import audit_rows
from storage.audit_rows import OUTSIDE_RUN, STARTS, AuditRow
from storage.codec import UnreadableError, reading
from storage.database import Connection, Database
from storage.history import Head

_SLICE = 2_000
"""How many rows are read in one transaction."""

_AT_ONCE = 200
"""Of how many endings the releases are read in one transaction."""


@dataclass(frozen=True, slots=True)
class AuditSpan:
    """Which deployments are told: those that ended from one time to another, in microseconds, not including the end.

    That is into `environment`, or, if it is empty, into every protected environment.
    """

    since: int
    until: int
    environment: str = ""


@dataclass(slots=True)
class _Found:
    """What the first pass found: when which deployment ended, with its row and release; runs from outside by their row.

    `tell_less` are how many releases were started by a version whose rows do not tell how deployments ended.
    """

    endings: list[tuple[int, int, int]] = field(default_factory=list[tuple[int, int, int]])
    outside: dict[int, Audited] = field(default_factory=dict[int, Audited])
    tell_less: int = 0


class AuditedService:
    """The deployments of one service up to the head of its chain."""

    def __init__(self, database: Database, head: Head, span: AuditSpan) -> None:
        self._database = database
        self._head = head
        self._span = span
        self._protected: dict[str, bool] = {}
        self.tell_less = 0

    async def environments(self) -> frozenset[str]:
        """Read which environments the policies that came into force for the service name."""
        await self._read_plans()
        return frozenset(self._protected)

    async def deployments(self) -> AsyncIterator[Audited]:
        """Read the deployments in the order in which they ended.

        Raises UnreadableError if a row is not what was written.
        """
        await self._read_plans()
        found = await self._find()
        self.tell_less = found.tell_less
        found.endings.sort()
        for start in range(0, len(found.endings), _AT_ONCE):
            some = found.endings[start : start + _AT_ONCE]
            told = found.outside | await self._of_releases(some)
            for _, row, _ in some:
                if row in told:
                    yield told[row]

    async def _read_plans(self) -> None:
        if not self._protected:
            self._protected = await self._database.read(
                partial(_protection, service=self._head.service, last=self._head.row)
            )

    async def _find(self) -> _Found:
        found, outside = _Found(), OutsideRuns(self._head.service, str(self._head))
        after = 0
        while True:
            rows = await self._database.read(
                partial(
                    audit_rows.endings,
                    service=self._head.service,
                    between=(after, self._head.row),
                    span=(self._span.since, self._span.until),
                    most=_SLICE,
                )
            )
            await asyncio.to_thread(self._sort, rows, found, outside)
            if len(rows) < _SLICE:
                return found
            after = rows[-1][0]

    def _sort(self, rows: Sequence[AuditRow], found: _Found, outside: OutsideRuns) -> None:
        """Note which deployments ended; a run from outside is told by its rows alone."""
        with reading(f"history of {self._head.service}"):
            for row in rows:
                number, at, _, event, release, *_ = row
                if event == OUTSIDE_RUN:
                    self._note_outside(parsed(row), found, outside)
                elif event in STARTS and '"attempt_ended"' not in row[6]:
                    found.tell_less += 1
                else:
                    found.endings.append((at, number, release))

    def _note_outside(self, row: AuditedRow, found: _Found, outside: OutsideRuns) -> None:
        if "refused" in row.outcome:
            return
        ended = outside.take(row)
        if ended is None or not self._span.since <= ended[0] < self._span.until:
            return
        if self._counts(ended[1].environment, row.outcome.get("protected")):
            found.endings.append((ended[0], row.row, 0))
            found.outside[row.row] = ended[1]

    def _counts(self, environment: str, protected: bool | None) -> bool:  # noqa: FBT001 - what a row says, or nothing
        """Return whether an environment is told; where a row says nothing of it, by the last policy that named it."""
        if self._span.environment:
            return environment == self._span.environment
        return self._protected.get(environment, False) if protected is None else protected

    async def _of_releases(self, endings: Sequence[tuple[int, int, int]]) -> dict[int, Audited]:
        numbers = sorted({release for _, _, release in endings if release})
        if not numbers:
            return {}
        rows = await self._database.read(
            partial(audit_rows.of_releases, service=self._head.service, numbers=numbers, last=self._head.row)
        )
        return await asyncio.to_thread(self._tell, rows)

    def _tell(self, rows: Sequence[AuditRow]) -> dict[int, Audited]:
        """Return the deployments of some releases by the row that tells how each ended."""
        with reading(f"history of {self._head.service}"):
            return {
                each.row: each
                for _, own in groupby(map(parsed, rows), key=lambda each: each.release)
                for each in deployments_of(own, self._head.service, str(self._head), self._counts)
            }


def _protection(connection: Connection, service: str, last: int) -> dict[str, bool]:
    """Return whether each environment is protected that a policy ever named for a service, by the last one that did."""
    found: dict[str, bool] = {}
    told = (from_json(each).get("plan", "") for each in audit_rows.plans_told(connection, service, last))
    for fingerprint in dict.fromkeys(told):
        try:
            found |= audit_rows.protection(connection, fingerprint) if fingerprint else {}
        except UnreadableError:
            continue  # `shiproom audit verify` names a plan that was altered; rows say themselves what is protected
    return found

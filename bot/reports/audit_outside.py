"""Tells of runs that no release started, from the rows in which they were seen."""

from datetime import datetime

from bot.reports.audit_release import AuditedRow, build_of
from bot.reports.audited import Audited, AuditedRun
from bot.reports.facts import Kind
from handlers.attempt_endings import AttemptOutcome
from storage.codec import micros
from storage.rows_as_json import shown_time


class OutsideRuns:
    """Follows the runs from outside of one service; rows are passed in their order."""

    def __init__(self, service: str, head: str) -> None:
        self._service = service
        self._head = head
        self._running: dict[str, int] = {}

    def take(self, row: AuditedRow) -> tuple[int, Audited] | None:
        """Take the next row; return the run and when it ended, once it has. It began when it was seen to run."""
        named, state = str(row.body["run"]), str(row.body["state"])
        if state == "running":
            self._running.setdefault(named, row.at)
            return None
        told = row.body.get("ended_at")
        ended = micros(datetime.fromisoformat(told)) if told else row.at
        began = self._running.pop(named, None)
        run, _, attempt = named.rpartition("#")
        return ended, Audited(
            service=self._service,
            environment=str(row.body["environment"]),
            release=0,
            attempt=0,
            kind=Kind.OUTSIDE.value,
            outcome=(AttemptOutcome.SUCCEEDED if state == "succeeded" else AttemptOutcome.FAILED).value,
            began="" if began is None else shown_time(min(began, ended)),
            ended=shown_time(ended),
            build=build_of(row.body),
            row=row.row,
            hash=row.hash,
            head=self._head,
            asked_by=str(row.body.get("by", "")),
            run=AuditedRun("", run, int(attempt), str(row.body.get("url", ""))),
        )

"""Reads facts from the rows of one service's history, in their order; it knows nothing but these rows.

A year of forty services is read while somebody waits: each row is decoded once, and only as far as it is needed.
"""

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from pydantic_core import from_json

from bot.reports.environment_history import EnvironmentHistory
from bot.reports.facts import Deployment, Emergency, Kind, ServiceFacts, WaitSpan
from handlers.attempt_endings import AttemptOutcome
from handlers.wait import DEPLOYMENT
from storage.codec import micros
from storage.report_rows import ReportRow

_STARTS = {"started": Kind.NORMAL, "rollback_started": Kind.ROLLBACK, "emergency_started": Kind.EMERGENCY}


class _Row(NamedTuple):
    """A row that is being read."""

    at: int
    event: str
    release: int
    outcome: dict[str, Any]


@dataclass(slots=True)
class _Journey:
    """A release as far as its rows tell: its build, since when it waits for what, and when its last attempt began."""

    kind: Kind
    version: str
    branch: str
    position: int
    started: int
    environment: str = ""
    waits: dict[str, int] = field(default_factory=dict[str, int])
    began: int | None = None


class ServiceHistory:
    """Collects the facts of one service; rows are passed in their order, in as many parts as one likes."""

    def __init__(self, service: str) -> None:
        self.facts = ServiceFacts(service)
        self.last_row = 0
        self._journeys: dict[int, _Journey] = {}
        self._environments: dict[str, EnvironmentHistory] = {}
        self._builds: dict[str, list[tuple[int, int]]] = {}
        self._emergencies: dict[int, Emergency] = {}
        self._outside: dict[str, int] = {}

    def read(self, rows: Iterable[ReportRow]) -> None:
        """Take the next rows."""
        for number, at, event, release, body, told in rows:
            self.last_row = number
            if self.facts.known_since is None:
                self.facts.known_since = at
            row = _Row(at, event, release, from_json(told))
            if "refused" in row.outcome:
                continue
            if body:
                self._read_event(row, from_json(body))
            if release:
                self._follow(row)

    def finished(self) -> ServiceFacts:
        """Return the facts; what a release waits for now has no end."""
        for number, journey in self._journeys.items():
            self.facts.waits += [self._span(number, journey, on, None) for on in journey.waits]
        found = [each for place in self._environments.values() for each in place.deployments]
        self.facts.deployments = sorted(found, key=lambda each: (each.ended, each.release, each.environment))
        return self.facts

    def _read_event(self, row: _Row, body: dict[str, Any]) -> None:
        if row.event == "build_reported":
            self._build(row, body["build"])
        elif row.event == "external_run_seen":
            self._outside_run(row, body)
        else:
            self._start(row, body)

    def _start(self, row: _Row, body: dict[str, Any]) -> None:
        build, kind = body["build"], _STARTS[row.event]
        version = str(build["version"])
        journey = _Journey(kind, version, str(build["branch"]), int(build.get("position", 0)), row.at)
        self._journeys[row.release] = journey
        if kind is Kind.EMERGENCY:
            found = Emergency(self.facts.service, row.release, version, str(row.outcome["step"]), row.at)
            self._emergencies[row.release] = found
            self.facts.emergencies.append(found)

    def _build(self, row: _Row, build: dict[str, Any]) -> None:
        if "position" in row.outcome:
            ready = _micros_of(build.get("ready_at")) or row.at
            insort(self._builds.setdefault(str(build["branch"]), []), (int(row.outcome["position"]), ready))

    def _outside_run(self, row: _Row, body: dict[str, Any]) -> None:
        """Take a deployment from outside, once it has ended; when it was seen to run is when it began."""
        run, state = str(body["run"]), str(body["state"])
        if state == "running":
            self._outside.setdefault(run, row.at)
            return
        ended = _micros_of(body.get("ended_at")) or row.at
        began = min(self._outside.pop(run, ended), ended)
        how = AttemptOutcome.SUCCEEDED if state == "succeeded" else AttemptOutcome.FAILED
        build, environment = body["build"], str(body["environment"])
        version = str(build.get("version") or build.get("sha", "")[:7])
        found = Deployment(self.facts.service, environment, 0, 0, Kind.OUTSIDE, version, began, ended, how)
        found.run, found.url = run.rpartition("#")[0], str(body.get("url", ""))
        self._in(environment).add(found, ended)

    def _follow(self, row: _Row) -> None:
        """Follow a release: how its deployment ended, and what it waits for from now on."""
        outcome, journey = row.outcome, self._journeys.get(row.release)
        if journey is None:
            return
        ending = outcome.get("attempt_ended")
        if ending is not None:
            self._attempt_ended(row, journey, ending)
        if row.release in self._emergencies:
            _follow_emergency(self._emergencies[row.release], row)
        if "waits" in outcome:
            self._wait(row, journey, str(outcome["step"]), outcome["waits"])

    def _wait(self, row: _Row, journey: _Journey, environment: str, names: list[str]) -> None:
        moved = environment != journey.environment
        for on in [each for each in journey.waits if moved or each not in names]:
            self.facts.waits.append(self._span(row.release, journey, on, row.at))
            del journey.waits[on]
        journey.environment = environment
        for on in names:
            journey.waits.setdefault(on, row.at)
        if DEPLOYMENT in names:
            journey.began = journey.waits[DEPLOYMENT]

    def _span(self, number: int, journey: _Journey, on: str, until: int | None) -> WaitSpan:
        service, since = self.facts.service, journey.waits[on]
        return WaitSpan(service, number, journey.version, journey.environment, on, since, until)

    def _attempt_ended(self, row: _Row, journey: _Journey, ending: dict[str, Any]) -> None:
        environment, attempt = str(ending["environment"]), int(ending["attempt"])
        place = self._in(environment)
        place.withdraw(row.release, attempt)
        outcome = AttemptOutcome(ending["outcome"])
        if outcome is AttemptOutcome.UNSENT:
            return
        found = Deployment(
            self.facts.service,
            environment,
            row.release,
            attempt,
            journey.kind,
            journey.version,
            row.at if journey.began is None else journey.began,
            row.at,
            outcome,
        )
        if found.how is AttemptOutcome.SUCCEEDED and journey.kind is not Kind.ROLLBACK:
            builds = self._builds.get(journey.branch, [])
            found.ready = place.brought(journey.branch, journey.position, builds)
        place.add(found, journey.started)

    def _in(self, environment: str) -> EnvironmentHistory:
        return self._environments.setdefault(environment, EnvironmentHistory())


def _follow_emergency(emergency: Emergency, row: _Row) -> None:
    outcome = row.outcome
    if outcome.get("reply") == "signed_alone":
        emergency.alone = True
    if "review_due" in outcome:
        emergency.review_due = _micros_of(outcome["review_due"])
    if row.event in {"reviewed", "review_waived"}:
        emergency.reviewed_at = row.at


def _micros_of(text: str | None) -> int | None:
    return None if text is None else micros(datetime.fromisoformat(text))

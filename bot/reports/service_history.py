"""Reads facts from the rows of one service's history, in their order; it knows nothing but these rows.

A year of forty services is read while somebody waits: each row is decoded once, and only as far as it is needed.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any

from pydantic_core import from_json

from bot.reports.builds import Builds
from bot.reports.environment_history import EnvironmentHistory
from bot.reports.facts import Deployment, Emergency, Kind, ServiceFacts
from bot.reports.waits import STILL
from handlers.attempt_endings import AttemptOutcome
from handlers.wait import DEPLOYMENT
from storage.codec import micros
from storage.report_rows import ReportRow

_NOTHING: dict[str, int] = {}
"""What a release waits for that waits for nothing, as most do in the end: one for all, to be looked at less."""

Outcome = dict[str, Any]

_STARTS = {"started": Kind.NORMAL, "rollback_started": Kind.ROLLBACK, "emergency_started": Kind.EMERGENCY}


@dataclass(slots=True)
class _Journey:
    """A release as far as its rows tell: its build, since when it waits for what, and when its last attempt began."""

    kind: Kind
    version: str
    branch: str
    position: int
    started: int
    environment: str = ""
    waits: dict[str, int] = field(default_factory=lambda: _NOTHING)
    began: int | None = None


class ServiceHistory:
    """Collects the facts of one service; rows are passed in their order, in as many parts as one likes."""

    def __init__(self, service: str) -> None:
        self.facts = ServiceFacts(service)
        self.last_row = 0
        self._journeys: dict[int, _Journey] = {}
        self._environments: defaultdict[str, EnvironmentHistory] = defaultdict(EnvironmentHistory)
        self._builds: defaultdict[str, Builds] = defaultdict(Builds)
        self._emergencies: dict[int, Emergency] = {}
        self._outside: dict[str, int] = {}

    def read(self, rows: Iterable[ReportRow]) -> None:
        """Take the next rows."""
        for number, at, event, release, body, told in rows:
            self.last_row = number
            if self.facts.known_since is None:
                self.facts.known_since = at
            outcome = from_json(told)
            if "refused" in outcome:
                continue
            if body:
                self._read_event(at, event, release, from_json(body), outcome)
            journey = self._journeys.get(release)
            if journey is not None:
                self._follow(at, event, release, outcome, journey)

    def finished(self) -> ServiceFacts:
        """Return the facts; what a release waits for now has no end."""
        for number, journey in self._journeys.items():
            self._note(number, journey, STILL)
        found = [each for place in self._environments.values() for each in place.deployments]
        self.facts.deployments = sorted(found, key=attrgetter("ended", "release", "environment"))
        return self.facts

    def _read_event(self, at: int, event: str, release: int, body: dict[str, Any], outcome: Outcome) -> None:
        if event == "build_reported":
            self._build(at, body["build"], outcome)
        elif event == "external_run_seen":
            self._outside_run(at, body)
        else:
            self._start(at, _STARTS[event], release, body["build"], outcome)

    def _start(self, at: int, kind: Kind, release: int, build: dict[str, Any], outcome: Outcome) -> None:
        version, branch, position = str(build["version"]), str(build["branch"]), int(build.get("position", 0))
        self._journeys[release] = _Journey(kind, version, branch, position, at)
        self.facts.versions[release] = version
        if kind is Kind.EMERGENCY:
            found = Emergency(self.facts.service, release, version, str(outcome["step"]), at)
            self._emergencies[release] = found
            self.facts.emergencies.append(found)

    def _build(self, at: int, build: dict[str, Any], outcome: Outcome) -> None:
        if "position" in outcome:
            ready = _micros_of(build.get("ready_at")) or at
            self._builds[str(build["branch"])].add(int(outcome["position"]), ready)

    def _outside_run(self, at: int, body: dict[str, Any]) -> None:
        """Take a deployment from outside, once it has ended; when it was seen to run is when it began."""
        run, state = str(body["run"]), str(body["state"])
        if state == "running":
            self._outside.setdefault(run, at)
            return
        ended = _micros_of(body.get("ended_at")) or at
        began = min(self._outside.pop(run, ended), ended)
        how = AttemptOutcome.SUCCEEDED if state == "succeeded" else AttemptOutcome.FAILED
        build, environment = body["build"], str(body["environment"])
        version = str(build.get("version") or build.get("sha", "")[:7])
        found = Deployment(self.facts.service, environment, 0, 0, Kind.OUTSIDE, version, began, ended, how)
        found.run, found.url = run.rpartition("#")[0], str(body.get("url", ""))
        self._in(environment).add(found, ended)

    def _follow(self, at: int, event: str, release: int, outcome: Outcome, journey: _Journey) -> None:
        """Follow a release: how its deployment ended, and what it waits for from now on."""
        if "attempt_ended" in outcome:
            self._attempt_ended(at, release, journey, outcome["attempt_ended"])
        if journey.kind is Kind.EMERGENCY:
            _follow_emergency(self._emergencies[release], at, event, outcome)
        if "waits" in outcome:
            self._wait(at, release, journey, outcome)

    def _wait(self, at: int, release: int, journey: _Journey, outcome: Outcome) -> None:
        environment, names, before = str(outcome["step"]), outcome["waits"], journey.waits
        if environment != journey.environment:
            self._note(release, journey, at)
            journey.environment, before = environment, _NOTHING
        after = dict.fromkeys(names, at) if names else _NOTHING
        for on, since in before.items():
            if on in after:
                after[on] = since
            else:
                self.facts.waits[environment, on].add(release, since, at)
        journey.waits = after
        if DEPLOYMENT in after:
            journey.began = after[DEPLOYMENT]

    def _note(self, release: int, journey: _Journey, until: int) -> None:
        """Note until when a release waited, on its way into the environment that it is at."""
        for on, since in journey.waits.items():
            self.facts.waits[journey.environment, on].add(release, since, until)

    def _attempt_ended(self, at: int, release: int, journey: _Journey, ending: dict[str, Any]) -> None:
        environment, attempt = str(ending["environment"]), int(ending["attempt"])
        place = self._in(environment)
        place.withdraw(release, attempt)
        outcome = AttemptOutcome(ending["outcome"])
        if outcome is AttemptOutcome.UNSENT:
            return
        found = Deployment(
            self.facts.service,
            environment,
            release,
            attempt,
            journey.kind,
            journey.version,
            at if journey.began is None else journey.began,
            at,
            outcome,
        )
        if found.how is AttemptOutcome.SUCCEEDED and journey.kind is not Kind.ROLLBACK:
            found.ready = place.brought(journey.branch, journey.position, self._builds[journey.branch])
        place.add(found, journey.started)

    def _in(self, environment: str) -> EnvironmentHistory:
        return self._environments[environment]


def _follow_emergency(emergency: Emergency, at: int, event: str, outcome: Outcome) -> None:
    if outcome.get("reply") == "signed_alone":
        emergency.alone = True
    if "review_due" in outcome:
        emergency.review_due = _micros_of(outcome["review_due"])
    if event in {"reviewed", "review_waived"}:
        emergency.reviewed_at = at


def _micros_of(text: str | None) -> int | None:
    return None if text is None else micros(datetime.fromisoformat(text))

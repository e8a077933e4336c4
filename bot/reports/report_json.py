"""A report as JSON, for programs: what the API and `shiproom report --format json` give."""

from typing import Annotated, TypedDict

from pydantic import Field

from bot.reports.facts import Deployment, Emergency, Kind
from bot.reports.measures import Measures, Period
from bot.reports.report import Report
from bot.reports.waiting import LongWait, Waited
from handlers.attempt_endings import AttemptOutcome
from storage.rows_as_json import shown_time

Time = Annotated[str, Field(json_schema_extra={"format": "date-time"}, description="RFC 3339, in UTC")]
Seconds = Annotated[int, Field(ge=0)]

PeriodJson = TypedDict("PeriodJson", {"from": Time, "to": Time})


class MeasuresJson(TypedDict):
    """What went into protected environments; `lead_time` and `time_to_restore` are medians, null where there was nothing.

    `changes` are deployments of something new that succeeded or failed; `failed` of them failed, or were taken back. `builds`
    are those that the lead time is taken of, from when each was ready; `unrestored` failures have not been put right.
    """

    deployed: int
    changes: int
    failed: int
    failure_rate: float | None
    builds: int
    lead_time_seconds: Seconds | None
    restored: int
    time_to_restore_seconds: Seconds | None
    unrestored: int
    rollbacks: int
    emergencies: int
    outside: int
    stopped: int


class WaitedJson(TypedDict):
    """How long releases waited for one thing, on the clock and within working hours: sums over so many releases.

    `on` is `team:NAME`, `gate:NAME`, `request`, `deployment` or `decision`.
    """

    on: str
    clock_seconds: Seconds
    working_seconds: Seconds
    releases: int


class EarlierJson(TypedDict):
    """A period before, as long as the reported one."""

    period: PeriodJson
    measures: MeasuresJson
    waited: list[WaitedJson]


class LongWaitJson(TypedDict):
    """One of the longest waits, whole, until the end of the period; `open`: it went on then."""

    release: int
    service: str
    version: str
    environment: str
    on: list[str]
    since: Time
    clock_seconds: Seconds
    working_seconds: Seconds
    open: bool


class DeploymentJson(TypedDict):
    """A deployment into a protected environment; one from outside has no release, and perhaps an address."""

    service: str
    environment: str
    release: int | None
    attempt: int
    kind: Kind
    version: str
    outcome: AttemptOutcome
    began: Time
    ended: Time
    run: str
    url: str


class EmergencyJson(TypedDict):
    """A release through the emergency lane; `alone`: an operator signed what they had started themselves."""

    release: int
    service: str
    version: str
    environment: str
    started: Time
    alone: bool
    review_due: Time | None
    reviewed: Time | None


class ReportJson(TypedDict):
    """A report; `known_since` is when the history of these services begins, null if there is none."""

    period: PeriodJson
    services: list[str]
    known_since: Time | None
    measures: MeasuresJson
    by_service: dict[str, MeasuresJson]
    earlier: list[EarlierJson]
    waited: list[WaitedJson]
    longest_waits: list[LongWaitJson]
    deployments: list[DeploymentJson]
    emergencies: list[EmergencyJson]
    reviews_owed: list[EmergencyJson]


def report_json(report: Report) -> ReportJson:
    """Return a report for programs; times are rounded to seconds."""
    return {
        "period": _period(report.period),
        "services": list(report.services),
        "known_since": _time(report.known_since),
        "measures": _measures(report.total),
        "by_service": {service: _measures(found) for service, found in report.by_service.items()},
        "earlier": [
            {
                "period": _period(each.period),
                "measures": _measures(each.measures),
                "waited": _waited(each.waited),
            }
            for each in report.earlier
        ],
        "waited": _waited(report.waited),
        "longest_waits": [_long_wait(each) for each in report.longest],
        "deployments": [_deployment(each) for each in report.deployments],
        "emergencies": [_emergency(each) for each in report.emergencies],
        "reviews_owed": [_emergency(each) for each in report.owed],
    }


def _period(period: Period) -> PeriodJson:
    return {"from": shown_time(period.since), "to": shown_time(period.until)}


def _measures(found: Measures) -> MeasuresJson:
    return {
        "deployed": found.deployed,
        "changes": found.changes,
        "failed": found.failed,
        "failure_rate": found.failure_rate,
        "builds": found.builds,
        "lead_time_seconds": None if found.lead_time is None else _seconds(found.lead_time),
        "restored": found.restored,
        "time_to_restore_seconds": None if found.restore is None else _seconds(found.restore),
        "unrestored": found.broken,
        "rollbacks": found.rollbacks,
        "emergencies": found.emergencies,
        "outside": found.outside,
        "stopped": found.stopped,
    }


def _waited(found: tuple[Waited, ...]) -> list[WaitedJson]:
    return [
        {
            "on": each.on,
            "clock_seconds": _seconds(each.clock),
            "working_seconds": _seconds(each.working),
            "releases": each.releases,
        }
        for each in found
    ]


def _long_wait(found: LongWait) -> LongWaitJson:
    return {
        "release": found.span.release,
        "service": found.span.service,
        "version": found.span.version,
        "environment": found.span.environment,
        "on": list(found.on),
        "since": shown_time(found.span.since),
        "clock_seconds": _seconds(found.clock),
        "working_seconds": _seconds(found.working),
        "open": found.open,
    }


def _deployment(found: Deployment) -> DeploymentJson:
    return {
        "service": found.service,
        "environment": found.environment,
        "release": found.release or None,
        "attempt": found.attempt,
        "kind": found.kind,
        "version": found.version,
        "outcome": found.how,
        "began": shown_time(found.began),
        "ended": shown_time(found.ended),
        "run": found.run,
        "url": found.url,
    }


def _emergency(found: Emergency) -> EmergencyJson:
    return {
        "release": found.release,
        "service": found.service,
        "version": found.version,
        "environment": found.environment,
        "started": shown_time(found.at),
        "alone": found.alone,
        "review_due": _time(found.review_due),
        "reviewed": _time(found.reviewed_at),
    }


def _time(found: int | None) -> str | None:
    return None if found is None else shown_time(found)


def _seconds(time: int) -> int:
    return round(time / 1_000_000)

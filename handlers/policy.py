"""The policy in force: the plans of all services, people, CIs and tokens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from handlers.calendar import Calendar
from handlers.people import Directory
from handlers.plan import EnvironmentPlan, Plan
from handlers.time_words import instant


@dataclass(frozen=True, slots=True)
class Connection:
    """A CI as the policy connects it: its kind and the settings of its provider.

    Secrets are resolved already.
    """

    name: str
    kind: str
    settings: Mapping[str, object] = field(default_factory=dict[str, object])


TOKEN_RIGHTS = ("read", "build", "lock")
"""What an API token can be allowed: to read releases and locks, to report builds, to lock environments."""


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A program that may use the API, with its secret and its rights; `services` None means all of them."""

    name: str
    secret: str = field(repr=False)
    may: frozenset[str]
    services: tuple[str, ...] | None = None

    def is_for(self, service: str) -> bool:
        """Return whether the token may know of a service."""
        return self.services is None or service in self.services


@dataclass(frozen=True, slots=True)
class Presence:
    """What of a service is in the policy in force: its environments, and the names of all CI connections."""

    environments: frozenset[str]
    connections: frozenset[str]

    def absent(self, environment: EnvironmentPlan) -> str:
        """Return what an environment of a frozen plan lacks now: `service`, `environment`, `ci`; empty if nothing."""
        if not self.environments:
            return "service"
        if environment.name not in self.environments:
            return "environment"
        return "" if environment.deploy.ci in self.connections else "ci"


@dataclass(frozen=True, slots=True)
class Anchoring:
    """Where the heads of all hash chains are kept outside the database: a channel, a file, or both."""

    channel: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class WeeklyReport:
    """When a report of a week is due, and the time that it is about: the seven whole days before."""

    due: datetime
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Reporting:
    """Where a report is posted each week, and when: a day of the week (Monday is 0) and a time of day."""

    channel: str
    weekday: int
    at: time

    def last(self, now: datetime, zone: tzinfo) -> WeeklyReport:
        """Return the report that was due last, as clocks in a zone show it."""
        today = now.astimezone(zone).date()
        day = today - timedelta(days=(today.weekday() - self.weekday) % 7)
        found = self._on(day, zone)
        return found if found.due <= now else self._on(day - timedelta(days=7), zone)

    def following(self, report: WeeklyReport, zone: tzinfo) -> datetime:
        """Return when the report after another one is due."""
        return self._on(report.due.astimezone(zone).date() + timedelta(days=7), zone).due

    def _on(self, day: date, zone: tzinfo) -> WeeklyReport:
        since, until = (
            instant(datetime.combine(each, time()), zone) for each in (day - timedelta(days=7), day)
        )
        return WeeklyReport(instant(datetime.combine(day, self.at), zone), since, until)


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole of `shiproom.yml`, validated.

    `text` is as it was written, with `${NAME}` unresolved, and `fingerprint` its digest. `number` counts the policies that came
    into force; it is 0 for one that never did. `calendars` are those of its environments, by service.
    """

    plans: Mapping[str, Plan]
    directory: Directory
    connections: Mapping[str, Connection]
    time_zone: str = "UTC"
    fingerprint: str = ""
    tokens: tuple[ApiToken, ...] = ()
    text: str = ""
    number: int = 0
    anchoring: Anchoring | None = None
    reporting: Reporting | None = None
    calendars: Mapping[str, Mapping[str, Calendar]] = field(default_factory=dict[str, Mapping[str, Calendar]])

    def calendar(self, service: str, environment: str) -> Calendar:
        """Return when a deployment to an environment may start, as of now: at any time unless the policy says otherwise."""
        return self.calendars.get(service, {}).get(environment) or Calendar()

    def calendars_of(self, service: str) -> Mapping[str, Calendar]:
        """Return the calendars of the environments of a service that have one."""
        return self.calendars.get(service, {})

    def presence(self, service: str) -> Presence:
        """Return what of a service this policy has; nothing if it does not name the service."""
        plan = self.plans.get(service)
        names = [each.name for each in plan.environments] if plan is not None else []
        return Presence(frozenset(names), frozenset(self.connections))

"""A report on some services over a period: the measures, what was deployed, and where releases waited."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from operator import attrgetter

from bot.reports.facts import Deployment, Emergency, ServiceFacts
from bot.reports.measures import Measures, Period, measure
from bot.reports.waiting import LongWait, Waited, WorkingTimes, longest, waited
from bot.reports.working_time import WorkingTime
from handlers.hours import Hours
from handlers.wait import TEAM

IsProtected = Callable[[str, str], bool]
"""Whether an environment of a service is one in which deployments count."""

USUAL_HOURS = Hours()
"""The working time of what waits for no team, or for one of which the policy tells no hours."""

_BY_TIME = attrgetter("ended", "service", "release")


@dataclass(frozen=True, slots=True)
class Rules:
    """What of the policy a report is made with: its time zone, when teams work, and which environments count."""

    zone: tzinfo
    protected: IsProtected
    hours: Mapping[str, Hours] = field(default_factory=dict[str, Hours])


@dataclass(frozen=True, slots=True)
class Earlier:
    """What of a period before the reported one is set beside it."""

    period: Period
    measures: Measures
    waited: tuple[Waited, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A report on some services; what is in a list is in the order of time, waits with the longest first.

    `earlier` are the periods before it, the oldest first, as far as the history goes back: of the first one it may tell a part.
    `known_since` is where it begins; None without any row. `owed` are the emergencies that still had to be reviewed at the end.
    """

    period: Period
    services: tuple[str, ...]
    total: Measures
    by_service: Mapping[str, Measures]
    earlier: tuple[Earlier, ...]
    waited: tuple[Waited, ...]
    longest: tuple[LongWait, ...]
    deployments: tuple[Deployment, ...]
    emergencies: tuple[Emergency, ...]
    owed: tuple[Emergency, ...]
    known_since: int | None

    @property
    def compared(self) -> tuple[Earlier, ...]:
        """The periods before that the history tells whole: others would be compared with a part."""
        began = self.known_since
        return () if began is None else tuple(each for each in self.earlier if began <= each.period.since)


def report(
    services: Sequence[ServiceFacts], period: Period, earlier: Sequence[Period], rules: Rules
) -> Report:
    """Make the report on some services over a period, beside the periods before it."""
    began = min((each.known_since for each in services if each.known_since is not None), default=None)
    earlier = [each for each in earlier if began is not None and each.until > began]
    emergencies = [each for facts in services for each in facts.emergencies]
    there = {
        facts.service: [
            each for each in facts.deployments if rules.protected(facts.service, each.environment)
        ]
        for facts in services
    }
    everywhere = [each for found in there.values() for each in found]
    working = _working_times(services, period, rules)
    return Report(
        period,
        tuple(there),
        measure(everywhere, period),
        {service: measure(found, period) for service, found in there.items()},
        tuple(Earlier(each, measure(everywhere, each), waited(services, each, working)) for each in earlier),
        waited(services, period, working),
        longest(services, period, working),
        tuple(sorted((each for each in everywhere if period.has(each.ended)), key=_BY_TIME)),
        tuple(sorted((each for each in emergencies if period.has(each.at)), key=lambda each: each.at)),
        tuple(each for each in emergencies if _is_owed(each, period)),
        began,
    )


def _is_owed(emergency: Emergency, period: Period) -> bool:
    if emergency.review_due is None or emergency.at >= period.until:
        return False
    return emergency.reviewed_at is None or emergency.reviewed_at >= period.until


def _working_times(services: Sequence[ServiceFacts], period: Period, rules: Rules) -> WorkingTimes:
    """Return the working time of whoever each thing waits for: of a team its own, else the usual one."""
    since = min((each.first() for facts in services for each in facts.waits.values()), default=period.since)
    found: dict[Hours, WorkingTime] = {}
    by_name: dict[str, WorkingTime] = {}
    for on in {on for facts in services for _, on in facts.waits}:
        named = rules.hours.get(on.removeprefix(TEAM)) if on.startswith(TEAM) else None
        hours = named or USUAL_HOURS
        if hours not in found:
            found[hours] = WorkingTime(hours, rules.zone, min(since, period.since), period.until)
        by_name[on] = found[hours]
    return by_name

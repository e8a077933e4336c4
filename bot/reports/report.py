"""A report on some services over a period: the measures, what was deployed, and where releases waited."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from bot.reports.facts import Deployment, Emergency, ServiceFacts, WaitSpan
from bot.reports.measures import Measures, Period, measure
from bot.reports.working_time import WorkingTime
from handlers.hours import Hours
from handlers.wait import TEAM

IsProtected = Callable[[str, str], bool]
"""Whether an environment of a service is one in which deployments count."""

USUAL_HOURS = Hours()
"""The working time of what waits for no team, or for one of which the policy tells no hours."""

MOST_LONG_WAITS = 5
"""How many of the longest waits a report names."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What of the policy a report is made with: its time zone, when teams work, and which environments count."""

    zone: tzinfo
    protected: IsProtected
    hours: Mapping[str, Hours] = field(default_factory=dict[str, Hours])


@dataclass(frozen=True, slots=True)
class Waited:
    """How long releases waited for one thing in a period, on the clock and in working time, and how many did.

    Times are sums in microseconds: two releases that wait for an hour at once are two hours.
    """

    on: str
    clock: int
    working: int
    releases: int


@dataclass(frozen=True, slots=True)
class LongWait:
    """The longest wait of a release on its way into an environment, whole, as far as it goes until the end of the period.

    `on` is all that it waited for just as long; `open` means that it went on at the end of the period.
    """

    span: WaitSpan
    on: tuple[str, ...]
    clock: int
    working: int
    open: bool


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
    whole = Period(min(each.since for each in (*earlier, period)), period.until)
    every = [each for facts in services for each in facts.waits if _overlaps(each, whole)]
    spans = [each for each in every if _overlaps(each, period)]
    emergencies = [each for facts in services for each in facts.emergencies]
    there = {
        facts.service: [
            each for each in facts.deployments if rules.protected(facts.service, each.environment)
        ]
        for facts in services
    }
    everywhere = [each for found in there.values() for each in found]
    working = _working_times(every, period, rules)
    return Report(
        period,
        tuple(there),
        measure(everywhere, period),
        {service: measure(found, period) for service, found in there.items()},
        tuple(Earlier(each, measure(everywhere, each), _waited(every, each, working)) for each in earlier),
        _waited(spans, period, working),
        _longest(spans, period, working),
        tuple(sorted((each for each in everywhere if period.has(each.ended)), key=_when)),
        tuple(sorted((each for each in emergencies if period.has(each.at)), key=lambda each: each.at)),
        tuple(each for each in emergencies if _is_owed(each, period)),
        began,
    )


def _when(deployment: Deployment) -> tuple[int, str, int]:
    return deployment.ended, deployment.service, deployment.release


def _overlaps(span: WaitSpan, period: Period) -> bool:
    return span.since < period.until and (span.until is None or span.until > period.since)


def _is_owed(emergency: Emergency, period: Period) -> bool:
    if emergency.review_due is None or emergency.at >= period.until:
        return False
    return emergency.reviewed_at is None or emergency.reviewed_at >= period.until


def _working_times(spans: list[WaitSpan], period: Period, rules: Rules) -> Mapping[str, WorkingTime]:
    """Return the working time of whoever each thing waits for: of a team its own, else the usual one."""
    since = min((each.since for each in spans), default=period.since)
    found: dict[Hours, WorkingTime] = {}
    by_name: dict[str, WorkingTime] = {}
    for on in {each.on for each in spans}:
        named = rules.hours.get(on.removeprefix(TEAM)) if on.startswith(TEAM) else None
        hours = named or USUAL_HOURS
        if hours not in found:
            found[hours] = WorkingTime(hours, rules.zone, since, period.until)
        by_name[on] = found[hours]
    return by_name


def _waited(spans: list[WaitSpan], period: Period, working: Mapping[str, WorkingTime]) -> tuple[Waited, ...]:
    clock: dict[str, int] = defaultdict(int)
    worked: dict[str, int] = defaultdict(int)
    releases: dict[str, set[int]] = defaultdict(set)
    for _, release, _, _, on, began, ended in spans:
        since = max(began, period.since)
        until = period.until if ended is None else min(ended, period.until)
        if since < until:
            clock[on] += until - since
            worked[on] += working[on].between(since, until)
            releases[on].add(release)
    found = [Waited(on, clock[on], worked[on], len(releases[on])) for on in clock]
    return tuple(sorted(found, key=lambda each: (-each.clock, each.on)))


def _longest(
    spans: list[WaitSpan], period: Period, working: Mapping[str, WorkingTime]
) -> tuple[LongWait, ...]:
    """Return the longest wait of each release in each environment, of the few that waited longest."""
    longest: dict[tuple[int, str], tuple[int, str]] = {}
    for _, release, _, environment, on, began, ended in spans:
        found = (period.until if ended is None else min(ended, period.until)) - began, on
        if found > longest.get((release, environment), (0, "")):
            longest[release, environment] = found
    first = sorted(longest, key=lambda key: (-longest[key][0], key))[:MOST_LONG_WAITS]
    of_release = {key: [each for each in spans if (each.release, each.environment) == key] for key in first}
    return tuple(_whole(longest[key], of_release[key], period, working) for key in first)


def _whole(
    found: tuple[int, str], spans: list[WaitSpan], period: Period, working: Mapping[str, WorkingTime]
) -> LongWait:
    longest = next(each for each in spans if (_end(each, period) - each.since, each.on) == found)
    until = _end(longest, period)
    same = (each.on for each in spans if (each.since, _end(each, period)) == (longest.since, until))
    return LongWait(
        longest,
        tuple(sorted(same)),
        until - longest.since,
        working[longest.on].between(longest.since, until),
        longest.until is None or longest.until > period.until,
    )


def _end(span: WaitSpan, period: Period) -> int:
    return period.until if span.until is None else min(span.until, period.until)

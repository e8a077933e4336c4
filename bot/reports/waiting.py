"""Where releases waited in a period: how long for what, and which of them longest."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.reports.facts import ServiceFacts
from bot.reports.measures import Period
from bot.reports.waits import Waits
from bot.reports.working_time import WorkingTime

MOST_LONG_WAITS = 5
"""How many of the longest waits a report names."""

WorkingTimes = Mapping[str, WorkingTime]
"""The working time of whoever is waited for, by the names of `handlers.wait`."""


@dataclass(frozen=True, slots=True)
class Waited:
    """How long releases waited for one thing in a period, on the clock and in working time, and how many did.

    Times are sums in microseconds: two releases that wait for an hour at once are two hours.
    """

    on: str
    clock: int
    working: int
    releases: int


class WaitSpan(NamedTuple):
    """That a release waited for one thing on its way into an environment, since when in microseconds since 1970."""

    service: str
    release: int
    version: str
    environment: str
    on: str
    since: int


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


@dataclass(slots=True)
class _Sum:
    clock: int = 0
    working: int = 0
    releases: set[int] = field(default_factory=set[int])

    def add(self, waits: Waits, period: Period, working: WorkingTime) -> None:
        """Add what of some waits lies in the period."""
        clock, worked, first, last = 0, 0, period.since, period.until
        for release, began, ended in waits:
            since = max(first, began)
            until = min(last, ended)
            if since < until:
                clock += until - since
                worked += working.between(since, until)
                self.releases.add(release)
        self.clock += clock
        self.working += worked


class _Place(NamedTuple):
    """A release on its way into an environment."""

    release: int
    environment: str
    service: str


def waited(services: Sequence[ServiceFacts], period: Period, working: WorkingTimes) -> tuple[Waited, ...]:
    """Return how long was waited for each thing in a period, the longest first."""
    sums: dict[str, _Sum] = {}
    for facts in services:
        for (_, on), waits in facts.waits.items():
            sums.setdefault(on, _Sum()).add(waits, period, working[on])
    found = [
        Waited(on, each.clock, each.working, len(each.releases)) for on, each in sums.items() if each.releases
    ]
    return tuple(sorted(found, key=lambda each: (-each.clock, each.on)))


def longest(services: Sequence[ServiceFacts], period: Period, working: WorkingTimes) -> tuple[LongWait, ...]:
    """Return the longest wait of each release in each environment, of the few that waited longest."""
    found: dict[_Place, int] = {}
    least = 1
    for facts in services:
        for (environment, _), waits in facts.waits.items():
            for release, length in _lengths(waits, period, least):
                place = _Place(release, environment, facts.service)
                found[place] = max(length, found.get(place, 0))
                if len(found) > MOST_LONG_WAITS:
                    del found[max(found, key=lambda each: (-found[each], each))]
                    least = min(found.values())
    by_name = {each.service: each for each in services}
    first = sorted(found, key=lambda each: (-found[each], each))
    return tuple(_whole(by_name[each.service], each, found[each], period, working) for each in first)


def _lengths(waits: Waits, period: Period, least: int) -> Iterator[tuple[int, int]]:
    """Give each wait that reaches into the period and is not too short: of which release it is, and how long it lasts."""
    first, last = period.since, period.until
    for release, since, ended in waits:
        until = min(last, ended)
        if until - since >= least and until > first:
            yield release, until - since


def _whole(
    facts: ServiceFacts, place: _Place, length: int, period: Period, working: WorkingTimes
) -> LongWait:
    spans = [
        (on, since, until)
        for (environment, on), waits in facts.waits.items()
        if environment == place.environment
        for since, until in waits.of(place.release)
    ]
    last = period.until
    on, since, until = max(each for each in spans if min(each[2], last) - each[1] == length)
    same = (each for each, began, ended in spans if (began, min(ended, last)) == (since, min(until, last)))
    return LongWait(
        WaitSpan(place.service, place.release, facts.versions[place.release], place.environment, on, since),
        tuple(sorted(same)),
        length,
        working[on].between(since, since + length),
        until > last,
    )

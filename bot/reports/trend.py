"""Whether it is getting better: what a report measured, beside the middle of the periods before it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from bot.reports.measures import Measures
from bot.reports.report import Earlier, Report
from bot.reports.waiting import Waited
from handlers.wait import TEAM

LEAST_CHANGE = 0.1
"""By which share something has to change to be called better or worse: less is chance more often than not."""


class Measure(StrEnum):
    """What is compared; `waiting` is for one team, in its working hours."""

    DEPLOYED = "deployed"
    FAILURES = "failures"
    LEAD_TIME = "lead_time"
    RESTORE = "restore"
    WAITING = "waiting"


class Direction(StrEnum):
    """How something compares to before."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Trend:
    """One thing now and before: a count, a share, or microseconds; `team` is who was waited for."""

    measure: Measure
    now: float
    before: float
    direction: Direction
    team: str = ""


_OF: dict[Measure, Callable[[Measures], float | None]] = {
    Measure.DEPLOYED: lambda found: found.deployed,
    Measure.FAILURES: lambda found: found.failure_rate,
    Measure.LEAD_TIME: lambda found: found.lead_time,
    Measure.RESTORE: lambda found: found.restore,
}


def trends(report: Report) -> tuple[Trend, ...]:
    """Return everything that was measured both in a report and in periods before it that the history tells whole."""
    whole = report.compared
    return tuple(_measured(report.total, whole)) + tuple(_waited(report.waited, whole)) if whole else ()


def _measured(total: Measures, whole: tuple[Earlier, ...]) -> Iterator[Trend]:
    for measure, value in _OF.items():
        now = value(total)
        earlier = [each for each in (value(one.measures) for one in whole) if each is not None]
        if now is not None and earlier:
            before = float(median(earlier))
            more_is_better = measure is Measure.DEPLOYED
            yield Trend(measure, now, before, _direction(now, before, more_is_better=more_is_better))


def _waited(waited: tuple[Waited, ...], whole: tuple[Earlier, ...]) -> Iterator[Trend]:
    now = _by_team(waited)
    earlier = [_by_team(each.waited) for each in whole]
    for on in sorted({*now, *(name for each in earlier for name in each)}):
        before = float(median(each.get(on, 0) for each in earlier))
        worked = now.get(on, 0)
        direction = _direction(worked, before, more_is_better=False)
        yield Trend(Measure.WAITING, worked, before, direction, on.removeprefix(TEAM))


def _by_team(waited: tuple[Waited, ...]) -> dict[str, int]:
    return {each.on: each.working for each in waited if each.on.startswith(TEAM)}


def _direction(now: float, before: float, *, more_is_better: bool) -> Direction:
    if abs(now - before) <= LEAST_CHANGE * before:
        return Direction.SAME
    return Direction.BETTER if (now > before) is more_is_better else Direction.WORSE

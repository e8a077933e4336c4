"""The measures of a year, computed from what really happened, without haste and in another way than the product does."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from handlers.hours import Hours
from storage.codec import micros
from tests.bot.reports.year import PRODUCTION, TrueDeployment, TrueWait, Truth

Window = tuple[int, int]


@dataclass
class Bad:
    """A change that needed people: since when, and until when."""

    change: TrueDeployment
    since: int
    until: int | None


def _middle(times: list[int]) -> int | None:
    times = sorted(times)
    if not times:
        return None
    low, high = times[(len(times) - 1) // 2], times[len(times) // 2]
    return (low + high) // 2


def _changes(found: list[TrueDeployment]) -> list[TrueDeployment]:
    return [each for each in found if each.kind in {"normal", "emergency"} and each.how != "stopped"]


def bad_changes(truth: Truth, service: str) -> list[Bad]:
    """Find the changes of a service that failed, or that were live until a remedy came."""
    there = [each for each in truth.deployments if (each.service, each.environment) == (service, PRODUCTION)]
    there.sort(key=lambda each: each.ended)
    found = list[Bad]()
    for place, change in enumerate(there):
        later = there[place + 1 :]
        next_success = next((each for each in later if each.how == "succeeded"), None)
        mended = next_success.ended if next_success is not None else None
        if change.kind not in {"normal", "emergency"} or change.how == "stopped":
            continue
        if change.how == "failed":
            found.append(Bad(change, change.ended, mended))
        elif next_success is not None and next_success.remedy_since is not None:
            between = later[: later.index(next_success)]
            if all(each.how != "failed" for each in between):
                since = min(next_success.remedy_since, next_success.ended)
                found.append(Bad(change, since, next_success.ended))
    return found


def lead_times(truth: Truth, service: str) -> list[tuple[int, int]]:
    """Give the lead time of each build that went live for the first time, with the time at which it did."""
    live = [
        each
        for each in truth.deployments
        if (each.service, each.environment, each.how) == (service, PRODUCTION, "succeeded")
        and each.kind in {"normal", "emergency"}
    ]
    live.sort(key=lambda each: each.ended)
    builds = [each for each in truth.ready if each[0] == service]
    reached: dict[str, int] = defaultdict(lambda: -1)
    found = list[tuple[int, int]]()
    for each in live:
        for _, branch, position, ready, told in builds:
            if branch == each.branch and told <= each.ended and reached[branch] < position <= each.position:
                found.append((each.ended - ready, each.ended))
        reached[each.branch] = max(reached[each.branch], each.position)
    return found


def measures(truth: Truth, services: list[str], window: Window) -> dict[str, Any]:
    """Compute what a report says of some services in a window."""
    since, until = window

    def inside(at: int | None) -> bool:
        return at is not None and since <= at < until

    bad = [each for service in services for each in bad_changes(truth, service)]
    bad_ones = {id(each.change) for each in bad}
    there = [
        each for each in truth.deployments if each.environment == PRODUCTION and each.service in services
    ]
    ended = [each for each in there if inside(each.ended)]
    changes = _changes(ended)
    lead = [long for service in services for long, at in lead_times(truth, service) if inside(at)]
    restore = [each.until - each.since for each in bad if each.until is not None and inside(each.until)]
    live = [each for each in ended if each.how == "succeeded"]
    return {
        "deployed": sum(each.how == "succeeded" for each in changes),
        "changes": len(changes),
        "failed": sum(id(each) in bad_ones for each in changes),
        "builds": len(lead),
        "lead_time": _middle([max(0, each) for each in lead]),
        "restored": len(restore),
        "restore": _middle(restore),
        "broken": sum(inside(each.since) and each.until is None for each in bad),
        "rollbacks": sum(each.kind == "rollback" for each in live),
        "emergencies": sum(each.kind == "emergency" for each in live),
        "outside": sum(each.kind == "outside" for each in live),
        "stopped": sum(each.how == "stopped" for each in ended),
    }


def worked(since: int, until: int, zone: ZoneInfo, hours: Hours) -> int:
    """Compute how much of a stretch of time is working time, day by day."""
    day = datetime.fromtimestamp(since // 1_000_000, zone).date()
    last = datetime.fromtimestamp(until // 1_000_000, zone).date()
    total = 0
    while day <= last:
        if day.weekday() in hours.days:
            first, end = _on(day, hours.begins, zone), _on(day, hours.ends, zone)
            total += max(0, min(end, until) - max(first, since))
        day += timedelta(days=1)
    return total


def _on(day: date, at: time, zone: ZoneInfo) -> int:
    return micros(datetime.combine(day, at, zone))


def cut(wait: TrueWait, window: Window) -> tuple[int, int] | None:
    """Return the part of a wait that lies in a window."""
    since, until = max(wait.since, window[0]), min(window[1], wait.until or window[1])
    return (since, until) if since < until else None

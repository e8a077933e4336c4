"""The four measures of DORA over a stretch of time, as far as a release tool knows them.

DORA (dora.dev, "DORA's software delivery metrics: the four keys") names change lead time, deployment frequency, change fail
rate and failed deployment recovery time. What differs here is the beginning of the lead time: DORA counts from the commit;
Shiproom knows when a build was ready, and counts from there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.reports.facts import Deployment, Kind
from handlers.attempt_endings import AttemptOutcome


@dataclass(frozen=True, slots=True)
class Period:
    """From when to when, in microseconds since 1970; the end is not part of it."""

    since: int
    until: int

    def has(self, time: int | None) -> bool:
        """Return whether a time lies in it."""
        return time is not None and self.since <= time < self.until


@dataclass(frozen=True, slots=True)
class Measures:
    """What was deployed into protected environments in a period, as it is known now; times are microseconds.

    `deployed` are the changes that went live: normal releases and emergencies. `changes` are those and the ones that failed;
    `failed` those of them that failed, or that a rollback or an emergency replaced. `lead_time` is the median from when a build
    was ready to when it was live, over all `builds` that went live for the first time, alone or within a newer one. `restore`
    is the median from when it was known that a failed change needs people to the next success there, of those `restored` in
    the period; `broken` are those of the period for which none has come. None where there is nothing to take a median of.
    """

    deployed: int
    changes: int
    failed: int
    builds: int
    lead_time: int | None
    restored: int
    restore: int | None
    broken: int
    rollbacks: int
    emergencies: int
    outside: int
    stopped: int

    @property
    def failure_rate(self) -> float | None:
        """The share of changes that failed; None if there was none."""
        return self.failed / self.changes if self.changes else None


def measure(there: Sequence[Deployment], period: Period) -> Measures:
    """Measure what was deployed into protected environments: `there` is all that the history tells of them."""
    ended = [each for each in there if period.has(each.ended)]
    changes = [each for each in ended if each.is_change]
    live = [each for each in changes if each.how is AttemptOutcome.SUCCEEDED]
    lead = [max(0, each.ended - ready) for each in live for ready in each.ready]
    mended = [
        each.restored_at - each.known_bad_at
        for each in there
        if each.known_bad_at is not None
        and each.restored_at is not None
        and each.is_change
        and period.has(each.restored_at)
    ]
    succeeded = [each for each in ended if each.how is AttemptOutcome.SUCCEEDED]
    return Measures(
        deployed=len(live),
        changes=len(changes),
        failed=sum(each.known_bad_at is not None for each in changes),
        builds=len(lead),
        lead_time=_median(lead),
        restored=len(mended),
        restore=_median(mended),
        broken=sum(_is_broken(each, period) for each in there if each.known_bad_at is not None),
        rollbacks=_count(succeeded, Kind.ROLLBACK),
        emergencies=_count(succeeded, Kind.EMERGENCY),
        outside=_count(succeeded, Kind.OUTSIDE),
        stopped=sum(each.how is AttemptOutcome.STOPPED for each in ended),
    )


def _is_broken(found: Deployment, period: Period) -> bool:
    return found.is_change and period.has(found.known_bad_at) and found.restored_at is None


def _count(deployments: list[Deployment], kind: Kind) -> int:
    return sum(each.kind is kind for each in deployments)


def _median(times: list[int]) -> int | None:
    if not times:
        return None
    times = sorted(times)
    middle = len(times) // 2
    return times[middle] if len(times) % 2 else (times[middle - 1] + times[middle]) // 2

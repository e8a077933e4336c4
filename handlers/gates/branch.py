"""The `branch` gate: a protected environment takes builds of its branches only."""

from datetime import datetime

from handlers.facts import Facts
from handlers.gates.verdict import Asked, Reason, closed, opened
from handlers.plan import unique
from handlers.release import Release
from handlers.step import Step

GATE = "branch"


def check(release: Release, step: Step, _facts: Facts, _now: datetime) -> tuple[Asked, ...]:
    """Close for a build of another branch; nobody can clear that for this build, it can only be cancelled."""
    environment = release.plan_of(step)
    if not environment.protected or release.build.branch in environment.branches:
        return (opened(GATE),)
    values = {"branch": release.build.branch, "branches": ", ".join(environment.branches)}
    who = unique(release.plan.starters + release.plan.operators)
    return (closed(GATE, Reason("wrong_branch", values, who, None, "cancel")),)

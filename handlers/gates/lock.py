"""The `lock` gate: a locked environment takes no new step until it is unlocked or the lock ends."""

from datetime import datetime

from handlers.facts import Facts
from handlers.gates.verdict import Asked, Reason, closed, opened
from handlers.release import Release
from handlers.step import Step

GATE = "lock"


def check(release: Release, step: Step, facts: Facts, now: datetime) -> tuple[Asked, ...]:
    """Close while a lock is in force; operators can unlock, and a lock with an end clears by itself."""
    lock = facts.ground(step.environment).locked(now)
    if lock is None:
        return (opened(GATE),)
    values = {"by": lock.by, "reason": lock.reason, "environment": step.environment}
    reason = Reason("locked", values, release.plan.operators, lock.until, "unlock")
    return (closed(GATE, reason),)

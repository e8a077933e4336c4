"""The `lock` gate: a locked environment takes no new step."""

from handlers.environments import Lock
from handlers.gate import Gate, GateContext, GateResult, Reason, closed, opened


def check(context: GateContext) -> tuple[GateResult, ...]:
    """Close while a lock is in force, with a reason for each.

    Operators can unlock; a lock with an end clears by itself.
    """
    locks = context.environment_state.current_locks(context.now)
    if not locks:
        return (opened("lock"),)
    return (closed("lock", *(_reason(lock, context) for lock in locks)),)


def _reason(lock: Lock, context: GateContext) -> Reason:
    values = {"by": lock.owner, "reason": lock.reason, "environment": context.step.environment}
    if lock.url:
        values["url"] = lock.url
    return Reason("locked", values, context.operators, lock.until, "unlock")


GATE = Gate("lock", check, checks_rollbacks=False, revokes=True, calls_back=True)

"""The `lock` gate: a locked environment takes no new step."""

from handlers.gates.gate import Gate, GateContext, GateResult, Reason, closed, opened


def check(context: GateContext) -> tuple[GateResult, ...]:
    """Close while a lock is in force.

    Operators can unlock; a lock with an end clears by itself.
    """
    lock = context.environment_state.current_lock(context.now)
    if lock is None:
        return (opened("lock"),)
    values = {"by": lock.by, "reason": lock.reason, "environment": context.step.environment}
    return (closed("lock", Reason("locked", values, context.operators, lock.until, "unlock")),)


GATE = Gate("lock", check, checks_rollbacks=False, revokes=True)

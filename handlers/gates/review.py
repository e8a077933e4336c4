"""The `review` gate: a protected environment is closed to normal releases while a review of an emergency is overdue."""

from handlers.environments import ReviewOwed
from handlers.gate import Gate, GateContext, GateResult, Reason, closed, opened


def check(context: GateContext) -> tuple[GateResult, ...]:
    """Close as long as a review is overdue, with a reason for each; nothing is said where none is owed."""
    owed = context.environment_state.reviews
    if not owed or not context.protected:
        return ()
    overdue = tuple(_reason(each, context) for each in owed if each.is_overdue(context.now))
    return (closed("review", *overdue) if overdue else opened("review"),)


def _reason(owed: ReviewOwed, context: GateContext) -> Reason:
    """Return why it is closed; the team reviews the emergency, or operators who took no part waive that."""
    values = {
        "release": f"r{owed.release}",
        "environment": context.step.environment,
        "team": owed.by,
        "due": owed.due.isoformat(),
    }
    return Reason("review_overdue", values, (owed.by,), None, f"review r{owed.release}")


GATE = Gate("review", check, checks_rollbacks=False, checks_emergencies=False, revokes=True, calls_back=True)

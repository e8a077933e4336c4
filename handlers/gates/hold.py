"""The `hold` gate: a release that somebody holds starts nothing."""

from handlers.gate import Gate, GateContext, GateResult, Reason, closed


def check(context: GateContext) -> tuple[GateResult, ...]:
    """Close while the release is held: its holder or an operator lets it go on, or the hold ends by its time."""
    hold = context.hold
    if hold is None:
        return ()
    values = {"by": hold.by, "reason": hold.reason, "at": hold.at.isoformat()}
    reason = Reason("held", values, (hold.by, *context.operators), hold.until, "go")
    return (closed("hold", reason),)


GATE = Gate("hold", check, checks_rollbacks=False, checks_taking_over=True, revokes=True)

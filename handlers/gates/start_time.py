"""The `start_time` gate: a step that was asked for at a time starts no earlier."""

from handlers.gate import Gate, GateContext, GateResult, Reason, waiting


def check(context: GateContext) -> tuple[GateResult, ...]:
    """Wait until the time for which the step was asked; its request may be cancelled before."""
    step = context.step
    if step.starts_at is None or not step.is_planned(context.now):
        return ()
    who = tuple(dict.fromkeys(context.starters + context.operators))
    values = {"environment": step.environment, "by": step.requested_by, "at": step.starts_at.isoformat()}
    return (waiting("start_time", Reason("planned", values, who, step.starts_at, "at cancel")),)


GATE = Gate("start_time", check, checks_taking_over=True)

"""The `freeze` gate: a frozen environment takes no new step."""

from handlers.calendar import Freeze
from handlers.gate import Gate, GateContext, GateResult, Reason, closed, opened


def check(context: GateContext) -> tuple[GateResult, ...]:
    """Close while a freeze of the policy is in force, with a reason for each.

    It counts as of now, whenever it was declared. Its end starts nothing protected by itself.
    """
    frozen = context.calendar.frozen_by(context.now)
    if frozen:
        return (closed("freeze", *(_reason(freeze, context) for freeze in frozen)),)
    return (opened("freeze"),) if context.calendar.freezes else ()


def _reason(freeze: Freeze, context: GateContext) -> Reason:
    values = {"freeze": freeze.name, "reason": freeze.reason, "environment": context.step.environment}
    values |= {"ends": freeze.ends.isoformat(), "again": "yes" if context.protected else ""}
    return Reason("frozen", values, (), freeze.ends, "the freeze ends, or the policy changes")


GATE = Gate("freeze", check, checks_rollbacks=False, checks_emergencies=False, revokes=True, calls_back=True)

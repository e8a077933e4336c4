"""The `records` gate: where the database has lost what was confirmed of the service, no step is taken."""

from handlers.environments import Loss
from handlers.gate import Gate, GateContext, GateResult, Reason, closed


def reason_of(loss: Loss, service: str, operators: tuple[str, ...]) -> Reason:
    """Return the reason that records of a service are lost."""
    values = {"service": service, "lost": loss.lost, "found": str(loss.found), "backup": loss.backup}
    return Reason("records_lost", values, operators, None, f"settle {service} lost")


def check(context: GateContext) -> tuple[GateResult, ...]:
    """Close as long as nobody has settled what was lost; rollbacks wait too."""
    if context.loss is None:
        return ()
    return (closed("records", reason_of(context.loss, context.build.service, context.operators)),)


GATE = Gate("records", check, checks_taking_over=True)

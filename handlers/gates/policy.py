"""The `policy` gate: what the policy in force does not name any more takes no step."""

from handlers.gates.gate import Gate, GateContext, GateResult, Reason, closed

ABSENT = frozenset({"service_removed", "environment_removed", "ci_removed"})
"""The codes of the reasons that something is not in the policy any more."""


def check(context: GateContext) -> tuple[GateResult, ...]:
    """Close if the service, the environment or its CI was removed from the policy; rollbacks wait too.

    A policy that names it again starts nothing protected by itself.
    """
    if not context.absent:
        return ()
    reason = Reason(
        f"{context.absent}_removed",
        {"service": context.build.service, "environment": context.step.environment, "ci": context.ci},
        context.operators,
        None,
        "the policy names it again, or cancel",
    )
    return (closed("policy", reason),)


GATE = Gate("policy", check, revokes=True)

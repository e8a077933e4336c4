"""The `policy` gate: what the policy in force does not name any more takes no step."""

from handlers.gate import Gate, GateContext, GateResult, Reason, closed

ABSENT = frozenset({"service_removed", "environment_removed", "ci_removed"})
"""The codes of the reasons that something is not in the policy any more."""


def code_of(absent: str) -> str:
    """Return the code of the reason that the policy in force does not name something any more."""
    if absent == "service":
        return "service_removed"
    if absent == "environment":
        return "environment_removed"
    return "ci_removed"


def check(context: GateContext) -> tuple[GateResult, ...]:
    """Close if the service, the environment or its CI was removed from the policy; rollbacks wait too.

    A policy that names it again starts nothing protected by itself.
    """
    if not context.absent:
        return ()
    code = code_of(context.absent)
    reason = Reason(
        code,
        {"service": context.build.service, "environment": context.step.environment, "ci": context.ci},
        context.operators,
        None,
        "the policy names it again, or cancel",
    )
    return (closed("policy", reason),)


GATE = Gate("policy", check, checks_taking_over=True, revokes=True)

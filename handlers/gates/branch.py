"""The `branch` gate: a protected environment takes builds of its branches only."""

from handlers.branches import matches_branch
from handlers.gate import Gate, GateContext, GateResult, Reason, closed, opened


def wrong_branch(context: GateContext) -> Reason | None:
    """Return why the build may not be deployed there; None if it may.

    Nobody can clear that for this build: its release can only be cancelled.
    """
    if not context.protected or matches_branch(context.build.branch, context.branches):
        return None
    values = {"branch": context.build.branch, "branches": ", ".join(context.branches)}
    who = tuple(dict.fromkeys(context.starters + context.operators))
    return Reason("wrong_branch", values, who, None, "cancel")


def check(context: GateContext) -> tuple[GateResult, ...]:
    """Close for a build of another branch."""
    reason = wrong_branch(context)
    return (opened("branch") if reason is None else closed("branch", reason),)


GATE = Gate("branch", check, checks_rollbacks=False)

"""The `contains_live` gate: a build has to contain what is live, where the policy requires it."""

from handlers.doubt import Covers, is_waived, partly_waived, waiving_teams
from handlers.gate import (
    RECHECK_AFTER,
    Gate,
    GateContext,
    GateResult,
    Reason,
    closed,
    opened,
    waiting,
)
from handlers.lineage import Relation


def doubt(context: GateContext) -> str:
    """Return the live build that the step's build lacks, or may lack, by its commit or else its version; empty for none.

    That its sender claims to contain it counts for nothing.
    """
    live = context.environment_state.live
    if not context.contains_live or live is None or context.to_live is Relation.CONTAINS:
        return ""
    named = live.build.sha or live.build.version
    return "" if is_waived(context, lacks(named)) else named


def lacks(named: str) -> Covers:
    """Return whether a waiver covers that a live build may be lacking."""
    return lambda waiver: waiver.lacks == named


def check(context: GateContext) -> tuple[GateResult, ...]:
    """Close for a build that lacks what is live, until an operator waives it."""
    if not context.contains_live:
        return ()
    live = context.environment_state.live
    if live is None or not doubt(context):
        return (opened("contains_live"),)
    who = waiving_teams(context)
    values = {
        **partly_waived(context, lacks(doubt(context))),
        "version": live.build.version,
        "branch": live.build.branch,
        "environment": context.step.environment,
    }
    if context.to_live is Relation.LACKS:
        return (closed("contains_live", Reason("lacks_live", values, who, None, "waive")),)
    until = context.now + RECHECK_AFTER
    return (waiting("contains_live", Reason("live_unrelated", values, who, until, "waive")),)


GATE = Gate("contains_live", check, checks_rollbacks=False, checks_emergencies=False)

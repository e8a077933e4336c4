"""The `sign_off` gate: enough eligible people of a team signed this exact build."""

from handlers.doubt import author_of, doubt, partly_waived, version_of, waiving_teams
from handlers.gate import (
    RECHECK_AFTER,
    Gate,
    GateContext,
    GateResult,
    Reason,
    opened,
    waiting,
)
from handlers.people import Eligibility
from handlers.sign_off_rule import SignOffRule, sign_off_rules
from handlers.tally import Tally, count


def check(context: GateContext) -> tuple[GateResult, ...]:
    """Evaluate every sign-off rule of the step."""
    return tuple(check_rule(rule, context) for rule in sign_off_rules(context.settings))


def check_rule(rule: SignOffRule, context: GateContext) -> GateResult:
    """Open once enough distinct eligible people signed and no author is in doubt."""
    tally = count(rule, context)
    reasons = _in_doubt(rule, context)
    missing = rule.needs - len(tally.counted)
    if missing > 0:
        reasons += _missing(rule, tally, missing, context)
    if not reasons:
        return opened("sign_off", rule.team, rule.team)
    return waiting("sign_off", *reasons, name=rule.team, team=rule.team)


def _in_doubt(rule: SignOffRule, context: GateContext) -> tuple[Reason, ...]:
    """Return reasons that list unknown authors, and builds whose changes are unknown.

    They are checked again by time: a changed policy, another live build or a CI's answer may clear them without an event.
    """
    found, recheck, who = doubt(rule, context), context.now + RECHECK_AFTER, waiving_teams(context)
    reasons: list[Reason] = []
    if found.authors:
        values = {"authors": ", ".join(name or "somebody" for name in found.authors), "team": rule.team}
        partly = partly_waived(context, author_of(found.authors[0]))
        reasons.append(Reason("author_unknown", {**values, **partly}, who, recheck, "waive"))
    if found.versions:
        values = {"versions": ", ".join(found.versions), "team": rule.team}
        partly = partly_waived(context, version_of(found.versions[0]))
        reasons.append(Reason("changes_unknown", {**values, **partly}, who, recheck, "waive"))
    return tuple(reasons)


def _missing(rule: SignOffRule, tally: Tally, missing: int, context: GateContext) -> tuple[Reason, ...]:
    reasons: list[Reason] = []
    recheck = context.now + RECHECK_AFTER
    for user in tally.unknown:
        values = {"user": user, "team": rule.team}
        reasons.append(Reason("signer_unknown", values, (), recheck, "Slack answers"))
    for user in tally.lost:
        values = {"user": user, "team": rule.team}
        reasons.append(Reason("signer_lost", values, (rule.team,), recheck, "they count again"))
    values = {"team": rule.team, "missing": str(missing), "needs": str(rule.needs)}
    if rule.team in context.membership.directory.teams:
        reasons.append(Reason("sign_off_missing", values, (rule.team,), None, "a sign-off"))
        reasons += _alone(rule, context)
    else:
        reasons.append(
            Reason("team_removed", values, context.operators, recheck, "the policy has the team again")
        )
    return tuple(reasons)


_POSSIBLE = frozenset({Eligibility.YES, Eligibility.UNKNOWN})


def _alone(rule: SignOffRule, context: GateContext) -> tuple[Reason, ...]:
    """Return from when whoever started an emergency may sign it themselves, if they are operators of the team.

    That is said while Slack has to be asked again who they are, too: it is asked before they sign.
    """
    if context.alone_from is None or rule.requester_may_sign:
        return ()
    teams = ((rule.team,), context.operators)
    able = tuple(
        user
        for user in context.requesters
        if all(context.membership.eligible_in_any(user, each, context.now) in _POSSIBLE for each in teams)
    )
    if not able:
        return ()
    until = context.alone_from if context.now < context.alone_from else None
    values = {"team": rule.team, "by": able[0], "alone": context.alone_from.isoformat()}
    return (Reason("alone_later" if until is not None else "alone_now", values, able, until, "a sign-off"),)


GATE = Gate("sign_off", check, SignOffRule)

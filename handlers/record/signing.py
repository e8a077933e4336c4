"""Sign-offs: one person's word for exactly this build, taken back or turned into a no while the step still waits."""

from handlers.draft import Draft
from handlers.events import Rejected, SignedOff, Withdrawn
from handlers.gates.sign_off import barred
from handlers.moves import end
from handlers.outcome import Refusal, Reply
from handlers.people import Eligibility
from handlers.plan import SignOffRule
from handlers.record.rights import first, refuse_old, refuse_unless
from handlers.release import ReleaseState
from handlers.step import SignOff, StepState


def signed_off(draft: Draft, event: SignedOff) -> Reply | Refusal:
    """Count a sign-off, if its giver may give it, for this build, once."""
    refusal = refuse_old(draft, event.bound) or _refuse_time(draft)
    if refusal is not None:
        return refusal
    rule = _rule_for(draft, event)
    if isinstance(rule, Refusal):
        return rule
    refusal = _refuse_signer(draft, event, rule) or _refuse_ticks(event, rule)
    if refusal is not None:
        return refusal
    step = draft.step
    signed = SignOff(rule.team, event.actor, draft.now, event.note)
    draft.change(sign_offs=(*step.sign_offs, signed))
    draft.say("signed", {"by": event.actor, "team": rule.team, "note": event.note})
    draft.show()
    return Reply(
        "signed", {"release": f"r{draft.release.number}", "team": rule.team, "environment": step.environment}
    )


def _refuse_time(draft: Draft) -> Refusal | None:
    release, step = draft.release, draft.step
    values = {"release": f"r{release.number}", "environment": step.environment, "state": step.state.value}
    if step.state is not StepState.WAITING:
        return Refusal("not_waiting", values)
    if not release.rules(step):
        return Refusal("no_sign_off_needed", values)
    return None


def _rule_for(draft: Draft, event: SignedOff) -> SignOffRule | Refusal:
    rules = draft.release.rules(draft.step)
    teams = tuple(rule.team for rule in rules)
    if event.team:
        named = next((rule for rule in rules if rule.team == event.team), None)
        return named or Refusal(
            "no_such_gate", {"team": event.team, "environment": draft.step.environment}, teams
        )
    own = [
        rule
        for rule in rules
        if draft.facts.roll.eligible(event.actor, rule.team, draft.now) is Eligibility.YES
    ]
    if len(own) == 1:
        return own[0]
    if own:
        return Refusal("which_team", {"teams": ", ".join(rule.team for rule in own)})
    answer = draft.facts.roll.eligible_in_any(event.actor, teams, draft.now)
    return Refusal(answer.value, {"deed": "sign off"}, teams)


def _refuse_signer(draft: Draft, event: SignedOff, rule: SignOffRule) -> Refusal | None:
    release, step, directory = draft.release, draft.step, draft.facts.roll.directory
    refusal = refuse_unless(draft, event.actor, (rule.team,), "sign off")
    if refusal is not None:
        return refusal
    why = barred(rule, release, step, event.actor, draft.facts)
    if why:
        return Refusal(
            f"{why}_may_not_sign", {"release": f"r{release.number}", "team": rule.team}, (rule.team,)
        )
    person = directory.person_of(event.actor)
    own = [signed for signed in step.unspent if directory.person_of(signed.user) == person]
    if any(signed.team == rule.team for signed in own):
        return Refusal("already_signed", {"release": f"r{release.number}", "team": rule.team})
    if own and not rule.same_person:
        values = {"release": f"r{release.number}", "team": rule.team, "signed_for": own[0].team}
        return Refusal("one_person_one_slot", values, (rule.team,))
    return None


def _refuse_ticks(event: SignedOff, rule: SignOffRule) -> Refusal | None:
    missing = [item for item in rule.checklist if item not in event.ticks]
    if not missing:
        return None
    return Refusal("checklist_incomplete", {"missing": ", ".join(missing), "team": rule.team})


def withdrawn(draft: Draft, event: Withdrawn) -> Reply | Refusal:
    """Take one's own sign-off back, as long as the step was not granted."""
    release, step, directory = draft.release, draft.step, draft.facts.roll.directory
    values = {"release": f"r{release.number}", "environment": step.environment, "state": step.state.value}
    if step.state is not StepState.WAITING:
        return Refusal("not_waiting", values)
    person = directory.person_of(event.actor)
    own = [signed for signed in step.unspent if directory.person_of(signed.user) == person]
    if not own:
        return Refusal("nothing_to_withdraw", values)
    draft.change(sign_offs=tuple(signed for signed in step.sign_offs if signed not in own))
    draft.say("withdrawn", {"by": event.actor, "team": own[0].team})
    draft.show()
    return Reply("withdrawn", values)


def rejected(draft: Draft, event: Rejected) -> Reply | Refusal:
    """End the release by a gate team's no; who signed or started it may still change their mind this way."""
    release, step = draft.release, draft.step
    refusal = first(refuse_old(draft, event.bound), _refuse_time(draft))
    if refusal is not None:
        return refusal
    teams = tuple(rule.team for rule in release.rules(step))
    refusal = refuse_unless(draft, event.actor, teams, "reject")
    if refusal is not None:
        return refusal
    if not event.reason:
        return Refusal("reason_needed", {"deed": "reject"})
    eligible = (
        team for team in teams if draft.facts.roll.eligible(event.actor, team, draft.now) is Eligibility.YES
    )
    no = SignOff(next(eligible), event.actor, draft.now, event.reason, "no")
    draft.change(sign_offs=(*step.sign_offs, no))
    draft.ring("rejected", {"by": event.actor, "reason": event.reason}, users=release.requesters)
    end(draft, ReleaseState.REJECTED, event.actor, event.reason)
    return Reply("rejected", {"release": f"r{release.number}"})

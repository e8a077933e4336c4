"""What follows from a hold: its end by time, its end by a person, and reminders to its holder."""

from dataclasses import replace

from handlers.draft import Draft
from handlers.effects import DirectMessage
from handlers.evaluation import evaluate_gates
from handlers.hold import Hold
from handlers.outcome import Refusal
from handlers.people import Eligibility
from handlers.revoking import call_starters, can_be_requested_again, revoke_request
from handlers.rights import refuse_unless
from handlers.step import StepState

HELD_ALONE = "hold"
"""Why a step has to be requested again of which a hold alone revoked the request: the name of its gate."""


def refuse_unless_holder(draft: Draft, hold: Hold, actor: str, action: str) -> Refusal | None:
    """Refuse to change or lift a hold to anybody but its holder and operators."""
    membership, operators = draft.facts.membership, draft.release.plan.operators
    if membership.directory.person_of(hold.by) == membership.directory.person_of(actor):
        eligible = membership.account_status(actor, draft.now)
        return None if eligible is Eligibility.YES else Refusal(eligible.value, {"action": action}, operators)
    if refuse_unless(draft, actor, operators, action) is None:
        return None
    values = {"release": f"r{draft.release.number}", "by": hold.by, "reason": hold.reason}
    return Refusal("held_by_another", values, (hold.by, *operators))


def end_hold(draft: Draft) -> bool:
    """End a hold whose time is over: it starts nothing protected, and people are told."""
    hold, step = draft.release.hold, draft.step
    if hold is None or not hold.is_over(draft.now):
        return False
    if step.state is StepState.WAITING and step.requested:
        revoke_request(draft, evaluate_gates(draft.release, step, draft.current_facts(), draft.now))
    draft.release = replace(draft.release, hold=None)
    draft.post("hold_over", {"by": hold.by, "reason": hold.reason})
    if can_be_requested_again(draft):
        call_starters(draft, was_held=True)
    draft.show()
    return True


def remind_holder(draft: Draft) -> bool:
    """Remind whoever holds the release once a day; a day that was missed is not made up for."""
    release, hold = draft.release, draft.release.hold
    if hold is None or draft.now < hold.remind_at:
        return False
    values = {
        "release": f"r{release.number}",
        "version": release.build.version,
        "environment": draft.step.environment,
        "reason": hold.reason,
        "at": hold.at.isoformat(),
        "until": hold.until.isoformat() if hold.until is not None else "",
    }
    draft.emit(DirectMessage(release.service, hold.by, "still_held", values))
    draft.release = replace(release, hold=replace(hold, reminded_at=draft.now))
    return True


def lift(draft: Draft) -> bool:
    """Lift a hold; return whether the step is requested again, since the hold alone had revoked its request.

    Whoever had asked for it still has: nobody else does by letting it go on.
    """
    draft.release = replace(draft.release, hold=None)
    step = draft.step
    again = step.state is StepState.WAITING and not step.requested and step.unrequested_by == HELD_ALONE
    if again:
        draft.change(requested=True, unrequested_by="", unrequested_detail="")
    elif can_be_requested_again(draft):
        call_starters(draft, was_held=True)
    draft.show()
    return again

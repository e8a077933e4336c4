"""`/release reject r42 reason`: reject the build; the release ends."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from handlers.actions.action import Action, ReasonForm
from handlers.command_parsing import CommandContext, free_text, parse_release
from handlers.draft import Draft
from handlers.events import ReleaseAction
from handlers.facts import Facts
from handlers.outcome import Refusal, Reply
from handlers.people import Eligibility
from handlers.plan import Plan
from handlers.release import Release, ReleaseState
from handlers.requests import UsageError
from handlers.rights import first_refusal, refuse_stale, refuse_unless, refuse_unless_signable
from handlers.sign_offs import SignOff
from handlers.step import StepState
from handlers.transitions import concerned, end


@dataclass(frozen=True, slots=True)
class Rejected(ReleaseAction):
    """A member of a gate team rejected the build, or an operator where nobody signs."""

    event_name: ClassVar[str] = "rejected"
    when_absent: ClassVar[bool] = True

    reason: str


def parse(words: tuple[str, ...], context: CommandContext) -> Rejected | UsageError:
    """Parse the release and the reason."""
    found = parse_release(words, "reject")
    if isinstance(found, UsageError):
        return found
    return Rejected(found[0], context.actor, free_text(found[1]))


def record(draft: Draft, event: Rejected) -> Reply | Refusal:
    """End the release because a member of a gate team rejected it, or an operator where nobody signs.

    People who signed or started it may change their mind this way too.
    """
    release, step = draft.release, draft.step
    teams = release.rejecting_teams(step)
    refusal = first_refusal(refuse_stale(draft, event.precondition), _refuse_unless_rejectable(draft, teams))
    if refusal is not None:
        return refusal
    refusal = refuse_unless(draft, event.actor, teams, "reject")
    if refusal is not None:
        return refusal
    if not event.reason:
        return Refusal("reason_needed", {"action": "reject"})
    eligible = (
        team
        for team in teams
        if draft.facts.membership.eligible(event.actor, team, draft.now) is Eligibility.YES
    )
    no = SignOff(next(eligible), event.actor, draft.now, event.reason, "no")
    draft.change(sign_offs=(*step.sign_offs, no))
    draft.notify("rejected", {"by": event.actor, "reason": event.reason}, concerned(draft, event.actor))
    end(draft, ReleaseState.REJECTED, event.actor, event.reason)
    return Reply("rejected", {"release": f"r{release.number}"})


def _refuse_unless_rejectable(draft: Draft, teams: tuple[str, ...]) -> Refusal | None:
    """Refuse if the step takes neither sign-offs nor the no of an operator."""
    unsigned = teams and not draft.release.rules(draft.step)
    if unsigned and draft.step.state is StepState.WAITING:
        return None
    return refuse_unless_signable(draft)


def may_need_form(event: Rejected, _plan: Plan) -> bool:
    """Return whether the reason is missing."""
    return not event.reason


def form(event: Rejected, release: Release, _facts: Facts, _now: datetime) -> ReasonForm:
    """Return the form that asks for the reason."""
    return ReasonForm(replace(event, reason="?"), f"reject r{release.number}")


ACTION = Action(
    "reject",
    ("reject r42 log in is broken",),
    "say no: the release ends",
    parse,
    {Rejected: record},
    may_need_form=may_need_form,
    form=form,
)

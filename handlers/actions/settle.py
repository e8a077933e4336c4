"""`/release settle r42 deployed|not-deployed [reason]`: record how a step ended.

An operator states it for a deployment that is unknown or failed.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from handlers.actions.action import Action, ReasonForm
from handlers.command_parsing import CommandContext, free_text, parse_release
from handlers.draft import Draft
from handlers.events import ReleaseAction
from handlers.facts import Facts
from handlers.outcome import Refusal, Reply
from handlers.plan import Plan
from handlers.release import Release
from handlers.requests import UsageError
from handlers.rights import first_refusal, refuse_stale, refuse_unless
from handlers.step import StepState
from handlers.success import succeed
from handlers.transitions import fail, stopped, void_intent

ENDINGS = {"deployed": True, "not-deployed": False}


@dataclass(frozen=True, slots=True)
class Settled(ReleaseAction):
    """An operator stated how an unknown or failed deployment ended."""

    event_name: ClassVar[str] = "settled"
    when_absent: ClassVar[bool] = True

    deployed: bool
    reason: str = ""


def parse(words: tuple[str, ...], context: CommandContext) -> Settled | UsageError:
    """Parse the release, how its deployment ended, and how that is known."""
    found = parse_release(words, "settle")
    if isinstance(found, UsageError):
        return found
    number, rest = found
    if not rest or rest[0] not in ENDINGS:
        return UsageError("ending_needed", rest[0] if rest else "", tuple(ENDINGS))
    return Settled(number, context.actor, ENDINGS[rest[0]], free_text(rest[1:]))


def record(draft: Draft, event: Settled) -> Reply | Refusal:
    """Record an operator's statement of how an unknown or failed deployment ended."""
    release, step = draft.release, draft.step
    operators = release.plan.operators
    refusal = first_refusal(
        refuse_unless(draft, event.actor, operators, "settle"), refuse_stale(draft, event.precondition)
    )
    if refusal is not None:
        return refusal
    values = {"release": f"r{release.number}", "environment": step.environment}
    if step.state not in {StepState.UNKNOWN, StepState.FAILED}:
        return Refusal("nothing_to_settle", {**values, "state": step.state.value})
    if not event.deployed and not event.reason:
        return Refusal("reason_needed", {"action": "settle"})
    draft.post(
        "settled", {"by": event.actor, "deployed": "yes" if event.deployed else "no", "reason": event.reason}
    )
    if event.deployed:
        draft.change(settled_by=event.actor)
        succeed(draft)
        return Reply("settled_deployed", values)
    void_intent(draft)
    if step.cancel is not None:
        stopped(draft, step.cancel, event.reason)
    else:
        fail(draft, "not_sent", event.reason)
    return Reply("settled_not_deployed", values)


def may_need_form(event: Settled, _plan: Plan) -> bool:
    """Return whether the reason is missing, which `not-deployed` needs."""
    return not event.deployed and not event.reason


def form(event: Settled, release: Release, _facts: Facts, _now: datetime) -> ReasonForm:
    """Return the form that asks how it is known."""
    return ReasonForm(replace(event, reason="?"), f"settle r{release.number} not-deployed")


ACTION = Action(
    "settle",
    ("settle r42 deployed", "settle r42 not-deployed the server was down"),
    "say how an unknown or failed deployment ended (operators)",
    parse,
    {Settled: record},
    may_need_form=may_need_form,
    form=form,
)

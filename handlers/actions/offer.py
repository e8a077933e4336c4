"""`/release offer r5`: ask somebody else to stand for a release, so that whoever started it may sign it."""

from dataclasses import dataclass
from typing import ClassVar

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext
from handlers.draft import Draft
from handlers.events import ReleaseAction
from handlers.outcome import Refusal, Reply
from handlers.plan import unique
from handlers.preparation import parse_only_release
from handlers.release import Kind
from handlers.requests import UsageError
from handlers.rights import refuse_stale, refuse_unless
from handlers.step import StepState

_WAITS = frozenset({StepState.PENDING, StepState.WAITING, StepState.FAILED})
"""States in which somebody else may come to stand for a release."""


@dataclass(frozen=True, slots=True)
class Offered(ReleaseAction):
    """A person asked somebody else to stand for a release."""

    event_name: ClassVar[str] = "offered"


def parse(words: tuple[str, ...], context: CommandContext) -> Offered | UsageError:
    """Parse the release."""
    found = parse_only_release(words, "offer", context)
    return found if isinstance(found, UsageError) else Offered(found, context.actor)


def record(draft: Draft, event: Offered) -> Reply | Refusal:
    """Call the starters to stand for the release; who stands for it may ask that, as may starters and operators."""
    release, step, plan = draft.release, draft.step, draft.release.plan
    values = {"release": f"r{release.number}", "environment": step.environment, "state": step.state.value}
    if event.actor not in release.requesters:
        refusal = refuse_unless(draft, event.actor, unique((*plan.starters, *plan.operators)), "offer")
        if refusal is not None:
            return refusal
    refusal = refuse_stale(draft, event.precondition)
    if refusal is not None:
        return refusal
    if release.kind is Kind.ROLLBACK or step.state not in _WAITS:
        return Refusal("nothing_to_offer", values)
    if step.offered == step.attempt:
        return Reply("offered_already", values)
    draft.change(offered=step.attempt)
    draft.call("stand_wanted", {"by": event.actor, "environment": step.environment}, plan.starters)
    return Reply("offered", values)


ACTION = Action(
    "offer",
    ("offer r42",),
    "ask somebody else to stand for a release, so that whoever started it may sign it",
    parse,
    {Offered: record},
)

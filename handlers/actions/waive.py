"""`/release waive r42 reason`: let the gates pass although an author is unknown."""

from dataclasses import dataclass
from typing import ClassVar

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext, free_text, parse_release
from handlers.draft import Draft
from handlers.events import ReleaseAction
from handlers.outcome import Refusal, Reply
from handlers.requests import UsageError
from handlers.rights import refuse_unless
from handlers.step import StepState


@dataclass(frozen=True, slots=True)
class AuthorsWaived(ReleaseAction):
    """An operator let the gates pass although an author of the changes is unknown."""

    event_name: ClassVar[str] = "authors_waived"

    reason: str


def parse(words: tuple[str, ...], context: CommandContext) -> AuthorsWaived | UsageError:
    """Parse the release and the reason."""
    found = parse_release(words, "waive")
    if isinstance(found, UsageError):
        return found
    return AuthorsWaived(found[0], context.actor, free_text(found[1]))


def record(draft: Draft, event: AuthorsWaived) -> Reply | Refusal:
    """Let sign-off gates pass although an author is unknown."""
    release, step = draft.release, draft.step
    refusal = refuse_unless(draft, event.actor, release.plan.operators, "waive")
    if refusal is not None:
        return refusal
    if not event.reason:
        return Refusal("reason_needed", {"action": "waive"})
    if step.state is not StepState.WAITING or all(rule.authors_may_sign for rule in release.rules(step)):
        return Refusal("nothing_to_waive", {"release": f"r{release.number}"})
    draft.change(waived_authors=True)
    draft.post("waived", {"by": event.actor, "reason": event.reason})
    draft.show()
    return Reply("waived", {"release": f"r{release.number}"})


ACTION = Action(
    "waive",
    ("waive r42 Bob left, Mara checked the change",),
    "let the gate pass although an author is unknown (operators)",
    parse,
    {AuthorsWaived: record},
)

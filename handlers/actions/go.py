"""`/release go r42 [note]`: let a release go on that was held."""

from dataclasses import dataclass
from typing import ClassVar

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext, free_text, parse_release
from handlers.draft import Draft
from handlers.events import ReleaseAction
from handlers.holding import lift, refuse_unless_holder
from handlers.outcome import Refusal, Reply
from handlers.requests import UsageError
from handlers.rights import refuse_stale


@dataclass(frozen=True, slots=True)
class HoldLifted(ReleaseAction):
    """The holder of a release or an operator let it go on."""

    event_name: ClassVar[str] = "hold_lifted"

    note: str = ""


def parse(words: tuple[str, ...], context: CommandContext) -> HoldLifted | UsageError:
    """Parse the release and the note."""
    found = parse_release(words, "go")
    if isinstance(found, UsageError):
        return found
    return HoldLifted(found[0], context.actor, free_text(found[1]))


def record(draft: Draft, event: HoldLifted) -> Reply | Refusal:
    """Lift the hold; the step is requested again if the hold alone had revoked its request."""
    release, step = draft.release, draft.step
    values = {"release": f"r{release.number}", "environment": step.environment, "state": step.state.value}
    hold = release.hold
    if hold is None:
        return Refusal("not_held", values)
    refusal = refuse_unless_holder(draft, hold, event.actor, "go") or refuse_stale(draft, event.precondition)
    if refusal is not None:
        return refusal
    person_of = draft.facts.membership.directory.person_of
    told = () if person_of(hold.by) == person_of(event.actor) else (hold.by,)
    draft.post("hold_lifted", {"by": event.actor, "note": event.note}, told)
    again = {"again": "yes"} if lift(draft) else {}
    return Reply("hold_lifted", {**values, **again})


ACTION = Action(
    "go",
    ("go r42", "go r42 legal agrees"),
    "let a release go on that was held (its holder, operators)",
    parse,
    {HoldLifted: record},
)

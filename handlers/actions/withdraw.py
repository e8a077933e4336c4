"""`/release withdraw r42`: withdraw your sign-off, until the step is granted."""

from dataclasses import dataclass
from typing import ClassVar

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext
from handlers.draft import Draft
from handlers.events import ReleaseAction
from handlers.outcome import Refusal, Reply
from handlers.preparation import parse_only_release
from handlers.requests import UsageError
from handlers.step import StepState


@dataclass(frozen=True, slots=True)
class Withdrawn(ReleaseAction):
    """A person withdrew their sign-off."""

    event_name: ClassVar[str] = "withdrawn"
    when_absent: ClassVar[bool] = True


def parse(words: tuple[str, ...], context: CommandContext) -> Withdrawn | UsageError:
    """Parse the release."""
    found = parse_only_release(words, "withdraw", context)
    return found if isinstance(found, UsageError) else Withdrawn(found, context.actor)


def record(draft: Draft, event: Withdrawn) -> Reply | Refusal:
    """Withdraw the person's own sign-offs, unless the step is granted already."""
    release, step, directory = draft.release, draft.step, draft.facts.membership.directory
    values = {"release": f"r{release.number}", "environment": step.environment, "state": step.state.value}
    if step.state is not StepState.WAITING:
        return Refusal("not_waiting", values)
    person = directory.person_of(event.actor)
    own = [signed for signed in step.unspent if directory.person_of(signed.user) == person]
    if not own:
        return Refusal("nothing_to_withdraw", values)
    teams = {signed.team for signed in own}
    draft.change(
        sign_offs=tuple(signed for signed in step.sign_offs if signed not in own),
        called=tuple(team for team in step.called if team not in teams),
    )
    draft.post("withdrawn", {"by": event.actor, "team": own[0].team})
    draft.show()
    return Reply("withdrawn", values)


ACTION = Action(
    "withdraw",
    ("withdraw r42",),
    "take your sign-off back, until its deployment starts",
    parse,
    {Withdrawn: record},
)

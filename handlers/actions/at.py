"""`/release at cancel r42`: cancel a planned start, which `r42 to production at mon 09:00` asks for."""

from dataclasses import dataclass
from typing import ClassVar

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext
from handlers.draft import Draft
from handlers.events import ReleaseAction
from handlers.outcome import Refusal, Reply
from handlers.plan import unique
from handlers.preparation import parse_only_release
from handlers.requests import UsageError
from handlers.rights import refuse_unless
from handlers.typed_words import bare

_CANCEL = frozenset({"cancel", "stop", "remove", "delete", "abort", "off"})


@dataclass(frozen=True, slots=True)
class PlannedStartCancelled(ReleaseAction):
    """A person cancelled the planned start of a release's step: it has to be asked for again."""

    event_name: ClassVar[str] = "planned_start_cancelled"
    when_absent: ClassVar[bool] = True


def parse(words: tuple[str, ...], context: CommandContext) -> PlannedStartCancelled | UsageError:
    """Parse `cancel` and the release; a time alone names no release to start."""
    if not words or bare(words[0]) not in _CANCEL:
        return UsageError("at_alone", " ".join(("at", *words)))
    found = parse_only_release(words[1:], "at cancel", context)
    return found if isinstance(found, UsageError) else PlannedStartCancelled(found, context.actor)


def record(draft: Draft, event: PlannedStartCancelled) -> Reply | Refusal:
    """Cancel every planned start of the release; who may ask for a step may."""
    release = draft.release
    teams = unique(release.plan.starters + release.plan.operators)
    refusal = refuse_unless(draft, event.actor, teams, "at")
    if refusal is not None:
        return refusal
    planned = [index for index, step in enumerate(release.steps) if step.is_planned(draft.now)]
    if not planned:
        return Refusal("nothing_planned", {"release": f"r{release.number}"})
    for index in planned:
        draft.release = draft.release.with_step(
            index, requested=False, starts_at=None, window_key="", unrequested_by="planned_start_cancelled"
        )
    environment = release.steps[planned[0]].environment
    draft.post("planned_start_cancelled", {"by": event.actor, "environment": environment})
    draft.show()
    return Reply("planned_start_cancelled", {"release": f"r{release.number}", "environment": environment})


ACTION = Action(
    "at",
    ("at cancel r42",),
    "cancel a planned start, like that of r42 to production at mon 09:00",
    parse,
    {PlannedStartCancelled: record},
)

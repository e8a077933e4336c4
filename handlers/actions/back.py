"""`/release back [for @amita]`: a person is back before their absence ends."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from handlers.absence_words import read_whom
from handlers.actions.action import Action
from handlers.command_parsing import CommandContext, free_text
from handlers.effects import DirectMessage, Effect, NotifyOpen
from handlers.events import AbsenceEvent
from handlers.facts import Facts
from handlers.outcome import Decision, Refusal, Reply
from handlers.plan import Plan
from handlers.requests import AbsenceRequest, UsageError
from handlers.rights import refuse_unless_absence


@dataclass(frozen=True, slots=True)
class CameBack(AbsenceEvent):
    """A person is back."""

    event_name: ClassVar[str] = "came_back"


@dataclass(frozen=True, slots=True)
class BackRequest(AbsenceRequest):
    """Asks to note that somebody is back."""

    def event(self, service: str, user: str) -> CameBack:
        """Return that a person is back, for one service."""
        return CameBack(service, (), self.actor, user)


def parse(words: tuple[str, ...], context: CommandContext) -> BackRequest | UsageError:
    """Parse who is back; it takes effect at once."""
    whom = read_whom(words, context)
    if whom.rest:
        named = any(context.environment_named(word) for word in whom.rest)
        rolls_back = named or any(letter.isdigit() for letter in "".join(whom.rest))
        meant = " ".join(("rollback", *whom.rest)) if rolls_back else "back"
        return UsageError("back_words", free_text(whom.rest), meant=(meant,))
    return BackRequest(context.actor, whom.name)


def record(plan: Plan, event: CameBack, facts: Facts, now: datetime) -> Decision | Refusal:
    """End an absence now; what stand-ins have signed stays valid."""
    refusal = refuse_unless_absence(plan, event, "back", facts, now)
    if refusal is not None:
        return refusal
    directory = facts.membership.directory
    before = facts.membership.absence_of(event.user, now)
    values = {"user": event.user, "by": event.actor, "service": plan.service}
    if before is None:
        return Refusal("not_away", values)
    effects: tuple[Effect, ...] = (NotifyOpen(plan.service, "reevaluate"),)
    if directory.person_of(event.user) != directory.person_of(event.actor):
        effects = (DirectMessage(plan.service, event.user, "set_back", values), *effects)
    return Decision(Reply("back", values), None, effects, absence=replace(before, until=now))


ACTION = Action(
    "back",
    ("back", "back for @amita"),
    "say that you are back from being away (operators for others)",
    parse,
    environment_rules={CameBack: record},
)

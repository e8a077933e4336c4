"""`/release away until mon [for @amita]`: others stand in for a person until then.

It is about every service in which the person counts for a team; for somebody else operators say it, each for their services.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from handlers.absence import Absence
from handlers.absence_words import read_until, read_whom
from handlers.actions.action import Action
from handlers.command_parsing import CommandContext
from handlers.effects import DirectMessage, Effect, NotifyOpen
from handlers.events import AbsenceEvent
from handlers.facts import Facts
from handlers.outcome import Decision, Refusal, Reply
from handlers.plan import Plan, unique
from handlers.requests import AbsenceRequest, UsageError
from handlers.rights import refuse_unless_absence
from handlers.sign_off_rule import sign_off_rules


@dataclass(frozen=True, slots=True)
class WentAway(AbsenceEvent):
    """A person is away until a moment."""

    event_name: ClassVar[str] = "went_away"

    until: datetime


@dataclass(frozen=True, slots=True)
class AwayRequest(AbsenceRequest):
    """Asks to note that somebody is away."""

    until: datetime

    def event(self, service: str, user: str) -> WentAway:
        """Return the absence of a person for one service."""
        return WentAway(service, (), self.actor, user, self.until)


def parse(words: tuple[str, ...], context: CommandContext) -> AwayRequest | UsageError:
    """Parse who is away, and until when."""
    whom = read_whom(words, context)
    until = read_until(whom.rest, context)
    return until if isinstance(until, UsageError) else AwayRequest(context.actor, whom.name, until)


def record(plan: Plan, event: WentAway, facts: Facts, now: datetime) -> Decision | Refusal:
    """Note that a person is away; another end replaces the one that was noted before."""
    refusal = refuse_unless_absence(plan, event, "away", facts, now)
    if refusal is not None:
        return refusal
    if event.until <= now:
        return Refusal("away_past", {"until": event.until.isoformat()})
    membership = facts.membership
    person, before = membership.directory.person_of(event.user), membership.absence_of(event.user, now)
    absence = Absence(person, event.until, now if before is None else before.since, event.actor)
    values = {
        "user": event.user,
        "by": event.actor,
        "until": event.until.isoformat(),
        "service": plan.service,
        **_instead(plan, event.user, facts),
    }
    effects: tuple[Effect, ...] = (NotifyOpen(plan.service, "reevaluate"),)
    if person != membership.directory.person_of(event.actor):
        effects = (DirectMessage(plan.service, event.user, "set_away", values), *effects)
    return Decision(Reply("away", values), None, effects, absence=absence)


def _instead(plan: Plan, user: str, facts: Facts) -> dict[str, str]:
    """Return who stands in for a person, and in which of their teams nobody does."""
    membership = facts.membership
    signing = (rule.team for each in plan.environments for rule in sign_off_rules(each.gates))
    own = [team for team in unique(tuple(signing)) if user in membership.people_of(team)]
    listed = {team: _others(membership.directory.teams[team].stand_ins, user) for team in own}
    stand_ins = dict.fromkeys(each for team in own for each in listed[team])
    alone = [team for team in own if not listed[team]]
    return {
        **({"stand_ins": ", ".join(stand_ins)} if stand_ins else {}),
        **({"alone": ", ".join(alone)} if alone else {}),
    }


def _others(users: tuple[str, ...], user: str) -> tuple[str, ...]:
    return tuple(each for each in users if each != user)


ACTION = Action(
    "away",
    ("away until mon", "away until fri 18:00", "away for 3 days", "away until mon for @amita"),
    "say until when you are away: others stand in for you (operators for others)",
    parse,
    environment_rules={WentAway: record},
)

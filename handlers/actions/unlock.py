"""`/release unlock production`: reopen an environment, or `everything`."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext, parse_target
from handlers.effects import DirectMessage, NotifyOpen, PostToChannel
from handlers.events import EnvironmentEvent
from handlers.facts import Facts
from handlers.outcome import Decision, Refusal, Reply
from handlers.plan import Plan
from handlers.requests import EVERYTHING, EnvironmentRequest, UsageError
from handlers.rights import refuse_unless_operator


@dataclass(frozen=True, slots=True)
class Unlocked(EnvironmentEvent):
    """An operator reopened environments of a service."""

    event_name: ClassVar[str] = "unlocked"


@dataclass(frozen=True, slots=True)
class UnlockRequest(EnvironmentRequest):
    """Asks to remove locks."""

    def event(self, service: str, environments: tuple[str, ...], now: datetime) -> Unlocked:
        """Return the unlock of environments of one service."""
        del now
        return Unlocked(service, environments, self.actor)


def parse(words: tuple[str, ...], context: CommandContext) -> UnlockRequest | UsageError:
    """Parse what to unlock."""
    if words and words[0] == EVERYTHING:
        return UnlockRequest("", EVERYTHING, context.actor)
    target = parse_target(words, context)
    if isinstance(target, UsageError):
        return target
    return UnlockRequest(target.service, target.environment, context.actor)


def record(plan: Plan, event: Unlocked, facts: Facts, now: datetime) -> Decision | Refusal:
    """Remove the locks, and notify their owners."""
    refusal = refuse_unless_operator(plan, event.actor, "unlock", facts, now)
    if refusal is not None:
        return refusal
    states = (facts.environment_state(name) for name in event.environments)
    locks = {each.environment: lock for each in states if (lock := each.current_lock(now)) is not None}
    names = {"environment": ", ".join(event.environments), "service": plan.service}
    if not locks:
        return Refusal("not_locked", names)
    opened = {name: replace(facts.environment_state(name), lock=None) for name in locks}
    values = {**names, "environment": ", ".join(locks), "by": event.actor}
    owners = {lock.by for lock in locks.values() if lock.by != event.actor}
    messages = tuple(DirectMessage(plan.service, owner, "unlocked", values) for owner in sorted(owners))
    effects = (
        PostToChannel(plan.service, "unlocked", values),
        *messages,
        NotifyOpen(plan.service, "reevaluate"),
    )
    return Decision(Reply("unlocked", values), None, effects, opened)


ACTION = Action(
    "unlock",
    ("unlock production", "unlock everything"),
    "open again; the owner of the lock is told (operators)",
    parse,
    environment_rules={Unlocked: record},
)

"""`/release lock production [for 2h] reason`: close an environment to new steps.

`everything` closes all environments that the person operates.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext, free_text, parse_target
from handlers.durations import parse_duration
from handlers.effects import NotifyOpen, PostToChannel
from handlers.environments import Lock
from handlers.events import EnvironmentEvent
from handlers.facts import Facts
from handlers.outcome import Decision, Refusal, Reply
from handlers.plan import Plan
from handlers.requests import EVERYTHING, EnvironmentRequest, UsageError
from handlers.rights import refuse_unless_operator


@dataclass(frozen=True, slots=True)
class Locked(EnvironmentEvent):
    """An operator closed environments of a service to new steps."""

    event_name: ClassVar[str] = "locked"

    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LockRequest(EnvironmentRequest):
    """Asks for a lock of duration `lasts`; None means until somebody unlocks."""

    reason: str
    lasts: timedelta | None = None

    def event(self, service: str, environments: tuple[str, ...], now: datetime) -> Locked:
        """Return the lock of environments of one service."""
        until = now + self.lasts if self.lasts is not None else None
        return Locked(service, environments, self.actor, self.reason, until)


def parse(words: tuple[str, ...], context: CommandContext) -> LockRequest | UsageError:
    """Parse the environment, the duration if one is given, and the reason."""
    if words and words[0] == EVERYTHING:
        service, environment, rest = "", EVERYTHING, words[1:]
    else:
        target = parse_target(words, context)
        if isinstance(target, UsageError):
            return target
        service, environment, rest = target.service, target.environment, target.rest
    lasts = None
    if rest and rest[0] == "for":
        lasts = parse_duration(rest[1]) if len(rest) > 1 else None
        if lasts is None:
            return UsageError("duration_needed", rest[1] if len(rest) > 1 else "for", ("30m", "2h", "1d"))
        rest = rest[2:]
    return LockRequest(service, environment, context.actor, free_text(rest), lasts)


def record(plan: Plan, event: Locked, facts: Facts, now: datetime) -> Decision | Refusal:
    """Lock the environments that nobody else has locked.

    A lock stops new steps, not running ones.
    """
    refusal = refuse_unless_operator(plan, event.actor, "lock", facts, now)
    if refusal is not None:
        return refusal
    if not event.reason:
        return Refusal("reason_needed", {"action": "lock"})
    states = [facts.environment_state(name) for name in event.environments]
    locks = ((each.environment, each.current_lock(now)) for each in states)
    taken = {name: lock for name, lock in locks if lock is not None and lock.by != event.actor}
    free = [each for each in states if each.environment not in taken]
    names = {"environment": ", ".join(event.environments), "service": plan.service}
    if not free:
        lock = next(iter(taken.values()))
        return Refusal("already_locked", {**names, "by": lock.by, "reason": lock.reason})
    lock = Lock(event.actor, now, event.reason, event.until)
    locked = {each.environment: replace(each, lock=lock) for each in free}
    values = {**names, "environment": ", ".join(locked), "by": event.actor, "reason": event.reason}
    if event.until is not None:
        values["until"] = event.until.isoformat()
    effects = (PostToChannel(plan.service, "locked", values), NotifyOpen(plan.service, "reevaluate"))
    return Decision(Reply("locked", values), None, effects, locked)


ACTION = Action(
    "lock",
    ("lock production for 2h database upgrade", "lock everything incident"),
    "stop new steps, not running ones; rollbacks pass (operators)",
    parse,
    environment_rules={Locked: record},
)

"""`/release lock production [until mon 09:00] reason`: close an environment to new steps.

`everything` closes all environments that the person operates. Several locks may stand on one environment, each with its owner.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext, free_text
from handlers.effects import NotifyOpen, PostToChannel
from handlers.environments import EnvironmentState, Lock
from handlers.events import EnvironmentEvent, LockedByToken
from handlers.facts import Facts
from handlers.lock_targets import parse_targets, unclear_reason
from handlers.outcome import Decision, Refusal, Reply
from handlers.plan import Plan, unique
from handlers.preparation import courteous
from handlers.reason_times import TimeInReason, read_end_and_reason, with_end_first
from handlers.requests import EnvironmentRequest, UsageError
from handlers.rights import refuse_unless_operator
from handlers.time_words import UnreadableTime

MOST_LOCKS = 20
"""How many locks may stand on one environment: all of them are shown to people."""


@dataclass(frozen=True, slots=True)
class Locked(EnvironmentEvent):
    """An operator closed environments of a service to new steps."""

    event_name: ClassVar[str] = "locked"

    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LockRequest(EnvironmentRequest):
    """Asks for a lock; `until` None means until somebody unlocks."""

    reason: str
    until: datetime | None = None

    def event(self, service: str, environments: tuple[str, ...]) -> Locked:
        """Return the lock of environments of one service."""
        return Locked(service, environments, self.actor, self.reason, self.until)


def parse(words: tuple[str, ...], context: CommandContext) -> LockRequest | UsageError:
    """Parse the environments, the end if one is given, and the reason.

    Words that may be a time are never the reason without being asked about: a lock begins at once, and one whose end was not
    understood would never end.
    """
    targets = parse_targets("lock", words, context)
    if isinstance(targets, UsageError):
        return targets
    rest = courteous(targets.rest, context)
    ending = read_end_and_reason(rest, context.now, context.zone)
    if isinstance(ending, TimeInReason):
        targeted = words[: len(words) - len(rest)]
        meant = tuple(" ".join(("lock", *targeted, *each)) for each in with_end_first(rest))
        return UsageError("time_or_reason", ending.words, meant=meant)
    if isinstance(ending, UnreadableTime):
        return UsageError("time_unreadable" if ending.moment is None else "time_past", ending.words)
    unclear = unclear_reason(targets, ending.rest, "lock", context)
    if unclear is not None:
        return unclear
    first, *also = targets.environments
    reason = free_text(ending.rest)
    return LockRequest(targets.service, first, context.actor, reason, ending.until, also=tuple(also))


def record(plan: Plan, event: Locked, facts: Facts, now: datetime) -> Decision | Refusal:
    """Lock environments for a person, beside the locks of others; their own lock is replaced.

    A lock stops new steps, not running ones.
    """
    refusal = refuse_unless_operator(plan, event.actor, "lock", facts, now)
    if refusal is not None:
        return refusal
    if not event.reason:
        return Refusal("reason_needed", {"action": "lock"})
    lock = Lock(event.actor, now, event.reason, event.until)
    return _lock(plan, event, lock, facts)


def record_token(plan: Plan, event: LockedByToken, facts: Facts, now: datetime) -> Decision | Refusal:
    """Lock environments for an API token; the lock of the same key is the same lock, and is changed if it differs.

    Which tokens may do it, and where, is checked before, by the policy in force.
    """
    lock = Lock(event.actor, now, event.reason, event.until, 0, event.url, event.key)
    states = [facts.environment_state(name) for name in event.environments]
    if all(any(_says_the_same(each, lock) for each in state.current_locks(now)) for state in states):
        return Decision(Reply("lock_known"), changed=False)
    return _lock(plan, event, lock, facts)


def _says_the_same(lock: Lock, other: Lock) -> bool:
    return replace(lock, since=other.since) == other


def _lock(plan: Plan, event: EnvironmentEvent, lock: Lock, facts: Facts) -> Decision | Refusal:
    states = [facts.environment_state(name) for name in event.environments]
    there = [each for state in states for each in state.current_locks(lock.since)]
    locked = {state.environment: _with(state, lock) for state in states}
    names = {"environment": ", ".join(event.environments), "service": plan.service}
    crowded = [name for name, state in locked.items() if len(state.locks) > MOST_LOCKS]
    if crowded:
        return Refusal("too_many_locks", {**names, "environment": ", ".join(crowded)})
    values = {**names, "by": lock.owner, "reason": lock.reason}
    if lock.until is not None:
        values["until"] = lock.until.isoformat()
    if lock.url:
        values["url"] = lock.url
    beside = unique(tuple(each.owner for each in there if each.owner != lock.owner))
    if beside:
        values["beside"] = ", ".join(beside)
    own = [each for each in there if _is_same(each, lock)]
    if own:
        values["replaced"] = own[0].reason
        values["replaced_until"] = own[0].until.isoformat() if own[0].until is not None else ""
    effects = (PostToChannel(plan.service, "locked", values), NotifyOpen(plan.service, "reevaluate"))
    return Decision(Reply("lock_changed" if own else "locked", values), None, effects, locked)


def _is_same(lock: Lock, other: Lock) -> bool:
    return (lock.owner, lock.key) == (other.owner, other.key)


def _with(state: EnvironmentState, lock: Lock) -> EnvironmentState:
    """Return a state with a lock; those that ended are dropped."""
    kept = tuple(each for each in state.current_locks(lock.since) if not _is_same(each, lock))
    return replace(state, locks=(*kept, lock))


ACTION = Action(
    "lock",
    (
        "lock production for 2h database upgrade",
        "lock production until mon 09:00 no releases over the weekend",
        'lock staging and production 2h "friday deploy freeze"',
        "lock everything incident",
    ),
    "stop new steps, not running ones; rollbacks pass (operators)",
    parse,
    environment_rules={Locked: record, LockedByToken: record_token},
)

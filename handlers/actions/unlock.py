"""`/release unlock production`: lift one's own lock, or those of others.

`everything` lifts one's own locks everywhere; `all` at the end lifts those of others too.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext, free_text
from handlers.effects import DirectMessage, NotifyOpen, PostToChannel
from handlers.environments import EnvironmentState, Lock
from handlers.events import EnvironmentEvent, UnlockedByToken
from handlers.facts import Facts
from handlers.lock_targets import parse_targets
from handlers.outcome import Decision, Refusal, Reply
from handlers.people import token_name
from handlers.plan import Plan, unique
from handlers.preparation import is_only_courtesy
from handlers.reason_times import time_in
from handlers.requests import ALL, EVERYTHING, OWN, EnvironmentRequest, UsageError
from handlers.rights import refuse_unless_operator

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>\Z")


@dataclass(frozen=True, slots=True)
class Unlocked(EnvironmentEvent):
    """An operator lifted locks of environments of a service.

    `whose` is an owner, `all` or `own`; empty for one's own lock, or else the only one that stands.
    """

    event_name: ClassVar[str] = "unlocked"

    whose: str = ""


@dataclass(frozen=True, slots=True)
class UnlockRequest(EnvironmentRequest):
    """Asks to lift locks."""

    whose: str = ""

    def event(self, service: str, environments: tuple[str, ...]) -> Unlocked:
        """Return the unlock of environments of one service."""
        return Unlocked(service, environments, self.actor, self.whose)


def parse(words: tuple[str, ...], context: CommandContext) -> UnlockRequest | UsageError:
    """Parse what to unlock, and whose locks; an unlock at another time than now is refused."""
    targets = parse_targets("unlock", words, context)
    if isinstance(targets, UsageError):
        return targets
    rest = () if is_only_courtesy(targets.rest, context) else targets.rest
    whose, when = _whose(rest), time_in(rest)
    if when and not "".join(rest).startswith(("@", "<@")):
        return UsageError("unlock_later", when)
    first, *also = targets.environments
    whose = whose or (OWN if first == EVERYTHING else "")
    return UnlockRequest(targets.service, first, context.actor, whose, also=tuple(also))


def _whose(words: tuple[str, ...]) -> str:
    text = free_text(words)
    mentioned = _MENTION.match(text)
    return mentioned[1] if mentioned is not None else text.removeprefix("@")


def record(plan: Plan, event: Unlocked, facts: Facts, now: datetime) -> Decision | Refusal:
    """Lift the locks that are meant, and notify their owners."""
    refusal = refuse_unless_operator(plan, event.actor, "unlock", facts, now)
    if refusal is not None:
        return refusal
    states = [facts.environment_state(name) for name in event.environments]
    there = [lock for state in states for lock in state.current_locks(now)]
    meant = _meant(event, there, facts)
    if meant:
        return _lift(plan, event, states, meant, now)
    names = {"environment": ", ".join(event.environments), "service": plan.service}
    if not there:
        return Refusal("not_locked", names)
    owners = {**names, "owners": ", ".join(unique(tuple(lock.owner for lock in there)))}
    if event.whose in {"", OWN}:
        return Refusal("locked_by_others" if event.whose else "which_lock", owners)
    return Refusal("no_such_lock", {**owners, "whose": event.whose})


def _meant(event: Unlocked, there: list[Lock], facts: Facts) -> list[Lock]:
    if event.whose.lower() == ALL:
        return there
    own = [lock for lock in there if lock.owner == event.actor]
    if event.whose not in {"", OWN}:
        return [lock for lock in there if _is_called(lock.owner, event.whose, facts)]
    return there if not own and not event.whose and len(there) == 1 else own


def _is_called(owner: str, whose: str, facts: Facts) -> bool:
    """Return whether an owner is meant: by account or token, by display name or the policy's name of a person."""
    member = facts.membership.members.get(owner)
    people = facts.membership.directory.people
    names = [owner, token_name(owner), member.name if member is not None else ""]
    names += [person.name for person in people if owner in person.slack]
    return whose.casefold() in {name.casefold() for name in names if name}


def record_token(plan: Plan, event: UnlockedByToken, facts: Facts, now: datetime) -> Decision | Refusal:
    """Lift the lock of a token's key; it can lift no other."""
    states = [facts.environment_state(name) for name in event.environments]
    there = [lock for state in states for lock in state.current_locks(now)]
    meant = [lock for lock in there if (lock.owner, lock.key) == (event.actor, event.key)]
    if not meant:
        names = {"environment": ", ".join(event.environments), "service": plan.service}
        return Refusal("not_locked", names)
    return _lift(plan, event, states, meant, now)


def _lift(
    plan: Plan, event: EnvironmentEvent, states: list[EnvironmentState], meant: list[Lock], now: datetime
) -> Decision:
    changed: dict[str, EnvironmentState] = {}
    for state in states:
        left = tuple(lock for lock in state.current_locks(now) if lock not in meant)
        if len(left) < len(state.current_locks(now)):
            changed[state.environment] = replace(state, locks=left)
    values = {"environment": ", ".join(changed), "service": plan.service, "by": event.actor}
    owners = unique(tuple(lock.owner for lock in meant if lock.owner != event.actor))
    if owners:
        values["owners"] = ", ".join(owners)
    still = unique(tuple(lock.owner for state in changed.values() for lock in state.locks))
    if still:
        values["still"] = ", ".join(still)
    if len(meant) == 1:
        values["reason"] = meant[0].reason
    code = _code(still)
    people = sorted(owner for owner in owners if not token_name(owner))
    effects = (
        PostToChannel(plan.service, code, values),
        *(DirectMessage(plan.service, owner, code, values) for owner in people),
        NotifyOpen(plan.service, "reevaluate"),
    )
    return Decision(Reply(code, values), None, effects, changed)


def _code(still: tuple[str, ...]) -> str:
    """Return what an unlock is called: others may lock there still."""
    return "lock_lifted" if still else "unlocked"


ACTION = Action(
    "unlock",
    ("unlock production", "unlock production all", "unlock everything"),
    "lift your own lock, or that of another, who is told (operators)",
    parse,
    environment_rules={Unlocked: record, UnlockedByToken: record_token},
)

"""The only door of the core: `decide` records what happened and derives what follows; it never asks the world anything."""

from dataclasses import replace
from datetime import datetime

from handlers.advance import advance
from handlers.draft import Draft
from handlers.effects import Announce, Proclaim, Tell, TellOpen, Whisper
from handlers.events import BuildReported, EnvironmentEvent, LockAsked, ReleaseEvent, Started, Starting
from handlers.facts import Facts
from handlers.ground import Ground, Lock
from handlers.limits import next_look
from handlers.outcome import Decision, Refusal, Reply
from handlers.people import SHIPROOM, Eligibility
from handlers.plan import AUTOMATIC, Plan
from handlers.record import record
from handlers.release import Release


def decide(
    release: Release, event: Starting | ReleaseEvent, facts: Facts, now: datetime, *, seed: str
) -> Decision | Refusal:
    """Decide what an event means for one release. `seed` is the random id of the event, minted at the edge."""
    draft = Draft(release, facts, now, seed)
    reply = record(draft, event)
    if isinstance(reply, Refusal):
        return reply
    advance(draft)
    changed = draft.release is not release or bool(draft.effects)
    return Decision(
        reply,
        draft.release,
        (*draft.effects, *draft.last),
        draft.grounds,
        deployed=draft.deployed,
        wake_at=next_look(draft),
        changed=changed,
    )


def decide_environment(
    plan: Plan, event: EnvironmentEvent, facts: Facts, now: datetime
) -> Decision | Refusal:
    """Lock or unlock environments of a service: operators only; a lock stops new steps, not running ones."""
    answer = facts.roll.eligible_in_any(event.actor, plan.operators, now)
    locking = isinstance(event, LockAsked)
    if answer is not Eligibility.YES:
        return Refusal(answer.value, {"deed": "lock" if locking else "unlock"}, plan.operators)
    grounds = [facts.ground(name) for name in event.environments]
    if isinstance(event, LockAsked):
        return _lock(plan, event, grounds, now)
    locked = {ground.environment: lock for ground in grounds if (lock := ground.locked(now)) is not None}
    names = {"environment": ", ".join(event.environments), "service": plan.service}
    if not locked:
        return Refusal("not_locked", names)
    opened = {name: replace(facts.ground(name), lock=None) for name in locked}
    values = {**names, "environment": ", ".join(locked), "by": event.actor}
    owners = {lock.by for lock in locked.values() if lock.by != event.actor}
    told = tuple(Whisper(plan.service, owner, "unlocked", values) for owner in sorted(owners))
    effects = (Proclaim(plan.service, "unlocked", values), *told, TellOpen(plan.service, "look"))
    return Decision(Reply("unlocked", values), None, effects, opened)


def _lock(plan: Plan, event: LockAsked, grounds: list[Ground], now: datetime) -> Decision | Refusal:
    names = {"environment": ", ".join(event.environments), "service": plan.service}
    if not event.reason:
        return Refusal("reason_needed", {"deed": "lock"})
    locks = ((g.environment, g.locked(now)) for g in grounds)
    taken = {name: lock for name, lock in locks if lock is not None and lock.by != event.actor}
    free = [g for g in grounds if g.environment not in taken]
    if not free:
        lock = next(iter(taken.values()))
        return Refusal("already_locked", {**names, "by": lock.by, "reason": lock.reason})
    lock = Lock(event.actor, now, event.reason, event.until)
    shut = {g.environment: replace(g, lock=lock) for g in free}
    values = {**names, "environment": ", ".join(shut), "by": event.actor, "reason": event.reason}
    if event.until is not None:
        values["until"] = event.until.isoformat()
    effects = (Proclaim(plan.service, "locked", values), TellOpen(plan.service, "look"))
    return Decision(Reply("locked", values), None, effects, shut)


def decide_build(plan: Plan, event: BuildReported, known_authors: tuple[str, ...]) -> Decision:
    """Announce a ready build; where the first environment starts automatically, a build of the service's branch starts."""
    build = event.build
    reply = Reply("build_ready", {"version": build.version})
    if not event.announced:
        return Decision(reply, build=build)
    effects: list[Announce | Tell] = [Announce(plan.service, build.version)]
    first = plan.environments[0]
    if first.start == AUTOMATIC and build.branch == plan.builds.branch:
        effects.append(Tell(Started(build, first.name, SHIPROOM, known_authors)))
    return Decision(reply, None, tuple(effects), build=build)

"""The one door: load under lock, decide, save release, ground, history, effects and answer in one transaction."""

import hashlib
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from handlers.decide import decide
from handlers.events import (
    BuildReported,
    LockAsked,
    OutsideSeen,
    ReleaseEvent,
    RollbackStarted,
    Started,
    Starting,
    StepAsked,
    UnlockAsked,
    WatchBegan,
)
from handlers.facts import Facts
from handlers.ground import Ground
from handlers.outcome import Decision, Refusal
from handlers.record.starting import lay_out
from handlers.release import Release
from storage import builds, deliveries, effects, grounds, releases
from storage.arrival import Arrival, Outcome, World, append, kinds
from storage.codec import dump_release, micros
from storage.history import Head
from storage.service_door import enter_build, enter_environment, enter_outside


def enter(connection: Connection, arrival: Arrival, world: World) -> Outcome:
    """Take an arrival through the door. The same delivery again gets its first answer and changes nothing."""
    if arrival.delivery:
        seen = deliveries.find(connection, arrival.delivery)
        if seen is not None:
            known = releases.get(connection, seen.release) if seen.release else None
            return Outcome(seen.result, known, repeated=True)
    outcome = _route(connection, arrival, world)
    if arrival.delivery:
        number = outcome.release.number if outcome.release is not None else 0
        deliveries.remember(
            connection, arrival.delivery, deliveries.answer_to(outcome.result, number), arrival.at
        )
    return outcome


def _route(connection: Connection, arrival: Arrival, world: World) -> Outcome:
    event = arrival.event
    if isinstance(event, Started | RollbackStarted):
        return _start(connection, arrival, event, world)
    if isinstance(event, LockAsked | UnlockAsked):
        return enter_environment(connection, arrival, event, world)
    if isinstance(event, BuildReported):
        return enter_build(connection, arrival, event, world)
    if isinstance(event, OutsideSeen | WatchBegan):
        return enter_outside(connection, arrival, event, world)
    release = releases.lock(connection, event.release)
    if release is None:
        return Outcome(Refusal("no_such_release", {"release": f"r{event.release}"}))
    ground, head = grounds.lock(connection, release.service)
    facts = _facts(connection, release, ground, world)
    return _decided(connection, arrival, _Case(release, release, facts, head), event)


def _start(connection: Connection, arrival: Arrival, event: Starting, world: World) -> Outcome:
    """An open release of the build is given as it is; if it is asked for by its first environment that is its answer."""
    plan = world.policy.plans.get(event.build.service)
    if plan is None or plan.environment(event.environment) is None:
        return Outcome(Refusal("unknown_environment", {"environment": event.environment}))
    if isinstance(event, Started):
        opened = releases.open_of_build(connection, event.build.service, event.build.version)
        if opened is not None:
            again = StepAsked(opened.number, event.environment, event.actor)
            return _route(connection, replace(arrival, event=again), world)
    number = releases.next_number(connection)
    ground, head = grounds.lock(connection, plan.service)
    release = lay_out(number, event, plan, arrival.at)
    facts = _facts(connection, release, ground, world)
    if isinstance(event, RollbackStarted):
        facts = _rollback_facts(connection, facts, event)
    return _decided(connection, arrival, _Case(None, release, facts, head), event)


@dataclass(frozen=True, slots=True)
class _Case:
    """A release as it was saved (None: it is new), as it goes into the decision, and what is known around it."""

    saved: Release | None
    release: Release
    facts: Facts
    head: Head


def _decided(
    connection: Connection, arrival: Arrival, case: _Case, event: Starting | ReleaseEvent
) -> Outcome:
    decision = decide(case.release, event, case.facts, arrival.at, seed=arrival.id)
    before = case.release.state.value if case.saved is not None else ""
    if isinstance(decision, Refusal):
        number = case.saved.number if case.saved is not None else 0
        head = append(connection, case.head, arrival, number, {"refused": decision.code, **decision.values})
        grounds.save(connection, head, case.facts.grounds, {}, micros(arrival.at))
        return Outcome(decision, case.saved, case.facts, head, before)
    after = decision.release or case.release
    facts = replace(case.facts, grounds={**case.facts.grounds, **decision.grounds})
    if not decision.changed:
        if case.saved is not None:
            releases.save_wake(connection, after.number, decision.wake_at)
        return Outcome(decision.reply, after, facts, case.head, before)
    head = _save(connection, arrival, case, decision)
    return Outcome(decision.reply, after, facts, head, before, kinds(decision))


def _save(connection: Connection, arrival: Arrival, case: _Case, decision: Decision) -> Head:
    after = decision.release or case.release
    body = dump_release(after)
    if case.saved is None:
        releases.insert_release(connection, after, body, decision.wake_at)
    else:
        releases.save(connection, case.saved, after, body, decision.wake_at)
    if decision.deployed:
        builds.succeeded(connection, after.build, decision.deployed, after.number, arrival.at)
    outcome = {
        "reply": decision.reply.code,
        "from": case.release.state.value if case.saved is not None else "",
        "to": after.state.value,
        "step": after.step.environment,
        "step_state": after.step.state.value,
        "attempt": after.step.attempt,
        "effects": [type(effect).__name__ for effect in decision.effects],
        "digest": hashlib.sha256(body.encode()).hexdigest(),
    }
    head = append(connection, case.head, arrival, after.number, outcome)
    grounds.save(connection, head, case.facts.grounds, decision.grounds, micros(arrival.at))
    if decision.effects:
        effects.add(connection, decision.effects, arrival.at)
    return head


def _facts(connection: Connection, release: Release, ground: dict[str, Ground], world: World) -> Facts:
    """Gather the facts; authors are looked up only where a rule of the step asks for them."""
    authors: dict[str, tuple[str, ...]] = {}
    step = release.step
    if any(not rule.authors_may_sign for rule in release.rules(step)):
        live = ground.get(step.environment, Ground(step.environment)).live
        since = live.build if live is not None else None
        authors[step.environment] = builds.authors_since(connection, release.build, since)
    return Facts(world.roll, ground, world.capabilities, authors=authors)


def _rollback_facts(connection: Connection, facts: Facts, event: RollbackStarted) -> Facts:
    before = builds.successes(connection, event.build.service, event.environment)
    holder = facts.ground(event.environment).holder
    held = releases.get(connection, holder) if holder else None
    flying = frozenset({holder}) if held is not None and held.in_flight else frozenset[int]()
    rolling = releases.rolling_back(connection, event.build.service, event.environment)
    return replace(facts, successes={event.environment: before}, in_flight=flying, rolling_back=rolling)

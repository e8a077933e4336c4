"""The part of the door for what concerns a service and no release of it: locks, builds, deployments from outside."""

from dataclasses import replace

from sqlalchemy import Connection

from handlers.build import Build
from handlers.decide import decide_build, decide_environment
from handlers.events import BuildReported, LockAsked, OutsideSeen, UnlockAsked, WatchBegan
from handlers.facts import Facts
from handlers.ground import Ground
from handlers.outcome import Decision, Refusal, Reply
from handlers.outside import decide_outside
from storage import builds, effects, grounds
from storage.arrival import Arrival, Outcome, World, append, kinds
from storage.codec import micros


def enter_environment(
    connection: Connection, arrival: Arrival, event: LockAsked | UnlockAsked, world: World
) -> Outcome:
    """Take in the lock or unlock of environments."""
    plan = world.policy.plans.get(event.service)
    if plan is None:
        return Outcome(Refusal("unknown_service", {"service": event.service}))
    ground, head = grounds.lock(connection, event.service)
    facts = Facts(world.roll, ground, world.capabilities)
    decision = decide_environment(plan, event, facts, arrival.at)
    refused = isinstance(decision, Refusal)
    result = decision if refused else decision.reply
    outcome = {"refused" if refused else "reply": result.code, **result.values}
    head = append(connection, head, arrival, 0, outcome)
    changed = dict[str, Ground]() if refused else decision.grounds
    grounds.save(connection, head, ground, changed, micros(arrival.at))
    if isinstance(decision, Decision):
        effects.add(connection, decision.effects, arrival.at)
    return Outcome(result, None, facts, head, effects=kinds(decision))


def enter_build(connection: Connection, arrival: Arrival, event: BuildReported, world: World) -> Outcome:
    """Take in a build; one that is known is told from one that says something else under its name."""
    plan = world.policy.plans.get(event.build.service)
    if plan is None:
        return Outcome(Refusal("unknown_service", {"service": event.build.service}))
    ground, head = grounds.lock(connection, plan.service)
    known = builds.get(connection, event.build.service, event.build.version)
    if known is not None:
        values = {"version": known.version, "sha": known.sha, "digest": known.digest}
        same = known.same_artifact(event.build)
        return Outcome(
            Reply("build_known", values) if same else Refusal("build_differs", values), build=known
        )
    placed = builds.add(connection, event.build)
    authors = builds.authors_since(connection, placed, None)
    named = (world.policy.directory.person_of_author(author) for author in authors)
    decision = decide_build(
        plan, BuildReported(placed, event.actor, event.announced), tuple(name for name in named if name)
    )
    head = append(connection, head, arrival, 0, {"reply": decision.reply.code, "order": placed.order})
    grounds.save(connection, head, ground, {}, micros(arrival.at))
    effects.add(connection, decision.effects, arrival.at)
    return Outcome(decision.reply, None, None, head, effects=kinds(decision), build=placed)


def enter_outside(
    connection: Connection, arrival: Arrival, event: OutsideSeen | WatchBegan, world: World
) -> Outcome:
    """Take in what was deployed without us; what is known already leaves no row."""
    plan = world.policy.plans.get(event.service)
    place = plan.environment(event.environment) if plan is not None else None
    if plan is None or place is None:
        return Outcome(Refusal("unknown_environment", {"environment": event.environment}))
    ground, head = grounds.lock(connection, event.service)
    if isinstance(event, OutsideSeen):
        event = replace(event, build=_build_of(connection, event))
    decision = decide_outside(event, ground.get(event.environment) or Ground(event.environment), arrival.at)
    if not decision.changed:
        return Outcome(decision.reply)
    head = append(connection, head, arrival, 0, {"reply": decision.reply.code, **decision.reply.values})
    grounds.save(connection, head, ground, decision.grounds, micros(arrival.at))
    effects.add(connection, decision.effects, arrival.at)
    return Outcome(decision.reply, None, None, head, effects=kinds(decision))


def _build_of(connection: Connection, event: OutsideSeen) -> Build:
    """Find the build that a commit became; one that we were never told of is known by its commit alone."""
    known = builds.of_commit(connection, event.service, event.build.sha) if event.build.sha else None
    return known or event.build

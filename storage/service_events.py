"""Applies events of a service: locks, builds, external deployments."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection

from handlers.build import Build
from handlers.comparing import effects_of_comparison
from handlers.decide import decide_build
from handlers.effects import Announce, NotifyOpen, PostToChannel, effect_name
from handlers.environments import EnvironmentState
from handlers.events import (
    BuildReported,
    CommitsCompared,
    EnvironmentEvent,
    Everywhere,
    ExternalRunSeen,
    ExternalWatchStarted,
    LossSettled,
    ServiceEvent,
)
from handlers.external_runs import decide_external_run
from handlers.outcome import Refusal, Reply
from handlers.people import SHIPROOM
from handlers.plan import unique
from handlers.release import Release
from storage import builds, environments, lineage, policies, releases
from storage.environment_events import apply_environment_event, apply_everywhere
from storage.incoming import Context, IncomingEvent, Outcome, effect_names, entry_of
from storage.losses import apply_settled_loss
from storage.recording import Changes, Locked, record


def apply_service_event(
    connection: Connection, incoming: IncomingEvent, event: ServiceEvent, context: Context
) -> Outcome:
    """Apply an event that happens to a service as a whole, not to a release."""
    match event:
        case LossSettled():
            return apply_settled_loss(connection, incoming, event, context)
        case EnvironmentEvent():
            return apply_environment_event(connection, incoming, event, context)
        case Everywhere():
            return apply_everywhere(connection, incoming, event, context)
        case BuildReported():
            return apply_build(connection, incoming, event, context)
        case CommitsCompared():
            return apply_comparison(connection, incoming, event, context)
        case _:
            return apply_external_run(connection, incoming, event, context)


def apply_build(
    connection: Connection, incoming: IncomingEvent, event: BuildReported, context: Context
) -> Outcome:
    """Apply a ready build.

    A known build changes nothing; another build under a known version is refused.
    """
    plan = context.policy.plans.get(event.build.service)
    if plan is None:
        return Outcome(Refusal("unknown_service", {"service": event.build.service}))
    states, head = policies.lock_service(connection, plan.service, context)
    known = builds.get(connection, event.build.service, event.build.version)
    if known is not None:
        return _known_build(connection, incoming, event, known)
    placed = builds.add(connection, event.build)
    authors = unique(tuple(name for change in placed.changes or () for name in change.authors))
    named = (context.policy.directory.person_of_author(author) for author in authors)
    newest = builds.newest_of_branch(connection, plan.service, placed.branch)
    late = newest is not None and newest.version != placed.version
    reported = BuildReported(placed, event.actor, event.announced)
    decision = decide_build(plan, reported, tuple(name for name in named if name), late=late)
    place = {"order": placed.order, "position": placed.position}
    entry = entry_of(incoming, 0, {"reply": decision.reply.code, **place})
    changes = Changes(effects=decision.effects, rows=builds.vouched(placed))
    head = record(connection, Locked(states, head), entry, changes)
    return Outcome(decision.reply, None, None, head, effects=effect_names(decision), build=placed)


def _known_build(
    connection: Connection, incoming: IncomingEvent, event: BuildReported, known: Build
) -> Outcome:
    """Add what was unknown of a build; what was known of it never changes."""
    values = {"version": known.version, "sha": known.sha, "digest": known.digest}
    if not known.same_artifact(event.build):
        return _refuse_build(connection, incoming, event, known)
    reply, changes = Reply("build_known", values), event.build.changes
    if known.changes is not None or changes is None:
        return Outcome(reply, build=known)
    return _complete(connection, incoming, replace(known, changes=changes), reply)


def _refuse_build(
    connection: Connection, incoming: IncomingEvent, event: BuildReported, known: Build
) -> Outcome:
    """Refuse another build under a known version; if a CI reports it, people are told, as nobody gets the answer."""
    values = {"version": known.version, "sha": known.sha, "digest": known.digest}
    refusal = Refusal("build_differs", values)
    if event.actor != SHIPROOM or not incoming.delivery:
        return Outcome(refusal, build=known)
    service = event.build.service
    states, head = environments.lock(connection, service)
    told = PostToChannel(
        service, "build_repeated", {**values, "other": event.build.sha, "url": event.build.url}
    )
    entry = entry_of(incoming, 0, {"refused": refusal.code})
    head = record(connection, Locked(states, head), entry, Changes(effects=(told,)))
    return Outcome(refusal, None, None, head, effects=(effect_name(told),))


def _complete(connection: Connection, incoming: IncomingEvent, build: Build, reply: Reply) -> Outcome:
    states, head = environments.lock(connection, build.service)
    rows = builds.complete(connection, build)
    entry = entry_of(incoming, 0, {"reply": reply.code, "completed": build.version})
    following = (NotifyOpen(build.service, "reevaluate"), Announce(build.service, build.version))
    head = record(connection, Locked(states, head), entry, Changes(effects=following, rows=rows))
    return Outcome(reply, None, None, head, effects=tuple(map(effect_name, following)), build=build)


def apply_comparison(
    connection: Connection, incoming: IncomingEvent, event: CommitsCompared, context: Context
) -> Outcome:
    """Save what a CI told of two commits, and have everything reevaluated that depends on it."""
    plan = context.policy.plans.get(event.service)
    if plan is None:
        return Outcome(Refusal("unknown_service", {"service": event.service}))
    states, head = policies.lock_service(connection, event.service, context)
    rows = lineage.save(connection, event.service, event.ci, (event.old, event.new), event.comparison)
    same = builds.all_of_commit(connection, event.service, event.new)
    told = event.comparison.changes if event.comparison.complete else None
    for build in same:
        if told is not None and lineage.lacks_changes_since(connection, build, event.old):
            rows |= builds.complete(connection, replace(build, changes=told))
    opened = tuple(releases.open_of_service(connection, event.service))
    following = effects_of_comparison(event, same, opened, _deployed(connection, states))
    reply = Reply("compared", {"old": event.old, "new": event.new})
    entry = entry_of(incoming, 0, {"reply": reply.code})
    head = record(connection, Locked(states, head), entry, Changes(effects=following, rows=rows))
    return Outcome(reply, None, None, head, effects=tuple(map(effect_name, following)))


def _deployed(connection: Connection, states: Mapping[str, EnvironmentState]) -> dict[str, Release]:
    """Return the releases that deployed what is live, by environment."""
    numbers = {name: state.live.release for name, state in states.items() if state.live is not None}
    found = {name: releases.get(connection, number) for name, number in numbers.items() if number}
    return {name: release for name, release in found.items() if release is not None}


def apply_external_run(
    connection: Connection,
    incoming: IncomingEvent,
    event: ExternalRunSeen | ExternalWatchStarted,
    context: Context,
) -> Outcome:
    """Apply an external deployment; one that is known already leaves no row."""
    plan = context.policy.plans.get(event.service)
    environment_plan = plan.environment(event.environment) if plan is not None else None
    if plan is None or environment_plan is None:
        return Outcome(Refusal("unknown_environment", {"environment": event.environment}))
    states, head = policies.lock_service(connection, event.service, context)
    if isinstance(event, ExternalRunSeen):
        event = replace(event, build=_build_of(connection, event))
    decision = decide_external_run(
        event, states.get(event.environment) or EnvironmentState(event.environment), incoming.at
    )
    if not decision.changed:
        return Outcome(decision.reply)
    told = {"reply": decision.reply.code, **decision.reply.values, "protected": environment_plan.protected}
    entry = entry_of(incoming, 0, told)
    changes = Changes(decision.environments, decision.effects)
    head = record(connection, Locked(states, head), entry, changes)
    return Outcome(decision.reply, None, None, head, effects=effect_names(decision))


def _build_of(connection: Connection, event: ExternalRunSeen) -> Build:
    """Find the build of a commit; an unknown one has only its commit."""
    known = builds.of_commit(connection, event.service, event.build.sha) if event.build.sha else None
    return known or event.build

"""Applies events of a service: locks, builds, external deployments."""

from dataclasses import replace

from sqlalchemy import Connection

from handlers.build import Build
from handlers.comparing import effects_of_comparison
from handlers.decide import decide_build, decide_everywhere
from handlers.effects import Announce, NotifyOpen, PostToChannel, effect_name
from handlers.environments import EnvironmentState
from handlers.events import (
    BuildReported,
    CommitsCompared,
    EnvironmentEvent,
    Everywhere,
    ExternalRunSeen,
    ExternalWatchStarted,
    ServiceEvent,
)
from handlers.everywhere import reply_about
from handlers.external_runs import decide_external_run
from handlers.facts import Facts
from handlers.outcome import Decision, Refusal, Reply
from handlers.people import SHIPROOM
from handlers.plan import unique
from storage import builds, environments, lineage, policies, releases
from storage.history import Head
from storage.incoming import Context, IncomingEvent, Outcome, effect_names, entry_of
from storage.recording import NOTHING, Changes, Locked, record


def apply_service_event(
    connection: Connection, incoming: IncomingEvent, event: ServiceEvent, context: Context
) -> Outcome:
    """Apply an event that happens to a service as a whole, not to a release."""
    match event:
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


def apply_environment_event(
    connection: Connection, incoming: IncomingEvent, event: EnvironmentEvent, context: Context
) -> Outcome:
    """Apply the lock or unlock of environments."""
    return apply_everywhere(connection, incoming, Everywhere((event,), event.actor), context)


def apply_everywhere(
    connection: Connection, incoming: IncomingEvent, event: Everywhere, context: Context
) -> Outcome:
    """Apply locks or unlocks of environments of several services, all or none.

    The services are locked in the order of their names, so that two such events never wait for each other.
    """
    events = tuple(sorted(event.events, key=lambda each: each.service))
    unknown = next((each.service for each in events if each.service not in context.policy.plans), None)
    if unknown is not None:
        return Outcome(Refusal("unknown_service", {"service": unknown}))
    loaded = {each.service: policies.lock_service(connection, each.service, context) for each in events}
    facts = {
        service: Facts(context.membership, states, context.capabilities)
        for service, (states, _) in loaded.items()
    }
    results = decide_everywhere(context.policy.plans, replace(event, events=events), facts, incoming.at)
    heads = [
        _save_environments(
            connection, replace(incoming, event=each), loaded[each.service], results[each.service]
        )
        for each in events
    ]
    effects_of = tuple(name for result in results.values() for name in effect_names(result))
    parts = tuple((service, _result(result)) for service, result in results.items())
    single = len(events) == 1
    return Outcome(
        reply_about(results),
        None,
        facts[events[0].service] if single else None,
        heads[0] if single else None,
        effects=effects_of,
        parts=parts,
    )


def _result(result: Decision | Refusal) -> Reply | Refusal:
    return result.reply if isinstance(result, Decision) else result


def _save_environments(
    connection: Connection,
    incoming: IncomingEvent,
    loaded: tuple[dict[str, EnvironmentState], Head],
    decision: Decision | Refusal,
) -> Head:
    """Save what was decided for one service; what changes nothing leaves no row."""
    states, head = loaded
    if isinstance(decision, Decision) and not decision.changed:
        return head
    refused = isinstance(decision, Refusal)
    result = _result(decision)
    outcome = {"refused" if refused else "reply": result.code, **result.values}
    changes = NOTHING if refused else Changes(decision.environments, decision.effects)
    return record(connection, Locked(states, head), entry_of(incoming, 0, outcome), changes)


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
    entry = entry_of(incoming, 0, {"reply": decision.reply.code, "order": placed.order})
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
    lineage.save(connection, event.service, event.ci, (event.old, event.new), event.comparison)
    rows = lineage.save(connection, event.service, event.ci, (event.old, event.new), event.comparison)
    same = builds.all_of_commit(connection, event.service, event.new)
    told = event.comparison.changes if event.comparison.complete else None
    for build in same:
        if told is not None and lineage.lacks_changes_since(connection, build, event.old):
            rows |= builds.complete(connection, replace(build, changes=told))
    opened = tuple(releases.open_of_service(connection, event.service))
    following = effects_of_comparison(event, same, opened, states)
    reply = Reply("compared", {"old": event.old, "new": event.new})
    entry = entry_of(incoming, 0, {"reply": reply.code})
    head = record(connection, Locked(states, head), entry, Changes(effects=following, rows=rows))
    return Outcome(reply, None, None, head, effects=tuple(map(effect_name, following)))


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
    entry = entry_of(incoming, 0, {"reply": decision.reply.code, **decision.reply.values})
    changes = Changes(decision.environments, decision.effects)
    head = record(connection, Locked(states, head), entry, changes)
    return Outcome(decision.reply, None, None, head, effects=effect_names(decision))


def _build_of(connection: Connection, event: ExternalRunSeen) -> Build:
    """Find the build of a commit; an unknown one has only its commit."""
    known = builds.of_commit(connection, event.service, event.build.sha) if event.build.sha else None
    return known or event.build

"""Applies events of a service: locks, builds, external deployments."""

from dataclasses import replace

from sqlalchemy import Connection

from handlers.build import Build
from handlers.decide import decide_build, decide_environment
from handlers.environments import EnvironmentState
from handlers.events import BuildReported, EnvironmentEvent, ExternalRunSeen, ExternalWatchStarted
from handlers.external_runs import decide_external_run
from handlers.facts import Facts
from handlers.outcome import Decision, Refusal, Reply
from storage import builds, effects, environments
from storage.codec import micros
from storage.incoming import Context, IncomingEvent, Outcome, add_history_row, effect_names


def apply_environment_event(
    connection: Connection, incoming: IncomingEvent, event: EnvironmentEvent, context: Context
) -> Outcome:
    """Apply the lock or unlock of environments."""
    plan = context.policy.plans.get(event.service)
    if plan is None:
        return Outcome(Refusal("unknown_service", {"service": event.service}))
    states, head = environments.lock(connection, event.service)
    facts = Facts(context.membership, states, context.capabilities)
    decision = decide_environment(plan, event, facts, incoming.at)
    refused = isinstance(decision, Refusal)
    result = decision if refused else decision.reply
    outcome = {"refused" if refused else "reply": result.code, **result.values}
    head = add_history_row(connection, head, incoming, 0, outcome)
    changed = dict[str, EnvironmentState]() if refused else decision.environments
    environments.save(connection, head, states, changed, micros(incoming.at))
    if isinstance(decision, Decision):
        effects.add(connection, decision.effects, incoming.at)
    return Outcome(result, None, facts, head, effects=effect_names(decision))


def apply_build(
    connection: Connection, incoming: IncomingEvent, event: BuildReported, context: Context
) -> Outcome:
    """Apply a ready build.

    A known build changes nothing; another build under a known version is refused.
    """
    plan = context.policy.plans.get(event.build.service)
    if plan is None:
        return Outcome(Refusal("unknown_service", {"service": event.build.service}))
    states, head = environments.lock(connection, plan.service)
    known = builds.get(connection, event.build.service, event.build.version)
    if known is not None:
        values = {"version": known.version, "sha": known.sha, "digest": known.digest}
        same = known.same_artifact(event.build)
        return Outcome(
            Reply("build_known", values) if same else Refusal("build_differs", values), build=known
        )
    placed = builds.add(connection, event.build)
    authors = builds.authors_since(connection, placed, None)
    named = (context.policy.directory.person_of_author(author) for author in authors)
    decision = decide_build(
        plan, BuildReported(placed, event.actor, event.announced), tuple(name for name in named if name)
    )
    head = add_history_row(
        connection, head, incoming, 0, {"reply": decision.reply.code, "order": placed.order}
    )
    environments.save(connection, head, states, {}, micros(incoming.at))
    effects.add(connection, decision.effects, incoming.at)
    return Outcome(decision.reply, None, None, head, effects=effect_names(decision), build=placed)


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
    states, head = environments.lock(connection, event.service)
    if isinstance(event, ExternalRunSeen):
        event = replace(event, build=_build_of(connection, event))
    decision = decide_external_run(
        event, states.get(event.environment) or EnvironmentState(event.environment), incoming.at
    )
    if not decision.changed:
        return Outcome(decision.reply)
    head = add_history_row(
        connection, head, incoming, 0, {"reply": decision.reply.code, **decision.reply.values}
    )
    environments.save(connection, head, states, decision.environments, micros(incoming.at))
    effects.add(connection, decision.effects, incoming.at)
    return Outcome(decision.reply, None, None, head, effects=effect_names(decision))


def _build_of(connection: Connection, event: ExternalRunSeen) -> Build:
    """Find the build of a commit; an unknown one has only its commit."""
    known = builds.of_commit(connection, event.service, event.build.sha) if event.build.sha else None
    return known or event.build

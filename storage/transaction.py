"""The transaction that every event goes through.

It loads under lock, decides, and saves release, environments, history, effects and answer together.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from handlers.environments import EnvironmentState
from handlers.events import (
    ReleaseEvent,
    Started,
    StartsRelease,
    StepRequested,
)
from handlers.facts import Facts
from handlers.lineage import Relation
from handlers.outcome import Refusal, Reply
from handlers.release import Kind, Release
from handlers.reports import NewerRequested, NewerSucceeded
from handlers.starting import new_release
from storage import absences, builds, deliveries, lineage, policies, release_numbers, releases
from storage.deciding import DecisionInput, decide_and_save
from storage.incoming import Context, IncomingEvent, Outcome
from storage.service_events import apply_service_event


def apply_event(connection: Connection, incoming: IncomingEvent, context: Context) -> Outcome:
    """Apply an event in this transaction.

    A repeated delivery gets its first answer and changes nothing.
    """
    if incoming.delivery:
        seen = deliveries.find(connection, incoming.delivery)
        if seen is not None:
            known = releases.get(connection, seen.release) if seen.release else None
            return Outcome(seen.result, known, repeated=True)
    outcome = _route(connection, incoming, context)
    if incoming.delivery:
        number = outcome.release.number if outcome.release is not None else 0
        deliveries.remember(
            connection, incoming.delivery, deliveries.answer_to(outcome.result, number), incoming.at
        )
    return outcome


def _route(connection: Connection, incoming: IncomingEvent, context: Context) -> Outcome:
    event = incoming.event
    if isinstance(event, StartsRelease):
        return _start(connection, incoming, event, context)
    if not isinstance(event, ReleaseEvent):
        return apply_service_event(connection, incoming, event, context)
    release = releases.lock(connection, event.release)
    if release is None:
        return Outcome(Refusal("no_such_release", {"release": f"r{event.release}"}))
    states, head = policies.lock_service(connection, release.service, context)
    facts = _facts(connection, release, states, context, incoming.at)
    if isinstance(event, NewerRequested | NewerSucceeded):
        facts = _newer_facts(connection, facts, release, event.by)
    return decide_and_save(connection, incoming, DecisionInput(release, release, facts, head), event)


def _start(
    connection: Connection, incoming: IncomingEvent, event: StartsRelease, context: Context
) -> Outcome:
    """Start a release; if one of the same build, or its emergency there, is open, request its step instead.

    A start that Shiproom decided itself requests nothing of a release that a person has started meanwhile.
    """
    plan = context.policy.plans.get(event.build.service)
    if plan is None or plan.environment(event.environment) is None:
        return Outcome(Refusal("unknown_environment", {"environment": event.environment}))
    opened = _opened(connection, event)
    if opened is not None and isinstance(event, Started) and event.automatic:
        return Outcome(Reply("nothing_new"), opened)
    if opened is not None:
        at = event.at if isinstance(event, Started) else None
        again = StepRequested(opened.number, event.actor, event.environment, at)
        return _route(connection, replace(incoming, event=again), context)
    number = release_numbers.next_number(connection)
    states, head = policies.lock_service(connection, plan.service, context)
    if event.kind is Kind.EMERGENCY and (opened := _opened(connection, event)) is not None:
        # It was started while this one waited for the lock, and is requested already.
        values = {"release": f"r{opened.number}", "environment": event.environment}
        return Outcome(Reply("already_asked", values), opened)
    release = new_release(number, event, plan, incoming.at)
    facts = _facts(connection, release, states, context, incoming.at)
    if event.kind is Kind.ROLLBACK:
        facts = _rollback_facts(connection, facts, event)
    elif event.environment != plan.environments[0].name:
        names = [each.name for each in plan.environments]
        before = {name: builds.successes(connection, plan.service, name) for name in names}
        facts = replace(facts, successes=before)
    return decide_and_save(connection, incoming, DecisionInput(None, release, facts, head), event)


def _opened(connection: Connection, event: StartsRelease) -> Release | None:
    """Find the open release that a start stands for: the build's own, or its emergency there; a rollback is a new one."""
    build = event.build
    if event.kind is Kind.NORMAL:
        return releases.open_of_build(connection, build.service, build.version)
    if event.kind is Kind.EMERGENCY:
        return releases.open_emergency(connection, build.service, build.version, event.environment)
    return None


def _facts(
    connection: Connection,
    release: Release,
    states: dict[str, EnvironmentState],
    context: Context,
    now: datetime,
) -> Facts:
    """Load the facts; how builds relate is read only if a gate of the step needs it."""
    presence = context.policy.presence(release.service)
    facts = Facts(
        absences.known(connection, context.membership, release.service, now),
        states,
        context.capabilities,
        presence=presence,
        silent=context.silent,
        calendars=context.policy.calendars_of(release.service),
    )
    return lineage.with_lineage(connection, facts, release)


def _newer_facts(connection: Connection, facts: Facts, release: Release, by: int) -> Facts:
    """Add the build of another release, and whether it contains this one's."""
    other = releases.get(connection, by)
    if other is None:
        return facts
    if other.kind is Kind.EMERGENCY:
        told = lineage.comparison(connection, release.plan, release.build.sha, other.build.sha)
        proved = told is not None and told.contains
        related = Relation.CONTAINS if proved else Relation.UNKNOWN
        return replace(facts, newer=other.build, relation=related, in_emergency=True)
    related = lineage.relation(connection, release.plan, other.build, release.build)
    return replace(facts, newer=other.build, relation=related)


def _rollback_facts(connection: Connection, facts: Facts, event: StartsRelease) -> Facts:
    before = builds.successes(connection, event.build.service, event.environment)
    holder = facts.environment_state(event.environment).holder
    holding = releases.get(connection, holder) if holder else None
    in_flight = frozenset({holder}) if holding is not None and holding.in_flight else frozenset[int]()
    rolling_back = releases.rolling_back(connection, event.build.service, event.environment)
    return replace(
        facts, successes={event.environment: before}, in_flight=in_flight, rolling_back=rolling_back
    )

"""The transaction that every event goes through.

It loads under lock, decides, and saves release, environments, history, effects and answer together.
"""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from handlers.decide import decide
from handlers.environments import EnvironmentState
from handlers.events import (
    ReleaseEvent,
    Started,
    StartsRelease,
    StepRequested,
)
from handlers.facts import Facts
from handlers.outcome import Decision, Refusal, Reply
from handlers.release import Kind, Release
from handlers.reports import NewerRequested, NewerSucceeded
from handlers.starting import new_release
from storage import builds, deliveries, lineage, policies, releases, wakes
from storage.codec import dump_release
from storage.history import Head
from storage.incoming import Context, IncomingEvent, Outcome, effect_names, entry_of
from storage.recording import Changes, Locked, record
from storage.service_events import apply_service_event
from storage.vouching import Rows


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
    facts = _facts(connection, release, states, context)
    if isinstance(event, NewerRequested | NewerSucceeded):
        facts = _newer_facts(connection, facts, release, event.by)
    return _decide(connection, incoming, _DecisionInput(release, release, facts, head), event)


def _start(
    connection: Connection, incoming: IncomingEvent, event: StartsRelease, context: Context
) -> Outcome:
    """Start a release; if one of the same build is open, request its step instead.

    A start that Shiproom decided itself requests nothing of a release that a person has started meanwhile.
    """
    plan = context.policy.plans.get(event.build.service)
    if plan is None or plan.environment(event.environment) is None:
        return Outcome(Refusal("unknown_environment", {"environment": event.environment}))
    if event.kind is Kind.NORMAL:
        opened = releases.open_of_build(connection, event.build.service, event.build.version)
        if opened is not None and isinstance(event, Started) and event.automatic:
            return Outcome(Reply("nothing_new"), opened)
        if opened is not None:
            again = StepRequested(opened.number, event.actor, event.environment)
            return _route(connection, replace(incoming, event=again), context)
    number = releases.next_number(connection)
    states, head = policies.lock_service(connection, plan.service, context)
    release = new_release(number, event, plan, incoming.at)
    facts = _facts(connection, release, states, context)
    if event.kind is Kind.ROLLBACK:
        facts = _rollback_facts(connection, facts, event)
    return _decide(connection, incoming, _DecisionInput(None, release, facts, head), event)


@dataclass(frozen=True, slots=True)
class _DecisionInput:
    """The input of a decision: a release and what is known about it.

    `saved` is the release as it was saved (None if it is new), `release` as it goes into the decision.
    """

    saved: Release | None
    release: Release
    facts: Facts
    head: Head


def _decide(
    connection: Connection,
    incoming: IncomingEvent,
    given: _DecisionInput,
    event: StartsRelease | ReleaseEvent,
) -> Outcome:
    decision = decide(given.release, event, given.facts, incoming.at, seed=incoming.id)
    before = given.release.state.value if given.saved is not None else ""
    locked = Locked(given.facts.environments, given.head)
    if isinstance(decision, Refusal):
        number = given.saved.number if given.saved is not None else 0
        entry = entry_of(incoming, number, {"refused": decision.code, **decision.values})
        return Outcome(decision, given.saved, given.facts, record(connection, locked, entry), before)
    after = decision.release or given.release
    facts = replace(given.facts, environments={**given.facts.environments, **decision.environments})
    if not decision.changed:
        if given.saved is not None:
            wakes.save(connection, after.number, decision.wake_at)
        return Outcome(decision.reply, after, facts, given.head, before, wake_at=decision.wake_at)
    rows = _save(connection, incoming, given, decision)
    entry = entry_of(incoming, after.number, _outcome(given, decision, after))
    head = record(connection, locked, entry, Changes(decision.environments, decision.effects, rows))
    return Outcome(
        decision.reply, after, facts, head, before, effect_names(decision), wake_at=decision.wake_at
    )


def _save(connection: Connection, incoming: IncomingEvent, given: _DecisionInput, decision: Decision) -> Rows:
    """Save the release, and that its build was deployed; return the digests of the rows."""
    after = decision.release or given.release
    body = dump_release(after)
    if given.saved is None:
        rows = releases.insert_release(connection, after, body, decision.wake_at)
    else:
        rows = releases.save(connection, given.saved, after, body, decision.wake_at)
    if decision.deployed:
        rows |= builds.succeeded(connection, after.build, decision.deployed, after.number, incoming.at)
    return rows


def _outcome(given: _DecisionInput, decision: Decision, after: Release) -> dict[str, Any]:
    """Return what the history tells of a decision."""
    return {
        "reply": decision.reply.code,
        "from": given.release.state.value if given.saved is not None else "",
        "to": after.state.value,
        "step": after.step.environment,
        "step_state": after.step.state.value,
        "attempt": after.step.attempt,
        "effects": effect_names(decision),
    }


def _facts(
    connection: Connection, release: Release, states: dict[str, EnvironmentState], context: Context
) -> Facts:
    """Load the facts; how builds relate is read only if a gate of the step needs it."""
    presence = context.policy.presence(release.service)
    facts = Facts(context.membership, states, context.capabilities, presence=presence, silent=context.silent)
    return lineage.with_lineage(connection, facts, release)


def _newer_facts(connection: Connection, facts: Facts, release: Release, by: int) -> Facts:
    """Add the build of another release, and whether it contains this one's."""
    other = releases.get(connection, by)
    if other is None:
        return facts
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

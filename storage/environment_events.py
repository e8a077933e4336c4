"""Applies what people and API tokens do to environments: locks and their ends."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection

from handlers.decide import decide_everywhere
from handlers.environments import EnvironmentState
from handlers.events import EnvironmentEvent, Everywhere
from handlers.everywhere import reply_about
from handlers.facts import Facts
from handlers.outcome import Decision, Refusal, Reply
from storage import absences, policies
from storage.confirmed import BehindError
from storage.history import Head
from storage.incoming import Context, IncomingEvent, Outcome, effect_names, entry_of
from storage.recording import NOTHING, Changes, Locked, record


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
    loaded, behind = _lock_services(connection, [each.service for each in events], context)
    events = tuple(each for each in events if each.service in loaded)
    facts = {
        service: Facts(
            absences.known(connection, context.membership, service, incoming.at), states, context.capabilities
        )
        for service, (states, _) in loaded.items()
    }
    results = decide_everywhere(context.policy.plans, replace(event, events=events), facts, incoming.at)
    results |= behind
    heads = [
        _save_environments(
            connection, replace(incoming, event=each), loaded[each.service], results[each.service]
        )
        for each in events
    ]
    effects_of = tuple(name for result in results.values() for name in effect_names(result))
    parts = tuple((service, _result(result)) for service, result in results.items())
    single = len(results) == 1
    return Outcome(
        reply_about(results),
        None,
        facts[events[0].service] if single else None,
        heads[0] if single else None,
        effects=effects_of,
        parts=parts,
        heads=tuple(heads),
    )


def _lock_services(
    connection: Connection, services: Iterable[str], context: Context
) -> tuple[dict[str, tuple[dict[str, EnvironmentState], Head]], dict[str, Decision | Refusal]]:
    """Read services under lock; return them, and the refusals of those of which records are lost.

    Raises BehindError if records of all of them are lost.
    """
    loaded: dict[str, tuple[dict[str, EnvironmentState], Head]] = {}
    errors: list[BehindError] = []
    for service in services:
        try:
            loaded[service] = policies.lock_service(connection, service, context)
        except BehindError as error:
            errors.append(error)
    if errors and not loaded:
        raise errors[0]
    return loaded, {error.service: error.refusal for error in errors}


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
    changes = NOTHING
    if isinstance(decision, Decision):
        absence = decision.absence
        rows = absences.save(connection, head.service, absence) if absence is not None else {}
        changes = Changes(decision.environments, decision.effects, rows)
    return record(connection, Locked(states, head), entry_of(incoming, 0, outcome), changes)

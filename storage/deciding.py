"""Decides an event for one release, and saves release, environments, history and effects together."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from handlers.attempt_endings import AttemptEnding, attempt_ending
from handlers.decide import decide
from handlers.events import ReleaseEvent, StartsRelease
from handlers.facts import Facts
from handlers.outcome import Decision, Refusal
from handlers.release import Release
from handlers.workflow_steps import reached
from storage import builds, effects, releases, wakes
from storage.codec import dump_release
from storage.grant_told import grant_told, run_told
from storage.history import Head
from storage.incoming import IncomingEvent, Outcome, effect_names, entry_of
from storage.recording import Changes, Locked, record
from storage.vouching import Rows


@dataclass(frozen=True, slots=True)
class DecisionInput:
    """The input of a decision: a release and what is known about it.

    `saved` is the release as it was saved (None if it is new), `release` as it goes into the decision.
    """

    saved: Release | None
    release: Release
    facts: Facts
    head: Head


def decide_and_save(
    connection: Connection,
    incoming: IncomingEvent,
    given: DecisionInput,
    event: StartsRelease | ReleaseEvent,
) -> Outcome:
    """Decide an event, and save what follows from it with the history row that vouches for it."""
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
    ending = attempt_ending(given.release, after, decision.deployed)
    entry = entry_of(incoming, after.number, _outcome(given, decision, ending))
    head = record(connection, locked, entry, Changes(decision.environments, decision.effects, rows))
    return Outcome(
        decision.reply,
        after,
        facts,
        head,
        before,
        effect_names(decision),
        wake_at=decision.wake_at,
        was=given.saved,
        ended=ending,
    )


def _save(connection: Connection, incoming: IncomingEvent, given: DecisionInput, decision: Decision) -> Rows:
    """Save the release, and that its build was deployed; return the digests of the rows."""
    after = decision.release or given.release
    body = dump_release(after)
    if given.saved is None:
        rows = releases.insert_release(connection, after, body, decision.wake_at)
    else:
        rows = releases.save(connection, given.saved, after, body, decision.wake_at)
    if decision.deployed:
        rows |= builds.succeeded(connection, after.build, decision.deployed, after.number, incoming.at)
    if reached(after) != reached(given.release):
        effects.release_reached(connection, after.number, incoming.at)
    return rows


def _outcome(given: DecisionInput, decision: Decision, ending: AttemptEnding | None) -> dict[str, Any]:
    """Return what the history tells of a decision.

    That includes from which release the build was taken over where, what a step was granted with, how an attempt to deploy
    ended and with which run, what the release waits for from now on, if that changed, and until when a review of it is due that
    is owed from now on.
    """
    after = decision.release or given.release
    steps = zip(given.release.steps, after.steps, strict=True)
    taken = {new.environment: new.taken_over for old, new in steps if new.taken_over != old.taken_over}
    return {
        "reply": decision.reply.code,
        "from": given.release.state.value if given.saved is not None else "",
        "to": after.state.value,
        "step": after.step.environment,
        "step_state": after.step.state.value,
        "attempt": after.step.attempt,
        "effects": effect_names(decision),
        **({"taken_over": taken} if taken else {}),
        **grant_told(decision, after),
        **_attempt_ended(ending, after),
        **({"waits": [each.on for each in after.waits]} if after.waits != given.release.waits else {}),
        **_review_due(given, decision, after),
        **{name: value for name, value in decision.reply.values.items() if name == "stands_for"},
    }


def _attempt_ended(ending: AttemptEnding | None, after: Release) -> dict[str, Any]:
    if ending is None:
        return {}
    told = {"environment": ending.environment, "attempt": ending.attempt, "outcome": ending.outcome.value}
    return {"attempt_ended": {**told, **run_told(after, ending.environment)}}


def _review_due(given: DecisionInput, decision: Decision, after: Release) -> dict[str, str]:
    """Return until when a review of the release is due, if it is owed since this decision."""
    environment = after.step.environment
    state, before = decision.environments.get(environment), given.facts.environment_state(environment)
    if state is None or any(each.release == after.number for each in before.reviews):
        return {}
    owed = next((each for each in state.reviews if each.release == after.number), None)
    return {} if owed is None else {"review_due": owed.due.isoformat()}

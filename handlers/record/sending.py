"""Sends a grant's one request: gates again, mark, send, classify the answer once."""

from dataclasses import dataclass, replace

from handlers.attempt import Intent, Run
from handlers.draft import Draft
from handlers.effects import StopRun, Trigger
from handlers.evaluation import evaluate_gates
from handlers.limits import GRANT_LASTS
from handlers.outcome import Refusal, Reply
from handlers.reports import RecordsLost, SearchEnded, SendAccepted, SendRefused, SendRequested, SendUnclear
from handlers.spending import spend
from handlers.step import StepState
from handlers.transitions import (
    back_to_waiting,
    cancel_release,
    fail,
    lose_track,
    mark_unsent,
    stop_run,
    stopped,
)

LOST = "the database has lost whether it was sent"

MOST_TRIES = 5
"""How many times a request that provably started nothing is sent."""

_UNRESOLVED = frozenset({StepState.SENT, StepState.UNKNOWN, StepState.CANCELLING})


def intent_of(draft: Draft, correlation: str) -> Intent | None:
    """Return the current intent if the event is about it, not about an older one."""
    intent = draft.step.intent
    return intent if intent is not None and intent.correlation == correlation else None


def _unresolved(draft: Draft, event: SendRefused | SendUnclear | SearchEnded) -> Intent | None:
    """Return the intent if the outcome of its request of this very try is open."""
    intent, step = intent_of(draft, event.correlation), draft.step
    if intent is None or step.state not in _UNRESOLVED or step.run is not None:
        return None
    # A late answer to another try proves nothing about this one.
    return intent if intent.tries == event.tries else None


def send_requested(draft: Draft, event: SendRequested) -> Reply | Refusal:
    """Mark a granted intent as sent, if it is recent and its gates are still open.

    One that was marked before has lost its sender.
    """
    intent, step = intent_of(draft, event.correlation), draft.step
    if intent is None:
        return Refusal("void_intent", {"correlation": event.correlation})
    if step.state is not StepState.GRANTED:
        stopped_sender = SendUnclear(event.release, event.correlation, intent.tries, "its sender stopped")
        return send_unclear(draft, stopped_sender)
    if draft.now >= intent.granted_at + GRANT_LASTS:
        back_to_waiting(draft, "expired")
        return Reply("grant_void", {"why": "expired"})
    results = evaluate_gates(draft.release, step, draft.current_facts(), draft.now)
    closed = next((result for result in results if not result.open), None)
    if closed is not None:
        back_to_waiting(draft, closed.reasons[0].code if closed.reasons else closed.gate)
        return Reply("grant_void", {"why": closed.gate})
    draft.change(
        state=StepState.SENT,
        may_have_deployed=True,
        sign_offs=spend(step.sign_offs),
        intent=replace(
            intent, sent_at=draft.now, unclear_at=None, tries=intent.tries + 1, secret=event.secret
        ),
    )
    draft.change_environment(step.environment, touched=True)
    draft.show()
    return Reply("send", {"correlation": intent.correlation})


def records_lost(draft: Draft, event: RecordsLost) -> Reply:
    """End the release, unless something of it may be running: that is followed, or searched for.

    A grant whose mark "sent" may be among what is lost counts as sent: it is never sent once more.
    """
    intent, step = draft.step.intent, draft.step
    if step.state is StepState.GRANTED and intent is not None:
        sent = replace(intent, sent_at=draft.now, unclear_at=None, tries=intent.tries + 1)
        draft.change(
            state=StepState.SENT, may_have_deployed=True, sign_offs=spend(step.sign_offs), intent=sent
        )
        draft.change_environment(step.environment, touched=True)
        send_unclear(draft, SendUnclear(event.release, intent.correlation, sent.tries, LOST))
        return Reply("records_lost")
    if step.in_flight:
        return Reply("nothing_new")
    cancel_release(draft, event.by, event.reason)
    return Reply("records_lost")


def send_accepted(draft: Draft, event: SendAccepted) -> Reply | Refusal:
    """Record that the CI accepted the request: follow the run, or search for it."""
    intent, step = intent_of(draft, event.correlation), draft.step
    if intent is None or step.state not in _UNRESOLVED or step.run is not None:
        return _nothing_new(event.correlation)
    if event.run_id:
        follow_run(draft, ObservedRun(event.run_id, url=event.url, provisional=event.provisional))
    elif intent.unclear_at is None:
        draft.change(intent=replace(intent, unclear_at=draft.now))
        if step.state is StepState.SENT:
            lose_track(draft, "no_run_named")
    return Reply("accepted")


@dataclass(frozen=True, slots=True)
class ObservedRun:
    """A run as it was first observed."""

    id: str
    attempt: int = 1
    url: str = ""
    provisional: bool = False


def follow_run(draft: Draft, observed: ObservedRun) -> None:
    """Follow a run as the step's own; if it is to be cancelled, stop it now."""
    step, ci = draft.step, draft.release.environment.deploy.ci
    run = Run(
        ci,
        observed.id,
        observed.attempt,
        observed.url,
        "queued" if observed.provisional else "running",
        seen_at=draft.now,
        provisional=observed.provisional,
    )
    state = StepState.RUNNING if step.cancel is None else StepState.CANCELLING
    draft.change(run=run, state=state)
    if step.state is StepState.UNKNOWN and state is StepState.RUNNING:
        draft.post("seen_again")
    if state is StepState.CANCELLING:
        stop_run(draft)
    draft.show()


def identify_run(draft: Draft, run: Run, observed: ObservedRun) -> None:
    """Record a known run's own id and attempt, by which it is stopped if need be; a later attempt has its own time."""
    known = replace(
        run, id=observed.id, attempt=observed.attempt, url=observed.url or run.url, provisional=False
    )
    if observed.attempt > run.attempt:
        known = replace(
            known, state="running", seen_at=draft.now, started_at=None, idle_since=None, waits_for=""
        )
    draft.change(run=known)
    if draft.step.cancel is not None:
        stop_run(draft)
    draft.show()


def send_refused(draft: Draft, event: SendRefused) -> Reply | Refusal:
    """Retry, or fail and restore the sign-offs: provably nothing was started."""
    intent, step = _unresolved(draft, event), draft.step
    if intent is None:
        return _nothing_new(event.correlation)
    if step.cancel is not None:
        mark_unsent(draft, intent)
        stopped(draft, step.cancel, event.detail)
    elif event.transient and intent.tries < MOST_TRIES:
        _grant_again(draft, intent, event.detail)
    else:
        mark_unsent(draft, intent)
        fail(draft, "not_sent", event.detail)
    return Reply("not_sent", {"detail": event.detail})


def _grant_again(draft: Draft, intent: Intent, refusal: str) -> None:
    mark_unsent(draft, intent)
    again = replace(intent, sent_at=None, unclear_at=None, refusal=refusal)
    draft.change(state=StepState.GRANTED, intent=again)
    draft.emit(Trigger(draft.release.number, intent.correlation))
    draft.show()


def send_unclear(draft: Draft, event: SendUnclear) -> Reply | Refusal:
    """Record that it is unknown whether the request was accepted.

    It is never sent again; its run is searched for.
    """
    intent, step = _unresolved(draft, event), draft.step
    if intent is None or intent.unclear_at is not None:
        return _nothing_new(event.correlation)
    draft.change(intent=replace(intent, unclear_at=draft.now))
    if step.state is StepState.SENT:
        lose_track(draft, "no_answer", event.detail)
    return Reply("unclear", {"detail": event.detail})


def search_ended(draft: Draft, event: SearchEnded) -> Reply | Refusal:
    """Follow the run that a search found, and stop any others of the same intent.

    If none was found, that proves only in an authoritative search that nothing was started.
    """
    intent = _unresolved(draft, event)
    if intent is None or intent.unclear_at is None:
        return _nothing_new(event.correlation)
    if event.runs:
        oldest, *others = event.runs
        follow_run(draft, ObservedRun(oldest.id, oldest.attempt, oldest.url, oldest.provisional))
        for other in others:
            stop_extra_run(draft, event.correlation, other.id)
        return Reply("found", {"run": oldest.id})
    if not draft.facts.capabilities_of(draft.release.environment.deploy.ci).authoritative_search:
        return _nothing_new(event.correlation)
    unsent = SendRefused(
        event.release, event.correlation, event.tries, transient=True, detail="no run was started"
    )
    return send_refused(draft, unsent)


def stop_extra_run(draft: Draft, correlation: str, run_id: str) -> None:
    """Stop a run that should not exist, and notify the operators."""
    draft.emit(StopRun(draft.release.number, correlation, run_id))
    draft.warn("second_run", {"run": run_id}, draft.release.plan.operators)


def _nothing_new(correlation: str) -> Reply:
    return Reply("nothing_new", {"correlation": correlation})

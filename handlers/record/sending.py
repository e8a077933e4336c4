"""How a trigger stays single: gates again, marked sent, one request, and its answer classified once."""

from dataclasses import dataclass, replace

from handlers.draft import Draft
from handlers.effects import StopRun, Trigger
from handlers.gates import ask_gates
from handlers.limits import GRANT_LASTS
from handlers.moves import back_to_waiting, fail, give_back, lose_sight, spend, stop_run, stopped
from handlers.outcome import Refusal, Reply
from handlers.reports import Claimed, SearchEnded, SendAccepted, SendRefused, SendUnclear, SendWanted
from handlers.step import IN_FLIGHT, Intent, Run, StepState

MOST_TRIES = 5
"""How often a request that is proved unsent is sent again."""

_UNRESOLVED = frozenset({StepState.SENT, StepState.UNKNOWN, StepState.CANCELLING})


def intent_of(draft: Draft, correlation: str) -> Intent | None:
    """Give the intent under way if it is the one that an event speaks of; a void or older one is not."""
    intent = draft.step.intent
    return intent if intent is not None and intent.correlation == correlation else None


def _unresolved(draft: Draft, event: SendRefused | SendUnclear | SearchEnded) -> Intent | None:
    """Give the intent if it is open how its request of this very try ended; what a late answer to another says is void."""
    intent, step = intent_of(draft, event.correlation), draft.step
    if intent is None or step.state not in _UNRESOLVED or step.run is not None:
        return None
    return intent if intent.tries == event.tries else None


def send_wanted(draft: Draft, event: SendWanted) -> Reply | Refusal:
    """Mark a granted intent as sent, if it is young and its gates are still open; one marked before has lost its sender."""
    intent, step = intent_of(draft, event.correlation), draft.step
    if intent is None:
        return Refusal("void_intent", {"correlation": event.correlation})
    if step.state is not StepState.GRANTED:
        stopped_sender = SendUnclear(event.release, event.correlation, intent.tries, "its sender stopped")
        return send_unclear(draft, stopped_sender)
    if draft.now >= intent.granted_at + GRANT_LASTS:
        back_to_waiting(draft, "expired")
        return Reply("grant_void", {"why": "expired"})
    asked = ask_gates(draft.release, step, draft.facts_now(), draft.now)
    shut = next((answer for answer in asked if not answer.open), None)
    if shut is not None:
        back_to_waiting(draft, shut.reasons[0].code if shut.reasons else shut.gate)
        return Reply("grant_void", {"why": shut.gate})
    draft.change(
        state=StepState.SENT,
        touched=True,
        sign_offs=spend(step.sign_offs),
        intent=replace(
            intent, sent_at=draft.now, unclear_at=None, tries=intent.tries + 1, secret=event.secret
        ),
    )
    draft.show()
    return Reply("send", {"correlation": intent.correlation})


def send_accepted(draft: Draft, event: SendAccepted) -> Reply | Refusal:
    """The CI took the request: follow the run it named, or search for it."""
    intent, step = intent_of(draft, event.correlation), draft.step
    if intent is None or step.state not in _UNRESOLVED or step.run is not None:
        return _nothing(event.correlation)
    if event.run_id:
        adopt(draft, Seen(event.run_id, url=event.url, provisional=event.provisional))
    elif intent.unclear_at is None:
        draft.change(intent=replace(intent, unclear_at=draft.now))
        if step.state is StepState.SENT:
            lose_sight(draft, "no_run_named")
    return Reply("accepted")


@dataclass(frozen=True, slots=True)
class Seen:
    """A run as it was seen for the first time."""

    id: str
    attempt: int = 1
    url: str = ""
    provisional: bool = False


def adopt(draft: Draft, seen: Seen) -> None:
    """Follow a run as the step's own; if somebody wants it stopped, the CI is told now."""
    step, ci = draft.step, draft.release.environment.deploy.ci
    run = Run(ci, seen.id, seen.attempt, seen.url, "running", draft.now, seen.provisional)
    state = StepState.RUNNING if step.cancel is None else StepState.CANCELLING
    draft.change(run=run, state=state)
    if state is StepState.CANCELLING:
        stop_run(draft)
    else:
        draft.say("running", {"environment": step.environment, "url": seen.url})
    draft.show()


def name_run(draft: Draft, run: Run, seen: Seen) -> None:
    """Know a run by its own id and attempt from now on; if it is to be stopped, the CI is told by that id."""
    draft.change(
        run=replace(run, id=seen.id, attempt=seen.attempt, url=seen.url or run.url, provisional=False)
    )
    if draft.step.cancel is not None:
        stop_run(draft)
    draft.show()


def send_refused(draft: Draft, event: SendRefused) -> Reply | Refusal:
    """It is proved that nothing was started: try again, or fail and give the sign-offs back."""
    intent, step = _unresolved(draft, event), draft.step
    if intent is None:
        return _nothing(event.correlation)
    if step.cancel is not None:
        _unsend(draft, intent)
        stopped(draft, step.cancel, event.detail)
    elif event.transient and intent.tries < MOST_TRIES:
        _grant_again(draft, intent)
    else:
        _unsend(draft, intent)
        fail(draft, "not_sent", event.detail)
    return Reply("not_sent", {"detail": event.detail})


def _unsend(draft: Draft, intent: Intent) -> None:
    draft.change(sign_offs=give_back(draft.step.sign_offs), touched=intent.touched_before)


def _grant_again(draft: Draft, intent: Intent) -> None:
    _unsend(draft, intent)
    draft.change(state=StepState.GRANTED, intent=replace(intent, sent_at=None, unclear_at=None))
    draft.emit(Trigger(draft.release.number, intent.correlation))
    draft.show()


def send_unclear(draft: Draft, event: SendUnclear) -> Reply | Refusal:
    """Nobody knows whether the request was taken: never send it again, search for its run."""
    intent, step = _unresolved(draft, event), draft.step
    if intent is None or intent.unclear_at is not None:
        return _nothing(event.correlation)
    draft.change(intent=replace(intent, unclear_at=draft.now))
    if step.state is StepState.SENT:
        lose_sight(draft, "no_answer", event.detail)
    return Reply("unclear", {"detail": event.detail})


def search_ended(draft: Draft, event: SearchEnded) -> Reply | Refusal:
    """Adopt the run that was found, stop others of the same intent, or take an authoritative "none" for an answer."""
    intent = _unresolved(draft, event)
    if intent is None or intent.unclear_at is None:
        return _nothing(event.correlation)
    if event.runs:
        oldest, *others = event.runs
        adopt(draft, Seen(oldest.id, oldest.attempt, oldest.url, oldest.provisional))
        for other in others:
            stop_other(draft, event.correlation, other.id)
        return Reply("found", {"run": oldest.id})
    if not draft.facts.can(draft.release.environment.deploy.ci).authoritative_search:
        return _nothing(event.correlation)
    unsent = SendRefused(
        event.release, event.correlation, event.tries, transient=True, detail="no run was started"
    )
    return send_refused(draft, unsent)


def stop_other(draft: Draft, correlation: str, run_id: str) -> None:
    """Stop a run that should not be there, and say so to the operators."""
    draft.emit(StopRun(draft.release.number, correlation, run_id))
    draft.ring("second_run", {"run": run_id}, teams=draft.release.plan.operators)


def claimed(draft: Draft, event: Claimed) -> Reply | Refusal:
    """Admit one run of the intent, for exactly this commit, while every gate is open; the same run may ask again."""
    intent, step = intent_of(draft, event.correlation), draft.step
    if intent is None or step.state not in IN_FLIGHT or step.cancel is not None:
        return Refusal("void_intent", {"correlation": event.correlation})
    run = f"{event.run_id}#{event.attempt}"
    if intent.claimed_by == run:
        return Reply("admitted", {"run": run})
    refusal = _refuse_claim(draft, event, intent)
    if refusal is not None:
        return refusal
    draft.change(intent=replace(intent, claimed_by=run))
    seen, known = Seen(event.run_id, event.attempt, event.url), draft.step.run
    if known is None:
        adopt(draft, seen)
    elif known.provisional or known.attempt != event.attempt:
        name_run(draft, known, seen)
    if draft.step.state is StepState.UNKNOWN:
        draft.change(state=StepState.RUNNING)
        draft.say("seen_again")
        draft.show()
    return Reply("admitted", {"run": run})


def _refuse_claim(draft: Draft, event: Claimed, intent: Intent) -> Refusal | None:
    run = draft.step.run
    elsewhere = run is not None and not run.provisional and run.id != event.run_id
    other = intent.claimed_by or (run.id if run is not None and elsewhere else "")
    if other:
        return Refusal("claimed_by_another_run", {"run": other})
    if event.sha != draft.release.build.sha:
        return Refusal("other_commit", {"sha": event.sha, "wanted": draft.release.build.sha})
    return _shut_for_claim(draft)


def _shut_for_claim(draft: Draft) -> Refusal | None:
    """Ask the gates once more at the last moment, with the sign-offs that this very attempt has spent.

    Where Slack alone has yet to say whether a signer still counts, nothing is decided: the run may ask again.
    """
    step = replace(draft.step, sign_offs=give_back(draft.step.sign_offs))
    asked = ask_gates(draft.release, step, draft.facts_now(), draft.now)
    shut = [answer for answer in asked if not answer.open]
    if not shut:
        return None
    reasons = {reason.code for answer in shut for reason in answer.reasons}
    if "signer_unknown" in reasons and reasons <= {"signer_unknown", "sign_off_missing"}:
        return Refusal("undecided", {"gate": shut[0].name})
    return Refusal("gate_closed", {"gate": shut[0].name})


def _nothing(correlation: str) -> Reply:
    return Reply("nothing_new", {"correlation": correlation})

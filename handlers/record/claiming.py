"""Admits a run that claims its deployment, before it deploys."""

from dataclasses import replace

from handlers.attempt import Intent
from handlers.draft import Draft
from handlers.effects import StopRun
from handlers.evaluation import evaluate_gates
from handlers.gate import GateResult
from handlers.gates import CALLING_BACK
from handlers.outcome import Refusal, Reply
from handlers.record.sending import ObservedRun, follow_run, identify_run, intent_of
from handlers.reports import Claimed
from handlers.spending import restore_sign_offs
from handlers.step import IN_FLIGHT, StepState
from handlers.transitions import back_to_waiting, mark_unsent


def claimed(draft: Draft, event: Claimed) -> Reply | Refusal:
    """Admit one run of the intent, for this exact commit, while every gate is open.

    The same run may ask again.
    """
    intent, step = intent_of(draft, event.correlation), draft.step
    if intent is None or step.state not in IN_FLIGHT or step.cancel is not None:
        return Refusal("void_intent", {"correlation": event.correlation})
    run = f"{event.run_id}#{event.attempt}"
    if intent.claimed_by == run:
        return Reply("admitted", {"run": run})
    refusal = _refuse_claim(draft, event, intent)
    if refusal is not None:
        return refusal
    closed = _closed(draft)
    if closed:
        return _refused_by(draft, event, intent, closed)
    draft.change(intent=replace(intent, claimed_by=run))
    observed, known = ObservedRun(event.run_id, event.attempt, event.url), draft.step.run
    if known is None:
        follow_run(draft, observed)
    elif known.provisional or known.attempt != event.attempt:
        identify_run(draft, known, observed)
    if draft.step.state is StepState.UNKNOWN:
        draft.change(state=StepState.RUNNING)
        draft.post("seen_again")
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
    return None


def _closed(draft: Draft) -> list[GateResult]:
    """Evaluate the gates a last time, counting the sign-offs that this attempt spent."""
    step = replace(draft.step, sign_offs=restore_sign_offs(draft.step.sign_offs))
    results = evaluate_gates(draft.release, step, draft.current_facts(), draft.now)
    return [result for result in results if not result.open]


def _refused_by(draft: Draft, event: Claimed, intent: Intent, closed: list[GateResult]) -> Reply | Refusal:
    """Refuse a claim because of closed gates.

    If all that is missing is Slack's report on whether a signer still counts, nothing is decided: the run may ask again. A gate
    that has closed for everybody since the mark sends the step back to waiting.
    """
    reasons = {reason.code for result in closed for reason in result.reasons}
    if "signer_unknown" in reasons and reasons <= {"signer_unknown", "sign_off_missing"}:
        return Refusal("undecided", {"gate": closed[0].name})
    for_everybody = next((each for each in closed if each.gate in CALLING_BACK), None)
    if for_everybody is None:
        return Refusal("gate_closed", {"gate": closed[0].name})
    return _call_back(draft, event, intent, for_everybody)


def _call_back(draft: Draft, event: Claimed, intent: Intent, gate: GateResult) -> Reply:
    """Take the attempt back: its only run is refused before it deployed, which proves that nothing was.

    Its sign-offs count again, and the step has to be requested once more. The run is stopped, and is known from now on.
    """
    environment = draft.step.environment
    mark_unsent(draft, intent)
    running = f"{event.run_id}:running"
    draft.change(late=(*draft.step.late, running))
    draft.emit(StopRun(draft.release.number, event.correlation, event.run_id))
    back_to_waiting(draft, gate.reasons[0].code)
    return Reply("claim_refused", {"gate": gate.name, "environment": environment})

"""Admits a run that claims its deployment, before it deploys."""

from dataclasses import replace

from handlers.attempt import Intent
from handlers.draft import Draft
from handlers.evaluation import evaluate_gates
from handlers.outcome import Refusal, Reply
from handlers.record.sending import ObservedRun, follow_run, identify_run, intent_of
from handlers.reports import Claimed
from handlers.step import IN_FLIGHT, StepState
from handlers.transitions import restore_sign_offs


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
    return _refuse_while_closed(draft)


def _refuse_while_closed(draft: Draft) -> Refusal | None:
    """Evaluate the gates a last time, counting the sign-offs that this attempt spent.

    If all that is missing is Slack's report on whether a signer still counts, nothing is decided: the run may ask again.
    """
    step = replace(draft.step, sign_offs=restore_sign_offs(draft.step.sign_offs))
    results = evaluate_gates(draft.release, step, draft.current_facts(), draft.now)
    closed = [result for result in results if not result.open]
    if not closed:
        return None
    reasons = {reason.code for result in closed for reason in result.reasons}
    if "signer_unknown" in reasons and reasons <= {"signer_unknown", "sign_off_missing"}:
        return Refusal("undecided", {"gate": closed[0].name})
    return Refusal("gate_closed", {"gate": closed[0].name})

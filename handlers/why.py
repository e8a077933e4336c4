"""Answers "what is it waiting for?" completely.

That is every reason, who can clear it, and when it clears by itself.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from handlers.evaluation import evaluate_gates
from handlers.facts import Facts
from handlers.gate import GateResult, Reason
from handlers.gates.policy import code_of
from handlers.gates.records import reason_of
from handlers.limits import CANCEL_LASTS, GRANT_LASTS, LEASE, deadline
from handlers.release import Release
from handlers.reminding import announced
from handlers.step import Step, StepState


def gate_results(release: Release, facts: Facts, now: datetime) -> tuple[GateResult, ...]:
    """Return every gate's result for the current step.

    Empty once nothing can pass or be stopped there.
    """
    if release.ended or release.step.state not in {StepState.WAITING, StepState.PENDING, StepState.GRANTED}:
        return ()
    results = evaluate_gates(release, release.step, facts, now)
    if release.plan.remind is None:
        return results
    return tuple(
        replace(
            each,
            reasons=tuple(announced(release, facts, now, results, reason) for reason in each.reasons),
        )
        for each in results
    )


def why(release: Release, facts: Facts, now: datetime) -> tuple[Reason, ...]:
    """List everything that a release waits for; empty only when it has ended."""
    if release.ended:
        return ()
    step = release.step
    if step.state in {StepState.WAITING, StepState.PENDING}:
        gates = tuple(reason for result in gate_results(release, facts, now) for reason in result.reasons)
        return gates + _unrequested(release, step) + _about_to_start(gates, step, now)
    under_way = announced(release, facts, now, None, _UNDER_WAY[step.state](release, step, facts))
    return (under_way, *_absent(release, facts), *_lost(release, facts))


def _absent(release: Release, facts: Facts) -> tuple[Reason, ...]:
    """Return the reason that the policy has no place any more for what is under way; it is followed to its end."""
    environment = release.environment
    absent = facts.absent(environment)
    if not absent:
        return ()
    values = {"service": release.service, "environment": environment.name, "ci": environment.deploy.ci}
    code = code_of(absent)
    return (Reason(code, values, release.plan.operators, None, "it ends, or settle"),)


def _lost(release: Release, facts: Facts) -> tuple[Reason, ...]:
    """Return the reason that the database has lost what was confirmed of the service."""
    return () if facts.loss is None else (reason_of(facts.loss, release.service, release.plan.operators),)


def _unrequested(release: Release, step: Step) -> tuple[Reason, ...]:
    if step.requested:
        return ()
    values = {
        "environment": step.environment,
        "after": step.unrequested_by,
        "detail": step.unrequested_detail,
    }
    return (Reason("not_asked", values, release.requesting_teams, None, "somebody asks"),)


def _about_to_start(gates: tuple[Reason, ...], step: Step, now: datetime) -> tuple[Reason, ...]:
    """Return the reason `about_to_start` if no gate blocks the step."""
    if gates or not step.requested:
        return ()
    return (Reason("about_to_start", {"environment": step.environment}, (), now, "the next look"),)


def _granted(_release: Release, step: Step, _facts: Facts) -> Reason:
    until = step.intent.granted_at + GRANT_LASTS if step.intent is not None else None
    refusal = step.intent.refusal if step.intent is not None else ""
    values = {"environment": step.environment, "detail": refusal}
    return Reason("being_sent", values, (), until, "the request is sent")


def _sent(release: Release, step: Step, _facts: Facts) -> Reason:
    sent_at = step.intent.sent_at if step.intent is not None else None
    until = sent_at + LEASE if sent_at is not None else None
    values = {"environment": step.environment, "ci": release.environment.deploy.ci}
    return Reason("sent", values, (), until, "the CI answers")


def _running(release: Release, step: Step, _facts: Facts) -> Reason:
    run = step.run
    values = {"environment": step.environment, "url": run.url if run is not None else ""}
    who = release.plan.steering_teams(release.environment)
    if run is not None and run.state == "waits":
        values |= {"ci": run.ci, "detail": run.waits_for}
        return Reason("waits_at_ci", values, (), None, "somebody lets it go on at the CI")
    if run is not None and run.state == "queued":
        values |= {"ci": run.ci}
        return Reason("queued_at_ci", values, who, deadline(release, step), "the run starts or ends")
    return Reason("running", values, who, deadline(release, step), "the run ends")


def _cancelling(_release: Release, step: Step, _facts: Facts) -> Reason:
    until = step.cancel.at + CANCEL_LASTS if step.cancel is not None else None
    by = step.cancel.by if step.cancel is not None else ""
    return Reason("cancelling", {"environment": step.environment, "by": by}, (), until, "the run stops")


def _unknown(release: Release, step: Step, facts: Facts) -> Reason:
    intent = step.intent
    values = {"environment": step.environment, "ci": release.environment.deploy.ci}
    if intent is None or intent.alerted or intent.unclear_at is None:
        return Reason("unknown", values, release.plan.operators, None, "settle, or the run is found")
    until = intent.unclear_at + timedelta(seconds=facts.capabilities_of(release.environment.deploy.ci).grace)
    return Reason("searching", values, release.plan.operators, until, "the run is found")


def _failed(release: Release, step: Step, facts: Facts) -> Reason:
    failure = step.failure
    values = {
        "environment": step.environment,
        "code": failure.code if failure is not None else "",
        "detail": failure.detail if failure is not None else "",
    }
    live = facts.environment_state(step.environment).live
    if step.may_have_deployed and live is not None:
        values["back"] = live.build.version
    return Reason(
        "failed",
        values,
        release.plan.steering_teams(release.environment),
        None,
        "retry, cancel or a rollback",
    )


_UNDER_WAY: dict[StepState, Callable[[Release, Step, Facts], Reason]] = {
    StepState.GRANTED: _granted,
    StepState.SENT: _sent,
    StepState.RUNNING: _running,
    StepState.CANCELLING: _cancelling,
    StepState.UNKNOWN: _unknown,
    StepState.FAILED: _failed,
}

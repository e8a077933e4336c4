"""The whole answer to "what is it waiting for?": every reason, who can clear it, and when it clears by itself."""

from collections.abc import Callable
from datetime import datetime, timedelta

from handlers.facts import Facts
from handlers.gates import Asked, ask_gates
from handlers.gates.verdict import Reason
from handlers.limits import CANCEL_LASTS, GRANT_LASTS, LEASE, deadline
from handlers.release import Release
from handlers.step import Step, StepState


def answers(release: Release, facts: Facts, now: datetime) -> tuple[Asked, ...]:
    """Give every gate's answer for the step under way; none once nothing can pass or be stopped there."""
    if release.ended or release.step.state not in {StepState.WAITING, StepState.PENDING, StepState.GRANTED}:
        return ()
    return ask_gates(release, release.step, facts, now)


def why(release: Release, facts: Facts, now: datetime) -> tuple[Reason, ...]:
    """List everything that a release waits for; empty only when it has ended."""
    if release.ended:
        return ()
    step = release.step
    if step.state in {StepState.WAITING, StepState.PENDING}:
        gates = tuple(reason for asked in answers(release, facts, now) for reason in asked.reasons)
        return gates + _unasked(release, step) + _moving(gates, step, now)
    return (_UNDER_WAY[step.state](release, step, facts),)


def _unasked(release: Release, step: Step) -> tuple[Reason, ...]:
    if step.requested:
        return ()
    plan = release.plan
    values = {"environment": step.environment, "after": step.unrequested_by}
    who = tuple(dict.fromkeys(plan.starters + plan.operators))
    return (Reason("not_asked", values, who, None, "somebody asks"),)


def _moving(gates: tuple[Reason, ...], step: Step, now: datetime) -> tuple[Reason, ...]:
    """A step that nothing holds back any more is about to be granted; it is looked at right away."""
    if gates or not step.requested:
        return ()
    return (Reason("about_to_start", {"environment": step.environment}, (), now, "the next look"),)


def _granted(_release: Release, step: Step, _facts: Facts) -> Reason:
    until = step.intent.granted_at + GRANT_LASTS if step.intent is not None else None
    return Reason("being_sent", {"environment": step.environment}, (), until, "the request is sent")


def _sent(release: Release, step: Step, _facts: Facts) -> Reason:
    sent_at = step.intent.sent_at if step.intent is not None else None
    until = sent_at + LEASE if sent_at is not None else None
    values = {"environment": step.environment, "ci": release.environment.deploy.ci}
    return Reason("sent", values, (), until, "the CI answers")


def _running(release: Release, step: Step, _facts: Facts) -> Reason:
    values = {"environment": step.environment, "url": step.run.url if step.run is not None else ""}
    who = release.plan.may_steer(release.environment)
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
    until = intent.unclear_at + timedelta(seconds=facts.can(release.environment.deploy.ci).grace)
    return Reason("searching", values, release.plan.operators, until, "the run is found")


def _failed(release: Release, step: Step, _facts: Facts) -> Reason:
    failure = step.failure
    values = {
        "environment": step.environment,
        "code": failure.code if failure is not None else "",
        "detail": failure.detail if failure is not None else "",
    }
    return Reason(
        "failed", values, release.plan.may_steer(release.environment), None, "retry, cancel or a rollback"
    )


_UNDER_WAY: dict[StepState, Callable[[Release, Step, Facts], Reason]] = {
    StepState.GRANTED: _granted,
    StepState.SENT: _sent,
    StepState.RUNNING: _running,
    StepState.CANCELLING: _cancelling,
    StepState.UNKNOWN: _unknown,
    StepState.FAILED: _failed,
}

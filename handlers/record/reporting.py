"""Records what a CI reports about runs.

State only moves forward; a run of a void attempt or of an ended release is an alert.
"""

from dataclasses import replace

from handlers.draft import Draft
from handlers.effects import StopRun
from handlers.environments import Live
from handlers.outcome import Refusal, Reply
from handlers.record.sending import ObservedRun, follow_run, identify_run, intent_of, stop_extra_run
from handlers.reports import RunReported
from handlers.step import IN_FLIGHT, Step, StepState
from handlers.transitions import fail, lose_track, stopped, succeed

_FAILURES = {"failed": "run_failed", "cancelled": "run_cancelled", "timed_out": "timed_out"}


def run_reported(draft: Draft, event: RunReported) -> Reply | Refusal:
    """Record what a CI reports about a run."""
    intent, step = intent_of(draft, event.correlation), draft.step
    unsent = step.state is StepState.FAILED and step.run is None
    if intent is None or draft.release.ended or unsent or _is_rerun(step, event):
        return _record_late(draft, event)
    if step.run is not None and step.run.id != event.run_id and not step.run.provisional:
        if event.state == "running" and not _is_counted(step, event):
            stop_extra_run(draft, event.correlation, event.run_id)
            _remember(draft, step, event)
        return Reply("other_run", {"run": event.run_id})
    if step.state not in IN_FLIGHT or (step.run is not None and event.attempt < step.run.attempt):
        return _nothing_new()
    if step.run is None and event.state == "vanished":
        return _nothing_new()
    if step.run is None:
        follow_run(draft, _observed(event))
    elif step.run.id != event.run_id or event.attempt > step.run.attempt:
        identify_run(draft, step.run, _observed(event))
    return _follow_state(draft, event)


def _observed(event: RunReported) -> ObservedRun:
    return ObservedRun(event.run_id, event.attempt, event.url)


def _is_rerun(step: Step, event: RunReported) -> bool:
    """Return whether the CI reruns a run that had ended.

    That is a deployment of its own, which nobody here allowed.
    """
    run = step.run
    known = run is not None and run.id == event.run_id and event.attempt > run.attempt
    return known and step.state not in IN_FLIGHT


def _follow_state(draft: Draft, event: RunReported) -> Reply:
    step = draft.step
    if step.run is not None and event.log_url not in {"", step.run.log_url}:
        draft.change(run=replace(step.run, log_url=event.log_url))
    if event.state == "succeeded" and _is_unclaimed(draft):
        return _doubt_success(draft, event)
    if event.state == "running":
        _found_again(draft)
    elif event.state == "vanished":
        _lose_run(draft)
    elif event.state == "succeeded":
        succeed(draft)
    elif step.cancel is not None:
        stopped(draft, step.cancel, event.detail)
    else:
        fail(draft, _FAILURES[event.state], event.detail)
    if event.tail:
        draft.post_last("log_tail", {"tail": event.tail})
    return Reply("reported", {"state": event.state})


def _is_unclaimed(draft: Draft) -> bool:
    step = draft.step
    claimed = step.intent is not None and step.run is not None and step.intent.claimed_by == step.run.named
    return draft.release.environment.deploy.claim and not claimed


def _doubt_success(draft: Draft, event: RunReported) -> Reply:
    """Mark the step as unknown: the run succeeded without asking to be admitted.

    Such a success proves nothing about what was deployed; operators have to check.
    """
    step, key = draft.step, f"{_key(event)}:unclaimed"
    if step.intent is None or key in step.late:
        return _nothing_new()
    draft.change(
        state=StepState.UNKNOWN,
        late=(*step.late, key),
        intent=replace(step.intent, unclear_at=step.intent.unclear_at or draft.now, alerted=True),
    )
    values = {"run": event.run_id, "environment": step.environment}
    draft.notify("unclaimed", values, teams=draft.release.plan.operators)
    draft.show()
    return Reply("unclaimed", values)


def _found_again(draft: Draft) -> None:
    if draft.step.state is StepState.UNKNOWN and draft.step.cancel is None:
        draft.change(state=StepState.RUNNING)
        draft.post("seen_again")
        draft.show()


def _lose_run(draft: Draft) -> None:
    step = draft.step
    if step.state is StepState.RUNNING and step.intent is not None:
        draft.change(intent=replace(step.intent, unclear_at=draft.now, alerted=False))
        lose_track(draft, "vanished")


def _record_late(draft: Draft, event: RunReported) -> Reply | Refusal:
    """Record a run of a void attempt or of an ended release.

    It is stopped, operators are notified, and the live build is kept up to date.
    """
    step = _step_of(draft, event.correlation)
    if step is None:
        return Refusal("not_ours", {"correlation": event.correlation})
    values = {"run": event.run_id, "environment": step.environment, "state": event.state}
    operators = draft.release.plan.operators
    if event.state == "succeeded" and not _is_counted(step, event):
        live = Live(draft.release.build, draft.release.number, draft.now)
        draft.change_environment(step.environment, live=live, failed=False)
        draft.deployed = step.environment
        draft.notify("late_success", values, teams=operators)
        _remember(draft, step, event)
    elif event.state == "running" and not _is_counted(step, event) and not _is_own_run(step, event):
        draft.emit(StopRun(draft.release.number, event.correlation, event.run_id))
        draft.notify("late_run", values, teams=operators)
        _remember(draft, step, event)
    else:
        return _nothing_new()
    draft.show()
    return Reply("late", values)


def _is_counted(step: Step, event: RunReported) -> bool:
    """Return whether the report was counted already.

    It may be the step's own success, or the same late report as before.
    """
    ours = step.state is StepState.SUCCEEDED and event.correlation not in step.voided
    return (ours and not _is_rerun(step, event)) or _key(event) in step.late


def _is_own_run(step: Step, event: RunReported) -> bool:
    ours = step.run is not None and step.run.id == event.run_id and event.correlation not in step.voided
    return ours and not _is_rerun(step, event)


def _key(event: RunReported) -> str:
    attempt = f"#{event.attempt}" if event.attempt > 1 else ""
    return f"{event.run_id}{attempt}:{event.state}"


def _remember(draft: Draft, step: Step, event: RunReported) -> None:
    index = draft.release.steps.index(step)
    draft.release = draft.release.with_step(index, late=(*step.late, _key(event)))


def _step_of(draft: Draft, correlation: str) -> Step | None:
    for step in draft.release.steps:
        current = step.intent.correlation if step.intent is not None else None
        if correlation == current or correlation in step.voided:
            return step
    return None


def _nothing_new() -> Reply:
    return Reply("nothing_new")

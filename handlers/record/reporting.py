"""Records what a CI reports about runs.

State only moves forward. A run of a void attempt, or of an ended release, is told; it is stopped only if Shiproom started it.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.attempt import Run
from handlers.draft import Draft
from handlers.effects import StopRun
from handlers.outcome import Refusal, Reply
from handlers.record.reruns import is_rerun, record_rerun
from handlers.record.sending import ObservedRun, follow_run, identify_run, intent_of, stop_extra_run
from handlers.reports import UNDER_WAY, RunReported, StopRefused
from handlers.step import IN_FLIGHT, Step, StepState
from handlers.success import succeed, went_live
from handlers.transitions import fail, lose_track, stopped

_FAILURES = {"failed": "run_failed", "cancelled": "run_cancelled", "timed_out": "timed_out"}


def run_reported(draft: Draft, event: RunReported) -> Reply | Refusal:
    """Record what a CI reports about a run."""
    intent, step = intent_of(draft, event.correlation), draft.step
    reported = _step_of(draft, event.correlation)
    if reported is None:
        return Refusal("not_ours", {"correlation": event.correlation})
    if is_rerun(reported, event):
        past = event.state == "succeeded" and _is_past(draft, reported, event)
        return _nothing_new() if past else record_rerun(draft, reported, event)
    unsent = step.state is StepState.FAILED and step.run is None
    if intent is None or draft.release.ended or unsent:
        return _record_late(draft, reported, event)
    if step.run is not None and step.run.id != event.run_id and not step.run.provisional:
        return _record_other(draft, step, event)
    return _record_own(draft, step, event)


def stop_refused(draft: Draft, event: StopRefused) -> Reply | Refusal:
    """Record that a CI refuses to stop a run: operators have to do that at the CI."""
    step = _step_of(draft, event.correlation)
    if step is None:
        return Refusal("not_ours", {"correlation": event.correlation})
    values = {"run": event.run_id, "environment": step.environment, "detail": event.detail}
    if step.run is not None and step.run.id == event.run_id:
        values["url"] = step.run.url
    draft.warn("stop_refused", values, draft.release.plan.operators)
    draft.show()
    return Reply("stop_refused", {"run": event.run_id})


def _record_other(draft: Draft, step: Step, event: RunReported) -> Reply:
    if event.state in UNDER_WAY and not _is_counted(step, event):
        stop_extra_run(draft, event.correlation, event.run_id)
        _remember(draft, step, event)
    return Reply("other_run", {"run": event.run_id})


def _record_own(draft: Draft, step: Step, event: RunReported) -> Reply:
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


def _follow_state(draft: Draft, event: RunReported) -> Reply:
    step = draft.step
    if step.run is not None and event.log_url not in {"", step.run.log_url}:
        draft.change(run=replace(step.run, log_url=event.log_url))
    if event.state == "succeeded" and _is_unclaimed(draft):
        return _doubt_success(draft, event)
    if event.state in UNDER_WAY:
        _found_again(draft)
        _note_progress(draft, event)
    elif event.state == "vanished":
        _lose_run(draft)
    elif event.state == "succeeded":
        succeed(draft)
    elif step.cancel is not None:
        stopped(draft, step.cancel, event.detail)
    else:
        fail(draft, _FAILURES[event.state], event.detail)
    if event.tail and event.state != "succeeded":
        draft.post_last("log_tail", {"tail": event.tail})
    return Reply("reported", {"state": event.state})


def _note_progress(draft: Draft, event: RunReported) -> None:
    """Note that a run is queued, waits for a person, or runs; only the time that it runs counts for its limit."""
    run = draft.step.run
    waits_for = event.detail if event.state == "waits" else ""
    if run is None or (run.state == event.state and run.waits_for == waits_for):
        return
    if run.state == event.state:
        draft.change(run=replace(run, waits_for=waits_for))
        draft.show()
        return
    idle_since = None if event.state == "running" else draft.now
    after = replace(run, started_at=_started(draft, run, event), idle_since=idle_since)
    draft.change(run=replace(after, state=event.state, waits_for=waits_for))
    if event.state == "waits" and draft.step.cancel is None:
        values = {"environment": draft.step.environment, "detail": waits_for, "url": run.url, "ci": run.ci}
        draft.post("waits_at_ci", values)
    draft.show()


def _started(draft: Draft, run: Run, event: RunReported) -> datetime | None:
    """Return since when a run really runs, moved by the time that it did not.

    One that is first seen when it waits is taken to have run until then.
    """
    if run.started_at is None and event.state == "waits":
        return run.seen_at if run.state == "running" else None
    if run.started_at is None:
        return draft.now if event.state == "running" else None
    idle = draft.now - run.idle_since if run.idle_since is not None else timedelta(0)
    return run.started_at + idle


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
    draft.call("unclaimed", values, draft.release.plan.operators)
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


def _record_late(draft: Draft, step: Step, event: RunReported) -> Reply:
    """Record a run of a void attempt, or of an ended release, that Shiproom itself had requested.

    It is stopped, operators are notified, and the live build is kept up to date.
    """
    values = {"run": event.run_id, "environment": step.environment, "state": event.state}
    operators = draft.release.plan.operators
    if event.state == "succeeded" and _is_past(draft, step, event):
        return _nothing_new()
    if event.state == "succeeded" and not _is_counted(step, event):
        went_live(draft, step.environment)
        draft.deployed = step.environment
        draft.warn("late_success", values, operators)
        _remember(draft, step, event)
    elif event.state in UNDER_WAY and not _is_counted(step, event) and not _is_own_run(step, event):
        draft.emit(StopRun(draft.release.number, event.correlation, event.run_id))
        draft.change_environment(step.environment, touched=True)
        draft.warn("late_run", values, operators)
        _remember(draft, step, event)
    elif event.state in _FAILURES and _ran_late(step, event):
        # It may have changed a part of what is there, whatever was deployed since it was seen.
        draft.change_environment(step.environment, touched=True)
        _remember(draft, step, event)
    else:
        return _nothing_new()
    draft.show()
    return Reply("late", values)


def _is_past(draft: Draft, step: Step, event: RunReported) -> bool:
    """Return whether what is live was deployed, or confirmed by an operator, after the run had ended.

    An operator who named what is live after a restore has looked later than any run ended that was not seen running since.
    """
    state, ending = draft.environment_state(step.environment), draft.release.ending
    if ending is not None and ending.restored and (event.ended_at is None or state.live is None):
        return not _ran_late(step, event)
    return state.deployed_since(event.ended_at)


def _ran_late(step: Step, event: RunReported) -> bool:
    """Return whether a run of a void attempt was seen running, and its end was not counted yet."""
    seen = _key(replace(event, state="running")) in step.late
    return seen and not _is_counted(step, event)


def _is_counted(step: Step, event: RunReported) -> bool:
    """Return whether the report was counted already.

    It may be the step's own success, or the same late report as before.
    """
    ours = step.state is StepState.SUCCEEDED and event.correlation not in step.voided
    return ours or _key(event) in step.late


def _is_own_run(step: Step, event: RunReported) -> bool:
    return step.run is not None and step.run.id == event.run_id and event.correlation not in step.voided


def _key(event: RunReported) -> str:
    state = "running" if event.state in UNDER_WAY else event.state
    return f"{event.run_id}:{state}"


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

"""The rules that time alone makes true: limits of runs, requests, grants and searches."""

from dataclasses import replace

from handlers.attempt import Cancel
from handlers.draft import Draft
from handlers.limits import CANCEL_LASTS, GRANT_LASTS, deadline, grace_end, lease_end, queue_told_at
from handlers.people import SHIPROOM
from handlers.step import StepState
from handlers.transitions import (
    back_to_waiting,
    call_operators,
    lose_track,
    notify_older_releases,
    request_cancel,
)


def time_out(draft: Draft) -> bool:
    """Have a run stopped that has reached its time limit."""
    step = draft.step
    limit = deadline(draft.release, step)
    if step.state is not StepState.RUNNING or limit is None or draft.now < limit:
        return False
    request_cancel(draft, Cancel(SHIPROOM, "timed_out", draft.now))
    return True


def tell_of_queue(draft: Draft) -> bool:
    """Tell once that a run has been queued for as long as it may run."""
    step, due = draft.step, queue_told_at(draft.release, draft.step)
    if step.run is None or due is None or draft.now < due:
        return False
    draft.change(run=replace(step.run, queue_told=True))
    values = {"environment": step.environment, "url": step.run.url, "ci": step.run.ci}
    draft.call("queued_long", values, draft.release.plan.steering_teams(draft.release.environment))
    draft.show()
    return True


def give_up_cancel(draft: Draft) -> bool:
    """Lose track of a run that did not stop in time."""
    step = draft.step
    if (
        step.state is not StepState.CANCELLING
        or step.cancel is None
        or draft.now < step.cancel.at + CANCEL_LASTS
    ):
        return False
    lose_track(draft, "cancel_unanswered")
    intent = draft.step.intent
    if intent is not None:
        call_operators(draft, replace(intent, unclear_at=intent.unclear_at or draft.now))
    return True


def end_lease(draft: Draft) -> bool:
    """Presume the sender of a request dead once its lease is over."""
    step = draft.step
    end = lease_end(step)
    if (
        step.state not in {StepState.SENT, StepState.CANCELLING}
        or end is None
        or draft.now < end
        or step.intent is None
    ):
        return False
    draft.change(intent=replace(step.intent, unclear_at=draft.now))
    if step.state is StepState.SENT:
        lose_track(draft, "sender_silent")
    return True


def alert(draft: Draft) -> bool:
    """Call operators once a search has found nothing in time."""
    step = draft.step
    if step.state is not StepState.UNKNOWN or step.intent is None or step.intent.alerted:
        return False
    if draft.now < grace_end(draft, step.intent):
        return False
    call_operators(draft, step.intent)
    return True


def expire_grant(draft: Draft) -> bool:
    """Void a grant that was not sent in time."""
    step = draft.step
    if (
        step.state is not StepState.GRANTED
        or step.intent is None
        or draft.now < step.intent.granted_at + GRANT_LASTS
    ):
        return False
    back_to_waiting(draft, "expired")
    return True


def begin_planned(draft: Draft) -> bool:
    """Count a step as requested from the time on for which it was asked for."""
    step = draft.step
    due = step.state is StepState.WAITING and step.starts_at is not None and not step.is_planned(draft.now)
    if not due:
        return False
    draft.change(starts_at=None, promised=True)
    notify_older_releases(draft)
    draft.show()
    return True

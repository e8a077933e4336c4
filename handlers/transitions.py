"""Transitions that several events share.

How a step fails, how a release ends, and what happens to its sign-offs.
"""

from dataclasses import replace

from handlers.attempt import (
    Cancel,
    FailedAttempt,
    Failure,
    Intent,
)
from handlers.draft import Draft
from handlers.effects import NotifyOpen, StopRun
from handlers.plan import unique
from handlers.release import Ending, Kind, ReleaseState
from handlers.reviews import owe_review
from handlers.spending import restore_sign_offs
from handlers.step import ENDED, OVER, StepState

MOST_FAILURES = 5
"""How many failed attempts a step remembers."""


def finish(draft: Draft, ending: Ending) -> None:
    """End the release: skip the remaining steps, and leave environments and queues."""
    draft.leave_queue()
    steps = tuple(
        step if step.state in OVER else replace(step, state=StepState.SKIPPED, ended_at=draft.now)
        for step in draft.release.steps
    )
    draft.release = replace(draft.release, steps=steps, ending=ending)
    for index in range(len(steps)):
        draft.leave(index)
    owe_review(draft)
    draft.show()
    draft.announce()


def requesters(draft: Draft, actor: str = "") -> tuple[str, ...]:
    """Return who is told what becomes of a release that they stand for, but for the one who did it.

    The authors of one that started by itself have asked for nothing, and a policy may tell requesters nothing.
    """
    by_itself = draft.release.automatic and not draft.release.takes
    untold = by_itself or not draft.release.plan.notify.requester
    return () if untold else _others(draft, draft.release.requesters, actor)


def concerned(draft: Draft, actor: str = "") -> tuple[str, ...]:
    """Return who is told that a release ended: who started it, tests it, or signed what lapses now; not the one who did it."""
    step = draft.step
    working = (*(each.user for each in step.testing), *(each.user for each in step.unspent))
    return unique((*requesters(draft, actor), *_others(draft, working, actor)))


def _others(draft: Draft, users: tuple[str, ...], actor: str) -> tuple[str, ...]:
    person_of = draft.facts.membership.directory.person_of
    return unique(tuple(user for user in users if person_of(user) != person_of(actor)))


def end(draft: Draft, state: ReleaseState, by: str, reason: str = "") -> None:
    """End the release in a final state, by a person or as a consequence."""
    finish(draft, Ending(state, by, draft.now, reason))


def supersede(draft: Draft, by: int) -> None:
    """End the release because a newer build supersedes it."""
    draft.post("superseded", {"by": f"r{by}"}, concerned(draft))
    finish(draft, Ending(ReleaseState.SUPERSEDED, f"r{by}", draft.now, replaced_by=by))


def fail(draft: Draft, code: str, detail: str = "", by: str = "") -> None:
    """Record that the step's deployment failed; `by` is who says so, if it is not the CI.

    The release keeps the environment until people decide.
    """
    step = draft.step
    run = None if step.run is None or code == "not_sent" else replace(step.run, state="failed")
    failure = Failure(code, detail, by)
    before = tuple(each for each in step.failures if each.attempt != step.attempt)
    draft.change(
        state=StepState.FAILED,
        run=run,
        failure=failure,
        failures=(*before, FailedAttempt(step.attempt, draft.now, failure))[-MOST_FAILURES:],
        ended_at=draft.now,
        cancel=None,
    )
    if code != "not_sent":
        draft.change_environment(step.environment, failed=True)
    teams = draft.release.plan.steering_teams(draft.release.environment)
    values = {"environment": step.environment, "code": code, "detail": detail}
    draft.call("failed", values, teams, requesters(draft))
    draft.show()
    draft.announce()


def stopped(draft: Draft, cancel: Cancel, detail: str = "") -> None:
    """Record that the run to be cancelled has stopped.

    The time limit fails the step; a person's request ends the release.
    """
    if cancel.code == "timed_out":
        fail(draft, "timed_out", detail)
        return
    step = draft.step
    if step.may_have_deployed:
        draft.change_environment(step.environment, failed=True)
    draft.post("cancelled", {"by": cancel.by, "reason": cancel.reason}, concerned(draft, cancel.by))
    end(draft, ReleaseState.CANCELLED, cancel.by, cancel.reason)


def request_cancel(draft: Draft, cancel: Cancel) -> None:
    """Request that the deployment in flight is stopped.

    The CI is asked as soon as a run is known.
    """
    draft.change(state=StepState.CANCELLING, cancel=cancel)
    values = {"by": cancel.by, "code": cancel.code, "reason": cancel.reason}
    silent = _silent_since(draft, draft.step.intent)
    draft.post("cancelling", values | ({"silent": silent} if silent else {}))
    stop_run(draft)
    draft.show()


def stop_run(draft: Draft) -> None:
    """Ask the CI to stop the step's run, if one is known."""
    step = draft.step
    if step.run is not None and step.intent is not None:
        draft.emit(StopRun(draft.release.number, step.intent.correlation, step.run.id))


def lose_track(draft: Draft, code: str, detail: str = "") -> None:
    """Record that it is unknown whether the deployment runs.

    Its run is searched for; operators are called if the search finds nothing in time.
    """
    draft.change(state=StepState.UNKNOWN)
    values = {"code": code, "detail": detail, "environment": draft.step.environment}
    silent = _silent_since(draft, draft.step.intent)
    draft.post("lost_sight", values | ({"silent": silent} if silent else {}))
    draft.show()


def _silent_since(draft: Draft, intent: Intent | None) -> str:
    return draft.facts.silent_since(intent.correlation) if intent is not None else ""


def call_operators(draft: Draft, intent: Intent) -> None:
    """Call the operators: they have to state how a deployment ended."""
    draft.change(intent=replace(intent, alerted=True))
    values = {"environment": draft.step.environment, "correlation": intent.correlation}
    silent = _silent_since(draft, intent)
    values |= {"silent": silent} if silent else {}
    draft.call("unknown", values, draft.release.plan.operators)
    draft.show()


def mark_unsent(draft: Draft, intent: Intent) -> None:
    """Record that an intent's request started nothing: its sign-offs count again."""
    draft.change(
        sign_offs=restore_sign_offs(draft.step.sign_offs), may_have_deployed=intent.may_have_deployed_before
    )


def void_intent(draft: Draft) -> None:
    """Void the step's grant.

    Its correlation id is kept, to recognize a late run of it; so is that its run had ended, to recognize a re-run.
    """
    step = draft.step
    if step.intent is None:
        return
    ended = step.run is not None and step.state is StepState.FAILED
    late = (*step.late, f"{step.run.id}:{ENDED}") if step.run is not None and ended else step.late
    draft.change(intent=None, run=None, voided=(*step.voided, step.intent.correlation), late=late)


def back_to_waiting(draft: Draft, why: str) -> None:
    """Void a grant that may not be sent: the step waits to be requested again, and the starters are called for that."""
    call_back(draft, why)
    step = draft.step
    values = {"environment": step.environment, "why": why, "detail": step.unrequested_detail}
    draft.call("grant_void", values, draft.release.plan.starters)
    draft.show()


def call_back(draft: Draft, why: str) -> None:
    """Void a grant: the step waits to be requested again.

    The release leaves the environment if it deployed nothing there.
    """
    detail = draft.step.intent.refusal if draft.step.intent is not None else ""
    void_intent(draft)
    step = draft.step
    draft.change(
        state=StepState.WAITING,
        attempt=step.attempt + 1,
        requested=False,
        starts_at=None,
        unrequested_by=why,
        unrequested_detail=detail,
        waiting_since=draft.now,
    )
    if not step.may_have_deployed:
        draft.leave(draft.release.position)


def begin_first_step(draft: Draft, actor: str) -> None:
    """Open the release's first step, requested by the person who started the release."""
    draft.change(
        state=StepState.WAITING, attempt=1, requested=True, requested_by=actor, waiting_since=draft.now
    )


def notify_older_releases(draft: Draft) -> None:
    """Notify releases of older builds that a newer one is requested there.

    A rollback supersedes nothing.
    """
    release = draft.release
    if release.kind is Kind.NORMAL:
        draft.emit(NotifyOpen(release.service, "newer_requested", draft.step.environment, release.number))


def cancel_release(draft: Draft, actor: str, reason: str) -> str:
    """Cancel the release at once, or stop what is in flight first.

    Returns the release's new state, empty if a person had cancelled it before.
    """
    step = draft.step
    if not step.in_flight:
        draft.post("cancelled", {"by": actor, "reason": reason}, concerned(draft, actor))
        end(draft, ReleaseState.CANCELLED, actor, reason)
        return "cancelled"
    if step.cancel is not None and step.cancel.code == "asked":
        return ""
    since = draft.now if step.cancel is None else step.cancel.at
    request_cancel(draft, Cancel(actor, "asked", since, reason))
    return "cancelling"

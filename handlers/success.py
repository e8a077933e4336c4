"""Records that a deployment succeeded, and what follows: the release goes on, or ends as done."""

from dataclasses import replace

from handlers.draft import Draft
from handlers.effects import NotifyOpen, ShowCard, TellAuthors
from handlers.environments import Live, Lock, RolledBack
from handlers.gates.branch import wrong_branch
from handlers.plan import OPT_IN, unique
from handlers.release import Kind, ReleaseState
from handlers.step import OVER, Step, StepState
from handlers.transitions import end, requesters

MOST_ROLLED_BACK = 10
"""How many rolled-back builds an environment remembers."""


def succeed(draft: Draft) -> None:
    """Record that the step's deployment succeeded and its build is live there now.

    Older builds that have not entered the environment are superseded.
    """
    release, step = draft.release, draft.step
    run = None if step.run is None else replace(step.run, state="succeeded")
    before = draft.environment_state(step.environment)
    after = before.live.build.version if before.live is not None else ""
    draft.change(state=StepState.SUCCEEDED, run=run, failure=None, ended_at=draft.now, came_after=after)
    went_live(draft, step.environment)
    draft.deployed = step.environment
    draft.show()
    if release.kind is not Kind.ROLLBACK:
        draft.emit(NotifyOpen(release.service, "newer_succeeded", step.environment, release.number))
        _tell_authors(draft, step.environment)
    if release.kind is Kind.ROLLBACK:
        _mark_rolled_back(draft, step.environment, before.live)
        _lock_after_rollback(draft, step.environment)
        # What lies there now may be what another release begins with, or waits to replace.
        draft.emit(NotifyOpen(release.service, "reevaluate", step.environment))
    _go_on(draft, step)


def take_over(draft: Draft, live: Live) -> None:
    """Take over what lies in the step's environment untouched: nothing is deployed, and all goes on as after a success.

    The release holds the environment from now on, as if it had deployed there itself; it leaves the one before.
    """
    release, position = draft.release, draft.release.position
    step = draft.step
    draft.hold()
    if position > 0:
        draft.leave(position - 1)
    draft.change(state=StepState.SUCCEEDED, taken_over=live.release, ended_at=draft.now)
    values = {"environment": step.environment, "from": f"r{live.release}", "since": live.since.isoformat()}
    draft.post("taken_over", values)
    draft.emit(NotifyOpen(release.service, "newer_succeeded", step.environment, release.number))
    draft.show()
    draft.announce()
    _go_on(draft, step)


def went_live(draft: Draft, environment: str) -> None:
    """Record that the release's build is live in an environment now."""
    build = draft.release.build
    live = Live(build, draft.release.number, draft.now)
    before = draft.environment_state(environment).live
    rolled_back = draft.environment_state(environment).rolled_back
    others = tuple(each for each in rolled_back if each.build.sha != build.sha)
    draft.change_environment(environment, live=live, failed=False, touched=False, rolled_back=others)
    draft.announce()
    draft.compare()
    if before is not None and before.release not in {0, draft.release.number}:
        # Its card and its announcement say what is live, and offer the way back.
        draft.emit(ShowCard(before.release))
        draft.announce(before.build.version)


def _tell_authors(draft: Draft, environment: str) -> None:
    """Have authors told that their change is live, where a build goes last; only those are who asked for it."""
    plan = draft.release.plan
    if environment == plan.environments[-1].name and plan.notify.author_live == OPT_IN:
        draft.emit(TellAuthors(draft.release.number))


def _mark_rolled_back(draft: Draft, environment: str, before: Live | None) -> None:
    """Remember the build that a rollback took away, so that builds which contain it can be marked."""
    release = draft.release
    if before is None or before.build.sha == release.build.sha:
        return
    mark = RolledBack(before.build, draft.now, release.note, release.number, before.release)
    others = (
        each
        for each in draft.environment_state(environment).rolled_back
        if each.build.sha != before.build.sha
    )
    draft.change_environment(environment, rolled_back=(*others, mark)[-MOST_ROLLED_BACK:])


def _go_on(draft: Draft, step: Step) -> None:
    """End the release if it was cancelled meanwhile, or if its build may go no further; else the next step is due.

    `step` is the one that succeeded, as it was before that.
    """
    release = draft.release
    last = release.requesters[0] if release.requesters else ""
    if step.cancel is not None and step.cancel.code == "asked":
        told = unique((step.cancel.by, *requesters(draft)))
        draft.notify("too_late", {"environment": step.environment}, told)
        end(draft, ReleaseState.CANCELLED, step.cancel.by, step.cancel.reason)
    elif all(each.state in OVER for each in release.steps):
        _notify_done(draft)
        end(draft, ReleaseState.DONE, last)
    elif wrong_branch(draft.gate_context()) is not None:
        values = {
            "environment": step.environment,
            "next": draft.step.environment,
            "branch": release.build.branch,
        }
        draft.post("goes_no_further", values, requesters(draft, step.settled_by))
        end(draft, ReleaseState.DONE, last)


def _notify_done(draft: Draft) -> None:
    release, step = draft.release, draft.step
    values = {"environment": step.environment, "settled_by": step.settled_by}
    told = requesters(draft, step.settled_by)
    if release.kind is Kind.ROLLBACK:
        locks = draft.environment_state(step.environment).current_locks(draft.now)
        locked = "yes" if any(lock.release == release.number for lock in locks) else ""
        by = {"by": release.requesters[0], "reason": release.note, "locked": locked}
        draft.notify("rolled_back", {**values, **by}, told)
    else:
        draft.notify("done", values, told)


def _lock_after_rollback(draft: Draft, environment: str) -> None:
    """Lock for the person who rolled back, unless a lock without an end stands there already."""
    locks = draft.environment_state(environment).current_locks(draft.now)
    if any(lock.until is None for lock in locks):
        return
    release = draft.release
    owner = release.requesters[0]
    reason = release.note or f"rolled back to {release.build.version}"
    lock = Lock(owner, draft.now, reason, None, release.number)
    draft.change_environment(environment, locks=(*locks, lock))

"""The moves that several events share: how a step succeeds or fails, how a release ends, what happens to its sign-offs."""

from dataclasses import replace

from handlers.draft import Draft
from handlers.effects import StopRun, TellOpen
from handlers.ground import Live, Lock
from handlers.release import Ending, Kind, ReleaseState
from handlers.step import OVER, Cancel, Failure, Intent, SignOff, StepState


def finish(draft: Draft, ending: Ending) -> None:
    """End the release: steps left are skipped, environments and places in line are given up."""
    draft.leave_line()
    steps = tuple(
        step if step.state in OVER else replace(step, state=StepState.SKIPPED, ended_at=draft.now)
        for step in draft.release.steps
    )
    draft.release = replace(draft.release, steps=steps, ending=ending)
    for index in range(len(steps)):
        draft.leave(index)
    draft.show()
    draft.announce()


def end(draft: Draft, state: ReleaseState, by: str, reason: str = "") -> None:
    """End the release in a final state, by somebody's word or as a consequence."""
    finish(draft, Ending(state, by, draft.now, reason))


def supersede(draft: Draft, by: int) -> None:
    """End the release because a newer build took its place."""
    draft.say("superseded", {"by": f"r{by}"})
    finish(draft, Ending(ReleaseState.SUPERSEDED, f"r{by}", draft.now, replaced_by=by))


def succeed(draft: Draft) -> None:
    """The step's deployment succeeded: its build is live there now, and older builds that have not entered are ended."""
    release, step = draft.release, draft.step
    run = None if step.run is None else replace(step.run, state="succeeded")
    live = Live(release.build, release.number, draft.now)
    draft.change(state=StepState.SUCCEEDED, run=run, failure=None, ended_at=draft.now)
    draft.change_ground(step.environment, live=live, failed=False)
    draft.deployed = step.environment
    draft.show()
    draft.announce()
    if release.kind is Kind.NORMAL:
        older = TellOpen(
            release.service, "newer_succeeded", step.environment, release.number, release.build.order
        )
        draft.emit(older)
    if step.cancel is not None and step.cancel.code == "asked":
        draft.ring("too_late", {"environment": step.environment})
        end(draft, ReleaseState.CANCELLED, step.cancel.by, step.cancel.reason)
    elif all(each.state in OVER for each in draft.release.steps):
        _tell_done(draft)
        end(draft, ReleaseState.DONE, release.requesters[0] if release.requesters else "")
    else:
        draft.say("deployed", {"environment": step.environment})
    if release.kind is Kind.ROLLBACK:
        _lock_after_rollback(draft, step.environment)


def _tell_done(draft: Draft) -> None:
    release, step = draft.release, draft.step
    values = {"environment": step.environment, "settled_by": step.settled_by}
    if release.kind is Kind.ROLLBACK:
        draft.ring("rolled_back", {**values, "by": release.requesters[0], "reason": release.note})
    else:
        draft.ring("done", values)


def _lock_after_rollback(draft: Draft, environment: str) -> None:
    if draft.ground(environment).locked(draft.now) is not None:
        return
    release = draft.release
    owner = release.requesters[0]
    reason = release.note or f"rolled back to {release.build.version}"
    draft.change_ground(environment, lock=Lock(owner, draft.now, reason, None, release.number))
    draft.ring("locked_after_rollback", {"environment": environment, "by": owner})
    draft.emit(TellOpen(release.service, "look", environment))


def fail(draft: Draft, code: str, detail: str = "") -> None:
    """The step's deployment failed; the environment stays this release's until people decide."""
    step = draft.step
    run = None if step.run is None or code == "not_sent" else replace(step.run, state="failed")
    draft.change(
        state=StepState.FAILED, run=run, failure=Failure(code, detail), ended_at=draft.now, cancel=None
    )
    if code != "not_sent":
        draft.change_ground(step.environment, failed=True)
    teams = draft.release.plan.may_steer(draft.release.environment)
    draft.ring("failed", {"environment": step.environment, "code": code, "detail": detail}, teams=teams)
    draft.show()


def stopped(draft: Draft, cancel: Cancel, detail: str = "") -> None:
    """What was to be cancelled has stopped: the time limit fails the step, a person's wish ends the release."""
    if cancel.code == "timed_out":
        fail(draft, "timed_out", detail)
        return
    step = draft.step
    if step.touched:
        draft.change_ground(step.environment, failed=True)
    draft.say("cancelled", {"by": cancel.by, "reason": cancel.reason})
    end(draft, ReleaseState.CANCELLED, cancel.by, cancel.reason)


def want_cancel(draft: Draft, cancel: Cancel) -> None:
    """Want what is in flight stopped; the CI is told as soon as a run is known."""
    draft.change(state=StepState.CANCELLING, cancel=cancel)
    draft.say("cancelling", {"by": cancel.by, "code": cancel.code, "reason": cancel.reason})
    stop_run(draft)
    draft.show()


def stop_run(draft: Draft) -> None:
    """Ask the CI to stop the step's run, if one is known."""
    step = draft.step
    if step.run is not None and step.intent is not None:
        draft.emit(StopRun(draft.release.number, step.intent.correlation, step.run.id))


def lose_sight(draft: Draft, code: str, detail: str = "") -> None:
    """Nobody knows whether the deployment runs: search, and ask operators when the search had its time."""
    draft.change(state=StepState.UNKNOWN)
    draft.say("lost_sight", {"code": code, "detail": detail, "environment": draft.step.environment})
    draft.show()


def ask_operators(draft: Draft, intent: Intent) -> None:
    """Tell the operators that they have to say how a deployment ended."""
    draft.change(intent=replace(intent, alerted=True))
    values = {"environment": draft.step.environment, "correlation": intent.correlation}
    draft.ring("unknown", values, teams=draft.release.plan.operators)
    draft.show()


def spend(sign_offs: tuple[SignOff, ...]) -> tuple[SignOff, ...]:
    """Spend all sign-offs: each serves one deployment."""
    return tuple(replace(each, spent=True) for each in sign_offs)


def give_back(sign_offs: tuple[SignOff, ...], armed_by: str = "") -> tuple[SignOff, ...]:
    """Make spent sign-offs count again, in somebody's name where a person armed them."""
    return tuple(
        replace(each, spent=False, armed_by=armed_by or each.armed_by) if each.spent else each
        for each in sign_offs
    )


def void_intent(draft: Draft) -> None:
    """Void the step's grant: its correlation id is remembered, so that a late run of it is known for what it is."""
    step = draft.step
    if step.intent is None:
        return
    draft.change(intent=None, run=None, voided=(*step.voided, step.intent.correlation))


def back_to_waiting(draft: Draft, why: str) -> None:
    """Void a grant that may not be sent: the step waits again, unasked, and leaves what it never touched."""
    void_intent(draft)
    step = draft.step
    draft.change(
        state=StepState.WAITING,
        attempt=step.attempt + 1,
        requested=False,
        unrequested_by=why,
        waiting_since=draft.now,
    )
    if not step.touched:
        draft.leave(draft.release.position)
    teams = draft.release.plan.starters
    draft.ring("grant_void", {"environment": step.environment, "why": why}, teams=teams)
    draft.show()

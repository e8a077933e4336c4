"""What a release hears from others: newer builds that take its place, a rollback that needs its environment."""

from dataclasses import replace

from handlers.draft import Draft
from handlers.gates import ask_gates
from handlers.moves import supersede
from handlers.outcome import Reply
from handlers.record.asking import displace
from handlers.release import Kind
from handlers.reports import Displaced, Looked, NewerAsked, NewerSucceeded
from handlers.step import StepState

_NOT_ENTERED = frozenset({StepState.PENDING, StepState.WAITING, StepState.GRANTED})


def newer_asked(draft: Draft, event: NewerAsked) -> Reply:
    """End in favour of a newer build asked into an environment held or stood in line for, if nobody is at work on this one."""
    release, step = draft.release, draft.step
    there = release.step_in(event.environment)
    concerned = there is not None and (there.holding or there.in_line_since is not None)
    older = release.kind is Kind.NORMAL and release.build.order < event.order
    at_work = release.in_flight or step.testing or any(each.signed for each in release.steps)
    decides_ops = step.state is StepState.FAILED and release.environment.protected
    if not concerned or not older or at_work or decides_ops:
        return Reply("nothing_new")
    supersede(draft, event.by)
    return Reply("superseded", {"by": f"r{event.by}"})


def newer_succeeded(draft: Draft, event: NewerSucceeded) -> Reply:
    """End because a newer build is there already; what is in flight ends first."""
    release = draft.release
    there = release.step_in(event.environment)
    older = release.kind is Kind.NORMAL and release.build.order < event.order
    if there is None or not older or there.state not in _NOT_ENTERED or there.touched or release.doomed_by:
        return Reply("nothing_new")
    draft.release = replace(release, doomed_by=event.by)
    return Reply("superseded", {"by": f"r{event.by}"})


def displaced(draft: Draft, event: Displaced) -> Reply:
    """Give the environment to a rollback."""
    there = draft.release.step_in(event.environment)
    if there is None or not there.holding:
        return Reply("nothing_new")
    displace(draft, event.by, event.actor, cancel=event.cancel)
    return Reply("displaced", {"by": f"r{event.by}"})


def looked(draft: Draft, _event: Looked) -> Reply:
    """Tell starters, once, of a step that only waits to be asked for again since a lock is gone; all else is derived."""
    step = draft.step
    if step.state is not StepState.WAITING or step.unrequested_by != "lock":
        return Reply("nothing_new")
    asked = ask_gates(draft.release, step, draft.facts, draft.now)
    if all(answer.open for answer in asked if answer.gate != "turn"):
        draft.change(unrequested_by="unlocked")
        draft.ring("open_again", {"environment": step.environment}, teams=draft.release.plan.starters)
        draft.show()
    return Reply("nothing_new")

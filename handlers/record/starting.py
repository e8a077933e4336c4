"""How releases begin: a build's journey into the first environment, or an operator bringing back a good build."""

from datetime import datetime

from handlers.advance import asked_in, want_sign_offs
from handlers.draft import Draft
from handlers.effects import Tell
from handlers.events import RollbackStarted, Started, Starting
from handlers.gates import branch
from handlers.ground import Ground
from handlers.outcome import Refusal, Reply
from handlers.plan import Plan
from handlers.record.rights import refuse_unless
from handlers.release import Kind, Release
from handlers.reports import Displaced
from handlers.step import Step, StepState


def lay_out(number: int, event: Starting, plan: Plan, now: datetime) -> Release:
    """Lay out the release that an event wants; whether it may start is decided on it afterwards."""
    if isinstance(event, Started):
        steps = tuple(Step(environment.name) for environment in plan.environments)
        return Release(number, Kind.NORMAL, event.build, plan, event.requesters, now, steps, event.note)
    steps = (Step(event.environment),)
    return Release(number, Kind.ROLLBACK, event.build, plan, (event.actor,), now, steps, event.reason)


def started(draft: Draft, event: Started) -> Reply | Refusal:
    """Start a build's journey: only starters, only into the first environment."""
    plan = draft.release.plan
    refusal = refuse_unless(draft, event.actor, plan.starters, "start")
    if refusal is not None:
        return refusal
    first = plan.environments[0].name
    if event.environment != first:
        values = {"environment": event.environment, "missing": first, "version": event.build.version}
        return Refusal("skipped_environment", values)
    wrong = branch.check(draft.release, draft.step, draft.facts, draft.now)[0]
    if not wrong.open:
        return Refusal("wrong_branch", {**wrong.reasons[0].values, "environment": first})
    draft.change(
        state=StepState.WAITING, attempt=1, requested=True, requested_by=event.actor, waiting_since=draft.now
    )
    draft.say("started", {"by": event.actor, "note": event.note})
    want_sign_offs(draft)
    asked_in(draft)
    draft.show()
    draft.announce()
    return Reply("started", {"release": f"r{draft.release.number}", "environment": first})


def rollback_started(draft: Draft, event: RollbackStarted) -> Reply | Refusal:
    """Bring back a build that succeeded there before; what holds the environment gives way, unless it is in flight."""
    plan, ground = draft.release.plan, draft.ground(event.environment)
    refusal = refuse_unless(draft, event.actor, plan.operators, "roll back") or _refuse_target(
        draft, event, ground
    )
    if refusal is not None:
        return refusal
    if ground.holder in draft.facts.in_flight and not event.cancel_holder:
        values = {"holder": f"r{ground.holder}", "environment": event.environment}
        return Refusal("holder_in_flight", values, plan.operators)
    draft.change(
        state=StepState.WAITING, attempt=1, requested=True, requested_by=event.actor, waiting_since=draft.now
    )
    if ground.holder:
        displaced = Displaced(
            ground.holder, event.environment, draft.release.number, event.actor, event.cancel_holder
        )
        draft.emit(Tell(displaced))
    draft.say("rollback_started", {"by": event.actor, "reason": event.reason})
    want_sign_offs(draft)
    draft.show()
    return Reply("rollback_started", {"release": f"r{draft.release.number}", "version": event.build.version})


def _refuse_target(draft: Draft, event: RollbackStarted, ground: Ground) -> Refusal | None:
    values = {"environment": event.environment, "version": event.build.version}
    before = draft.facts.successes.get(event.environment, ())
    if not any(build.version == event.build.version and build.same_artifact(event.build) for build in before):
        return Refusal("never_succeeded_there", values)
    if not ground.failed and ground.live is not None and ground.live.build.version == event.build.version:
        return Refusal("already_live", values)
    in_line = next((entry.release for entry in ground.line if entry.rollback), 0)
    open_one = draft.facts.rolling_back or in_line
    if open_one:
        return Refusal("rollback_open", {**values, "release": f"r{open_one}"})
    return None

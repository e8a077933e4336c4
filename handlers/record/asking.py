"""What people ask of a release besides signing it: the next step, a cancel, a retry, a word on how a deployment ended."""

from handlers.advance import asked_in
from handlers.draft import Draft
from handlers.events import AuthorsWaived, CancelAsked, RetryAsked, Settled, StepAsked, TestingStarted
from handlers.gates import branch
from handlers.moves import end, fail, give_back, stopped, succeed, void_intent, want_cancel
from handlers.outcome import Refusal, Reply
from handlers.people import SHIPROOM
from handlers.plan import unique
from handlers.record.rights import first, refuse_old, refuse_unless, refuse_unless_steering
from handlers.release import Kind, ReleaseState
from handlers.step import Cancel, StepState, Testing


def step_asked(draft: Draft, event: StepAsked) -> Reply | Refusal:
    """Ask for a step; asking early is remembered, asking twice changes nothing."""
    release = draft.release
    step = release.step_in(event.environment)
    if step is None:
        return Refusal("no_such_environment", {"environment": event.environment, "service": release.service})
    teams = unique(release.plan.starters + release.plan.operators)
    refusal = first(
        refuse_unless(draft, event.actor, teams, "ask for a step"), refuse_old(draft, event.bound)
    )
    if refusal is not None:
        return refusal
    wrong = branch.check(release, step, draft.facts, draft.now)[0]
    if not wrong.open and release.kind is Kind.NORMAL:
        return Refusal("wrong_branch", {**wrong.reasons[0].values, "environment": event.environment})
    values = {"release": f"r{release.number}", "environment": event.environment}
    if step.state not in {StepState.PENDING, StepState.WAITING}:
        named = {"service": release.service, "version": release.build.version}
        return Reply("already_there", {**values, **named, "state": step.state.value})
    if step.requested:
        return Reply("already_asked", values)
    index = release.steps.index(step)
    draft.release = release.with_step(index, requested=True, requested_by=event.actor, unrequested_by="")
    if step.state is StepState.WAITING:
        asked_in(draft)
    draft.say("asked", {"by": event.actor, "environment": event.environment})
    draft.show()
    return Reply("asked", values)


def testing_started(draft: Draft, event: TestingStarted) -> Reply | Refusal:
    """Mark that somebody of a gate team is testing: from now on no newer build takes the release's place."""
    release, step = draft.release, draft.step
    teams = tuple(rule.team for rule in release.rules(step))
    refusal = refuse_old(draft, event.bound)
    if refusal is not None:
        return refusal
    if step.state is not StepState.WAITING or not teams:
        return Refusal("nothing_to_test", {"release": f"r{release.number}", "state": step.state.value})
    refusal = refuse_unless(draft, event.actor, teams, "test")
    if refusal is not None:
        return refusal
    if any(each.user == event.actor for each in step.testing):
        return Reply("already_testing", {"release": f"r{release.number}"})
    draft.change(testing=(*step.testing, Testing(event.actor, draft.now)))
    draft.say("testing", {"by": event.actor})
    draft.show()
    return Reply("testing", {"release": f"r{release.number}"})


def cancel_asked(draft: Draft, event: CancelAsked) -> Reply | Refusal:
    """End the release; what is in flight is stopped first."""
    release, step = draft.release, draft.step
    refusal = first(refuse_unless_steering(draft, event.actor, "cancel"), refuse_old(draft, event.bound))
    if refusal is not None:
        return refusal
    return cancel_now(draft, event.actor, event.reason) or Reply(
        "already_cancelling", {"release": f"r{release.number}", "environment": step.environment}
    )


def cancel_now(draft: Draft, actor: str, reason: str) -> Reply | None:
    """End what is not in flight; want what is in flight stopped; None where a person wants that already."""
    step = draft.step
    values = {"release": f"r{draft.release.number}", "environment": step.environment}
    if not step.in_flight:
        draft.say("cancelled", {"by": actor, "reason": reason})
        end(draft, ReleaseState.CANCELLED, actor, reason)
        return Reply("cancelled", values)
    if step.cancel is not None and step.cancel.code == "asked":
        return None
    since = draft.now if step.cancel is None else step.cancel.at
    want_cancel(draft, Cancel(actor, "asked", since, reason))
    return Reply("cancelling", values)


def retry_asked(draft: Draft, event: RetryAsked) -> Reply | Refusal:
    """Try a failed step once more: its spent sign-offs are armed again, in the name of who retries."""
    release, step = draft.release, draft.step
    refusal = first(refuse_unless_steering(draft, event.actor, "retry"), refuse_old(draft, event.bound))
    if refusal is not None:
        return refusal
    values = {"release": f"r{release.number}", "environment": step.environment}
    if step.state is not StepState.FAILED:
        return Refusal("nothing_to_retry", {**values, "state": step.state.value})
    void_intent(draft)
    draft.change(
        state=StepState.WAITING,
        attempt=step.attempt + 1,
        requested=True,
        requested_by=event.actor,
        waiting_since=draft.now,
        ended_at=None,
        sign_offs=give_back(step.sign_offs, event.actor),
    )
    draft.say("retried", {"by": event.actor, "environment": step.environment})
    draft.show()
    return Reply("retried", values)


def settled(draft: Draft, event: Settled) -> Reply | Refusal:
    """Take an operator's word for how an unknown or failed deployment ended."""
    release, step = draft.release, draft.step
    operators = release.plan.operators
    refusal = first(refuse_unless(draft, event.actor, operators, "settle"), refuse_old(draft, event.bound))
    if refusal is not None:
        return refusal
    values = {"release": f"r{release.number}", "environment": step.environment}
    if step.state not in {StepState.UNKNOWN, StepState.FAILED}:
        return Refusal("nothing_to_settle", {**values, "state": step.state.value})
    if not event.deployed and not event.reason:
        return Refusal("reason_needed", {"deed": "settle"})
    draft.say(
        "settled", {"by": event.actor, "deployed": "yes" if event.deployed else "no", "reason": event.reason}
    )
    if event.deployed:
        draft.change(settled_by=event.actor)
        succeed(draft)
        return Reply("settled_deployed", values)
    void_intent(draft)
    if step.cancel is not None:
        stopped(draft, step.cancel, event.reason)
    else:
        fail(draft, "not_sent", event.reason)
    return Reply("settled_not_deployed", values)


def authors_waived(draft: Draft, event: AuthorsWaived) -> Reply | Refusal:
    """Let a sign-off gate pass although an author is not known by name."""
    release = draft.release
    refusal = refuse_unless(draft, event.actor, release.plan.operators, "waive")
    if refusal is not None:
        return refusal
    if not event.reason:
        return Refusal("reason_needed", {"deed": "waive"})
    step = draft.step
    if step.state is not StepState.WAITING or all(rule.authors_may_sign for rule in release.rules(step)):
        return Refusal("nothing_to_waive", {"release": f"r{release.number}"})
    draft.change(waived_authors=True)
    draft.say("waived", {"by": event.actor, "reason": event.reason})
    draft.show()
    return Reply("waived", {"release": f"r{release.number}"})


def displace(draft: Draft, by: int, actor: str, *, cancel: bool) -> None:
    """Give way to a rollback: end what is not in flight, stop what is if the operator said so."""
    reason = f"rollback r{by}"
    if draft.step.in_flight and not cancel:
        return
    cancel_now(draft, actor or SHIPROOM, reason)

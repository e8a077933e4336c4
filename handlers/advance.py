"""What follows from a release's state, the facts and the time, whatever the event was; repeated until nothing follows."""

from collections.abc import Callable
from dataclasses import replace

from handlers.draft import Draft
from handlers.effects import TellOpen, Trigger
from handlers.gates import ask_gates, sign_off
from handlers.gates.verdict import Asked
from handlers.limits import CANCEL_LASTS, GRANT_LASTS, deadline, grace_end, lease_end
from handlers.moves import ask_operators, back_to_waiting, lose_sight, supersede, want_cancel
from handlers.people import SHIPROOM
from handlers.plan import AUTOMATIC
from handlers.release import Kind
from handlers.step import Cancel, Intent, StepState


def advance(draft: Draft) -> None:
    """Derive what follows, one rule at a time, until no rule changes anything."""
    while not draft.release.ended and any(rule(draft) for rule in RULES):
        pass


def _end_doomed(draft: Draft) -> bool:
    if not draft.release.doomed_by or draft.release.in_flight:
        return False
    supersede(draft, draft.release.doomed_by)
    return True


def _open_step(draft: Draft) -> bool:
    step = draft.step
    if step.state is not StepState.PENDING:
        return False
    environment = draft.release.environment
    requested = step.requested or environment.start == AUTOMATIC
    draft.change(state=StepState.WAITING, attempt=1, requested=requested, waiting_since=draft.now)
    if requested:
        asked_in(draft)
    want_sign_offs(draft)
    draft.show()
    return True


def want_sign_offs(draft: Draft) -> None:
    """Tell the teams whose sign-offs the step waits for."""
    teams = tuple(rule.team for rule in draft.release.rules(draft.step))
    if teams:
        draft.ring("sign_offs_wanted", {"environment": draft.step.environment}, teams=teams)


def asked_in(draft: Draft) -> None:
    """Tell older builds that a newer one is asked into the environment; a rollback supersedes nothing."""
    release = draft.release
    if release.kind is Kind.NORMAL:
        draft.emit(
            TellOpen(
                release.service, "newer_asked", draft.step.environment, release.number, release.build.order
            )
        )


def _time_out(draft: Draft) -> bool:
    step = draft.step
    limit = deadline(draft.release, step)
    if step.state is not StepState.RUNNING or limit is None or draft.now < limit:
        return False
    want_cancel(draft, Cancel(SHIPROOM, "timed_out", draft.now))
    return True


def _give_up_cancel(draft: Draft) -> bool:
    step = draft.step
    if (
        step.state is not StepState.CANCELLING
        or step.cancel is None
        or draft.now < step.cancel.at + CANCEL_LASTS
    ):
        return False
    lose_sight(draft, "cancel_unanswered")
    intent = draft.step.intent
    if intent is not None:
        ask_operators(draft, replace(intent, unclear_at=intent.unclear_at or draft.now))
    return True


def _end_lease(draft: Draft) -> bool:
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
        lose_sight(draft, "sender_silent")
    return True


def _alert(draft: Draft) -> bool:
    step = draft.step
    if step.state is not StepState.UNKNOWN or step.intent is None or step.intent.alerted:
        return False
    if draft.now < grace_end(draft, step.intent):
        return False
    ask_operators(draft, step.intent)
    return True


def _expire_grant(draft: Draft) -> bool:
    step = draft.step
    if (
        step.state is not StepState.GRANTED
        or step.intent is None
        or draft.now < step.intent.granted_at + GRANT_LASTS
    ):
        return False
    back_to_waiting(draft, "expired")
    return True


def _leave_kept(draft: Draft) -> bool:
    position = draft.release.position
    if position == 0 or not draft.release.steps[position - 1].holding:
        return False
    if not _kept_signed(draft):
        return False
    draft.leave(position - 1)
    return True


def _kept_signed(draft: Draft) -> bool:
    release, step = draft.release, draft.step
    kept = release.plan_of(release.steps[release.position - 1]).kept
    facts = draft.facts_now()
    answers = (
        sign_off.ask(rule, release, step, facts, draft.now).open
        for rule in release.rules(step)
        if rule.team in kept
    )
    return all(answers)


def _grant(draft: Draft) -> bool:
    step = draft.step
    if step.state is not StepState.WAITING or not step.requested:
        return _step_aside(draft)
    asked = ask_gates(draft.release, step, draft.facts_now(), draft.now)
    if _unrequest_if_locked(draft, asked):
        return True
    if not all(answer.open for answer in asked if answer.gate != "turn"):
        return _step_aside(draft)
    if not all(answer.open for answer in asked):
        return _line_up(draft)
    _grant_now(draft)
    return True


def _step_aside(draft: Draft) -> bool:
    if draft.step.in_line_since is None:
        return False
    draft.leave_line()
    draft.show()
    return True


def _line_up(draft: Draft) -> bool:
    if draft.step.in_line_since is not None:
        return False
    draft.enter_line()
    draft.show()
    return True


def _unrequest_if_locked(draft: Draft, asked: tuple[Asked, ...]) -> bool:
    """Unlocking starts nothing protected by itself: what a lock alone holds back there has to be asked for again."""
    locked = any(not answer.open for answer in asked if answer.gate == "lock")
    others_open = all(answer.open for answer in asked if answer.gate not in {"lock", "turn"})
    if not (draft.release.environment.protected and locked and others_open):
        return False
    draft.leave_line()
    draft.change(requested=False, unrequested_by="lock")
    draft.show()
    return True


def _grant_now(draft: Draft) -> None:
    draft.hold()
    position = draft.release.position
    if position > 0:
        draft.leave(position - 1)
    correlation = draft.correlation()
    intent = Intent(correlation, draft.now, touched_before=draft.step.touched)
    draft.change(state=StepState.GRANTED, intent=intent, run=None, failure=None, cancel=None, ended_at=None)
    draft.emit(Trigger(draft.release.number, correlation))
    draft.show()


RULES: tuple[Callable[[Draft], bool], ...] = (
    _end_doomed,
    _open_step,
    _time_out,
    _give_up_cancel,
    _end_lease,
    _alert,
    _expire_grant,
    _leave_kept,
    _grant,
)

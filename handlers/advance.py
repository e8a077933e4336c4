"""Derives what follows from a release's state, the facts and the time.

This does not depend on the event; the rules are applied until none of them changes anything.
"""

from collections.abc import Callable

from handlers.absent_signers import note_presence
from handlers.attempt import Intent
from handlers.closing import call_before_closing
from handlers.draft import Draft
from handlers.effects import Notify, Trigger
from handlers.emergency_rules import make_room, tell_alone
from handlers.evaluation import evaluate_gates
from handlers.gate import GateResult
from handlers.gates import QUEUING
from handlers.holding import end_hold, remind_holder
from handlers.plan import AUTOMATIC
from handlers.promised_windows import note_window, revoke_changed, show_calendar
from handlers.release import Kind
from handlers.reminding import escalate, remind
from handlers.reports import Reevaluated
from handlers.revoking import revoke_request
from handlers.signers import call_signers, note_expired, note_lost
from handlers.step import StepState
from handlers.success import take_over
from handlers.time_rules import (
    alert,
    begin_planned,
    end_lease,
    expire_grant,
    give_up_cancel,
    tell_of_queue,
    time_out,
)
from handlers.transitions import (
    notify_older_releases,
    supersede,
)


def advance(draft: Draft) -> None:
    """Apply the rules, one at a time, until none of them changes anything."""
    while not draft.release.ended and any(rule(draft) for rule in RULES):
        pass


def _end_superseded(draft: Draft) -> bool:
    if not draft.release.superseded_by or draft.release.in_flight:
        return False
    supersede(draft, draft.release.superseded_by)
    return True


def _open_step(draft: Draft) -> bool:
    step = draft.step
    if step.state is not StepState.PENDING:
        return False
    environment = draft.release.environment
    requested = step.requested or environment.start == AUTOMATIC
    draft.change(state=StepState.WAITING, attempt=1, requested=requested, waiting_since=draft.now)
    if requested and not step.is_planned(draft.now):
        notify_older_releases(draft)
    call_signers(draft)
    draft.show()
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
    """Return whether the `kept` teams of the environment signed for the next one."""
    release, step = draft.release, draft.step
    kept = release.plan_of(release.steps[release.position - 1]).kept
    results = evaluate_gates(release, step, draft.current_facts(), draft.now)
    return all(result.open for result in results if result.team in kept)


def _take_over(draft: Draft) -> bool:
    """Take over the build that lies in the environment untouched, in the turn of the release."""
    step = draft.step
    live = draft.environment_state(step.environment).live
    if step.state is not StepState.WAITING or not step.requested or live is None:
        return False
    if not draft.gate_context().takes_over:
        return False
    results = evaluate_gates(draft.release, step, draft.current_facts(), draft.now)
    if not all(result.open for result in results):
        return False
    take_over(draft, live)
    return True


def _grant(draft: Draft) -> bool:
    step = draft.step
    if step.state is not StepState.WAITING or not step.requested:
        return _leave_queue(draft)
    results = evaluate_gates(draft.release, step, draft.current_facts(), draft.now)
    if revoke_request(draft, results):
        return True
    if not all(result.open for result in results if result.gate not in QUEUING):
        return _leave_queue(draft)
    if revoke_changed(draft) or note_window(draft):
        return True
    if not all(result.open for result in results):
        return _join_queue(draft)
    _grant_now(draft, results)
    return True


def _leave_queue(draft: Draft) -> bool:
    if draft.step.queued_since is None:
        return False
    draft.leave_queue()
    draft.show()
    return True


def _join_queue(draft: Draft) -> bool:
    if draft.step.queued_since is not None:
        return False
    draft.join_queue()
    draft.show()
    holder = draft.environment_state(draft.step.environment).holder
    if draft.release.kind is Kind.EMERGENCY and holder:
        draft.emit(Notify(Reevaluated(holder)))
    return True


def _grant_now(draft: Draft, results: tuple[GateResult, ...]) -> None:
    draft.passed = results
    draft.hold()
    position = draft.release.position
    if position > 0:
        draft.leave(position - 1)
    correlation = draft.correlation()
    intent = Intent(correlation, draft.now, may_have_deployed_before=draft.step.may_have_deployed)
    draft.change(promised=False, window_key="")
    draft.change(state=StepState.GRANTED, intent=intent, run=None, failure=None, cancel=None, ended_at=None)
    draft.emit(Trigger(draft.release.number, correlation))
    draft.show()


RULES: tuple[Callable[[Draft], bool], ...] = (
    _end_superseded,
    _open_step,
    note_expired,
    note_lost,
    call_signers,
    call_before_closing,
    remind,
    escalate,
    note_presence,
    time_out,
    tell_of_queue,
    give_up_cancel,
    end_lease,
    alert,
    expire_grant,
    begin_planned,
    show_calendar,
    end_hold,
    remind_holder,
    tell_alone,
    make_room,
    _leave_kept,
    _take_over,
    _grant,
)

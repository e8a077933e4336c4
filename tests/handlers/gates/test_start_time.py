"""A step that was asked for at a time starts no earlier, and then as if it had been asked for then."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from handlers import reports
from handlers.calendar import Calendar, Freeze, Window
from handlers.effects import NotifyOpen, PostToThread
from handlers.evaluation import gate_context
from handlers.events import Started, StepRequested
from handlers.facts import Facts
from handlers.gate import GateResult, Reason, Verdict
from handlers.gates import start_time as gate
from handlers.outcome import Reply
from handlers.release import Release
from handlers.step import Step, StepState
from tests.handlers.builders import (
    ANDY,
    BOTH,
    MARA,
    NOW,
    after,
    build,
    decided,
    environment_state,
    facts,
    in_production,
    later,
    lock,
    membership,
    of_kind,
    plan,
    release,
    rollback,
    succeeded,
    waiting,
)

AT = later(hours=3)
LOOK = reports.Reevaluated(1)
ASKED = StepRequested(1, ANDY, "production", AT)
UNASKED = in_production(sign_offs=BOTH, requested=False)


def known(hours: float = 0, **fields: object) -> Facts:
    """Return facts so many hours later."""
    return facts(environment_state("production", **fields), membership=membership(later(hours=hours)))


def planned() -> Release:
    return after(decided(UNASKED, ASKED, known()))


def test_it_waits_and_names_who_planned_it_and_how_that_is_cancelled() -> None:
    release = planned()
    [result] = gate.check(gate_context(release, release.step, known(), NOW))
    values = {"environment": "production", "by": ANDY, "at": AT.isoformat()}
    reason = Reason("planned", values, ("developers", "ops"), AT, "at cancel")
    assert result == GateResult("start_time", "start_time", Verdict.WAITING, (reason,))
    assert gate.check(gate_context(release, release.step, known(), AT)) == ()
    assert gate.check(gate_context(UNASKED, UNASKED.step, known(), NOW)) == ()


def test_it_is_not_in_line_before_its_time_and_starts_then() -> None:
    decision = decided(UNASKED, ASKED, known())
    step = after(decision).step
    reply = Reply("asked_at", {"release": "r1", "environment": "production", "at": AT.isoformat()})
    assert (decision.reply, step.queued_since) == (reply, None)
    assert of_kind(decision.effects, NotifyOpen) == [], "it replaces nobody before its time"
    started = decided(after(decision), LOOK, known(3), AT)
    assert (after(started).step.state, after(started).step.starts_at) == (StepState.GRANTED, None)
    assert [each.what for each in of_kind(started.effects, NotifyOpen)] == ["newer_requested"]


@pytest.mark.parametrize(
    ("event", "code", "at"),
    [
        (ASKED, "already_asked", AT),
        (StepRequested(1, MARA, "production", later(hours=4)), "asked_at", later(hours=4)),
    ],
)
def test_asking_again(event: StepRequested, code: str, at: object) -> None:
    decision = decided(planned(), event, known())
    assert (decision.reply.code, after(decision).step.starts_at) == (code, at)


def test_a_rollback_that_is_asked_for_at_a_time_waits_for_it_too() -> None:
    decision = decided(rollback(), StepRequested(5, ANDY, "production", AT), known(holder=4))
    assert decision.reply.code == "asked_at"
    free = after(decided(after(decision), reports.Reevaluated(5), known(1), later(hours=1)))
    assert free.step.state is StepState.WAITING
    started = after(decided(free, reports.Reevaluated(5), known(3), AT))
    assert started.step.state is StepState.GRANTED


def test_asking_without_a_time_starts_now() -> None:
    decision = decided(planned(), StepRequested(1, MARA, "production"), known())
    assert (decision.reply.code, after(decision).step.state) == ("asked", StepState.GRANTED)


def test_a_lock_that_stands_at_its_time_revokes_it_and_one_that_is_gone_before_does_not() -> None:
    locked = after(decided(planned(), LOOK, known(1, locks=(lock(),)), later(hours=1)))
    assert locked.step.requested
    assert after(decided(locked, LOOK, known(3), AT)).step.state is StepState.GRANTED
    step = after(decided(locked, LOOK, known(3, locks=(lock(),)), AT)).step
    assert (step.requested, step.starts_at, step.unrequested_by) == (False, None, "lock")


def test_a_step_that_has_yet_to_come_keeps_the_time() -> None:
    early = release(waiting("staging"), Step("production"))
    decision = decided(early, ASKED, facts())
    assert (after(decision).steps[1].starts_at, after(decision).step.environment) == (AT, "staging")
    opened = release(succeeded("staging"), replace(after(decision).steps[1], environment="production"))
    step = after(decided(opened, LOOK, known())).step
    assert (step.state, step.requested, step.starts_at) == (StepState.WAITING, True, AT)


def test_a_release_that_starts_at_a_time() -> None:
    event = Started(build(), "staging", ANDY, (ANDY,), at=AT)
    decision = decided(release(waiting("staging", requested=False), plan=plan()), event, facts())
    assert (decision.reply.code, after(decision).step.starts_at) == ("started_at", AT)
    assert of_kind(decision.effects, NotifyOpen) == []
    late = AT + timedelta(days=1)
    begun = decided(after(decision), LOOK, facts(membership=membership(late)), late)
    assert after(begun).step.state is StepState.GRANTED


SHUT = Calendar(windows=(Window(frozenset({6}), time(9), time(10)),))
NEVER = Calendar(windows=(Window(frozenset({6}), time(9), time(10), not_on_holidays=True),))
FROZEN = Calendar(freezes=(Freeze("audit", NOW, later(days=1)),))


@pytest.mark.parametrize(
    ("calendar", "told"),
    [
        (SHUT, {"opens": "2026-03-08T09:00:00+00:00", "shut": "yes"}),
        (NEVER, {"opens": "", "shut": "yes"}),
        (FROZEN, {"freeze": "audit", "thaws": later(days=1).isoformat()}),
        (Calendar(), {}),
    ],
)
def test_who_plans_a_start_is_told_what_will_keep_it_from_that(
    calendar: Calendar, told: dict[str, str]
) -> None:
    there = replace(known(), calendars={"production": calendar})
    values = {"release": "r1", "environment": "production", "at": AT.isoformat()}
    assert decided(UNASKED, ASKED, there).reply == Reply("asked_at", {**values, **told})


def test_windows_changed_after_a_start_was_planned_start_nothing_protected() -> None:
    asked = after(decided(UNASKED, ASKED, known()))
    noon = Calendar(windows=(Window(frozenset(range(7)), time(9), time(18)),))
    there = replace(known(3), calendars={"production": noon})
    decision = decided(asked, LOOK, there, AT)
    step = after(decision).step
    assert (step.state, step.requested, step.unrequested_by) == (StepState.WAITING, False, "window")
    [told] = [each for each in of_kind(decision.effects, PostToThread) if each.code == "start_lost"]
    assert (told.users, told.broadcast) == ((ANDY,), True)

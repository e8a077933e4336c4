"""The window of an environment: what waits for it starts when it opens, in the order in which all else was done."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers import reports
from handlers.actions.approve import SignedOff
from handlers.calendar import Calendar, Freeze, Window
from handlers.effects import Trigger
from handlers.evaluation import gate_context
from handlers.events import StepRequested
from handlers.facts import Facts
from handlers.gate import GateResult, Reason, Verdict
from handlers.gates import window as gate
from handlers.release import Release
from handlers.step import Step, StepState
from tests.handlers.builders import (
    ANDY,
    BOTH,
    NOW,
    TIM,
    after,
    decided,
    environment_state,
    facts,
    in_production,
    lock,
    membership,
    of_kind,
    plan,
    production,
    rollback,
    staging,
)

MORNING = Calendar(windows=(Window(frozenset(range(5)), time(12), time(16)),))
"""NOW is a Monday at 10:00 UTC."""
NOON = NOW.replace(hour=12)
LOOK = reports.Reevaluated(1)
SIGNED = in_production(sign_offs=BOTH, requested=True)


def known(calendar: Calendar = MORNING, now: datetime = NOW, **fields: object) -> Facts:
    """Return facts with a calendar of production."""
    there = environment_state("production", **fields)
    return replace(facts(there, membership=membership(now)), calendars={"production": calendar})


def checked(release: Release, calendar: Calendar = MORNING, now: datetime = NOW) -> tuple[GateResult, ...]:
    return gate.check(gate_context(release, release.step, known(calendar), now))


def test_without_windows_there_is_no_gate() -> None:
    assert checked(SIGNED, Calendar()) == ()


def test_it_waits_for_the_opening_and_is_open_from_then_on() -> None:
    values = {"environment": "production", "opens": NOON.isoformat()}
    reason = Reason("window_closed", values, (), NOON, "the window opens")
    assert checked(SIGNED) == (GateResult("window", "window", Verdict.WAITING, (reason,)),)
    assert checked(SIGNED, now=NOON) == (GateResult("window", "window", Verdict.OPEN),)
    assert [each.open for each in checked(SIGNED, now=NOON + timedelta(hours=4))] == [False]


def test_one_that_is_not_known_to_open_is_closed() -> None:
    beyond = Calendar(windows=(Window(frozenset({0}), time(12), time(16), not_on_holidays=True),))
    [result] = checked(SIGNED, beyond)
    values, event = {"environment": "production"}, "the policy names a window that opens"
    reason = Reason("window_unknown", values, SIGNED.plan.operators, None, event)
    assert result == GateResult("window", "window", Verdict.CLOSED, (reason,))
    assert [each.open for each in checked(SIGNED, replace(beyond, known_until=date(2030, 1, 1)))] == [False]


def test_what_is_signed_and_requested_stands_in_line_and_starts_when_the_window_opens() -> None:
    decision = decided(SIGNED, LOOK, known())
    step = after(decision).step
    assert (step.state, step.requested, step.queued_since) == (StepState.WAITING, True, NOW)
    assert step.window_key == MORNING.key
    started = decided(after(decision), LOOK, known(now=NOON), NOON)
    assert after(started).step.state is StepState.GRANTED
    assert after(started).step.window_key == ""
    assert of_kind(started.effects, Trigger)


def test_killed_and_late_by_a_day_it_starts_once_in_the_next_window() -> None:
    queued = after(decided(SIGNED, LOOK, known()))
    evening = NOON + timedelta(hours=6)
    late = decided(queued, LOOK, known(now=evening), evening)
    assert after(late).step.state is StepState.WAITING
    tomorrow = NOON + timedelta(days=1, hours=2)
    again = decided(after(late), LOOK, known(now=tomorrow), tomorrow)
    assert len(of_kind(again.effects, Trigger)) == 1
    assert not decided(after(again), LOOK, known(now=tomorrow, holder=1), tomorrow).effects


OTHER = Calendar(windows=(Window(frozenset(range(5)), time(11), time(16)),))


@pytest.mark.parametrize("calendar", [OTHER, Calendar()], ids=["other windows", "no windows any more"])
def test_windows_changed_by_a_reload_start_nothing_protected(calendar: Calendar) -> None:
    queued = after(decided(SIGNED, LOOK, known()))
    at = NOW + timedelta(hours=1, minutes=30)
    step = after(decided(queued, LOOK, known(calendar, at), at)).step
    assert (step.state, step.requested, step.unrequested_by) == (StepState.WAITING, False, "window")
    assert (step.queued_since, step.window_key) == (None, "")
    asked = decided(replace_step(queued, step), StepRequested(1, ANDY, "production"), known(calendar, at), at)
    assert after(asked).step.state is StepState.GRANTED


def replace_step(release: Release, step: Step) -> Release:
    return replace(release, steps=(*release.steps[:-1], step))


def test_in_an_unprotected_environment_other_windows_are_waited_for_instead() -> None:
    free = replace(SIGNED, plan=plan(staging(), production(protected=False)))
    queued = after(decided(free, LOOK, known()))
    at = NOW + timedelta(minutes=30)
    step = after(decided(queued, LOOK, known(OTHER, at), at)).step
    assert (step.requested, step.window_key) == (True, OTHER.key)
    late = NOW + timedelta(hours=1, minutes=30)
    assert after(decided(queued, LOOK, known(OTHER, late), late)).step.state is StepState.GRANTED


def test_where_a_lock_stands_too_its_rule_wins() -> None:
    step = after(decided(SIGNED, LOOK, known(locks=(lock(until=NOON),)))).step
    assert (step.requested, step.unrequested_by) == (False, "lock")


def test_a_rollback_passes_a_closed_window() -> None:
    assert after(decided(rollback(), LOOK, known())).step.state is StepState.GRANTED


def test_who_is_missing_when_it_opens_leaves_the_line() -> None:
    queued = after(decided(SIGNED, LOOK, known()))
    unsigned = replace_step(queued, replace(queued.step, sign_offs=BOTH[:1]))
    step = after(decided(unsigned, LOOK, known())).step
    assert (step.queued_since, step.requested) == (None, True)
    other = replace_step(queued, step)
    late = NOW + timedelta(hours=1, minutes=30)
    signed = decided(other, SignedOff(1, TIM, "ops"), known(OTHER, late), late)
    assert after(signed).step.state is StepState.GRANTED, "it was signed in the windows of now"


def test_windows_changed_while_slack_says_nothing_start_nothing_protected() -> None:
    queued = after(decided(SIGNED, LOOK, known()))
    late = NOW + timedelta(hours=1, minutes=30)
    silent = after(decided(queued, LOOK, replace(known(), membership=membership(NOW, unknown=(TIM,))), NOW))
    assert silent.step.queued_since is None
    step = after(decided(silent, LOOK, known(OTHER, late), late)).step
    assert (step.state, step.requested, step.unrequested_by) == (StepState.WAITING, False, "window")


def test_a_dst_night_moves_the_opening_with_the_wall_clock() -> None:
    berlin = Calendar(zone=ZoneInfo("Europe/Berlin"), windows=(Window(frozenset({6}), time(2, 30), time(6)),))
    night = datetime(2026, 3, 28, 20, tzinfo=UTC)
    [result] = checked(SIGNED, berlin, night)
    assert result.reasons[0].until == datetime(2026, 3, 29, 1, tzinfo=UTC), "03:00 summer time"


def test_an_opening_within_a_freeze_says_so() -> None:
    freeze = Freeze("audit", NOW + timedelta(hours=1), NOW + timedelta(days=2))
    [result] = checked(SIGNED, replace(MORNING, freezes=(freeze,)))
    values = {"environment": "production", "opens": NOON.isoformat()}
    assert result.reasons[0].values == {**values, "freeze": "audit", "thaws": freeze.ends.isoformat()}

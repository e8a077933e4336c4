"""A freeze closes an environment as of now, and its end starts nothing protected."""

from dataclasses import replace
from datetime import timedelta

from handlers import reports
from handlers.calendar import Calendar, Freeze
from handlers.effects import Call
from handlers.evaluation import gate_context
from handlers.events import StepRequested
from handlers.facts import Facts
from handlers.gate import GateResult, Reason, Verdict
from handlers.gates import freeze as gate
from handlers.step import StepState
from tests.handlers.builders import (
    ANDY,
    BOTH,
    NOW,
    after,
    decided,
    environment_state,
    facts,
    in_production,
    later,
    membership,
    of_kind,
    plan,
    production,
    rollback,
    staging,
)

YEAR_END = Freeze("year end", NOW, later(days=3), "quiet weeks")
LONGER = Freeze("audit", later(days=-1), later(days=9))
SIGNED = in_production(sign_offs=BOTH, requested=True)
LOOK = reports.Reevaluated(1)


def known(*freezes: Freeze, days: int = 0) -> Facts:
    """Return facts with freezes of production, so many days later."""
    there = facts(environment_state("production"), membership=membership(later(days=days)))
    return replace(there, calendars={"production": Calendar(freezes=freezes)})


def checked(*freezes: Freeze, days: int = 0) -> tuple[GateResult, ...]:
    context = gate_context(SIGNED, SIGNED.step, known(*freezes, days=days), later(days=days))
    return gate.check(context)


def test_without_freezes_there_is_no_gate() -> None:
    assert checked() == ()


def test_each_freeze_in_force_is_a_reason_with_its_end() -> None:
    [result] = checked(YEAR_END, LONGER)
    values = {
        "freeze": "year end",
        "reason": "quiet weeks",
        "environment": "production",
        "ends": later(days=3).isoformat(),
        "again": "yes",
    }
    why = Reason("frozen", values, (), later(days=3), "the freeze ends, or the policy changes")
    assert (result.gate, result.verdict, result.reasons[1]) == ("freeze", Verdict.CLOSED, why)
    assert [each.until for each in result.reasons] == [later(days=9), later(days=3)]
    assert checked(YEAR_END, days=3) == (GateResult("freeze", "freeze", Verdict.OPEN),)


def test_where_nothing_is_protected_nothing_has_to_be_asked_for_again() -> None:
    lax = replace(SIGNED, plan=plan(staging(), production(protected=False)))
    [result] = gate.check(gate_context(lax, lax.step, known(YEAR_END), NOW))
    assert result.reasons[0].values["again"] == ""


def test_one_declared_after_the_signatures_revokes_the_request_and_its_end_starts_nothing() -> None:
    frozen = decided(SIGNED, LOOK, known(YEAR_END))
    step = after(frozen).step
    assert (step.requested, step.unrequested_by) == (False, "freeze")
    asked = decided(after(frozen), StepRequested(1, ANDY, "production"), known(YEAR_END))
    assert (asked.reply.code, after(asked).step.requested) == ("asked_in_vain", False)
    over = decided(after(frozen), LOOK, known(YEAR_END, days=3), later(days=3))
    assert after(over).step.state is StepState.WAITING
    assert [each.code for each in of_kind(over.effects, Call)] == ["open_again"]
    again = decided(after(over), LOOK, known(YEAR_END, days=4), later(days=4))
    assert of_kind(again.effects, Call) == [], "once"


def test_in_an_unprotected_environment_its_end_starts_what_waited() -> None:
    free = replace(SIGNED, plan=plan(staging(), production(protected=False)))
    frozen = after(decided(free, LOOK, known(YEAR_END)))
    assert frozen.step.requested
    over = decided(frozen, LOOK, known(YEAR_END, days=3), later(days=3))
    assert after(over).step.state is StepState.GRANTED


def test_a_rollback_passes() -> None:
    assert after(decided(rollback(), LOOK, known(YEAR_END))).step.state is StepState.GRANTED


def test_a_grant_is_void_when_a_freeze_begins_before_it_is_sent() -> None:
    begins = Freeze("late", NOW + timedelta(minutes=1), later(days=1))
    granted = after(decided(SIGNED, LOOK, known(begins)))
    intent = granted.step.intent
    assert intent is not None
    at = NOW + timedelta(minutes=2)
    there = replace(known(begins), membership=membership(at))
    sent = decided(granted, reports.SendRequested(1, intent.correlation, "secret"), there, at)
    step = after(sent).step
    assert (step.state, step.requested, step.unrequested_by) == (StepState.WAITING, False, "frozen")

"""The gate of overdue reviews: which releases it closes, and who can open it."""

from dataclasses import replace
from datetime import datetime

import pytest

from handlers.evaluation import evaluate_gates, gate_context
from handlers.gate import Reason, Verdict
from handlers.gates import GATES
from handlers.gates import review as gate
from handlers.release import Release
from handlers.reports import Reevaluated
from handlers.step import Step, StepState
from tests.handlers.builders import (
    BOTH,
    after,
    decided,
    environment_state,
    facts,
    in_production,
    later,
    membership,
    plan,
    production,
    production_step,
    release,
    rollback,
    staging,
    waiting,
)
from tests.handlers.urgent import emergency, owed, owing

LATE = later(days=2)


def test_nothing_is_said_where_no_review_is_owed_or_nobody_is_kept_out() -> None:
    known = in_production()
    assert gate.check(gate_context(known, known.step, facts(), LATE)) == ()
    open_to_all = plan(staging(), production(protected=False))
    lax = replace(known, plan=open_to_all)
    assert gate.check(gate_context(lax, lax.step, owing(), LATE)) == ()
    first = release()
    assert gate.check(gate_context(first, first.step, owing(), LATE)) == ()


@pytest.mark.parametrize(("at", "verdict"), [(later(days=1), Verdict.OPEN), (LATE, Verdict.CLOSED)])
def test_it_closes_once_a_review_is_overdue(at: datetime, verdict: Verdict) -> None:
    known = in_production()
    context = replace(gate_context(known, known.step, owing(), LATE), now=at)
    [result] = gate.check(context)
    assert (result.gate, result.name, result.verdict) == ("review", "review", verdict)


def test_it_names_each_overdue_review_and_who_clears_it() -> None:
    known = in_production()
    state = owing(owed(), owed(release=8, due=later(days=9)), owed(release=9, by="ops"))
    [result] = gate.check(gate_context(known, known.step, state, LATE))
    values = {"release": "r6", "environment": "production", "team": "testers", "due": LATE.isoformat()}
    assert result.reasons == (
        Reason("review_overdue", values, ("testers",), None, "review r6"),
        Reason("review_overdue", {**values, "release": "r9", "team": "ops"}, ("ops",), None, "review r9"),
    )


@pytest.mark.parametrize(
    ("known", "closed"), [(in_production(), True), (rollback(), False), (emergency(), False)]
)
def test_it_keeps_normal_releases_out_only(known: Release, closed: bool) -> None:
    results = evaluate_gates(known, known.step, owing(), LATE)
    assert any(each.gate == "review" for each in results) is closed
    assert GATES["review"].revokes


def test_a_release_that_only_a_review_holds_up_has_to_be_asked_for_again() -> None:
    signed_step: Step = waiting("production", sign_offs=BOTH)
    state = environment_state("production", reviews=(owed(),))
    known = facts(state, membership=membership(LATE))
    decision = decided(production_step(signed_step), Reevaluated(1), known, LATE)
    step = after(decision).step
    assert (step.state, step.requested, step.unrequested_by) == (StepState.WAITING, False, "review")

from dataclasses import replace

import pytest

from handlers.actions.approve import SignedOff
from handlers.actions.cancel import CancelRequested
from handlers.actions.retry import RetryRequested
from handlers.evaluation import evaluate_gates
from handlers.facts import Facts
from handlers.gate import Reason, Verdict
from handlers.policy import Presence
from handlers.reports import Reevaluated
from handlers.step import StepState
from handlers.why import why
from tests.handlers.builders import (
    BOTH,
    NOW,
    TIM,
    after,
    decided,
    facts,
    failed,
    in_production,
    production_step,
    refused,
    rollback,
    under_way,
)

EVERYTHING = Presence(frozenset({"staging", "production"}), frozenset({"here", "remote"}))
ABSENT = {
    "service": Presence(frozenset(), frozenset({"here", "remote"})),
    "environment": Presence(frozenset({"staging"}), frozenset({"here", "remote"})),
    "ci": Presence(frozenset({"staging", "production"}), frozenset({"here"})),
}


def lacking(absent: str) -> Facts:
    return replace(facts(), presence=ABSENT.get(absent, EVERYTHING))


@pytest.mark.parametrize("absent", ABSENT)
def test_nothing_starts_that_the_policy_does_not_name(absent: str) -> None:
    for known in (in_production(sign_offs=BOTH), rollback()):
        shut = [each for each in evaluate_gates(known, known.step, lacking(absent), NOW) if not each.open]
        assert [(each.gate, each.verdict) for each in shut] == [("policy", Verdict.CLOSED)]
        values = {"service": "website", "environment": "production", "ci": "remote"}
        event = "the policy names it again, or cancel"
        assert shut[0].reasons == (Reason(f"{absent}_removed", values, known.plan.operators, None, event),)


def test_what_is_named_meets_no_such_gate() -> None:
    known = in_production(sign_offs=BOTH)
    assert all(each.open for each in evaluate_gates(known, known.step, lacking(""), NOW))


@pytest.mark.parametrize("absent", ABSENT)
def test_it_is_not_signed_or_retried_but_cancelled(absent: str) -> None:
    for event in (SignedOff(1, TIM, "ops"), RetryRequested(1, TIM)):
        refusal = refused(in_production(), event, lacking(absent))
        assert (refusal.code, refusal.values["absent"]) == ("not_in_policy", absent)
    assert decided(in_production(), CancelRequested(1, TIM), lacking(absent)).reply.code == "cancelled"


def test_a_policy_that_names_it_again_starts_nothing_protected() -> None:
    known = in_production(sign_offs=BOTH, requested=True)
    gone = after(decided(known, Reevaluated(1), lacking("service")))
    assert (gone.step.requested, gone.step.unrequested_by) == (False, "policy")
    assert after(decided(gone, Reevaluated(1), lacking(""))).step.state is StepState.WAITING


@pytest.mark.parametrize("absent", ABSENT)
def test_what_runs_is_followed_and_shown(absent: str) -> None:
    for known in (
        production_step(under_way(StepState.RUNNING, "production")),
        production_step(failed("production")),
    ):
        codes = [each.code for each in why(known, lacking(absent), NOW)]
        assert codes[-1] == f"{absent}_removed"
        assert len(codes) == 2

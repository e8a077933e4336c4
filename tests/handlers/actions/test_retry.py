from dataclasses import replace

import pytest

from handlers.actions.retry import RetryRequested
from handlers.effects import PostToThread, ShowCard, Trigger
from handlers.outcome import Refusal, Reply
from handlers.requests import UsageError
from handlers.rights import current_precondition
from handlers.step import StepState
from tests.handlers.actions.contexts import read
from tests.handlers.builders import (
    AMITA,
    ANDY,
    BOTH,
    CORRELATION,
    MARA,
    TIM,
    TOM,
    after,
    decided,
    environment_state,
    facts,
    facts_at,
    failed,
    later,
    lock,
    production_step,
    refused,
    release,
    signed,
    under_way,
)


@pytest.mark.parametrize(
    ("line", "requested"),
    [
        ("retry r42", RetryRequested(42, ANDY)),
    ],
)
def test_retry(line: str, requested: RetryRequested) -> None:
    assert read(line) == requested


@pytest.mark.parametrize(("line", "word"), [("retry", ""), ("retry staging", "staging")])
def test_a_release_has_to_be_named(line: str, word: str) -> None:
    assert read(line) == UsageError("release_needed", word, ("retry",))


CARD = ShowCard(1)


HELD = facts(environment_state(holder=1))


def test_a_failed_step_is_tried_again_with_its_spent_sign_offs() -> None:
    kept = signed("testers", TOM)
    spent = (signed("testers", AMITA, spent=True), signed("ops", TIM, spent=True, armed_by=MARA), kept)
    known = production_step(replace(failed("production"), sign_offs=spent, voided=("old",)))
    now = later(hours=1)
    given = facts_at(now, environment_state("production", holder=1))
    decision = decided(known, RetryRequested(1, TIM, precondition=current_precondition(known)), given, now)
    step = after(decision).step
    assert step.intent is not None
    assert step.sign_offs == (
        signed("testers", AMITA, armed_by=TIM),
        signed("ops", TIM, armed_by=TIM),
        kept,
    )
    assert (step.state, step.attempt, step.requested, step.requested_by) == (StepState.GRANTED, 2, True, TIM)
    assert (step.waiting_since, step.ended_at, step.run, step.failure) == (now, None, None, None)
    assert step.voided == ("old", CORRELATION)
    assert step.intent.may_have_deployed_before
    assert decision.reply == Reply("retried", {"release": "r1", "environment": "production"})
    assert decision.effects == (
        PostToThread(1, "retried", {"by": TIM, "environment": "production"}),
        CARD,
        Trigger(1, step.intent.correlation),
    )


def test_a_retry_of_what_has_no_intent_voids_none() -> None:
    known = release(replace(failed(), intent=None))
    assert after(decided(known, RetryRequested(1, ANDY), HELD)).step.voided == ()


@pytest.mark.parametrize("state", [StepState.RUNNING, StepState.UNKNOWN, StepState.SENT])
def test_only_what_failed_is_tried_again(state: StepState) -> None:
    values = {"release": "r1", "environment": "staging", "state": state.value}
    assert refused(release(under_way(state)), RetryRequested(1, ANDY)) == Refusal("nothing_to_retry", values)


def test_operators_alone_retry_in_a_protected_environment() -> None:
    known = production_step(failed("production"))
    assert refused(known, RetryRequested(1, ANDY)) == Refusal("not_in_team", {"action": "retry"}, ("ops",))


def test_a_retry_meets_a_lock() -> None:
    known = production_step(
        replace(failed("production"), sign_offs=tuple(replace(each, spent=True) for each in BOTH))
    )
    given = facts(environment_state("production", holder=1, locks=(lock(),)))
    step = after(decided(known, RetryRequested(1, TIM), given)).step
    assert (step.state, step.requested, step.holding, step.attempt) == (StepState.WAITING, False, True, 2)


def test_a_retry_that_has_to_wait_has_no_run_any_more() -> None:
    known = release(replace(failed(), requested=False))
    step = after(
        decided(known, RetryRequested(1, ANDY), facts(environment_state(holder=1, locks=(lock(),))))
    ).step
    assert (step.state, step.requested) == (StepState.WAITING, True)
    assert (step.run, step.intent, step.ended_at) == (None, None, None)

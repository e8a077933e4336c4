from dataclasses import replace

import pytest

from handlers.actions import settle
from handlers.actions.action import ReasonForm
from handlers.actions.settle import LossRequest, Settled
from handlers.attempt import Cancel, FailedAttempt, Failure
from handlers.command_parsing import CommandContext
from handlers.decide import decide_environment
from handlers.effects import Call, NotifyOpen, PostToChannel, PostToThread, ShowCard
from handlers.environments import EnvironmentState, Live, Loss
from handlers.outcome import Decision, Refusal, Reply
from handlers.release import Ending, Release, ReleaseState
from handlers.requests import UsageError
from handlers.rights import current_precondition
from handlers.step import StepState
from tests.handlers.actions.contexts import BOTH_SERVICES, HERE, NOWHERE, read
from tests.handlers.builders import (
    ANDY,
    ANNOUNCED,
    CORRELATION,
    NOW,
    TIM,
    after,
    build,
    decided,
    environment_state,
    facts,
    later,
    plan,
    production_step,
    refused,
    release,
    sent,
    signed,
    under_way,
)


@pytest.mark.parametrize(
    ("line", "requested"),
    [
        ("settle r42 deployed", Settled(42, ANDY, deployed=True)),
        ("settle r42 deployed saw it", Settled(42, ANDY, deployed=True, reason="saw it")),
        ("settle r42 not-deployed down", Settled(42, ANDY, deployed=False, reason="down")),
    ],
)
def test_settle(line: str, requested: Settled) -> None:
    assert read(line) == requested


@pytest.mark.parametrize(("line", "word"), [("settle r42", ""), ("settle r42 maybe", "maybe")])
def test_an_ending_has_to_be_named(line: str, word: str) -> None:
    meant = ("settle r42 deployed", "settle r42 not-deployed")
    assert read(line) == UsageError("ending_needed", word, ("deployed", "not-deployed"), meant)


@pytest.mark.parametrize(("line", "word"), [("settle", ""), ("settle staging", "staging")])
def test_a_release_has_to_be_named(line: str, word: str) -> None:
    assert read(line) == UsageError("release_needed", word, ("settle",))


CARD = ShowCard(1)


HELD = facts(environment_state(holder=1))


HELD_THERE = facts(environment_state("production", holder=1))


@pytest.mark.parametrize("state", [StepState.UNKNOWN, StepState.FAILED])
def test_an_operator_says_that_it_was_deployed(state: StepState) -> None:
    known = production_step(under_way(state, "production", intent=sent(unclear_at=NOW)))
    decision = decided(
        known, Settled(1, TIM, deployed=True, precondition=current_precondition(known)), HELD_THERE
    )
    assert after(decision).state is ReleaseState.DONE
    assert decision.deployed == "production"
    assert decision.environments["production"] == environment_state("production", live=Live(build(), 1, NOW))
    assert after(decision).step.settled_by == TIM
    done = {"environment": "production", "settled_by": TIM}
    assert PostToThread(1, "done", done, broadcast=True, users=(ANDY,)) in decision.effects
    assert decision.reply == Reply("settled_deployed", {"release": "r1", "environment": "production"})
    assert decision.effects[0] == PostToThread(1, "settled", {"by": TIM, "deployed": "yes", "reason": ""})


def test_an_operator_says_that_it_was_not_deployed() -> None:
    step = under_way(
        StepState.UNKNOWN, intent=sent(unclear_at=NOW), sign_offs=(signed("ops", TIM, spent=True),)
    )
    decision = decided(release(step), Settled(1, TIM, deployed=False, reason="down"), HELD)
    now = after(decision).step
    assert now == replace(
        step,
        state=StepState.FAILED,
        failure=Failure("not_sent", "down", TIM),
        failures=(FailedAttempt(1, NOW, Failure("not_sent", "down", TIM)),),
        ended_at=NOW,
        intent=None,
        voided=(CORRELATION,),
        may_have_deployed=False,
        holding=False,
        sign_offs=(signed("ops", TIM),),
    )
    assert decision.environments == {"staging": environment_state(holder=0)}
    assert decision.reply == Reply("settled_not_deployed", {"release": "r1", "environment": "staging"})
    failure = {"environment": "staging", "code": "not_sent", "detail": "down"}
    assert decision.effects == (
        PostToThread(1, "settled", {"by": TIM, "deployed": "no", "reason": "down"}),
        Call(1, "failed", failure, teams=("developers", "ops"), users=(ANDY,), attempt=1),
        CARD,
        ANNOUNCED,
    )


def test_what_an_earlier_attempt_may_have_deployed_keeps_its_environment() -> None:
    intent = sent(unclear_at=NOW, may_have_deployed_before=True)
    known = release(under_way(StepState.UNKNOWN, intent=intent))
    step = after(decided(known, Settled(1, TIM, deployed=False, reason="down"), HELD)).step
    assert (step.state, step.may_have_deployed, step.holding) == (StepState.FAILED, True, True)


def test_what_was_settled_may_be_settled_again() -> None:
    """Nothing is given back twice, and the failure is told once."""
    known = release(under_way(StepState.UNKNOWN, intent=sent(unclear_at=NOW)))
    once = after(decided(known, Settled(1, TIM, deployed=False, reason="down"), HELD))
    twice = after(decided(once, Settled(1, TIM, deployed=False, reason="saw it"), HELD))
    assert twice.step.failures == (FailedAttempt(1, NOW, Failure("not_sent", "saw it", TIM)),)


GIVEN_UP = under_way(
    StepState.FAILED,
    may_have_deployed=False,
    holding=False,
    failure=Failure("not_sent", "down", TIM),
    ended_at=NOW,
)


def test_who_errs_may_still_say_that_it_was_deployed_while_nothing_else_is_there() -> None:
    decision = decided(release(GIVEN_UP), Settled(1, TIM, deployed=True), facts(environment_state()))
    assert decision.reply.code == "settled_deployed"
    assert decision.environments["staging"].live == Live(build(), 1, NOW)
    assert after(decision).steps[0].state is StepState.SUCCEEDED


@pytest.mark.parametrize(
    ("there", "other"),
    [
        (environment_state(holder=7), "r7"),
        (environment_state(live=Live(build(), 8, later(minutes=1))), "r8"),
    ],
)
def test_what_went_on_meanwhile_is_not_settled_over(there: EnvironmentState, other: str) -> None:
    refusal = refused(release(GIVEN_UP), Settled(1, TIM, deployed=True), facts(there))
    assert (refusal.code, refusal.values["other"]) == ("went_on", other)


def test_what_was_to_be_cancelled_is_cancelled_when_it_was_not_deployed() -> None:
    cancel = Cancel(ANDY, "asked", NOW, "wrong")
    step = under_way(StepState.UNKNOWN, intent=sent(unclear_at=NOW, alerted=True), cancel=cancel)
    decision = decided(release(step), Settled(1, TIM, deployed=False, reason="down"), HELD)
    assert after(decision).ending == Ending(ReleaseState.CANCELLED, ANDY, NOW, "wrong")
    assert decision.environments == {"staging": EnvironmentState("staging")}


def test_what_was_to_be_cancelled_and_was_deployed_is_too_late() -> None:
    cancel = Cancel(ANDY, "asked", NOW, "wrong")
    step = under_way(StepState.UNKNOWN, intent=sent(unclear_at=NOW, alerted=True), cancel=cancel)
    decision = decided(release(step), Settled(1, TIM, deployed=True), HELD)
    assert after(decision).ending == Ending(ReleaseState.CANCELLED, ANDY, NOW, "wrong")
    assert (
        PostToThread(1, "too_late", {"environment": "staging"}, broadcast=True, users=(ANDY,))
        in decision.effects
    )


@pytest.mark.parametrize(
    ("known", "event", "refusal"),
    [
        (
            release(under_way(StepState.RUNNING)),
            Settled(1, TIM, deployed=True),
            Refusal("nothing_to_settle", {"release": "r1", "environment": "staging", "state": "running"}),
        ),
        (
            release(under_way(StepState.UNKNOWN)),
            Settled(1, ANDY, deployed=True),
            Refusal("not_in_team", {"action": "settle"}, ("ops",)),
        ),
        (
            release(under_way(StepState.UNKNOWN)),
            Settled(1, TIM, deployed=False),
            Refusal("reason_needed", {"action": "settle"}),
        ),
    ],
)
def test_settling_is_refused(known: Release, event: Settled, refusal: Refusal) -> None:
    assert refused(known, event) == refusal


def test_what_had_reached_its_time_limit_and_was_not_deployed_was_not_started() -> None:
    cancel = Cancel("shiproom", "timed_out", NOW)
    known = release(under_way(StepState.UNKNOWN, intent=sent(unclear_at=NOW, alerted=True), cancel=cancel))
    step = after(decided(known, Settled(1, TIM, deployed=False, reason="down"), HELD)).step
    assert (step.state, step.failure) == (StepState.FAILED, Failure("not_sent", "down", TIM))


@pytest.mark.parametrize(
    ("deployed", "reason", "may"),
    [(False, "", True), (False, "down", False), (True, "", False), (True, "saw it", False)],
)
def test_a_missing_reason_needs_a_form(deployed: bool, reason: str, may: bool) -> None:
    assert settle.may_need_form(Settled(1, TIM, deployed, reason), plan()) is may


def test_the_form_asks_how_it_is_known() -> None:
    expected = ReasonForm(Settled(1, TIM, deployed=False, reason="?"), "settle r1 not-deployed")
    assert settle.form(Settled(1, TIM, deployed=False), release(), HELD, NOW) == expected


LOSS = Loss("14:c0ffee", 12)


@pytest.mark.parametrize(
    ("line", "context", "expected"),
    [
        ("settle lost 2.4.1 is live", HERE, LossRequest("website", "", ANDY, "2.4.1 is live")),
        ("settle website lost", HERE, LossRequest("website", "", ANDY, "")),
        ("settle shop lost we looked", HERE, LossRequest("shop", "", ANDY, "we looked")),
        ("settle shop lost we looked", NOWHERE, LossRequest("shop", "", ANDY, "we looked")),
        ("settle lost", NOWHERE, UsageError("which_service", "", BOTH_SERVICES)),
        ("settle website", HERE, UsageError("release_needed", "website", ("settle",))),
    ],
)
def test_what_a_database_lost_is_settled_of_a_service(
    line: str, context: CommandContext, expected: object
) -> None:
    assert read(line, context) == expected


def settled_loss(actor: str = TIM, loss: Loss | None = LOSS, reason: str = "looked") -> Decision | Refusal:
    event = LossRequest("website", "", actor, reason).event("website", ())
    return decide_environment(plan(), event, facts(loss=loss), NOW)


def test_an_operator_settles_what_was_lost() -> None:
    decision = settled_loss()
    assert isinstance(decision, Decision)
    values = {"service": "website", "by": TIM, "lost": "14:c0ffee", "found": "12", "reason": "looked"}
    values |= {"backup": "", "live": ""}
    assert decision.reply == Reply("loss_settled", values)
    assert decision.effects == (
        PostToChannel("website", "loss_settled", values),
        NotifyOpen("website", "reevaluate"),
    )
    assert decision.environments == {}


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        (settled_loss(actor=ANDY), "not_in_team"),
        (settled_loss(loss=None), "nothing_lost"),
        (settled_loss(reason=""), "reason_needed"),
    ],
)
def test_nobody_else_does_and_not_without_a_reason(decision: Decision | Refusal, code: str) -> None:
    assert isinstance(decision, Refusal)
    assert decision.code == code

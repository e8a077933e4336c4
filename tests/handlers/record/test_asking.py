from dataclasses import replace

import pytest

from handlers import events, reports
from handlers.effects import Say, ShowCard, StopRun, Tell, TellOpen, Trigger
from handlers.ground import Ground, Live
from handlers.outcome import Refusal, Reply
from handlers.record.rights import bound_to
from handlers.release import Ending, Release, ReleaseState
from handlers.step import Cancel, Failure, Step, StepState
from tests.handlers.making import (
    AMITA,
    ANDY,
    ANNOUNCED,
    BOTH,
    CORRELATION,
    GUEST,
    MARA,
    NOW,
    STRANGER,
    TIM,
    TOM,
    after,
    build,
    decided,
    facts,
    facts_at,
    granted,
    ground,
    in_line,
    in_production,
    later,
    lock,
    on_test,
    plan,
    production,
    production_step,
    refused,
    release,
    rollback,
    rule,
    run,
    sent,
    signed,
    staging,
    succeeded,
    under_way,
    waiting,
)

CARD = ShowCard(1)
HELD = facts(ground(holder=1))
HELD_THERE = facts(ground("production", holder=1))
OLD = events.Bound("production", 1, "another")
FAILED = Failure("run_failed", "exit 1")


def failed(environment: str = "staging") -> Step:
    return under_way(StepState.FAILED, environment, failure=FAILED, run=run(), ended_at=NOW)


# Asking for a step.


def there(state: str) -> Reply:
    """Give the answer to who asks for what is on its way or there."""
    return Reply("already_there", {"service": "website", "version": "2.1.0", "state": state})


@pytest.mark.parametrize("actor", [ANDY, TIM])
def test_a_step_is_asked_for(actor: str) -> None:
    known = in_production(unrequested_by="lock")
    decision = decided(known, events.StepAsked(1, "production", actor), HELD)
    step = after(decision).step
    assert (step.requested, step.requested_by, step.unrequested_by) == (True, actor, "")
    assert decision.reply == Reply("asked", {"release": "r1", "environment": "production"})
    assert decision.effects == (
        TellOpen("website", "newer_asked", "production", 1, 1),
        Say(1, "asked", {"by": actor, "environment": "production"}),
        CARD,
    )


def test_asking_early_is_remembered_and_tells_nobody_yet() -> None:
    known = release(granted(), Step("production"))
    decision = decided(known, events.StepAsked(1, "production", ANDY), HELD)
    assert after(decision).steps == (known.steps[0], Step("production", requested=True, requested_by=ANDY))
    assert decision.effects == (Say(1, "asked", {"by": ANDY, "environment": "production"}), CARD)


@pytest.mark.parametrize(
    ("known", "where", "reply"),
    [
        (release(granted()), "staging", there("granted")),
        (in_production(), "staging", there("succeeded")),
        (in_production(requested=True), "production", Reply("already_asked")),
        (release(granted(), Step("production", requested=True)), "production", Reply("already_asked")),
    ],
)
def test_asking_twice_changes_nothing(known: Release, where: str, reply: Reply) -> None:
    decision = decided(known, events.StepAsked(1, where, ANDY), HELD)
    assert decision.reply == Reply(reply.code, {"release": "r1", "environment": where, **reply.values})
    assert decision.release is known
    assert decision.effects == ()


@pytest.mark.parametrize(
    ("event", "refusal"),
    [
        (
            events.StepAsked(1, "preview", ANDY),
            Refusal("no_such_environment", {"environment": "preview", "service": "website"}),
        ),
        (
            events.StepAsked(1, "production", AMITA),
            Refusal("not_in_team", {"deed": "ask for a step"}, ("developers", "ops")),
        ),
        (
            events.StepAsked(1, "production", ANDY, OLD),
            Refusal("old_card", {"release": "r1", "now": "production", "state": "waiting"}),
        ),
        (
            events.StepAsked(1, "production", AMITA, OLD),
            Refusal("not_in_team", {"deed": "ask for a step"}, ("developers", "ops")),
        ),
    ],
)
def test_asking_is_refused(event: events.StepAsked, refusal: Refusal) -> None:
    assert refused(in_production(), event) == refusal


def test_a_protected_environment_takes_its_branches_only() -> None:
    feature = build(branch="feature")
    known = replace(in_production(), build=feature)
    values = {"branch": "feature", "branches": "main", "environment": "production"}
    assert refused(known, events.StepAsked(1, "production", ANDY)) == Refusal("wrong_branch", values)
    back = rollback(waiting("production", requested=False), build=feature)
    assert decided(back, events.StepAsked(5, "production", TIM)).reply.code == "asked"


# A click on an old card.


def test_a_card_is_bound_to_environment_attempt_and_build() -> None:
    known = in_production(attempt=3)
    bound = bound_to(known)
    assert bound == events.Bound("production", 3, known.fingerprint())
    good = decided(known, events.StepAsked(1, "production", ANDY, bound), HELD)
    assert good.reply.code == "asked"
    for other in (
        replace(bound, environment="staging"),
        replace(bound, attempt=2),
        replace(bound, fingerprint="another"),
    ):
        assert refused(known, events.StepAsked(1, "production", ANDY, other)).code == "old_card"


@pytest.mark.parametrize(
    "event",
    [
        events.TestingStarted(1, AMITA, OLD),
        events.SignedOff(1, AMITA, bound=OLD),
        events.Rejected(1, AMITA, "bad", OLD),
        events.CancelAsked(1, TIM, bound=OLD),
        events.RetryAsked(1, TIM, OLD),
        events.Settled(1, TIM, deployed=True, bound=OLD),
    ],
)
def test_an_old_card_does_nothing(event: events.ReleaseEvent) -> None:
    values = {"release": "r1", "now": "production", "state": "waiting"}
    assert refused(in_production(), event) == Refusal("old_card", values)


# Testing.


def test_somebody_tests() -> None:
    known = in_production(testing=(on_test(TOM),))
    decision = decided(known, events.TestingStarted(1, AMITA, bound_to(known)), HELD)
    assert after(decision).step.testing == (on_test(TOM), on_test(AMITA))
    assert decision.reply == Reply("testing", {"release": "r1"})
    assert decision.effects == (Say(1, "testing", {"by": AMITA}), CARD)


def test_testing_twice_changes_nothing() -> None:
    known = in_production(testing=(on_test(AMITA),))
    decision = decided(known, events.TestingStarted(1, AMITA), HELD)
    assert (decision.reply, decision.release) == (Reply("already_testing", {"release": "r1"}), known)


@pytest.mark.parametrize(
    ("known", "state"),
    [
        (release(), "waiting"),
        (production_step(granted("production")), "granted"),
    ],
    ids=["no gates", "granted"],
)
def test_there_is_nothing_to_test(known: Release, state: str) -> None:
    expected = Refusal("nothing_to_test", {"release": "r1", "state": state})
    assert refused(known, events.TestingStarted(1, AMITA)) == expected


@pytest.mark.parametrize(("actor", "code"), [(ANDY, "not_in_team"), (GUEST, "not_full_member")])
def test_only_a_gate_team_tests(actor: str, code: str) -> None:
    assert refused(in_production(), events.TestingStarted(1, actor)) == Refusal(
        code, {"deed": "test"}, ("testers", "ops")
    )


# Cancel.


def test_what_is_not_in_flight_ends_at_once() -> None:
    known = production_step(waiting("production", holding=True, in_line_since=NOW))
    known = release(succeeded(), known.steps[1])
    given = facts(ground(holder=1, line=in_line(4)), ground("production", line=in_line(1, 5)))
    decision = decided(known, events.CancelAsked(1, TIM, "wrong"), given)
    done = after(decision)
    assert done.ending == Ending(ReleaseState.CANCELLED, TIM, NOW, "wrong")
    assert done.steps[0] == replace(known.steps[0], holding=False)
    ended = waiting("production", state=StepState.SKIPPED, ended_at=NOW)
    assert done.steps[1] == ended
    assert decision.grounds == {
        "staging": ground(line=in_line(4)),
        "production": ground("production", line=in_line(1, 5)[1:]),
    }
    assert decision.effects == (
        Say(1, "cancelled", {"by": TIM, "reason": "wrong"}),
        Tell(reports.Looked(5)),
        Tell(reports.Looked(4)),
        CARD,
        ANNOUNCED,
    )
    assert decision.reply == Reply("cancelled", {"release": "r1", "environment": "production"})
    assert decision.wake_at is None


def test_the_steps_left_are_skipped() -> None:
    done = after(decided(release(granted(), Step("production")), events.CancelAsked(1, ANDY), HELD))
    assert [(step.state, step.ended_at) for step in done.steps] == [(StepState.SKIPPED, NOW)] * 2


@pytest.mark.parametrize("state", [StepState.SENT, StepState.RUNNING, StepState.UNKNOWN])
def test_what_is_in_flight_is_stopped_first(state: StepState) -> None:
    known = release(under_way(state))
    decision = decided(known, events.CancelAsked(1, ANDY, "wrong"), HELD)
    assert after(decision).step.state is StepState.CANCELLING
    assert after(decision).step.cancel == Cancel(ANDY, "asked", NOW, "wrong")
    said = Say(1, "cancelling", {"by": ANDY, "code": "asked", "reason": "wrong"})
    stop = (StopRun(1, CORRELATION, "run1"),) if state is StepState.RUNNING else ()
    assert decision.effects == (said, *stop, CARD)
    assert decision.reply == Reply("cancelling", {"release": "r1", "environment": "staging"})


def test_a_run_without_an_intent_is_not_stopped() -> None:
    known = release(under_way(StepState.RUNNING, intent=None))
    decision = decided(known, events.CancelAsked(1, ANDY), HELD)
    assert len(decision.effects) == 2


def test_cancelling_twice_changes_nothing() -> None:
    known = release(under_way(StepState.CANCELLING, cancel=Cancel(ANDY, "asked", NOW)))
    decision = decided(known, events.CancelAsked(1, ANDY), HELD)
    assert decision.reply == Reply("already_cancelling", {"release": "r1", "environment": "staging"})
    assert decision.release is known


def test_a_wish_takes_the_place_of_a_time_limit_but_not_its_time() -> None:
    known = release(under_way(StepState.CANCELLING, cancel=Cancel("shiproom", "timed_out", NOW)))
    now = later(seconds=5)
    decision = decided(known, events.CancelAsked(1, ANDY), facts_at(now, ground(holder=1)), now)
    assert after(decision).step.cancel == Cancel(ANDY, "asked", NOW)


STEERED = [
    (release(), (ANDY, TIM), ()),
    (in_production(), (ANDY, TIM), (AMITA, STRANGER)),
    (release(under_way(StepState.RUNNING)), (ANDY, TIM), (AMITA,)),
    (production_step(granted("production")), (TIM,), (ANDY, AMITA)),
    (production_step(under_way(StepState.RUNNING, "production")), (TIM,), (ANDY, AMITA)),
    (production_step(failed("production")), (TIM,), (MARA,)),
    (production_step(waiting("production", holding=True)), (TIM,), (ANDY,)),
]


@pytest.mark.parametrize(("known", "may", "may_not"), STEERED)
def test_who_may_cancel(known: Release, may: tuple[str, ...], may_not: tuple[str, ...]) -> None:
    given = facts(ground(holder=1), ground("production", holder=1))
    for actor in may:
        assert decided(known, events.CancelAsked(1, actor), given).reply.code in {"cancelled", "cancelling"}
    for actor in may_not:
        refusal = refused(known, events.CancelAsked(1, actor), given)
        steering = ("developers", "ops") if ANDY in may else ("ops",)
        assert refusal == Refusal("not_in_team", {"deed": "cancel"}, steering)


# Retry.


def test_a_failed_step_is_tried_again_with_its_spent_sign_offs() -> None:
    kept = signed("testers", TOM)
    spent = (signed("testers", AMITA, spent=True), signed("ops", TIM, spent=True, armed_by=MARA), kept)
    known = production_step(replace(failed("production"), sign_offs=spent, voided=("old",)))
    now = later(hours=1)
    given = facts_at(now, ground("production", holder=1))
    decision = decided(known, events.RetryAsked(1, TIM, bound_to(known)), given, now)
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
    assert step.intent.touched_before
    assert decision.reply == Reply("retried", {"release": "r1", "environment": "production"})
    assert decision.effects == (
        Say(1, "retried", {"by": TIM, "environment": "production"}),
        CARD,
        Trigger(1, step.intent.correlation),
    )


def test_a_retry_of_what_has_no_intent_voids_none() -> None:
    known = release(replace(failed(), intent=None))
    assert after(decided(known, events.RetryAsked(1, ANDY), HELD)).step.voided == ()


@pytest.mark.parametrize("state", [StepState.RUNNING, StepState.UNKNOWN, StepState.SENT])
def test_only_what_failed_is_tried_again(state: StepState) -> None:
    values = {"release": "r1", "environment": "staging", "state": state.value}
    assert refused(release(under_way(state)), events.RetryAsked(1, ANDY)) == Refusal(
        "nothing_to_retry", values
    )


def test_operators_alone_retry_in_a_protected_environment() -> None:
    known = production_step(failed("production"))
    assert refused(known, events.RetryAsked(1, ANDY)) == Refusal("not_in_team", {"deed": "retry"}, ("ops",))


def test_a_retry_meets_a_lock() -> None:
    known = production_step(
        replace(failed("production"), sign_offs=tuple(replace(each, spent=True) for each in BOTH))
    )
    given = facts(ground("production", holder=1, lock=lock()))
    step = after(decided(known, events.RetryAsked(1, TIM), given)).step
    assert (step.state, step.requested, step.holding, step.attempt) == (StepState.WAITING, False, True, 2)


# Settle.


@pytest.mark.parametrize("state", [StepState.UNKNOWN, StepState.FAILED])
def test_an_operator_says_that_it_was_deployed(state: StepState) -> None:
    known = production_step(under_way(state, "production", intent=sent(unclear_at=NOW)))
    decision = decided(known, events.Settled(1, TIM, deployed=True, bound=bound_to(known)), HELD_THERE)
    assert after(decision).state is ReleaseState.DONE
    assert decision.deployed == "production"
    assert decision.grounds["production"] == ground("production", live=Live(build(), 1, NOW))
    assert after(decision).step.settled_by == TIM
    done = {"environment": "production", "settled_by": TIM}
    assert Say(1, "done", done, broadcast=True) in decision.effects
    assert decision.reply == Reply("settled_deployed", {"release": "r1", "environment": "production"})
    assert decision.effects[0] == Say(1, "settled", {"by": TIM, "deployed": "yes", "reason": ""})


def test_an_operator_says_that_it_was_not_deployed() -> None:
    step = under_way(
        StepState.UNKNOWN, intent=sent(unclear_at=NOW), sign_offs=(signed("ops", TIM, spent=True),)
    )
    decision = decided(release(step), events.Settled(1, TIM, deployed=False, reason="down"), HELD)
    now = after(decision).step
    assert now == replace(
        step,
        state=StepState.FAILED,
        failure=Failure("not_sent", "down"),
        ended_at=NOW,
        intent=None,
        voided=(CORRELATION,),
    )
    assert decision.grounds == {}
    assert decision.reply == Reply("settled_not_deployed", {"release": "r1", "environment": "staging"})
    failure = {"environment": "staging", "code": "not_sent", "detail": "down"}
    assert decision.effects == (
        Say(1, "settled", {"by": TIM, "deployed": "no", "reason": "down"}),
        Say(1, "failed", failure, broadcast=True, teams=("developers", "ops")),
        CARD,
    )


def test_what_was_to_be_cancelled_is_cancelled_when_it_was_not_deployed() -> None:
    cancel = Cancel(ANDY, "asked", NOW, "wrong")
    step = under_way(StepState.UNKNOWN, intent=sent(unclear_at=NOW, alerted=True), cancel=cancel)
    decision = decided(release(step), events.Settled(1, TIM, deployed=False, reason="down"), HELD)
    assert after(decision).ending == Ending(ReleaseState.CANCELLED, ANDY, NOW, "wrong")
    assert decision.grounds == {"staging": Ground("staging", failed=True)}


def test_what_was_to_be_cancelled_and_was_deployed_is_too_late() -> None:
    cancel = Cancel(ANDY, "asked", NOW, "wrong")
    step = under_way(StepState.UNKNOWN, intent=sent(unclear_at=NOW, alerted=True), cancel=cancel)
    decision = decided(release(step), events.Settled(1, TIM, deployed=True), HELD)
    assert after(decision).ending == Ending(ReleaseState.CANCELLED, ANDY, NOW, "wrong")
    assert Say(1, "too_late", {"environment": "staging"}, broadcast=True) in decision.effects


@pytest.mark.parametrize(
    ("known", "event", "refusal"),
    [
        (
            release(under_way(StepState.RUNNING)),
            events.Settled(1, TIM, deployed=True),
            Refusal("nothing_to_settle", {"release": "r1", "environment": "staging", "state": "running"}),
        ),
        (
            release(under_way(StepState.UNKNOWN)),
            events.Settled(1, ANDY, deployed=True),
            Refusal("not_in_team", {"deed": "settle"}, ("ops",)),
        ),
        (
            release(under_way(StepState.UNKNOWN)),
            events.Settled(1, TIM, deployed=False),
            Refusal("reason_needed", {"deed": "settle"}),
        ),
    ],
)
def test_settling_is_refused(known: Release, event: events.Settled, refusal: Refusal) -> None:
    assert refused(known, event) == refusal


# Waive.

STRICT = plan(staging(), production(gates=(rule("testers"), rule("ops", authors_may_sign=False))))


def test_an_operator_waives_an_unknown_author() -> None:
    known = replace(in_production(), plan=STRICT)
    decision = decided(known, events.AuthorsWaived(1, TIM, "Mara looked"), HELD)
    assert after(decision).step.waived_authors
    assert decision.reply == Reply("waived", {"release": "r1"})
    assert decision.effects == (Say(1, "waived", {"by": TIM, "reason": "Mara looked"}), CARD)


@pytest.mark.parametrize(
    ("known", "actor", "reason", "refusal"),
    [
        (in_production(), TIM, "why not", Refusal("nothing_to_waive", {"release": "r1"})),
        (
            replace(production_step(granted("production")), plan=STRICT),
            TIM,
            "why not",
            Refusal("nothing_to_waive", {"release": "r1"}),
        ),
        (replace(in_production(), plan=STRICT), TIM, "", Refusal("reason_needed", {"deed": "waive"})),
        (
            replace(in_production(), plan=STRICT),
            ANDY,
            "so",
            Refusal("not_in_team", {"deed": "waive"}, ("ops",)),
        ),
    ],
)
def test_waiving_is_refused(known: Release, actor: str, reason: str, refusal: Refusal) -> None:
    assert refused(known, events.AuthorsWaived(1, actor, reason)) == refusal


def test_sign_offs_that_are_there_carry_a_step_on() -> None:
    known = in_production(sign_offs=BOTH)
    assert (
        after(decided(known, events.StepAsked(1, "production", ANDY), HELD)).step.state is StepState.GRANTED
    )


def test_a_retry_that_has_to_wait_has_no_run_any_more() -> None:
    known = release(replace(failed(), requested=False))
    step = after(decided(known, events.RetryAsked(1, ANDY), facts(ground(holder=1, lock=lock())))).step
    assert (step.state, step.requested) == (StepState.WAITING, True)
    assert (step.run, step.intent, step.ended_at) == (None, None, None)


def test_what_had_reached_its_time_limit_and_was_not_deployed_has_failed() -> None:
    cancel = Cancel("shiproom", "timed_out", NOW)
    known = release(under_way(StepState.UNKNOWN, intent=sent(unclear_at=NOW, alerted=True), cancel=cancel))
    step = after(decided(known, events.Settled(1, TIM, deployed=False, reason="down"), HELD)).step
    assert (step.state, step.failure) == (StepState.FAILED, Failure("timed_out", "down"))

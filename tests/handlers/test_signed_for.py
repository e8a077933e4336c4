"""A gate may say for how long a sign-off counts; one that is too old is asked for again."""

from dataclasses import replace

from handlers import reports
from handlers.actions.approve import SignedOff
from handlers.actions.retry import RetryRequested
from handlers.effects import Call, PostToThread
from handlers.release import Release
from handlers.step import StepState
from tests.handlers.builders import (
    AMITA,
    BOTH,
    CORRELATION,
    NOW,
    TIM,
    after,
    decided,
    environment_state,
    facts,
    failed,
    in_production,
    later,
    membership,
    of_kind,
    plan,
    production,
    rule,
    sent,
    staging,
    under_way,
)

LOOK = reports.Reevaluated(1)


AGED = plan(staging(), production(gates=(rule("testers", signed_for=3600), rule("ops"))))
OLD = replace(in_production(sign_offs=BOTH, called=("testers", "ops")), plan=AGED)


def called(known: Release, *teams: str) -> tuple[Call, ...]:
    """Return the call of these teams."""
    return (Call(1, "sign_offs_wanted", {"environment": "production"}, teams, (), known.step.attempt),)


def test_a_sign_off_that_is_too_old_is_told_once_and_its_team_called_again() -> None:
    assert after(decided(OLD, LOOK, facts())).step.sign_offs == BOTH
    due = later(hours=1)
    decision = decided(OLD, LOOK, facts(membership=membership(due)), due)
    expired = PostToThread(1, "sign_off_expired", {"user": AMITA, "team": "testers"})
    assert of_kind(decision.effects, PostToThread, Call) == [expired, *called(OLD, "testers")]
    step = after(decision).step
    assert [(each.team, each.expired, each.counts) for each in step.sign_offs] == [
        ("testers", True, False),
        ("ops", False, True),
    ]
    again = decided(after(decision), LOOK, facts(membership=membership(due)), due)
    assert of_kind(again.effects, PostToThread, Call) == [], "once"


def test_it_wakes_when_a_sign_off_grows_too_old() -> None:
    short = replace(
        OLD, plan=plan(staging(), production(gates=(rule("testers", signed_for=40), rule("ops"))))
    )
    assert decided(short, LOOK).wake_at == later(seconds=40)


def test_who_signed_too_long_ago_signs_again_even_before_that_was_noticed() -> None:
    due = later(hours=1)
    decision = decided(OLD, SignedOff(1, AMITA, "testers"), facts(membership=membership(due)), due)
    step = after(decision).step
    assert [(each.at, each.expired) for each in step.sign_offs if each.team == "testers"] == [
        (NOW, True),
        (due, False),
    ]


def test_an_armed_sign_off_keeps_its_age() -> None:
    failed_once = replace(
        OLD,
        steps=(
            OLD.steps[0],
            failed("production", sign_offs=tuple(replace(each, spent=True) for each in BOTH)),
        ),
    )
    due = later(hours=1)
    step = after(decided(failed_once, RetryRequested(1, TIM), facts(membership=membership(due)), due)).step
    assert [(each.team, each.spent, each.expired) for each in step.sign_offs] == [
        ("testers", False, True),
        ("ops", False, False),
    ]


def test_what_was_sent_in_time_is_claimed_later() -> None:
    """Its age counts as of the mark."""
    sent_at = later(minutes=59)
    spent = tuple(replace(each, spent=True) for each in BOTH)
    step = under_way(StepState.SENT, "production", sign_offs=spent, intent=sent(sent_at=sent_at))
    due = later(minutes=61)
    there = facts(environment_state("production", holder=1), membership=membership(due))
    claim = reports.Claimed(1, CORRELATION, "run7", OLD.build.sha)
    decision = decided(replace(OLD, steps=(OLD.steps[0], step)), claim, there, due)
    assert decision.reply.code == "admitted"

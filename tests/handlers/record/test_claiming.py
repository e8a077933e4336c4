"""Runs that ask to be admitted before they deploy."""

from dataclasses import replace
from datetime import time

import pytest

from handlers import reports
from handlers.attempt import Cancel, Run
from handlers.calendar import Calendar, Freeze, Window
from handlers.effects import Call, StopRun
from handlers.environments import Lock
from handlers.outcome import Refusal, Reply
from handlers.people import AccountStatus
from handlers.release import Release
from handlers.step import Step, StepState
from tests.handlers.builders import (
    BOTH,
    CORRELATION,
    NOW,
    TIM,
    after,
    build,
    decided,
    environment_state,
    facts,
    granted,
    later,
    lock,
    membership,
    of_kind,
    production_step,
    refused,
    release,
    run,
    sent,
    under_way,
)
from tests.handlers.urgent import owed

HELD = facts(environment_state(holder=1))
THERE = facts(environment_state("production", holder=1))
SPENT = tuple(replace(each, spent=True) for each in BOTH)
ASKED = Cancel(TIM, "asked", NOW, "wrong")
RUN7 = Run("here", "run7", 1, "https://ci/7", "running", seen_at=NOW)


def here(step: Step) -> Release:
    return release(step, Step("production"))


CLAIM = reports.Claimed(1, CORRELATION, "run7", build().sha, 1, "https://ci/7")
ADMITTED = Reply("admitted", {"run": "run7#1"})


@pytest.mark.parametrize("state", [StepState.SENT, StepState.UNKNOWN])
def test_a_claim_admits_a_run_that_nobody_knew(state: StepState) -> None:
    known = production_step(under_way(state, "production", sign_offs=SPENT))
    decision = decided(known, CLAIM, THERE)
    assert after(decision).step == replace(
        known.step, state=StepState.RUNNING, run=replace(RUN7, ci="remote"), intent=sent(claimed_by="run7#1")
    )
    assert decision.reply == ADMITTED


def test_a_claim_admits_the_run_that_is_followed() -> None:
    known = here(under_way(StepState.RUNNING, run=RUN7))
    decision = decided(known, CLAIM, HELD)
    assert after(decision).step == replace(known.step, intent=sent(claimed_by="run7#1"))
    assert (decision.reply, decision.effects, decision.changed) == (ADMITTED, (), True)


def test_a_claim_of_a_later_attempt_waits_for_nobody() -> None:
    waits = replace(RUN7, state="waits", waits_for="leads", started_at=NOW, idle_since=NOW)
    known = here(under_way(StepState.RUNNING, run=waits))
    now = after(decided(known, replace(CLAIM, attempt=2), HELD)).step
    assert now.run == replace(RUN7, attempt=2)


def test_the_same_run_may_ask_again_even_if_a_gate_shut_meanwhile() -> None:
    known = here(under_way(StepState.RUNNING, run=RUN7, intent=sent(claimed_by="run7#1")))
    decision = decided(known, CLAIM, facts(environment_state(holder=1, locks=(lock(),))))
    assert (decision.reply, decision.release) == (ADMITTED, known)


@pytest.mark.parametrize(
    ("step", "event", "refusal"),
    [
        (granted(), CLAIM, Refusal("void_intent", {"correlation": CORRELATION})),
        (
            under_way(StepState.SENT, intent=sent(correlation="other")),
            CLAIM,
            Refusal("void_intent", {"correlation": CORRELATION}),
        ),
        (
            under_way(StepState.UNKNOWN, cancel=ASKED),
            CLAIM,
            Refusal("void_intent", {"correlation": CORRELATION}),
        ),
        (under_way(StepState.FAILED), CLAIM, Refusal("void_intent", {"correlation": CORRELATION})),
        (
            under_way(StepState.RUNNING, run=RUN7, intent=sent(claimed_by="run7#1")),
            replace(CLAIM, attempt=2),
            Refusal("claimed_by_another_run", {"run": "run7#1"}),
        ),
        (
            under_way(StepState.RUNNING, run=run(id="run8")),
            CLAIM,
            Refusal("claimed_by_another_run", {"run": "run8"}),
        ),
        (
            under_way(StepState.SENT),
            replace(CLAIM, sha="f" * 40),
            Refusal("other_commit", {"sha": "f" * 40, "wanted": build().sha}),
        ),
    ],
)
def test_a_claim_is_refused(step: Step, event: reports.Claimed, refusal: Refusal) -> None:
    assert refused(here(step), event, HELD) == refusal


def test_a_claim_is_refused_when_a_gate_shut_meanwhile() -> None:
    known = production_step(under_way(StepState.SENT, "production", sign_offs=SPENT))
    gone = facts(
        environment_state("production", holder=1),
        membership=membership(account_status={TIM: AccountStatus.DELETED}),
    )
    assert refused(known, CLAIM, gone) == Refusal("gate_closed", {"gate": "ops"})


def test_a_claim_may_ask_again_while_slack_alone_is_silent() -> None:
    known = production_step(under_way(StepState.SENT, "production", sign_offs=SPENT))
    silent = membership(unknown=(TIM,))
    there = environment_state("production", holder=1)
    assert refused(known, CLAIM, facts(there, membership=silent)) == Refusal("undecided", {"gate": "ops"})
    short = production_step(under_way(StepState.SENT, "production", sign_offs=SPENT[:1]))
    assert refused(short, CLAIM, facts(there)) == Refusal("gate_closed", {"gate": "ops"})


FROZEN = Calendar(freezes=(Freeze("year end", later(days=-1), later(days=1)),))
SHUT = Calendar(windows=(Window(frozenset({6}), time(9), time(10)),))


@pytest.mark.parametrize(
    ("locks", "calendar", "gate", "code"),
    [
        ((lock(),), Calendar(), "lock", "locked"),
        ((), FROZEN, "freeze", "frozen"),
        ((), SHUT, "window", "window_closed"),
        ((lock(),), FROZEN, "lock", "locked"),
    ],
)
def test_a_claim_refused_by_what_closed_for_everybody_proves_that_nothing_was_deployed(
    locks: tuple[Lock, ...], calendar: Calendar, gate: str, code: str
) -> None:
    known = production_step(under_way(StepState.SENT, "production", sign_offs=SPENT, requested=True))
    there = facts(environment_state("production", holder=1, locks=locks))
    decision = decided(known, CLAIM, replace(there, calendars={"production": calendar}))
    step = after(decision).step
    assert decision.reply == Reply("claim_refused", {"gate": gate, "environment": "production"})
    assert (step.state, step.requested, step.unrequested_by) == (StepState.WAITING, False, code)
    assert [each.spent for each in step.sign_offs] == [False, False], "they come back, as old as they are"
    assert [each.at for each in step.sign_offs] == [each.at for each in SPENT]
    assert (step.may_have_deployed, step.holding, step.intent) == (False, False, None)
    assert of_kind(decision.effects, StopRun) == [StopRun(1, CORRELATION, CLAIM.run_id)]
    again = refused(after(decision), CLAIM, HELD)
    assert again == Refusal("void_intent", {"correlation": CORRELATION})


def test_a_review_that_became_overdue_calls_the_attempt_back_too() -> None:
    known = production_step(under_way(StepState.SENT, "production", sign_offs=SPENT, requested=True))
    there = environment_state("production", holder=1, reviews=(owed(release=9, due=NOW),))
    decision = decided(known, CLAIM, facts(there))
    step = after(decision).step
    assert decision.reply == Reply("claim_refused", {"gate": "review", "environment": "production"})
    assert (step.state, step.requested, step.unrequested_by) == (StepState.WAITING, False, "review_overdue")
    assert [each.counts for each in step.sign_offs] == [True, True]


def test_the_end_of_a_run_that_was_refused_is_no_news_and_its_success_is() -> None:
    known = production_step(under_way(StepState.SENT, "production", sign_offs=SPENT))
    back = after(decided(known, CLAIM, facts(environment_state("production", holder=1, locks=(lock(),)))))
    there = facts(environment_state("production", locks=(lock(),)))
    for state in ("running", "failed", "cancelled"):
        event = reports.RunReported(1, CORRELATION, CLAIM.run_id, state)
        assert of_kind(decided(back, event, there).effects, Call) == []
    [warned] = of_kind(
        decided(back, reports.RunReported(1, CORRELATION, CLAIM.run_id, "succeeded"), there).effects, Call
    )
    assert warned.code == "late_success"

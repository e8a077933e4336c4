"""Runs that ask to be admitted before they deploy."""

from dataclasses import replace

import pytest

from handlers import reports
from handlers.attempt import Cancel, Run
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
    lock,
    membership,
    production_step,
    refused,
    release,
    run,
    sent,
    under_way,
)

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
    assert refused(
        known, CLAIM, facts(environment_state("production", holder=1, locks=(lock(),)))
    ) == Refusal("gate_closed", {"gate": "lock"})
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
    shut = facts(replace(there, locks=(lock(),)), membership=silent)
    assert refused(known, CLAIM, shut) == Refusal("gate_closed", {"gate": "ops"})
    short = production_step(under_way(StepState.SENT, "production", sign_offs=SPENT[:1]))
    assert refused(short, CLAIM, facts(there)) == Refusal("gate_closed", {"gate": "ops"})

"""Runs that are known by their place in the CI's queue first, later attempts of what runs, and claims."""

from dataclasses import replace

import pytest

from handlers import reports
from handlers.attempt import Cancel
from handlers.effects import Call, PostToThread, ShowCard, StopRun
from handlers.outcome import Refusal, Reply
from handlers.release import Release
from handlers.step import Step, StepState
from tests.handlers.builders import (
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
    run,
    sent,
    staging,
    under_way,
)

CARD = ShowCard(1)
HELD = facts(environment_state(holder=1))
ASKED = Cancel(TIM, "asked", NOW, "wrong")
QUEUED = run(id="queue/17", url="https://ci/queue", state="queued", provisional=True)
RUNS = reports.RunReported(1, CORRELATION, "run1", "running", url="https://ci/1")
OK = replace(RUNS, state="succeeded")
CLAIM = reports.Claimed(1, CORRELATION, "run1", build().sha)
IN_QUEUE = under_way(StepState.RUNNING, run=QUEUED)


def here(step: Step) -> Release:
    return release(step, Step("production"))


def claiming(step: Step) -> Release:
    """Return a release whose staging requires a claim."""
    first = replace(staging(), deploy=replace(staging().deploy, claim=True))
    wanting = replace(plan(), environments=(first, *plan().environments[1:]))
    return replace(here(step), plan=wanting)


def test_a_place_in_a_queue_is_followed() -> None:
    taken = reports.SendAccepted(1, CORRELATION, "queue/17", "https://ci/queue", provisional=True)
    decision = decided(here(under_way(StepState.SENT)), taken, HELD)
    assert after(decision).step.run == replace(QUEUED, ci="here")
    assert after(decision).step.state is StepState.RUNNING


@pytest.mark.parametrize(
    ("report", "url"), [(RUNS, "https://ci/1"), (replace(RUNS, url=""), "https://ci/queue")]
)
def test_the_run_takes_over_its_place(report: reports.RunReported, url: str) -> None:
    decision = decided(here(IN_QUEUE), report, HELD)
    assert after(decision).step.run == run(url=url, started_at=NOW)
    assert decision.effects == (CARD,)


def test_a_run_of_the_queue_that_succeeded_is_known_by_its_own_id() -> None:
    decision = decided(here(IN_QUEUE), replace(OK, log_url="https://ci/1/log"), HELD)
    done = run(url="https://ci/1", state="succeeded", log_url="https://ci/1/log")
    assert after(decision).steps[0].run == done


def test_where_the_log_is_stays_known() -> None:
    known = here(under_way(StepState.RUNNING, run=run(log_url="https://ci/1/log")))
    decision = decided(known, replace(OK, state="failed", url=""), HELD)
    assert after(decision).step.run == run(state="failed", log_url="https://ci/1/log")


def test_a_run_of_the_queue_that_is_to_be_stopped_is_told_by_its_own_id() -> None:
    step = under_way(StepState.CANCELLING, run=QUEUED, cancel=ASKED)
    assert decided(here(step), RUNS, HELD).effects == (StopRun(1, CORRELATION, "run1"), CARD)


def test_a_claim_takes_over_a_place_in_a_queue() -> None:
    step = after(decided(here(IN_QUEUE), CLAIM, HELD)).step
    assert step.run == replace(QUEUED, id="run1", provisional=False)
    assert step.intent == sent(claimed_by="run1#1")


def test_a_claim_of_a_later_attempt_of_the_run_is_the_one_that_counts() -> None:
    known = here(under_way(StepState.RUNNING, run=run()))
    step = after(decided(known, replace(CLAIM, attempt=2), HELD)).step
    assert (step.run, step.intent) == (run(attempt=2), sent(claimed_by="run1#2"))
    assert refused(after(decided(known, replace(CLAIM, attempt=2), HELD)), CLAIM, HELD) == Refusal(
        "claimed_by_another_run", {"run": "run1#2"}
    )


def test_a_claim_finds_a_lost_run() -> None:
    decision = decided(here(under_way(StepState.UNKNOWN, run=run())), CLAIM, HELD)
    assert after(decision).step.state is StepState.RUNNING
    assert decision.effects == (PostToThread(1, "seen_again"), CARD)


@pytest.mark.parametrize("state", [StepState.RUNNING, StepState.UNKNOWN])
def test_a_later_attempt_of_what_runs_is_followed(state: StepState) -> None:
    decision = decided(here(under_way(state, run=run())), replace(RUNS, attempt=2), HELD)
    assert after(decision).step.run == run(attempt=2, url="https://ci/1")
    assert after(decision).step.state is StepState.RUNNING


def test_the_same_report_twice_is_nothing_new() -> None:
    known = here(under_way(StepState.RUNNING, run=run(url="https://ci/1")))
    decision = decided(known, RUNS, HELD)
    assert (decision.release, decision.effects) == (known, ())


# Success without a claim.


def test_a_success_without_a_claim_is_for_operators() -> None:
    known = claiming(under_way(StepState.RUNNING, run=run()))
    decision = decided(known, OK, HELD)
    values = {"run": "run1", "environment": "staging"}
    assert decision.reply == Reply("unclaimed", values)
    assert decision.effects == (Call(1, "unclaimed", values, teams=("ops",), attempt=1), CARD)
    step = after(decision).step
    assert (step.state, step.late) == (StepState.UNKNOWN, ("run1:succeeded:unclaimed",))
    assert step.intent == sent(unclear_at=NOW, alerted=True)
    assert decision.environments == {}
    again = decided(after(decision), OK, HELD)
    assert (again.reply, again.release) == (Reply("nothing_new"), after(decision))


def test_a_success_of_another_attempt_than_the_claimed_one_is_for_operators() -> None:
    known = claiming(under_way(StepState.RUNNING, run=run(), intent=sent(claimed_by="run1#1")))
    assert decided(known, OK, HELD).reply == Reply("reported", {"state": "succeeded"})
    assert decided(known, replace(OK, attempt=2), HELD).reply.code == "unclaimed"


def test_an_unclaimed_failure_is_a_failure() -> None:
    known = claiming(under_way(StepState.RUNNING, run=run()))
    assert after(decided(known, replace(OK, state="failed"), HELD)).step.state is StepState.FAILED


def test_the_time_of_the_first_loss_is_kept() -> None:
    before = later(seconds=-60)
    known = claiming(under_way(StepState.UNKNOWN, run=run(), intent=sent(unclear_at=before)))
    assert after(decided(known, OK, HELD)).step.intent == sent(unclear_at=before, alerted=True)


def test_production_takes_its_secret_from_the_worker() -> None:
    wanted = reports.SendRequested(1, CORRELATION, "hash")
    known = here(replace(under_way(StepState.SENT), state=StepState.GRANTED, may_have_deployed=False))
    assert after(decided(known, wanted, HELD)).step.intent == sent(secret="hash", tries=2)
    assert production_step(known.step).steps

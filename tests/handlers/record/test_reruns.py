"""Deployments that somebody runs again at the CI, after they had ended: told, and never stopped by Shiproom itself."""

from dataclasses import replace

import pytest

from handlers import reports
from handlers.actions.stop import RerunStopped
from handlers.effects import Announce, PostToThread, ShowCard, StopRun
from handlers.environments import Live
from handlers.outcome import Reply
from handlers.release import Ending, Release, ReleaseState
from handlers.step import Cancel, Failure, Step, StepState
from tests.handlers.builders import (
    ANNOUNCED,
    CORRELATION,
    NOW,
    TIM,
    after,
    build,
    decided,
    environment_state,
    facts,
    of_kind,
    on_test,
    production_step,
    release,
    rollback,
    run,
    sent,
    succeeded,
    under_way,
    waiting,
)

CARD = ShowCard(1)
GIVEN = facts(environment_state(holder=9), environment_state("production", holder=9))
RUNS = reports.RunReported(1, CORRELATION, "run1", "running", attempt=2, url="https://ci/1")
NOTHING = Reply("nothing_new")


def ended(state: ReleaseState, step: StepState) -> Release:
    """Return a release that ended, whose deployment to staging had run."""
    steps = (under_way(step, run=run(state="failed"), holding=False), Step("production", StepState.SKIPPED))
    return release(*steps, ending=Ending(state, TIM, NOW))


ENDED = {
    "failed": release(under_way(StepState.FAILED, run=run(state="failed")), Step("production")),
    "failed, and not sent": release(under_way(StepState.FAILED, failure=Failure("not_sent"))),
    "succeeded, and the next step waits": release(
        replace(succeeded(), intent=sent(), run=run(state="succeeded")),
        waiting("production", requested=False),
    ),
    "succeeded, and the next step runs": release(
        replace(succeeded(), intent=sent(), run=run(state="succeeded")),
        under_way(StepState.RUNNING, "production", intent=sent(correlation="new"), run=run(id="run2")),
    ),
    "release done": ended(ReleaseState.DONE, StepState.SUCCEEDED),
    "release cancelled": ended(ReleaseState.CANCELLED, StepState.SKIPPED),
    "release rejected": ended(ReleaseState.REJECTED, StepState.SUCCEEDED),
    "release superseded": ended(ReleaseState.SUPERSEDED, StepState.SUCCEEDED),
    "void": release(waiting("staging", attempt=2, requested=False, voided=("older", CORRELATION))),
    "void, and the next attempt runs": release(
        under_way(
            StepState.RUNNING, intent=sent(correlation="new"), run=run(id="run2"), voided=(CORRELATION,)
        )
    ),
}


@pytest.mark.parametrize("known", ENDED.values(), ids=ENDED)
@pytest.mark.parametrize("state", ["queued", "waits", "running"])
def test_a_rerun_is_told_once_and_not_stopped(known: Release, state: reports.RunState) -> None:
    event = replace(RUNS, state=state)
    decision = decided(known, event, GIVEN)
    values = {
        "run": "run1#2",
        "environment": "staging",
        "url": "https://ci/1",
        "version": "2.1.0",
        "state": "running",
    }
    told = PostToThread(1, "rerun", values, broadcast=True, teams=("ops",))
    assert decision.effects == (told, CARD)
    assert decision.reply == Reply("rerun", values)
    assert after(decision) == known.with_step(0, late=("run1#2:running",))
    assert (decision.environments, decision.deployed) == ({}, "")
    for again in (event, RUNS):
        assert decided(after(decision), again, GIVEN).reply == NOTHING


@pytest.mark.parametrize("known", ENDED.values(), ids=ENDED)
def test_what_a_rerun_deployed_is_live(known: Release) -> None:
    started = after(decided(known, RUNS, GIVEN))
    decision = decided(started, replace(RUNS, state="succeeded"), GIVEN)
    assert decision.environments["staging"] == environment_state(holder=9, live=Live(build(), 1, NOW))
    [told] = of_kind(decision.effects, PostToThread)
    assert (told.code, told.teams, told.values["state"]) == ("rerun", ("ops",), "succeeded")
    assert ANNOUNCED in decision.effects
    assert after(decision) == known.with_step(0, late=("run1#2:running", "run1#2:succeeded"))
    assert decision.deployed == ""
    assert decided(after(decision), replace(RUNS, state="succeeded"), GIVEN).reply == NOTHING


@pytest.mark.parametrize("known", ENDED.values(), ids=ENDED)
@pytest.mark.parametrize("state", ["failed", "cancelled", "timed_out"])
def test_a_rerun_that_failed_may_have_deployed_a_part(known: Release, state: reports.RunState) -> None:
    decision = decided(known, replace(RUNS, state=state), GIVEN)
    assert decision.environments == {"staging": environment_state(holder=9, failed=True)}
    [told] = of_kind(decision.effects, PostToThread)
    assert (told.code, told.values["state"], told.teams) == ("rerun", state, ("ops",))
    assert after(decision) == known.with_step(0, late=(f"run1#2:{state}",))


@pytest.mark.parametrize("known", ENDED.values(), ids=ENDED)
def test_a_rerun_that_vanished_is_no_news(known: Release) -> None:
    decision = decided(known, replace(RUNS, state="vanished"), GIVEN)
    assert (decision.reply, decision.release, decision.effects) == (NOTHING, known, ())


@pytest.mark.parametrize("state", ["running", "succeeded", "failed"])
@pytest.mark.parametrize("attempt", [2, 3])
def test_the_attempt_that_was_followed_to_its_end_is_no_rerun(attempt: int, state: reports.RunState) -> None:
    known = release(under_way(StepState.FAILED, run=run(attempt=attempt, state="failed")))
    decision = decided(known, replace(RUNS, state=state), GIVEN)
    assert (decision.reply, decision.release, decision.effects) == (NOTHING, known, ())


def test_each_rerun_is_told() -> None:
    known = ENDED["failed"]
    for attempt in (2, 3):
        known = after(decided(known, replace(RUNS, attempt=attempt), GIVEN))
        known = after(decided(known, replace(RUNS, attempt=attempt, state="failed"), GIVEN))
    assert known.step.late == ("run1#2:running", "run1#2:failed", "run1#3:running", "run1#3:failed")


def test_a_rollback_by_hand_is_live_again() -> None:
    known = replace(ENDED["release done"], number=4)
    live_now = environment_state(live=Live(build(2), 5, NOW))
    decision = decided(known, replace(RUNS, release=4, state="succeeded"), facts(live_now))
    assert decision.environments["staging"].live == Live(build(), 4, NOW)
    assert of_kind(decision.effects, StopRun) == []
    assert Announce("website", "2.1.0") in decision.effects


def test_a_rerun_of_a_rollback_leaves_locks_and_marks_as_they_are() -> None:
    step = replace(succeeded("production"), intent=sent(), run=run(state="succeeded"))
    known = rollback(step, ending=Ending(ReleaseState.DONE, TIM, NOW))
    there = environment_state("production", live=Live(build(2), 1, NOW))
    decision = decided(known, replace(RUNS, release=5, state="succeeded"), facts(there))
    assert decision.environments["production"] == replace(there, live=Live(build(), 5, NOW))


def test_a_rerun_leaves_who_tests_alone() -> None:
    known = production_step(waiting("production", requested=False, testing=(on_test(TIM),)))
    decision = decided(known, replace(RUNS, correlation="corr0", run_id="run0", state="succeeded"), GIVEN)
    assert after(decision).step == known.step


@pytest.mark.parametrize(
    "step",
    [
        under_way(StepState.RUNNING),
        under_way(StepState.UNKNOWN, run=run(), intent=sent(unclear_at=NOW)),
        under_way(StepState.CANCELLING, run=run(), cancel=Cancel(TIM, "asked", NOW)),
    ],
)
def test_a_later_attempt_of_what_is_followed_is_followed_with_it(step: Step) -> None:
    decision = decided(release(step), RUNS, GIVEN)
    assert decision.reply == Reply("reported", {"state": "running"})
    assert after(decision).step.run == run(attempt=2, url="https://ci/1")
    assert after(decision).step.late == ()


def test_what_is_told_can_be_stopped_until_it_ends() -> None:
    known = after(decided(ENDED["failed"], RUNS, GIVEN))
    stop = RerunStopped(1, TIM, "run1#2")
    assert StopRun(1, CORRELATION, "run1") in decided(known, stop, GIVEN).effects
    over = after(decided(known, replace(RUNS, state="cancelled"), GIVEN))
    assert over.step.late == ("run1#2:running", "run1#2:cancelled")

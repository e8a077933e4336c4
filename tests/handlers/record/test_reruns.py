"""Deployments that somebody runs again at the CI, after they had ended: told, and never stopped by Shiproom itself."""

from dataclasses import replace

import pytest

from handlers import reports
from handlers.actions.retry import RetryRequested
from handlers.actions.settle import Settled
from handlers.actions.stop import RerunStopped
from handlers.attempt import Cancel, Failure
from handlers.effects import Announce, Call, PostToThread, ShowCard, StopRun
from handlers.environments import Live, RolledBack
from handlers.outcome import Reply
from handlers.release import Ending, Release, ReleaseState
from handlers.step import Step, StepState, rerun_key
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
    failed,
    lock,
    of_kind,
    on_test,
    production_step,
    refused,
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
ASKED = Cancel(TIM, "asked", NOW)
QUEUED = run(id="queue/17", state="queued", provisional=True)


def noted(*states: str, run: str = "run1#2", correlation: str = CORRELATION) -> tuple[str, ...]:
    """Return what is noted of a re-run of the attempt that these tests are about."""
    return tuple(rerun_key(run, correlation, state) for state in states)


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
    told = Call(1, "rerun", values, teams=("ops",))
    assert decision.effects == (told, CARD)
    assert decision.reply == Reply("rerun", values)
    assert after(decision) == known.with_step(0, late=noted("running"))
    there = {"staging": environment_state(holder=9, touched=True)}
    assert (decision.environments, decision.deployed) == (there, "")
    for again in (event, RUNS):
        assert decided(after(decision), again, GIVEN).reply == NOTHING


@pytest.mark.parametrize("known", ENDED.values(), ids=ENDED)
def test_what_a_rerun_deployed_is_live(known: Release) -> None:
    started = after(decided(known, RUNS, GIVEN))
    decision = decided(started, replace(RUNS, state="succeeded"), GIVEN)
    live = Live(build(), 1, NOW)
    assert decision.environments["staging"] == environment_state(holder=9, live=live, touched=True)
    [told] = of_kind(decision.effects, PostToThread, Call)
    assert (told.code, told.teams, told.values["state"]) == ("rerun", ("ops",), "succeeded")
    assert ANNOUNCED in decision.effects
    assert after(decision) == known.with_step(0, late=noted("running", "succeeded"))
    assert decision.deployed == ""
    assert decided(after(decision), replace(RUNS, state="succeeded"), GIVEN).reply == NOTHING


@pytest.mark.parametrize("known", ENDED.values(), ids=ENDED)
@pytest.mark.parametrize("state", ["failed", "cancelled", "timed_out"])
def test_a_rerun_that_failed_may_have_deployed_a_part(known: Release, state: reports.RunState) -> None:
    decision = decided(known, replace(RUNS, state=state), GIVEN)
    part = {"staging": environment_state(holder=9, failed=True, touched=True)}
    assert decision.environments == ({} if state == "cancelled" else part), "it was called off before it ran"
    ran = decided(after(decided(known, RUNS, GIVEN)), replace(RUNS, state=state), GIVEN)
    assert ran.environments == part
    [told] = of_kind(decision.effects, PostToThread, Call)
    assert (told.code, told.values["state"], told.teams) == ("rerun", state, ("ops",))
    assert after(decision) == known.with_step(0, late=noted(state))
    for again in (RUNS, replace(RUNS, state="waits"), replace(RUNS, state=state)):
        assert decided(after(decision), again, GIVEN).reply == NOTHING


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
    assert known.step.late == (*noted("running", "failed"), *noted("running", "failed", run="run1#3"))


@pytest.mark.parametrize("state", ["failed", "cancelled", "timed_out", "succeeded"])
def test_a_late_word_of_a_rerun_that_ended_is_no_news(state: str) -> None:
    known = release(failed(late=noted(state)))
    decision = decided(known, RUNS, GIVEN)
    assert (decision.reply, decision.release, decision.effects) == (NOTHING, known, ())


def test_a_rerun_whose_attempt_begins_with_the_same_figure_is_another_one() -> None:
    known = release(failed(late=noted("failed", run="run1#20")))
    assert decided(known, RUNS, GIVEN).reply.code == "rerun"


@pytest.mark.parametrize("state", ["queued", "waits", "running"])
def test_a_rerun_of_another_run_of_an_ended_step_is_told_too(state: reports.RunState) -> None:
    decision = decided(release(failed()), replace(RUNS, run_id="run2", state=state), GIVEN)
    assert decision.reply.code == "rerun"
    assert of_kind(decision.effects, StopRun) == []
    assert after(decision).step.late == noted("running", run="run2#2")


@pytest.mark.parametrize("state", ["queued", "waits", "running"])
def test_a_rerun_of_another_run_than_the_one_that_runs_is_told_too(state: reports.RunState) -> None:
    known = release(under_way(StepState.RUNNING))
    decision = decided(known, replace(RUNS, run_id="run2", state=state), GIVEN)
    assert decision.reply.code == "rerun"
    assert of_kind(decision.effects, StopRun) == []
    assert after(decision) == known.with_step(0, late=noted("running", run="run2#2"))


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
    marks = (RolledBack(build(2), NOW, "502", 5), RolledBack(build(3), NOW, "slow", 4))
    there = environment_state("production", live=Live(build(2), 1, NOW), locks=(lock(),), rolled_back=marks)
    decision = decided(known, replace(RUNS, release=5, state="succeeded"), facts(there))
    assert decision.environments["production"] == replace(there, live=Live(build(), 5, NOW), touched=True)


def test_a_rerun_leaves_who_tests_alone() -> None:
    known = production_step(waiting("production", requested=False, testing=(on_test(TIM),)))
    decision = decided(known, replace(RUNS, correlation="corr0", run_id="run0", state="succeeded"), GIVEN)
    assert after(decision).step == known.step


@pytest.mark.parametrize(
    "step",
    [
        under_way(StepState.RUNNING),
        under_way(StepState.UNKNOWN, run=run(), intent=sent(unclear_at=NOW)),
        under_way(StepState.CANCELLING, run=run(), cancel=ASKED),
    ],
)
def test_a_later_attempt_of_what_is_followed_is_followed_with_it(step: Step) -> None:
    decision = decided(release(step), RUNS, GIVEN)
    assert decision.reply == Reply("reported", {"state": "running"})
    assert after(decision).step.run == run(attempt=2, url="https://ci/1")
    assert after(decision).step.late == ()


@pytest.mark.parametrize("attempt", [1, 2, 3])
@pytest.mark.parametrize(
    ("step", "state"),
    [
        (under_way(StepState.SENT), StepState.RUNNING),
        (under_way(StepState.UNKNOWN, intent=sent(unclear_at=NOW)), StepState.RUNNING),
        (under_way(StepState.CANCELLING, cancel=ASKED), StepState.CANCELLING),
        (under_way(StepState.RUNNING, run=QUEUED), StepState.RUNNING),
        (under_way(StepState.CANCELLING, run=QUEUED, cancel=ASKED), StepState.CANCELLING),
    ],
    ids=["sent", "unknown", "to be cancelled", "in the queue", "to be cancelled in the queue"],
)
def test_a_step_in_flight_follows_whichever_attempt_it_finds(
    step: Step, state: StepState, attempt: int
) -> None:
    decision = decided(release(step), replace(RUNS, attempt=attempt), GIVEN)
    assert decision.reply == Reply("reported", {"state": "running"})
    now = after(decision).step
    assert now.run is not None
    assert (now.state, now.run.named, now.run.state) == (state, f"run1#{attempt}", "running")
    assert now.late == ()
    stops = [StopRun(1, CORRELATION, "run1")] if state is StepState.CANCELLING else []
    assert of_kind(decision.effects, StopRun) == stops


def test_what_was_queued_when_its_step_ended_is_run_again() -> None:
    known = release(under_way(StepState.FAILED, run=QUEUED))
    assert decided(known, RUNS, GIVEN).reply.code == "rerun"


def test_what_is_told_can_be_stopped_until_it_ends() -> None:
    known = after(decided(ENDED["failed"], RUNS, GIVEN))
    stop = RerunStopped(1, TIM, "run1#2")
    assert StopRun(1, CORRELATION, "run1") in decided(known, stop, GIVEN).effects
    over = after(decided(known, replace(RUNS, state="cancelled"), GIVEN))
    assert over.step.late == noted("running", "cancelled")
    assert refused(over, stop).code == "nothing_to_stop"


@pytest.mark.parametrize(
    "known",
    [
        release(under_way(StepState.RUNNING, intent=sent(correlation="new"), voided=("old",))),
        release(waiting("staging", voided=("old", "newer"))),
        release(waiting("staging", voided=("older", "old"))),
    ],
    ids=["the next attempt runs", "the first of two", "the second of two"],
)
def test_a_rerun_is_stopped_by_the_id_of_the_attempt_that_it_repeats(known: Release) -> None:
    told = after(decided(known, replace(RUNS, run_id="run0", correlation="old"), GIVEN))
    stops = of_kind(decided(told, RerunStopped(1, TIM, "run0#2"), GIVEN).effects, StopRun)
    assert stops == [StopRun(1, "old", "run0")]


# A CI that counts no attempts.

ONE = replace(RUNS, attempt=1)


def retried(known: Release) -> Release:
    return after(decided(known, RetryRequested(1, TIM), GIVEN))


def test_a_run_that_had_ended_when_its_attempt_was_voided_is_noted() -> None:
    known = retried(release(failed(late=noted("failed"))))
    assert known.step.late == (*noted("failed"), "run1:ended")
    assert (known.step.run, known.step.intent, known.step.voided) == (None, None, (CORRELATION,))
    unrun = retried(release(failed(run=None)))
    assert (unrun.step.late, unrun.step.voided) == ((), (CORRELATION,))


def test_a_run_that_nobody_saw_end_is_not_noted_as_ended() -> None:
    lost = release(under_way(StepState.UNKNOWN, run=run(), intent=sent(unclear_at=NOW)))
    known = after(decided(lost, Settled(1, TIM, deployed=False, reason="server down"), GIVEN))
    assert (known.step.state, known.step.late) == (StepState.FAILED, ())
    decision = decided(known, ONE, GIVEN)
    assert decision.reply.code == "late"
    assert StopRun(1, CORRELATION, "run1") in decision.effects


def test_what_ended_before_its_attempt_was_voided_is_run_again() -> None:
    known = retried(release(failed()))
    decision = decided(known, ONE, GIVEN)
    [told] = of_kind(decision.effects, PostToThread, Call)
    assert (told.code, told.values["run"], told.values["state"]) == ("rerun", "run1#1", "running")
    assert of_kind(decision.effects, StopRun) == []
    assert after(decision).step.late == ("run1:ended", *noted("running", run="run1#1"))
    assert decided(after(decision), ONE, GIVEN).reply == NOTHING
    again = decided(after(decision), replace(ONE, state="succeeded"), GIVEN)
    assert again.environments["staging"].live == Live(build(), 1, NOW)


def test_a_late_run_of_a_void_attempt_that_is_another_one_is_stopped() -> None:
    decision = decided(retried(release(failed())), replace(ONE, run_id="run2"), GIVEN)
    assert StopRun(1, CORRELATION, "run2") in decision.effects


def test_an_end_that_is_told_again_is_no_rerun() -> None:
    """The CI delivers once more how the first attempt ended, after somebody had it tried again."""
    tried_again = after(
        decided(release(failed()), RetryRequested(1, TIM), facts(environment_state(holder=9)))
    )
    again = decided(tried_again, replace(RUNS, state="failed", attempt=1), facts(environment_state(holder=9)))
    assert (again.reply.code, again.effects, dict(again.environments)) == ("nothing_new", (), {})

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from handlers import reports
from handlers.effects import Call, PostToThread, StopRun, Trigger
from handlers.environments import EnvironmentState, Live
from handlers.release import Release, ReleaseState
from handlers.step import IN_FLIGHT, Step, StepState
from tests.handlers.builders import (
    ANDY,
    BOTH,
    CORRELATION,
    NOW,
    after,
    build,
    decided,
    environment_state,
    facts,
    failed,
    granted,
    later,
    of_kind,
    release,
    under_way,
    waiting,
)

BACKUP = "2026-11-02T03:00:00+00:00"
RESTORED = reports.Restored(1, BACKUP)
HELD = facts(environment_state(holder=1))
FREE = environment_state("staging")

STATES = {
    "waiting": waiting("staging", sign_offs=BOTH),
    "granted": granted(),
    "failed": failed(),
    **{state.value: under_way(state) for state in sorted(IN_FLIGHT)},
}


@pytest.mark.parametrize("step", STATES.values(), ids=STATES)
def test_everything_that_is_open_ends(step: Step) -> None:
    decision = decided(release(step, Step("production")), RESTORED, HELD)
    ended = after(decision)
    assert ended.ending is not None
    assert (ended.ending.state, ended.ending.restored) == (ReleaseState.CANCELLED, True)
    assert [each.intent for each in ended.steps] == [None, None]
    assert {each.state for each in ended.steps} == {StepState.SKIPPED}
    correlations = (step.intent.correlation,) if step.intent is not None else ()
    assert ended.steps[0].voided == (*step.voided, *correlations)
    assert decision.environments.get("staging", FREE).holder == 0
    assert PostToThread(1, "restored", {"backup": BACKUP}) in decision.effects
    assert not of_kind(decision.effects, Trigger)
    assert not of_kind(decision.effects, StopRun)
    assert not of_kind(decision.effects, Call)


@pytest.mark.parametrize("step", STATES.values(), ids=STATES)
def test_what_may_have_been_sent_since_may_have_changed_the_environment(step: Step) -> None:
    may = step.in_flight or step.state is StepState.GRANTED or step.may_have_deployed
    decision = decided(release(step, Step("production")), RESTORED, HELD)
    assert after(decision).steps[0].may_have_deployed is may
    touched = decision.environments.get("staging", FREE).touched
    assert touched is (step.in_flight or step.state is StepState.GRANTED)


def test_what_has_ended_stays_as_it_is() -> None:
    ended = after(decided(release(waiting("staging")), RESTORED))
    assert after(decided(ended, RESTORED)) == ended


def restored() -> Release:
    """Return a release whose run was under way when the backup was taken."""
    return after(decided(release(under_way(StepState.RUNNING), Step("production")), RESTORED, HELD))


def confirmed(**fields: object) -> EnvironmentState:
    live = Live(build(9), 0, later(minutes=5))
    return replace(environment_state("staging"), **{"live": live, "touched": True, **fields})


def report(state: reports.RunState = "succeeded", **fields: object) -> reports.RunReported:
    return replace(reports.RunReported(1, CORRELATION, "run1", state), **fields)


@pytest.mark.parametrize(
    ("event", "state", "counts"),
    [
        (report(), confirmed(), False),
        (report(ended_at=NOW), confirmed(), False),
        (report(ended_at=later(minutes=4, seconds=30)), confirmed(), True),
        (report(ended_at=later(minutes=9)), confirmed(), True),
        (report(), confirmed(live=None), False),
        (report(ended_at=later(minutes=9)), confirmed(live=None), False),
    ],
    ids=["no time", "before", "within a minute", "after", "nothing is live", "nothing is live, with a time"],
)
def test_a_success_from_before_the_word_is_not_live(
    event: reports.RunReported, state: EnvironmentState, counts: bool
) -> None:
    decision = decided(restored(), event, facts(state), now=later(minutes=10))
    assert ("staging" in decision.environments) is counts
    assert decision.reply.code == ("late" if counts else "nothing_new")


@pytest.mark.parametrize("state", [confirmed(), confirmed(live=None)], ids=["something", "nothing"])
def test_what_was_seen_running_since_counts(state: EnvironmentState) -> None:
    running = decided(restored(), report("running"), facts(state), now=later(minutes=6))
    assert of_kind(running.effects, StopRun)
    decision = decided(after(running), report(), facts(state), now=later(minutes=7))
    live = decision.environments["staging"].live
    assert live is not None
    assert live.release == 1


def test_a_late_success_of_another_release_is_past_too_where_its_ci_says_when_it_ended() -> None:
    ended = after(
        decided(release(waiting("staging", voided=(CORRELATION,))), reports.RecordsLost(1, ANDY, "looked"))
    )
    state = confirmed(live=Live(build(9), 3, NOW))
    event = report(ended_at=NOW - timedelta(minutes=2))
    assert decided(ended, event, facts(state)).reply.code == "nothing_new"
    assert decided(ended, replace(event, ended_at=None), facts(state)).reply.code == "late"


@pytest.mark.parametrize(
    ("ended_at", "code"), [(NOW, "nothing_new"), (later(minutes=9), "rerun"), (None, "nothing_new")]
)
def test_a_re_run_from_before_the_word_is_not_live(ended_at: datetime | None, code: str) -> None:
    event = report(attempt=2, ended_at=ended_at)
    decision = decided(restored(), event, facts(confirmed()), now=later(minutes=10))
    assert decision.reply.code == code

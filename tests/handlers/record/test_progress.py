"""What a run does while it is under way: it is queued, waits for a person at the CI, or runs."""

from dataclasses import replace
from datetime import datetime

import pytest

from handlers import reports
from handlers.attempt import Cancel, Run
from handlers.effects import PostToThread, ShowCard
from handlers.limits import deadline
from handlers.release import Release
from handlers.reports import RunState
from handlers.step import StepState
from tests.handlers.builders import (
    CORRELATION,
    NOW,
    TIM,
    after,
    decided,
    environment_state,
    facts_at,
    later,
    release,
    run,
    sent,
    under_way,
)

CARD = ShowCard(1)
SENT = release(under_way(StepState.SENT))
RUNS = reports.RunReported(1, CORRELATION, "run1", "running")


def report(state: RunState, detail: str = "") -> reports.RunReported:
    return replace(RUNS, state=state, detail=detail)


def told(known: Release, minutes: float, event: reports.RunReported) -> Release:
    now = later(minutes=minutes)
    return after(decided(known, event, facts_at(now, environment_state(holder=1)), now))


def passed(*reported: tuple[float, RunState], known: Release = SENT) -> Release:
    """Return a release after reports of states, each some minutes after its start."""
    for minutes, state in reported:
        known = told(known, minutes, report(state))
    return known


def run_of(known: Release) -> Run:
    assert known.step.run is not None
    return known.step.run


@pytest.mark.parametrize(
    ("reported", "started_at", "limit"),
    [
        ([(0, "running")], None, later(minutes=10)),
        ([(0, "queued")], None, later(hours=24)),
        ([(0, "waits")], NOW, None),
        ([(0, "queued"), (30, "running")], later(minutes=30), later(minutes=40)),
        ([(0, "queued"), (30, "waits")], None, None),
        ([(0, "waits"), (300, "running")], later(minutes=300), later(minutes=310)),
        (
            [(0, "queued"), (5, "waits"), (90, "queued"), (95, "running")],
            later(minutes=95),
            later(minutes=105),
        ),
        ([(0, "waits"), (30, "queued")], later(minutes=30), later(hours=24, minutes=30)),
        ([(0, "running"), (5, "waits")], NOW, None),
        ([(0, "running"), (5, "waits"), (90, "running")], later(minutes=85), later(minutes=95)),
        (
            [(0, "running"), (5, "waits"), (90, "queued"), (91, "running")],
            later(minutes=86),
            later(minutes=96),
        ),
        (
            [(0, "running"), (5, "waits"), (90, "running"), (92, "waits"), (100, "running")],
            later(minutes=93),
            later(minutes=103),
        ),
        ([(0, "queued"), (30, "running"), (34, "waits")], later(minutes=30), None),
        ([(0, "queued"), (30, "running"), (34, "queued")], later(minutes=30), later(hours=24, minutes=34)),
        (
            [(0, "queued"), (1, "running"), (2, "waits"), (180, "queued"), (181, "running")],
            later(minutes=180),
            later(minutes=190),
        ),
        (
            [(0, "queued"), (30, "running"), (34, "waits"), (90, "running")],
            later(minutes=86),
            later(minutes=96),
        ),
        (
            [(0, "queued"), (30, "running"), (32, "waits"), (90, "running"), (91, "waits"), (99, "running")],
            later(minutes=96),
            later(minutes=106),
        ),
    ],
)
def test_the_limit_runs_while_the_run_runs(
    reported: list[tuple[float, RunState]], started_at: datetime | None, limit: datetime | None
) -> None:
    known = passed(*reported)
    assert run_of(known).state == reported[-1][1]
    assert run_of(known).started_at == started_at
    assert run_of(known).seen_at == NOW
    assert deadline(known, known.step) == limit


def test_a_run_that_waits_says_once_for_whom_and_where() -> None:
    known = release(under_way(StepState.RUNNING, run=run(url="https://ci/1")))
    decision = decided(known, report("waits", "leads"))
    values = {"environment": "staging", "detail": "leads", "url": "https://ci/1", "ci": "remote"}
    assert decision.effects == (PostToThread(1, "waits_at_ci", values), CARD)
    now = run(url="https://ci/1", state="waits", waits_for="leads", started_at=NOW, idle_since=NOW)
    assert after(decision) == release(replace(known.step, run=now))
    again = decided(after(decision), report("waits", "leads"))
    assert (again.release, again.effects) == (after(decision), ())


def test_for_whom_it_waits_may_change() -> None:
    known = told(passed((0, "waits")), 5, report("waits", "leads"))
    waits = run(ci="here", state="waits", waits_for="leads", started_at=NOW, idle_since=NOW)
    assert run_of(known) == waits
    decision = decided(known, report("waits", "security"))
    assert decision.effects == (CARD,)
    assert run_of(after(decision)).waits_for == "security"


@pytest.mark.parametrize("state", ["queued", "running"])
def test_what_goes_on_waits_for_nobody(state: RunState) -> None:
    known = told(passed((0, "waits")), 5, report("waits", "leads"))
    decision = decided(known, report(state, "ignored"))
    now = run_of(after(decision))
    assert (now.state, now.waits_for) == (state, "")
    assert now.idle_since == (NOW if state == "queued" else None)
    assert decision.effects == (CARD,)


def test_it_is_said_again_when_it_waits_again() -> None:
    known = passed((0, "waits"), (5, "running"))
    posts = decided(known, report("waits"), now=later(minutes=6)).effects
    assert [each.code for each in posts if isinstance(each, PostToThread)] == ["waits_at_ci"]


@pytest.mark.parametrize("state", [StepState.CANCELLING, StepState.UNKNOWN])
def test_a_run_that_is_to_be_stopped_calls_nobody_to_let_it_go_on(state: StepState) -> None:
    known = release(under_way(state, run=run(), cancel=Cancel(TIM, "asked", NOW)))
    decision = decided(known, report("waits", "leads"))
    assert decision.effects == (CARD,)
    assert (after(decision).step.state, run_of(after(decision)).waits_for) == (state, "leads")


@pytest.mark.parametrize(
    ("before", "limit"),
    [
        (run(), later(minutes=19)),
        (run(started_at=later(minutes=-1)), later(minutes=19)),
        (run(state="queued", idle_since=NOW), later(minutes=19)),
        (run(state="waits", waits_for="leads", started_at=NOW, idle_since=NOW), later(minutes=19)),
    ],
)
def test_a_later_attempt_has_a_limit_of_its_own(before: Run, limit: datetime) -> None:
    known = release(under_way(StepState.RUNNING, run=before))
    again = told(known, 9, replace(RUNS, attempt=2))
    assert run_of(again) == run(attempt=2, seen_at=later(minutes=9))
    assert deadline(again, again.step) == limit
    assert run_of(told(known, 9, RUNS)).seen_at == NOW


def test_a_later_attempt_is_followed_in_its_queue() -> None:
    known = release(under_way(StepState.RUNNING, run=run(started_at=NOW)))
    again = told(known, 9, replace(RUNS, attempt=2, state="queued"))
    assert run_of(again) == run(
        attempt=2, state="queued", seen_at=later(minutes=9), idle_since=later(minutes=9)
    )
    runs = told(again, 30, replace(RUNS, attempt=2))
    assert deadline(runs, runs.step) == later(minutes=40)


@pytest.mark.parametrize("state", ["queued", "waits"])
def test_a_lost_run_that_is_seen_in_a_queue_or_waiting_is_found(state: RunState) -> None:
    lost = release(under_way(StepState.UNKNOWN, run=run(), intent=sent(unclear_at=NOW)))
    step = after(decided(lost, report(state))).step
    assert (step.state, step.run is not None and step.run.state) == (StepState.RUNNING, state)


@pytest.mark.parametrize(("state", "started_at"), [("queued", None), ("waits", NOW)])
@pytest.mark.parametrize("step", [StepState.SENT, StepState.UNKNOWN])
def test_a_run_that_nobody_knew_is_followed_in_its_queue(
    step: StepState, state: RunState, started_at: datetime | None
) -> None:
    now = after(decided(release(under_way(step)), report(state))).step
    assert now.state is StepState.RUNNING
    assert now.run is not None
    assert (now.run.id, now.run.state, now.run.started_at) == ("run1", state, started_at)


@pytest.mark.parametrize("before", ["queued", "waits", "running"])
def test_a_run_may_end_from_each_state(before: RunState) -> None:
    known = passed((0, before))
    ok = after(decided(known, report("succeeded")))
    bad = after(decided(known, report("failed")))
    assert (ok.steps[0].state, bad.steps[0].state) == (StepState.SUCCEEDED, StepState.FAILED)

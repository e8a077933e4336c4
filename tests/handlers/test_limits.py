"""The time limits of runs: none while one waits for a person, a longer one in a queue, and the policy's while it runs."""

from datetime import datetime
from typing import Any

import pytest

from handlers import reports
from handlers.attempt import Cancel
from handlers.effects import Call, PostToThread, ShowCard, StopRun
from handlers.limits import deadline, next_wake, queue_told_at
from handlers.outcome import Decision
from handlers.plan import Deploy, EnvironmentPlan
from handlers.release import Release
from handlers.step import Step, StepState
from tests.handlers.builders import (
    CORRELATION,
    NOW,
    after,
    decided,
    draft,
    environment_state,
    facts_at,
    in_production,
    later,
    of_kind,
    plan,
    production,
    release,
    run,
    staging,
    under_way,
)

TEN_HOURS = staging(deploy=Deploy("here", 36_000))
A_DAY = staging(deploy=Deploy("here", 86_400))
QUEUED: dict[str, Any] = {"state": "queued"}
ONE = later(hours=1)


def runs(environment: EnvironmentPlan | None = None, **fields: Any) -> Release:  # noqa: ANN401 - as dataclasses.replace
    """Return a release whose run in staging is followed since now; by default its limit is ten minutes."""
    step = under_way(StepState.RUNNING, run=run(**fields))
    return release(step, plan=plan(environment or staging(), production()))


def awake(known: Release, **parts: float) -> Decision:
    """Wake a release up, some time later."""
    now = later(**parts)
    return decided(known, reports.Reevaluated(1), facts_at(now, environment_state(holder=1)), now)


@pytest.mark.parametrize(
    ("known", "limit", "told"),
    [
        (runs(), later(minutes=10), None),
        (runs(started_at=ONE), later(hours=1, minutes=10), None),
        (runs(TEN_HOURS, started_at=ONE), later(hours=11), None),
        (runs(state="waits"), None, None),
        (runs(state="waits", started_at=ONE), None, None),
        (runs(**QUEUED), later(hours=24), later(minutes=10)),
        (runs(TEN_HOURS, **QUEUED), later(hours=24), later(hours=10)),
        (runs(A_DAY, **QUEUED), later(hours=48), later(hours=24)),
        (runs(queue_told=True, **QUEUED), later(hours=24), None),
        (runs(idle_since=ONE, **QUEUED), later(hours=25), later(hours=1, minutes=10)),
        (runs(started_at=NOW, idle_since=ONE, **QUEUED), later(hours=25), later(hours=1, minutes=10)),
        (runs(seen_at=None), None, None),
        (runs(seen_at=None, started_at=ONE), later(hours=1, minutes=10), None),
        (runs(seen_at=None, **QUEUED), None, None),
        (release(under_way(StepState.RUNNING, run=None)), None, None),
    ],
)
def test_the_limit_of_a_run_is_of_what_it_does(
    known: Release, limit: datetime | None, told: datetime | None
) -> None:
    assert deadline(known, known.step) == limit
    assert queue_told_at(known, known.step) == told
    times = [time for time in (limit, told) if time is not None]
    assert next_wake(draft(known)) == (min(times) if times else None)


@pytest.mark.parametrize("state", [StepState.UNKNOWN, StepState.CANCELLING, StepState.FAILED])
def test_only_what_is_followed_is_told_to_be_queued(state: StepState) -> None:
    step = under_way(state, run=run(**QUEUED))
    assert queue_told_at(release(step), step) is None


def test_no_run_has_no_limit() -> None:
    assert deadline(in_production(), Step("staging")) is None


@pytest.mark.parametrize(
    ("known", "limit"),
    [
        (runs(), {"seconds": 600}),
        (runs(started_at=ONE), {"seconds": 4200}),
        (runs(queue_told=True, **QUEUED), {"hours": 24}),
    ],
    ids=["running", "running since later", "queued"],
)
def test_a_run_is_stopped_at_its_limit(known: Release, limit: dict[str, float]) -> None:
    [(unit, amount)] = limit.items()
    early = awake(known, **{unit: amount - 1})
    assert (early.release, early.effects, early.wake_at) == (known, (), later(**limit))
    decision = awake(known, **limit)
    assert after(decision).step.state is StepState.CANCELLING
    assert after(decision).step.cancel == Cancel("shiproom", "timed_out", later(**limit))
    values = {"by": "shiproom", "code": "timed_out", "reason": ""}
    assert decision.effects == (
        PostToThread(1, "cancelling", values),
        StopRun(1, CORRELATION, "run1"),
        ShowCard(1),
    )


@pytest.mark.parametrize("known", [runs(state="waits"), runs(seen_at=None)], ids=["waits", "not followed"])
def test_what_has_no_limit_goes_on(known: Release) -> None:
    decision = awake(known, days=9)
    assert (decision.release, decision.effects, decision.wake_at) == (known, (), None)


@pytest.mark.parametrize(
    ("environment", "teams"), [(staging(), ("developers", "ops")), (staging(protected=True), ("ops",))]
)
def test_a_long_queue_is_told_once(environment: EnvironmentPlan, teams: tuple[str, ...]) -> None:
    known = runs(environment, url="https://ci/1", **QUEUED)
    assert awake(known, seconds=599).release is known
    decision = awake(known, seconds=600)
    values = {"environment": "staging", "url": "https://ci/1", "ci": "remote"}
    told = Call(1, "queued_long", values, teams=teams, attempt=1)
    assert decision.effects == (told, ShowCard(1))
    assert after(decision).step.run == run(url="https://ci/1", queue_told=True, **QUEUED)
    assert decision.wake_at == later(hours=24)
    assert awake(after(decision), hours=23).effects == ()


def test_a_queue_that_ends_at_its_limit_unseen_is_not_told_first() -> None:
    posts = of_kind(awake(runs(**QUEUED), hours=25).effects, PostToThread)
    assert [each.code for each in posts] == ["cancelling"]


def test_from_a_queue_to_its_end() -> None:
    """A run is queued for an hour, works for a minute, waits for a day, and works on until its limit."""
    known, minute = runs(**QUEUED), 60
    reported: list[tuple[int, reports.RunState]] = [
        (60, "running"),
        (61, "waits"),
        (61 + 24 * minute, "running"),
    ]
    for at, state in reported:
        now = later(minutes=at)
        event = reports.RunReported(1, CORRELATION, "run1", state)
        known = after(decided(known, event, facts_at(now, environment_state(holder=1)), now))
    limit = 60 + 10 + 24 * minute
    assert known.step.run == run(started_at=later(minutes=limit - 10))
    assert awake(known, minutes=limit - 1).release is known
    assert after(awake(known, minutes=limit)).step.state is StepState.CANCELLING
    assert later(minutes=limit) > NOW

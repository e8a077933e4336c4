from dataclasses import replace

import pytest

from handlers import reports
from handlers.actions.cancel import CancelRequested
from handlers.attempt import Cancel
from handlers.effects import Notify, PostToThread, ShowCard, StopRun
from handlers.outcome import Refusal, Reply
from handlers.release import Ending, Release, ReleaseState
from handlers.requests import UsageError
from handlers.step import Step, StepState
from tests.handlers.actions.contexts import read
from tests.handlers.builders import (
    AMITA,
    ANDY,
    ANNOUNCED,
    CORRELATION,
    MARA,
    NOW,
    STRANGER,
    TIM,
    after,
    decided,
    environment_state,
    facts,
    facts_at,
    failed,
    granted,
    in_production,
    in_queue,
    later,
    live,
    production_step,
    refused,
    release,
    succeeded,
    under_way,
    waiting,
)


@pytest.mark.parametrize(
    ("line", "requested"),
    [
        ("cancel r42", CancelRequested(42, ANDY)),
        ("cancel r42 wrong build", CancelRequested(42, ANDY, "wrong build")),
    ],
)
def test_cancel(line: str, requested: CancelRequested) -> None:
    assert read(line) == requested


@pytest.mark.parametrize(("line", "word"), [("cancel", ""), ("cancel wrong build", "wrong")])
def test_a_release_has_to_be_named(line: str, word: str) -> None:
    assert read(line) == UsageError("release_needed", word, ("cancel",))


def test_an_environment_is_no_release_to_end() -> None:
    assert read("cancel staging") == UsageError("instead", "cancel staging", ("stopping",))


CARD = ShowCard(1)


HELD = facts(environment_state(holder=1))


def test_what_is_not_in_flight_ends_at_once() -> None:
    known = production_step(waiting("production", holding=True, queued_since=NOW))
    known = release(succeeded(), known.steps[1])
    given = facts(
        environment_state(holder=1, queue=in_queue(4)), environment_state("production", queue=in_queue(1, 5))
    )
    decision = decided(known, CancelRequested(1, TIM, "wrong"), given)
    done = after(decision)
    assert done.ending == Ending(ReleaseState.CANCELLED, TIM, NOW, "wrong")
    assert done.steps[0] == replace(known.steps[0], holding=False)
    ended = waiting("production", state=StepState.SKIPPED, ended_at=NOW)
    assert done.steps[1] == ended
    assert decision.environments == {
        "staging": environment_state(queue=in_queue(4)),
        "production": environment_state("production", queue=in_queue(1, 5)[1:]),
    }
    assert decision.effects == (
        PostToThread(1, "cancelled", {"by": TIM, "reason": "wrong"}, users=(ANDY,)),
        Notify(reports.Reevaluated(5)),
        Notify(reports.Reevaluated(4)),
        CARD,
        ANNOUNCED,
    )
    assert decision.reply == Reply("cancelled", {"release": "r1", "environment": "production"})
    assert decision.wake_at is None


def test_a_failed_deployment_that_is_cancelled_may_have_left_a_part() -> None:
    known = production_step(failed("production", may_have_deployed=True))
    for state, version in (
        (environment_state("production", holder=1, live=live(), failed=True), "2.1.0"),
        (environment_state("production", holder=1, failed=True), ""),
    ):
        reply = decided(known, CancelRequested(1, TIM), facts(state)).reply
        values = {"release": "r1", "environment": "production", "part": known.build.version, "live": version}
        assert reply == Reply("cancelled_in_part", values)
    unsent = production_step(failed("production", may_have_deployed=False))
    assert decided(unsent, CancelRequested(1, TIM), facts()).reply.code == "cancelled"


def test_the_steps_left_are_skipped() -> None:
    done = after(decided(release(granted(), Step("production")), CancelRequested(1, ANDY), HELD))
    assert [(step.state, step.ended_at) for step in done.steps] == [(StepState.SKIPPED, NOW)] * 2


@pytest.mark.parametrize("state", [StepState.SENT, StepState.RUNNING, StepState.UNKNOWN])
def test_what_is_in_flight_is_stopped_first(state: StepState) -> None:
    known = release(under_way(state))
    decision = decided(known, CancelRequested(1, ANDY, "wrong"), HELD)
    assert after(decision).step.state is StepState.CANCELLING
    assert after(decision).step.cancel == Cancel(ANDY, "asked", NOW, "wrong")
    said = PostToThread(1, "cancelling", {"by": ANDY, "code": "asked", "reason": "wrong"})
    stop = (StopRun(1, CORRELATION, "run1"),) if state is StepState.RUNNING else ()
    assert decision.effects == (said, *stop, CARD)
    assert decision.reply == Reply("cancelling", {"release": "r1", "environment": "staging"})


def test_a_run_without_an_intent_is_not_stopped() -> None:
    known = release(under_way(StepState.RUNNING, intent=None))
    decision = decided(known, CancelRequested(1, ANDY), HELD)
    assert len(decision.effects) == 2


def test_cancelling_twice_changes_nothing() -> None:
    known = release(under_way(StepState.CANCELLING, cancel=Cancel(ANDY, "asked", NOW)))
    decision = decided(known, CancelRequested(1, ANDY), HELD)
    assert decision.reply == Reply("already_cancelling", {"release": "r1", "environment": "staging"})
    assert decision.release is known


def test_a_cancel_replaces_a_time_limit_but_keeps_its_start() -> None:
    known = release(under_way(StepState.CANCELLING, cancel=Cancel("shiproom", "timed_out", NOW)))
    now = later(seconds=5)
    decision = decided(known, CancelRequested(1, ANDY), facts_at(now, environment_state(holder=1)), now)
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
    given = facts(environment_state(holder=1), environment_state("production", holder=1))
    for actor in may:
        assert decided(known, CancelRequested(1, actor), given).reply.code in {
            "cancelled",
            "cancelled_in_part",
            "cancelling",
        }
    for actor in may_not:
        refusal = refused(known, CancelRequested(1, actor), given)
        steering = ("developers", "ops") if ANDY in may else ("ops",)
        assert refusal == Refusal("not_in_team", {"action": "cancel"}, steering)

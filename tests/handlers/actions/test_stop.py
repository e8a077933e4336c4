import pytest

from handlers.actions.stop import RerunStopped
from handlers.effects import PostToThread, StopRun
from handlers.outcome import Refusal, Reply
from handlers.release import Ending, Release, ReleaseState
from handlers.requests import UsageError
from handlers.step import StepState
from tests.handlers.actions.contexts import read
from tests.handlers.builders import (
    ANDY,
    CORRELATION,
    NOW,
    TIM,
    decided,
    failed,
    production_step,
    refused,
    release,
    succeeded,
    under_way,
    waiting,
)


def test_stop() -> None:
    assert read("stop r42 8123#2") == RerunStopped(42, ANDY, "8123#2")


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("stop", UsageError("release_needed", "", ("stop",))),
        ("stop 8123#2", UsageError("release_needed", "8123#2", ("stop",))),
        ("stop r42", UsageError("run_needed", "stop")),
        ("stop r42 8123#2 now", UsageError("run_needed", "stop")),
    ],
)
def test_a_release_and_one_run_have_to_be_named(line: str, error: UsageError) -> None:
    assert read(line) == error


RERUN = ("run1#2:running",)
STOP = RerunStopped(1, TIM, "run1#2")
VALUES = {"release": "r1", "run": "run1#2"}
DONE = Ending(ReleaseState.DONE, TIM, NOW)


@pytest.mark.parametrize(
    ("known", "correlation"),
    [
        (release(failed(late=RERUN)), CORRELATION),
        (release(failed(late=("run1:running", "run1#3:running", *RERUN))), CORRELATION),
        (release(succeeded(late=RERUN), ending=DONE), "corr0"),
        (release(succeeded(late=RERUN), waiting("production")), "corr0"),
        (production_step(failed("production", late=RERUN)), CORRELATION),
        (release(waiting("staging", voided=("older", "newer"), late=RERUN)), "newer"),
    ],
    ids=["failed", "one of several", "done", "an earlier step", "the second step", "void"],
)
def test_a_rerun_that_is_under_way_is_stopped(known: Release, correlation: str) -> None:
    decision = decided(known, STOP)
    assert decision.effects[:2] == (
        StopRun(1, correlation, "run1"),
        PostToThread(1, "rerun_stopped", {"by": TIM, "run": "run1#2"}),
    )
    assert decision.reply == Reply("stopping", VALUES)


def test_the_id_of_a_run_may_have_any_letters() -> None:
    known = release(failed(late=("job/a#7:b#2:running",)))
    decision = decided(known, RerunStopped(1, TIM, "job/a#7:b#2"))
    assert decision.effects[0] == StopRun(1, CORRELATION, "job/a#7:b")


@pytest.mark.parametrize(
    "known",
    [
        release(failed()),
        release(failed(late=("run1:running",))),
        release(failed(late=("run1#3:running", "run10#2:running"))),
        release(failed(late=(*RERUN, "run1#2:succeeded"))),
        release(failed(late=(*RERUN, "run1#2:failed"))),
        release(failed(late=(*RERUN, "run1#2:cancelled"))),
        release(under_way(StepState.RUNNING)),
        release(under_way(StepState.RUNNING, late=("run1:running",))),
    ],
)
def test_what_is_no_rerun_or_has_ended_is_not_stopped(known: Release) -> None:
    assert refused(known, STOP) == Refusal("nothing_to_stop", VALUES)


@pytest.mark.parametrize("ending", [None, DONE])
def test_only_operators_stop(ending: Ending | None) -> None:
    known = release(failed(late=RERUN), ending=ending)
    expected = Refusal("not_in_team", {"action": "stop"}, ("ops",))
    assert refused(known, RerunStopped(1, ANDY, "run1#2")) == expected

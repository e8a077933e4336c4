import pytest

from handlers.actions.stop import RerunStopped
from handlers.effects import PostToThread, StopRun
from handlers.outcome import Refusal, Reply
from handlers.release import Ending, Release, ReleaseState
from handlers.requests import UsageError
from handlers.step import StepState, rerun_key
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
    sent,
    succeeded,
    under_way,
    waiting,
)


def test_stop() -> None:
    assert read("stop r42 8123#2") == RerunStopped(42, ANDY, "8123#2")


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("stop", UsageError("release_needed", "", ("cancel",))),
        ("stop 8123#2", UsageError("release_needed", "8123#2", ("stop",))),
        ("stop r42", UsageError("run_needed", "stop", meant=("cancel r42",))),
        ("stop r42 8123#2 now", UsageError("run_needed", "stop")),
    ],
)
def test_a_release_and_one_run_have_to_be_named(line: str, error: UsageError) -> None:
    assert read(line) == error


RERUN = (rerun_key("run1#2", CORRELATION, "running"),)
OF_NEWER = (rerun_key("run1#2", "newer", "running"),)
OF_OLDER = (rerun_key("run1#2", "older", "running"),)
OF_STAGING = (rerun_key("run1#2", "corr0", "running"),)
STOP = RerunStopped(1, TIM, "run1#2")
VALUES = {"release": "r1", "run": "run1#2"}
DONE = Ending(ReleaseState.DONE, TIM, NOW)


@pytest.mark.parametrize(
    ("known", "correlation"),
    [
        (release(failed(late=RERUN)), CORRELATION),
        (
            release(
                failed(late=("run1:running", rerun_key("run10#3", CORRELATION, "running"), *RERUN)),
            ),
            CORRELATION,
        ),
        (release(succeeded(late=OF_STAGING), ending=DONE), "corr0"),
        (release(succeeded(late=OF_STAGING), waiting("production")), "corr0"),
        (production_step(failed("production", late=RERUN)), CORRELATION),
        (release(waiting("staging", voided=("older", "newer"), late=OF_NEWER)), "newer"),
        (release(waiting("staging", voided=("older", "newer"), late=OF_OLDER)), "older"),
        (
            release(
                under_way(
                    StepState.RUNNING, intent=sent(correlation="new"), voided=("older",), late=OF_OLDER
                ),
            ),
            "older",
        ),
    ],
    ids=[
        "failed",
        "one of several",
        "done",
        "an earlier step",
        "the second step",
        "void",
        "void before another",
        "void, and the next attempt runs",
    ],
)
def test_a_rerun_that_is_under_way_is_stopped(known: Release, correlation: str) -> None:
    decision = decided(known, STOP)
    assert decision.effects[:2] == (
        StopRun(1, correlation, "run1"),
        PostToThread(1, "rerun_stopped", {"by": TIM, "run": "run1#2"}),
    )
    assert decision.reply == Reply("stopping", VALUES)


def test_the_id_of_a_run_may_have_any_letters() -> None:
    known = release(failed(late=(rerun_key("job/a#7:b#2", CORRELATION, "running"),)))
    decision = decided(known, RerunStopped(1, TIM, "job/a#7:b#2"))
    assert decision.effects[0] == StopRun(1, CORRELATION, "job/a#7:b")


def noted(state: str, *runs: str) -> tuple[str, ...]:
    return tuple(rerun_key(each, CORRELATION, state) for each in runs)


@pytest.mark.parametrize(
    "known",
    [
        release(failed()),
        release(failed(late=("run1:running",))),
        release(failed(late=("run1:ended",))),
        release(failed(late=noted("running", "run1#3", "run10#2", "1#2", "run1#20"))),
        release(failed(late=noted("failed", "run1#2"))),
        release(failed(late=(*RERUN, *noted("running", "run1#3")))),
        release(failed(late=(*RERUN, *noted("succeeded", "run1#2")))),
        release(failed(late=(*RERUN, *noted("failed", "run1#2")))),
        release(failed(late=(*RERUN, *noted("cancelled", "run1#2")))),
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

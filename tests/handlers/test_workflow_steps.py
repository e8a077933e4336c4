"""What a step of a workflow waits for, and how a release went for it."""

from dataclasses import replace

import pytest

from handlers.release import Ending, Release, ReleaseState
from handlers.step import Step, StepState
from handlers.workflow_steps import awaited_environment, outcome_in, reached
from tests.handlers.builders import NOW, TIM, failed, release, succeeded, under_way, waiting

DONE = Ending(ReleaseState.DONE, TIM, NOW)
CANCELLED = Ending(ReleaseState.CANCELLED, TIM, NOW)
UNTOUCHED = Step("production", StepState.SKIPPED)
PENDING = Step("production")


@pytest.mark.parametrize(
    ("known", "environment", "outcome"),
    [
        (release(waiting("staging"), PENDING), "staging", ""),
        (release(under_way(StepState.RUNNING), PENDING), "staging", ""),
        (release(under_way(StepState.UNKNOWN), PENDING), "staging", ""),
        (release(failed(), PENDING), "staging", ""),
        (release(succeeded(), waiting("production")), "staging", "live"),
        (release(succeeded(), waiting("production")), "production", ""),
        (release(succeeded(), succeeded("production"), ending=DONE), "production", "live"),
        (release(succeeded(), UNTOUCHED, ending=CANCELLED), "staging", "live"),
        (release(succeeded(), UNTOUCHED, ending=CANCELLED), "production", "ended"),
        (release(succeeded(), UNTOUCHED, ending=DONE), "production", "ended"),
        (release(replace(failed(), may_have_deployed=False), PENDING, ending=CANCELLED), "staging", "ended"),
        (release(replace(failed(), may_have_deployed=True), PENDING, ending=CANCELLED), "staging", "unknown"),
        (
            release(replace(failed(), may_have_deployed=True), PENDING, ending=CANCELLED),
            "production",
            "ended",
        ),
        (
            release(waiting("staging"), PENDING, ending=replace(CANCELLED, restored=True)),
            "staging",
            "unknown",
        ),
        (release(waiting("staging"), PENDING, ending=CANCELLED), "elsewhere", "ended"),
    ],
)
def test_how_a_release_went(known: Release, environment: str, outcome: str) -> None:
    assert outcome_in(known, environment) == outcome


def test_the_last_environment_is_meant_unless_one_is_named() -> None:
    known = release(waiting("staging"), PENDING)
    assert awaited_environment(known, "") == "production"
    assert awaited_environment(known, "staging") == "staging"


def test_only_a_success_and_the_end_are_waited_for() -> None:
    before = release(waiting("staging"), PENDING)
    assert reached(before) == reached(release(under_way(StepState.RUNNING), PENDING))
    live = release(succeeded(), waiting("production"))
    assert len({reached(each) for each in (before, live, replace(live, ending=CANCELLED))}) == 3

"""Which attempt to deploy ended with a decision, and how."""

from dataclasses import replace

import pytest

from handlers.attempt import Cancel, Failure
from handlers.attempt_endings import AttemptEnding, AttemptOutcome, attempt_ending
from handlers.release import Ending, Release, ReleaseState
from handlers.step import Step, StepState
from tests.handlers.builders import NOW, TIM, failed, production_step, release, succeeded, under_way, waiting

RUNNING = production_step(under_way(StepState.RUNNING, "production"))
CANCELLING = production_step(under_way(StepState.CANCELLING, "production", cancel=Cancel(TIM, "asked", NOW)))
FAILED = production_step(failed("production"))
UNSENT = Failure("not_sent", "the job never started")
SKIPPED = Step("production", StepState.SKIPPED, 1, may_have_deployed=True)


def ended(step: Step, state: ReleaseState = ReleaseState.CANCELLED) -> Release:
    return production_step(step, ending=Ending(state, TIM, NOW))


@pytest.mark.parametrize(
    ("before", "after", "deployed", "outcome"),
    [
        (RUNNING, production_step(succeeded("production")), "production", AttemptOutcome.SUCCEEDED),
        (RUNNING, FAILED, "", AttemptOutcome.FAILED),
        (FAILED, FAILED, "", None),
        (FAILED, production_step(failed("production", failure=UNSENT)), "", AttemptOutcome.UNSENT),
        (FAILED, production_step(succeeded("production")), "production", AttemptOutcome.SUCCEEDED),
        (CANCELLING, ended(SKIPPED), "", AttemptOutcome.STOPPED),
        (CANCELLING, ended(replace(SKIPPED, may_have_deployed=False)), "", AttemptOutcome.UNSENT),
        # A late report of a release that has ended.
        (ended(SKIPPED), ended(SKIPPED), "production", AttemptOutcome.SUCCEEDED),
        (production_step(waiting("production")), ended(SKIPPED), "", None),
        (CANCELLING, ended(SKIPPED, ReleaseState.SUPERSEDED), "", None),
        (RUNNING, CANCELLING, "", None),
        # What lies there already is taken over, and nothing deployed.
        (
            production_step(waiting("production")),
            production_step(succeeded("production", taken_over=3)),
            "",
            None,
        ),
    ],
)
def test_how_an_attempt_ended(
    before: Release, after: Release, deployed: str, outcome: AttemptOutcome | None
) -> None:
    expected = AttemptEnding("production", 1, outcome) if outcome is not None else None
    assert attempt_ending(before, after, deployed) == expected


def test_the_attempt_is_that_of_the_environment_where_it_ended() -> None:
    before = release(under_way(StepState.RUNNING, "staging", attempt=3), Step("production"))
    after = release(succeeded("staging", attempt=3), waiting("production"))
    assert attempt_ending(before, after, "staging") == AttemptEnding("staging", 3, AttemptOutcome.SUCCEEDED)

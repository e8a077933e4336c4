"""Says in a few words how an attempt failed: what never ran is not told as a failure of the build."""

from datetime import datetime

from bot.blocks.text import escape
from handlers.attempt import Failure
from handlers.step import Step

LONGEST_NAME = 24


def failure_words(failure: Failure | None, where: str, again: str = "") -> str:
    """Return how a deployment failed in an environment, given escaped; `again` is "again " after an earlier attempt.

    Where a person has said that nothing was deployed, that is all that is known.
    """
    if failure is not None and failure.by:
        return f"not deployed to {where}"
    return {
        "not_sent": f"{again}not started in {where}",
        "timed_out": f"ran out of time {again}in {where}",
        "run_cancelled": f"stopped from outside {again}in {where}",
    }.get(failure.code if failure is not None else "", f"failed {again}in {where}")


def failed_at(step: Step) -> datetime | None:
    """Return when the last attempt of a step failed: the end of its release may have come later."""
    return step.failures[-1].at if step.failures else step.ended_at


def step_failure(step: Step, again: str = "") -> str:
    """Return how the last attempt of a step failed."""
    return failure_words(step.failure, escape(step.environment, LONGEST_NAME), again)


def is_of_the_build(failure: Failure | None) -> bool:
    """Return whether a failure may say something of the build: one that never ran says something of the CI only."""
    return failure is not None and failure.code != "not_sent"

"""How an attempt to deploy ended with a decision, as the history and the metrics tell it."""

from dataclasses import dataclass
from enum import StrEnum

from handlers.release import Release, ReleaseState
from handlers.step import Step, StepState

_UNSENT = "not_sent"
"""The failure of an attempt of which it is proved, or an operator says, that it started nothing."""


class AttemptOutcome(StrEnum):
    """How an attempt ended; `unsent` means that nothing was deployed, also if it was taken for failed before."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"
    UNSENT = "unsent"


@dataclass(frozen=True, slots=True)
class AttemptEnding:
    """That an attempt to deploy into an environment ended, and how."""

    environment: str
    attempt: int
    outcome: AttemptOutcome


def attempt_ending(before: Release, after: Release, deployed: str) -> AttemptEnding | None:
    """Return which attempt ended between two states of a release; None if none did.

    `deployed` is where a build went live meanwhile, which a late report tells of a release that has ended, too.
    """
    for old, new in zip(before.steps, after.steps, strict=True):
        outcome = AttemptOutcome.SUCCEEDED if new.environment == deployed else _outcome(old, new, after)
        if outcome is not None:
            return AttemptEnding(new.environment, new.attempt, outcome)
    return None


def _outcome(old: Step, new: Step, after: Release) -> AttemptOutcome | None:
    if new.state is StepState.FAILED and new.failure is not None and new.failure is not old.failure:
        return AttemptOutcome.UNSENT if new.failure.code == _UNSENT else AttemptOutcome.FAILED
    stopped = old.state is StepState.CANCELLING and new.state is StepState.SKIPPED
    if not stopped or after.state is not ReleaseState.CANCELLED:
        return None
    return AttemptOutcome.STOPPED if new.may_have_deployed else AttemptOutcome.UNSENT

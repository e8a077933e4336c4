"""Steps of a workflow in Slack that Shiproom takes: what is asked of whom, what is waited for, and how a step ends.

What follows from each is an effect, saved with the event that began the step, so that no restart forgets it. `execution` is
Slack's id of the step that runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from handlers.release import Release
from handlers.step import StepState

LIVE, ENDED, UNKNOWN = "live", "ended", "unknown"
"""How a release went for whoever waited: it is live there, it ended without, or it ended and nobody knows what lies there."""


@dataclass(frozen=True, slots=True)
class AskToStart:
    """Ask one person whether they start what a workflow wants, with a button; nothing is started in their name."""

    user: str
    service: str
    environment: str
    version: str
    execution: str


@dataclass(frozen=True, slots=True)
class AwaitRelease:
    """End a step once a release is live in an environment, its last one if none is named, or has ended."""

    release: int
    environment: str
    execution: str


@dataclass(frozen=True, slots=True)
class EndStep:
    """Tell Slack that a step is over: with what came of it, or with why it failed."""

    execution: str
    outputs: Mapping[str, str | bool] = field(default_factory=dict[str, str | bool])
    error: str = ""


def awaited_environment(release: Release, named: str) -> str:
    """Return the environment that is waited for: the one that is named, else the last that the release goes to."""
    return named or release.steps[-1].environment


def outcome_in(release: Release, environment: str) -> str:
    """Return how a release went in an environment; empty as long as that is open."""
    step = release.step_in(environment)
    if step is not None and step.state is StepState.SUCCEEDED:
        return LIVE
    if release.ending is None:
        return ""
    doubtful = release.ending.restored or (step is not None and step.may_have_deployed)
    return UNKNOWN if doubtful else ENDED


def reached(release: Release) -> tuple[object, ...]:
    """Return what somebody may wait for; it changes when the release goes live somewhere, or ends."""
    return (release.ended, *(step.state is StepState.SUCCEEDED for step in release.steps))

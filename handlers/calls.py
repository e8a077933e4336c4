"""Whether a call still wants somebody, and how it ended."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from handlers.effects import Call
from handlers.evaluation import evaluate_gates
from handlers.facts import Facts
from handlers.release import Release, ReleaseState
from handlers.signers import missing_teams, passable
from handlers.step import Step, StepState

SIGNING = frozenset({"sign_offs_wanted", "escalated", "closes_soon"})
"""The calls that want sign-offs of their teams; others are called when nobody has signed in time, or soon cannot any more."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a call asks of whom: a code, the attempt of an environment that it is about, and the teams."""

    code: str
    environment: str
    attempt: int
    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conclusion:
    """How a call ended: a stable code with its values; `at` is when, if that is told."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    at: datetime | None = None


STAND_WANTED = "stand_wanted"
"""The code of the call for somebody else to stand for a release."""


def ask_of(call: Call) -> Ask | None:
    """Return what a call asks; None for one about something that happened, which wants nothing that could end."""
    if not call.attempt:
        return None
    return Ask(call.code, call.values["environment"], call.attempt, call.teams)


def wanted_teams(ask: Ask, release: Release, facts: Facts, now: datetime) -> tuple[str, ...]:
    """Return the teams of a call that are wanted still; none once it is over."""
    step = release.step
    about = (step.environment, step.attempt) == (ask.environment, ask.attempt)
    if release.ended or not about:
        return ()
    if ask.code == STAND_WANTED:
        return ask.teams if step.offered == ask.attempt and not step.in_flight else ()
    if ask.code not in SIGNING:
        return ask.teams if _OPEN[ask.code](step) else ()
    if step.state is not StepState.WAITING:
        return ()
    results = evaluate_gates(release, step, facts, now)
    missing = missing_teams(results) if passable(results) else ()
    return tuple(team for team in ask.teams if team in missing)


def _is_queued(step: Step) -> bool:
    return step.state is StepState.RUNNING and step.run is not None and step.run.state == "queued"


def _can_be_requested(step: Step) -> bool:
    return step.state is StepState.WAITING and not step.requested


_OPEN: dict[str, Callable[[Step], bool]] = {
    "failed": lambda step: step.state is StepState.FAILED,
    "unknown": lambda step: step.state is StepState.UNKNOWN,
    "unclaimed": lambda step: step.state is StepState.UNKNOWN,
    "grant_void": _can_be_requested,
    "open_again": _can_be_requested,
    "open_after_hold": _can_be_requested,
    "queued_long": _is_queued,
}


def conclusion(ask: Ask, release: Release) -> Conclusion:
    """Return how a call that is over ended."""
    step = release.step_in(ask.environment)
    if step is None:
        return _ending(release)
    signers = {each.user: None for each in step.sign_offs if each.counts and each.team in ask.teams}
    if ask.code in SIGNING and signers and step.state is not StepState.SKIPPED:
        return Conclusion("signed", {"users": ", ".join(signers)})
    if ask.code == STAND_WANTED and release.takes and not step.offered:
        return Conclusion("taken", {"by": release.requesters[0]})
    return _decided(ask, step) or _ending(release)


def _decided(ask: Ask, step: Step) -> Conclusion | None:
    if ask.code == "failed" and step.attempt > ask.attempt and step.state is not StepState.SKIPPED:
        return Conclusion("retried", {"by": step.requested_by})
    if step.state is StepState.SUCCEEDED and step.settled_by:
        return Conclusion("settled", {"by": step.settled_by})
    if step.state is StepState.SUCCEEDED:
        return Conclusion("live", at=step.ended_at)
    if step.state is StepState.SKIPPED:
        return None
    if step.requested and ask.code in {"grant_void", "open_again", "open_after_hold"}:
        return Conclusion("requested", {"by": step.requested_by})
    return Conclusion(_NOW.get(step.state, "waits"))


_NOW = {
    StepState.GRANTED: "starts",
    StepState.SENT: "starts",
    StepState.RUNNING: "runs",
    StepState.CANCELLING: "stops",
    StepState.UNKNOWN: "lost",
    StepState.FAILED: "failed",
}


def _ending(release: Release) -> Conclusion:
    ending = release.ending
    if ending is None:
        return Conclusion("waits")
    by = f"r{ending.replaced_by}" if ending.state is ReleaseState.SUPERSEDED else ending.by
    return Conclusion(ending.state.value, {"by": by, "reason": ending.reason}, ending.at)

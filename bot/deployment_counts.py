"""Counts deployments and waits for the metrics, each once: when the decision that ended it is committed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.metrics import (
    DEPLOYMENT_SECONDS,
    DEPLOYMENTS,
    EMERGENCIES,
    LEAD_TIME,
    WAITED_SECONDS,
    labels_of_wait,
)
from handlers.attempt_endings import AttemptEnding, AttemptOutcome
from handlers.events import Event, ExternalRunSeen
from handlers.outcome import Refusal
from handlers.plan import EnvironmentPlan
from handlers.policy import Policy
from handlers.release import Kind, Release
from handlers.step import Step, StepState
from handlers.wait import DECISION, DEPLOYMENT, REQUEST, TEAM
from storage.incoming import IncomingEvent, Outcome

OUTSIDE = "outside"
"""The kind of a deployment that was started elsewhere."""
_ENDED_OUTSIDE = (AttemptOutcome.SUCCEEDED, AttemptOutcome.FAILED)


def expect(policy: Policy) -> None:
    """Begin the counters of everything that the policy names at 0.

    Prometheus sees no increase in a series that begins with its first event.
    """
    for plan in policy.plans.values():
        for environment in plan.environments:
            place = (plan.service, environment.name)
            EMERGENCIES.labels(*place)
            for kind in _kinds_of(environment):
                for outcome in _ENDED_OUTSIDE:
                    DEPLOYMENTS.labels(*place, kind, outcome.value)
            for on in _waits_of(environment):
                WAITED_SECONDS.labels(*place, *labels_of_wait(on))


def _kinds_of(environment: EnvironmentPlan) -> list[str]:
    return [
        each for each in (*Kind, OUTSIDE) if each is not Kind.EMERGENCY or environment.emergency is not None
    ]


def _waits_of(environment: EnvironmentPlan) -> set[str]:
    teams = {f"{TEAM}{team}" for gate in environment.all_gates for team in gate.teams()}
    return {REQUEST, DEPLOYMENT, DECISION, *teams}


def count(incoming: IncomingEvent, outcome: Outcome) -> None:
    """Count what ended with a decision that is committed; a delivery that was repeated ended nothing."""
    if outcome.repeated or isinstance(outcome.result, Refusal):
        return
    before, after = outcome.was, outcome.release
    if before is not None and after is not None:
        _count_waits(before, after, incoming.at)
        if outcome.ended is not None:
            _count_ending(outcome.ended, before, after, incoming.at)
    elif outcome.head is not None:
        _count_outside(incoming.event)


def _count_outside(event: Event) -> None:
    if isinstance(event, ExternalRunSeen) and event.state in _ENDED_OUTSIDE:
        DEPLOYMENTS.labels(event.service, event.environment, OUTSIDE, event.state).inc()


def _count_waits(before: Release, after: Release, now: datetime) -> None:
    for environment, on, since in _ended_waits(before, after):
        labels = (after.service, environment, *labels_of_wait(on))
        WAITED_SECONDS.labels(*labels).inc(_seconds(now - since))


def _count_ending(ending: AttemptEnding, before: Release, after: Release, now: datetime) -> None:
    """Count how an attempt ended, as the history says it, the first time that it does.

    A counter takes nothing back: what people state or find out later of an attempt that had ended is no other deployment.
    """
    steps = zip(before.steps, after.steps, strict=True)
    old, new = next(each for each in steps if each[1].environment == ending.environment)
    place, outcome = (after.service, ending.environment), ending.outcome.value
    if old.in_flight and not new.in_flight:
        DEPLOYMENTS.labels(*place, after.kind.value, outcome).inc()
        DEPLOYMENT_SECONDS.labels(*place, outcome).observe(_seconds(now - _begun(old, now)))
    if new.state is StepState.SUCCEEDED and old.state is not StepState.SUCCEEDED:
        _observe_lead_time(after, new, now)


def _ended_waits(before: Release, after: Release) -> Iterator[tuple[str, str, datetime]]:
    """Yield what the release waited for, and does not wait for any more."""
    for each in before.waits:
        if each not in after.waits:
            yield each.environment, each.on, each.since


def _begun(step: Step, now: datetime) -> datetime:
    """Return when the CI was asked for the attempt."""
    return now if step.intent is None else step.intent.sent_at or step.intent.granted_at


def _observe_lead_time(release: Release, step: Step, now: datetime) -> None:
    """Observe how long a build took until it was live where that matters; going back to an old one is no delivery."""
    ready = release.build.ready_at
    if ready is not None and release.kind is not Kind.ROLLBACK and release.plan_of(step).protected:
        LEAD_TIME.labels(release.service, step.environment).observe(_seconds(now - ready))


def _seconds(span: timedelta) -> float:
    """Return a span in seconds; one that a clock that was set back makes negative is none."""
    return max(0.0, span.total_seconds())

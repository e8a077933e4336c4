"""The spans of a release: each decision, each run in an environment, and the release itself once it has ended.

Attributes are those of OpenTelemetry's semantic conventions for CI/CD, deployments and version control; what has none there
begins with `shiproom.`.
"""

from bot.tracing import Past, Value, nanoseconds, tracer
from handlers.events import Event
from handlers.outcome import Refusal
from handlers.release import Release, ReleaseState
from handlers.reports import UNDER_WAY, RunReported
from handlers.step import Step
from storage.incoming import Outcome

_ENDED = frozenset(
    {ReleaseState.DONE, ReleaseState.REJECTED, ReleaseState.CANCELLED, ReleaseState.SUPERSEDED}
)
_RESULTS = {
    "succeeded": "success",
    "failed": "failure",
    "cancelled": "cancellation",
    "timed_out": "timeout",
    ReleaseState.DONE: "success",
    ReleaseState.REJECTED: "cancellation",
    ReleaseState.CANCELLED: "cancellation",
    ReleaseState.SUPERSEDED: "skip",
}
"""The results of a pipeline's run (the convention's `cicd.pipeline.result`); what is not here is an error."""


def decided(event: Event, outcome: Outcome, since: int) -> None:
    """Record a decision that began at `since`, and what ended with it."""
    if not tracer().enabled:
        return
    release, refused = outcome.release, isinstance(outcome.result, Refusal)
    attributes: dict[str, Value] = {
        "shiproom.event": event.event_name,
        "shiproom.result": outcome.result.code,
        "shiproom.refused": refused,
    }
    number = release.number if release is not None else 0
    if release is not None:
        attributes |= _of_release(release)
    tracer().past(Past(f"decide {event.event_name}", since, attributes, number))
    if release is None or refused:
        return
    if isinstance(event, RunReported) and event.state not in UNDER_WAY:
        _run_ended(event, release)
    if release.ending is not None and outcome.before not in _ENDED:
        _release_ended(release)


def _of_release(release: Release) -> dict[str, Value]:
    return {
        "shiproom.release": release.number,
        "shiproom.version": release.build.version,
        "shiproom.release.state": release.state.value,
        "cicd.pipeline.name": release.service,
        "vcs.ref.head.revision": release.build.sha,
    }


def _run_ended(event: RunReported, release: Release) -> None:
    step = next((each for each in release.steps if _is_of(each, event.correlation)), None)
    if step is None or step.intent is None:
        return
    result = _RESULTS.get(event.state, "error")
    attributes = _of_release(release) | {
        "cicd.pipeline.action.name": "RUN",
        "cicd.pipeline.run.id": event.run_id,
        "cicd.pipeline.result": result,
        "deployment.id": event.correlation,
        "deployment.name": f"r{release.number} in {step.environment}",
        "deployment.environment.name": step.environment,
        "deployment.status": "succeeded" if result == "success" else "failed",
    }
    since = nanoseconds(step.intent.sent_at or step.intent.granted_at)
    error = "" if result == "success" else event.state
    name = f"RUN {release.service}"
    until = tracer().stamp()
    tracer().past(Past(name, min(since, until), attributes, release.number, until, "server", error))


def _is_of(step: Step, correlation: str) -> bool:
    return step.intent is not None and step.intent.correlation == correlation


def _release_ended(release: Release) -> None:
    result = _RESULTS.get(release.state, "error")
    attributes = _of_release(release) | {"cicd.pipeline.result": result, "shiproom.kind": release.kind.value}
    since, until = nanoseconds(release.created_at), tracer().stamp()
    tracer().past(Past("release", min(since, until), attributes, release.number, until, "server", root=True))

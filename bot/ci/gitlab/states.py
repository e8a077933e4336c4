"""Reads the state of a GitLab pipeline from its jobs.

Where the policy names the job that deploys, the run is as that job is (its last retry), whatever the pipeline is: a pipeline
succeeds although an optional manual job was never played, and although a job with `allow_failure` failed.

Without that name, a pipeline that succeeded with manual jobs left counts as waiting for them: nothing says that what they were
to do was no deployment.

Sources: GitLab's docs, "Pipelines API", "Jobs API", "Control how jobs run" (types of manual jobs).
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.ci.http.json_access import moment, number, one_line, part, text
from bot.ci.run import RunStatus, State
from handlers.reports import UNDER_WAY

_STATES: Final[Mapping[str, State]] = {
    "created": "queued",
    "waiting_for_resource": "queued",
    "preparing": "queued",
    "pending": "queued",
    "scheduled": "queued",
    "manual": "waits",
    "blocked": "waits",
    "success": "succeeded",
    "failed": "failed",
    "canceled": "cancelled",
    "skipped": "failed",
}
_FIRST: Final[Sequence[State]] = ("running", "queued", "waits", "failed", "cancelled", "succeeded")
"""Which state counts if the job that deploys runs in parallel and its parts differ."""

_NOT_BEGUN = frozenset[State]({"queued", "waits"})
_NOTHING_DONE = ("failed", "canceled", "skipped")
_SKIPPED = "skipped: every job was left out (a commit with [skip ci]?)"


def state_of(status: str) -> State:
    """Return the state of a pipeline, a job or a deployment; a status that is not known counts as running."""
    return _STATES.get(status, "running")


def deploys(job: object, deploying: str) -> bool:
    """Return whether a job is the one that deploys, or one of its parts.

    "Control how jobs run": the parts of a parallel job are called `deploy 1/3` or `deploy: [aws, eu]`.
    """
    name = text(job, "name")
    suffix = name.removeprefix(deploying)
    return name == deploying or (suffix != name and bool(re.fullmatch(r" \d+/\d+|: \[.*\]", suffix)))


@dataclass(frozen=True, slots=True)
class _Pipeline:
    """A pipeline with the last retry of each of its jobs."""

    status: str
    errors: str
    jobs: Sequence[object]

    @property
    def state(self) -> State:
        return state_of(self.status)

    def with_status(self, *statuses: str) -> list[object]:
        return [job for job in self.jobs if text(job, "status") in statuses]

    @property
    def failures(self) -> list[object]:
        """The jobs that made the pipeline fail; if there are none, those that were allowed to fail."""
        failed = self.with_status("failed")
        return [job for job in failed if part(job, "allow_failure") is not True] or failed


@dataclass(frozen=True, slots=True)
class _Finding:
    state: State
    detail: str = ""
    job: object = None


def status_of(pipeline: object, jobs: Sequence[object], deploying: str) -> RunStatus:
    """Read a pipeline with its jobs, retried ones included.

    `deploying` names the job whose starts are the attempts.
    """
    latest = {text(job, "name"): job for job in in_order(jobs)}
    read = _Pipeline(text(pipeline, "status"), text(pipeline, "yaml_errors"), list(latest.values()))
    found = _of_deploying_job(read, deploying) if deploying else _of_pipeline(read)
    own = [job for job in jobs if deploying and deploys(job, deploying)]
    begun = [begin for job in own or jobs if (begin := moment(job, "started_at")) is not None]
    return RunStatus(
        found.state,
        attempt=attempt_of(jobs, deploying),
        url=text(pipeline, "web_url"),
        detail=found.detail,
        started_at=min(begun, default=None),
        log_url=text(found.job, "web_url"),
    )


def _of_pipeline(pipeline: _Pipeline) -> _Finding:
    """Return how a pipeline is if nothing says which of its jobs deploys."""
    manual = pipeline.with_status("manual")
    match pipeline.state:
        case "waits":
            return _waits(manual)
        case "succeeded" if manual:
            return _waits(manual)
        case "succeeded" if pipeline.jobs and pipeline.with_status(*_NOTHING_DONE) == pipeline.jobs:
            return _failed(pipeline, "no job of the pipeline succeeded")
        case "failed":
            return _failed(pipeline, "")
        case state:
            return _Finding(state)


def _of_deploying_job(pipeline: _Pipeline, deploying: str) -> _Finding:
    own = [job for job in pipeline.jobs if deploys(job, deploying)]
    state = _worst([_state_of_job(job) for job in own])
    begun = state is not None and state not in _NOT_BEGUN
    if state == "waits" and pipeline.state != "cancelled":
        return _waits(pipeline.with_status("manual"), own)
    if state == "failed":
        job = next(job for job in own if text(job, "status") == "failed")
        return _Finding("failed", one_line("failed:", _named(job)), job)
    return _Finding(state) if state and begun else _before_its_turn(pipeline, deploying, state)


def _worst(states: Collection[State | None]) -> State | None:
    return next((each for each in _FIRST if each in states), None)


def _before_its_turn(pipeline: _Pipeline, deploying: str, state: State | None) -> _Finding:
    """Return how a run is whose deploying job has not begun: it is still to come, or never will."""
    overall = pipeline.state
    if overall == "waits":
        return _waits(pipeline.with_status("manual"))
    if overall in UNDER_WAY:
        waiting = state == "queued" and not pipeline.with_status("running")
        return _Finding("queued" if waiting else overall)
    if overall == "cancelled":
        return _Finding("cancelled")
    return _failed(pipeline, f"the job {deploying} did not run")


def _state_of_job(job: object) -> State | None:
    """Return the state of a job; None if it was skipped, which is final only once its pipeline has ended."""
    status = text(job, "status")
    return None if status == "skipped" else state_of(status)


def _waits(manual: Sequence[object], own: Sequence[object] = ()) -> _Finding:
    """Return that a person has to play a job: the one that deploys, or the ones that hold the pipeline up."""
    held = [job for job in manual if part(job, "allow_failure") is not True]
    asked = [job for job in own if job in manual] or held or list(manual)
    names = ", ".join(text(job, "name") for job in asked)
    jobs = f"the job {names}" if len(asked) == 1 else f"the jobs {names}"
    return _Finding("waits", one_line("somebody who plays", jobs if asked else "a job", "on GitLab"))


def _failed(pipeline: _Pipeline, what: str) -> _Finding:
    """Return that nothing was deployed, and why: the jobs that failed, the definition's errors, or [skip ci]."""
    failures = pipeline.failures
    if pipeline.status == "skipped":
        return _Finding("failed", _SKIPPED)
    if failures:
        named = ", ".join(map(_named, failures))
        return _Finding("failed", one_line(f"{what}:" if what else "failed:", named), failures[0])
    if pipeline.errors:
        return _Finding("failed", one_line(pipeline.errors))
    return _Finding("failed", what or "GitLab says failed")


def _named(job: object) -> str:
    return f"{text(job, 'name')} ({text(job, 'failure_reason') or 'no reason given'})"


def attempt_of(jobs: Iterable[object], deploying: str) -> int:
    """Count how often the deploying job was started."""
    names = [text(job, "name") for job in jobs if deploying and deploys(job, deploying)]
    return max(map(names.count, names), default=1)


def is_first(job: object, jobs: Iterable[object]) -> bool:
    """Return whether no job of that name was started before this one in its pipeline."""
    return not any(text(each, "name") == text(job, "name") and _id(each) < _id(job) for each in jobs)


def in_order(items: Iterable[object]) -> list[object]:
    """Return what has ids, oldest first."""
    return sorted(items, key=_id)


def _id(item: object) -> int:
    return number(item, "id")

"""Converts GitLab's pipelines, jobs and deployments to the types that all CIs share.

Sources: its docs, "Pipelines API", "Jobs API", "Deployments API". A pipeline keeps its id when its jobs are retried, and
nothing counts the retries. So the attempt is how often the deploying job was started in it, if the policy names that job as
`workflow`; otherwise a pipeline has one attempt.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bot.ci.http.json_access import (
    correlation_in,
    is_id,
    listed,
    mapping,
    moment,
    number,
    one_line,
    part,
    text,
)
from bot.ci.run import ListedBuild, ListedRun, RunStatus, State
from handlers.build import Change

_ENDED: Final[Mapping[str, State]] = {
    "success": "succeeded",
    "failed": "failed",
    "canceled": "cancelled",
    "skipped": "cancelled",
}
MOST_CHANGES = 250


def state_of(status: str) -> State:
    """Return the state of a pipeline; a status that is not known counts as running."""
    return _ENDED.get(status, "running")


def status_of(pipeline: object, jobs: Sequence[object], deploying: str) -> RunStatus:
    """Read a pipeline with its jobs, retried ones included.

    `deploying` names the job whose starts are the attempts.
    """
    state = state_of(text(pipeline, "status"))
    latest = {text(job, "name"): job for job in _in_order(jobs)}
    failed = [job for job in latest.values() if _counts_as_failed(job)]
    begun = [begin for job in jobs if (begin := moment(job, "started_at")) is not None]
    return RunStatus(
        state,
        attempt=attempt_of(jobs, deploying),
        url=text(pipeline, "web_url"),
        detail=_detail(pipeline, failed) if state == "failed" else "",
        started_at=min(begun, default=None),
        log_url=text(failed[0], "web_url") if failed else "",
    )


def attempt_of(jobs: Iterable[object], deploying: str) -> int:
    """Count how often the deploying job was started."""
    return max(1, sum(bool(deploying) and text(job, "name") == deploying for job in jobs))


def is_first(job: object, jobs: Iterable[object]) -> bool:
    """Return whether no job of that name was started before this one in its pipeline."""
    return not any(text(each, "name") == text(job, "name") and _id(each) < _id(job) for each in jobs)


def _detail(pipeline: object, failed: Sequence[object]) -> str:
    if not failed:
        return one_line("GitLab says failed", text(pipeline, "yaml_errors"))
    named = [f"{text(job, 'name')} ({text(job, 'failure_reason') or 'no reason given'})" for job in failed]
    return one_line("failed:", ", ".join(named))


def _counts_as_failed(job: object) -> bool:
    return text(job, "status") == "failed" and part(job, "allow_failure") is not True


def _in_order(items: Iterable[object]) -> list[object]:
    return sorted(items, key=_id)


def _id(item: object) -> int:
    return number(item, "id")


def listed_deployments(deployments: Iterable[object], deploying: str) -> list[ListedRun]:
    """Read deployments as runs, newest first.

    With `deploying` only those of that job, and each start of it is an attempt. GitLab also lists those of manual jobs that
    nobody has started yet: they deploy nothing.
    """
    seen: dict[str, ListedRun] = {}
    for each in _in_order(deployments):
        run_id, job = text(each, "deployable", "pipeline", "id"), text(each, "deployable", "name")
        begun = moment(each, "deployable", "started_at") is not None
        if is_id(run_id) and begun and deploying in {"", job}:
            before = seen.pop(run_id, None)
            seen[run_id] = _deployment(each, before.attempt + bool(deploying) if before else 1)
    return list(reversed(seen.values()))


def _deployment(deployment: object, attempt: int) -> ListedRun:
    pipeline = part(deployment, "deployable", "pipeline")
    return ListedRun(
        text(pipeline, "id"),
        state_of(text(deployment, "status")),
        attempt=attempt,
        environment=text(deployment, "environment", "name"),
        title=one_line(text(deployment, "deployable", "name")),
        sha=text(deployment, "sha"),
        url=text(pipeline, "web_url"),
        actor=text(deployment, "user", "username"),
        started_at=moment(deployment, "created_at"),
    )


def listed_pipeline(pipeline: object) -> ListedRun:
    """Read a pipeline from a list; a list does not say who started it."""
    return ListedRun(
        text(pipeline, "id"),
        state_of(text(pipeline, "status")),
        correlation=correlation_in(text(pipeline, "name")),
        title=one_line(text(pipeline, "name")),
        sha=text(pipeline, "sha"),
        url=text(pipeline, "web_url"),
        started_at=moment(pipeline, "created_at"),
    )


def listed_build(pipeline: object) -> ListedBuild:
    """Read a build; its number counts the pipelines of the project."""
    return ListedBuild(
        text(pipeline, "id"),
        number(pipeline, "iid"),
        text(pipeline, "sha"),
        text(pipeline, "ref"),
        text(pipeline, "web_url"),
    )


def changes_of(comparison: object) -> list[Change]:
    """Read a comparison, newest commit first; GitLab lists the oldest first.

    "Repositories API", compare.
    """
    commits = [
        Change(text(each, "id"), one_line(text(each, "author_name")), one_line(text(each, "title")))
        for each in listed(comparison, "commits")
    ]
    return commits[::-1][:MOST_CHANGES]


def error_message_in(answer: object) -> str:
    """Return the reason of a refusal.

    `message` is a text, or lists by what they are about ("REST API", status codes).
    """
    found = part(answer, "message") or part(answer, "error_description") or part(answer, "error")
    return one_line(_flat(found))


def _flat(found: object) -> str:
    items = list(mapping(found).values()) or listed(found)
    return "; ".join(map(_flat, items)) if items else text(found)

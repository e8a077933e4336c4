"""Converts GitLab's pipelines and deployments to the types that all CIs share.

Sources: its docs, "Pipelines API", "Deployments API", "Job rules" (CI_PIPELINE_SOURCE). A pipeline keeps its id when its jobs
are retried, and nothing counts the retries. So the attempt is how often the deploying job was started in it, if the policy
names that job as `workflow`; otherwise a pipeline has one attempt.
"""

from collections.abc import Iterable

from bot.ci.gitlab.states import deploys, in_order, state_of
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
from bot.ci.run import ListedBuild, ListedRun

OURS = "api"
"""The source of a pipeline that is started as Shiproom starts them."""

STARTED = frozenset({OURS, "trigger", "web"})
"""Sources of pipelines that somebody started: no push, no schedule, no merge request."""

MERGE_REQUESTS = frozenset({"merge_request_event", "external_pull_request_event"})
"""Sources of pipelines that run what somebody proposes, perhaps from a fork."""


def listed_deployments(deployments: Iterable[object], deploying: str) -> list[ListedRun]:
    """Read deployments as runs, newest first.

    With `deploying` only those of that job, and each start of it is an attempt. GitLab also lists those of manual jobs that
    nobody has started yet: they deploy nothing.
    """
    seen: dict[str, ListedRun] = {}
    for each in in_order(deployments):
        run_id, job = text(each, "deployable", "pipeline", "id"), part(each, "deployable")
        begun = moment(job, "started_at") is not None
        if is_id(run_id) and begun and (not deploying or deploys(job, deploying)):
            before = seen.pop(run_id, None)
            seen[run_id] = _deployment(each, before.attempt + bool(deploying) if before else 1)
    return list(reversed(seen.values()))


def _deployment(deployment: object, attempt: int) -> ListedRun:
    """Read a deployment: it says itself where it went, whatever started it, but a merge request's may be a fork's."""
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
        can_deploy=not is_of_merge_request(pipeline),
        ended_at=moment(deployment, "deployable", "finished_at"),
    )


def is_of_merge_request(pipeline: object) -> bool:
    """Return whether a pipeline ran for a merge request."""
    return text(pipeline, "source") in MERGE_REQUESTS or text(pipeline, "ref").startswith(
        "refs/merge-requests/"
    )


def listed_pipeline(pipeline: object) -> ListedRun:
    """Read a pipeline from a list; a list does not say who started it."""
    source = text(pipeline, "source")
    return ListedRun(
        text(pipeline, "id"),
        state_of(text(pipeline, "status")),
        correlation=correlation_in(text(pipeline, "name")) if source == OURS else "",
        title=one_line(text(pipeline, "name")),
        sha=text(pipeline, "sha"),
        url=text(pipeline, "web_url"),
        started_at=moment(pipeline, "created_at"),
        can_deploy=source in STARTED and not is_of_merge_request(pipeline),
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


def error_message_in(answer: object) -> str:
    """Return the reason of a refusal.

    `message` is a text, or lists by what they are about ("REST API", status codes).
    """
    found = part(answer, "message") or part(answer, "error_description") or part(answer, "error")
    return one_line(_flat(found))


def _flat(found: object) -> str:
    items = list(mapping(found).values()) or listed(found)
    return "; ".join(map(_flat, items)) if items else text(found)

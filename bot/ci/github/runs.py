"""Converts GitHub's workflow runs to the types that all CIs share.

A status that is not known counts as running.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.ci.http.json_access import correlation_in, listed, moment, number, one_line, text
from bot.ci.run import ListedBuild, ListedRun, RunStatus, State
from handlers.build import Change
from handlers.reports import FoundRun

BUILD_EVENTS = frozenset({"push", "schedule", "workflow_dispatch", "repository_dispatch"})
"""Events whose runs build what is on the branch.

The branch of a pull request's run is that of its head, which in a fork may be called `main` too.
"""

_ENDED: dict[str, State] = {
    "success": "succeeded",
    "neutral": "succeeded",
    "failure": "failed",
    "startup_failure": "failed",
    "skipped": "failed",
    "stale": "failed",
    "cancelled": "cancelled",
    "timed_out": "timed_out",
}
"""By conclusion; `action_required` waits for somebody, so it counts as running."""

_DETAILS = {
    "startup_failure": "GitHub could not start the workflow: its file may be wrong",
    "skipped": "every job was skipped, so nothing was deployed",
    "stale": "GitHub gave the run up",
}
_FAILED = {"failure": "failed", "timed_out": "timed out", "startup_failure": "could not start"}


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """A run as GitHub describes it.

    `from_own_repository` means that its commit is of the repository itself, not of a fork.
    """

    id: str
    attempt: int
    state: State
    detail: str
    title: str
    event: str
    branch: str
    sha: str
    number: int
    url: str
    actor: str
    from_own_repository: bool
    started_at: datetime | None


def read_run(value: object) -> WorkflowRun:
    """Read the description of one run."""
    ended = text(value, "status") == "completed"
    conclusion = text(value, "conclusion") if ended else ""
    return WorkflowRun(
        id=text(value, "id"),
        attempt=max(1, number(value, "run_attempt")),
        state=_ENDED.get(conclusion, "running"),
        detail=_DETAILS.get(conclusion, ""),
        title=text(value, "display_title"),
        event=text(value, "event"),
        branch=text(value, "head_branch"),
        sha=text(value, "head_sha"),
        number=number(value, "run_number"),
        url=text(value, "html_url"),
        actor=text(value, "triggering_actor", "login") or text(value, "actor", "login"),
        from_own_repository=number(value, "head_repository", "id") == number(value, "repository", "id") != 0,
        started_at=moment(value, "run_started_at") or moment(value, "created_at"),
    )


def read_runs(value: object) -> tuple[WorkflowRun, ...]:
    """Read a page of a list of runs."""
    return tuple(run for run in map(read_run, listed(value, "workflow_runs")) if run.id)


def found_run(run: WorkflowRun) -> FoundRun:
    """Return a run as a search result."""
    return FoundRun(run.id, run.attempt, run.url)


def listed_run(run: WorkflowRun) -> ListedRun:
    """Return a run as an entry of a list."""
    return ListedRun(
        id=run.id,
        state=run.state,
        attempt=run.attempt,
        correlation=correlation_in(run.title),
        title=one_line(run.title),
        sha=run.sha,
        url=run.url,
        actor=run.actor,
        started_at=run.started_at,
    )


def listed_build(run: WorkflowRun) -> ListedBuild:
    """Return a run as a build."""
    return ListedBuild(run.id, run.number, run.sha, run.branch, run.url)


def is_build(run: WorkflowRun) -> bool:
    """Return whether a run built its branch's own code."""
    return run.state == "succeeded" and run.from_own_repository and run.event in BUILD_EVENTS


@dataclass(frozen=True, slots=True)
class Failure:
    """What failed in a run, for people, and the address of its log; empty if unknown."""

    detail: str = ""
    log_url: str = ""


def status_of(run: WorkflowRun, failure: Failure) -> RunStatus:
    """Return a run's status."""
    return RunStatus(
        run.state,
        attempt=run.attempt,
        url=run.url,
        detail=run.detail or failure.detail,
        started_at=run.started_at,
        log_url=failure.log_url or run.url,
    )


def first_failure(jobs: object) -> Failure:
    """Return the first job of an attempt that failed, and its failed step."""
    failed = [job for job in listed(jobs, "jobs") if text(job, "conclusion") in _FAILED]
    if not failed:
        return Failure()
    job = failed[0]
    steps = (step for step in listed(job, "steps") if text(step, "conclusion") in _FAILED)
    step = next(steps, None)
    where = f"job {text(job, 'name')}"
    where = where if step is None else f'step "{text(step, "name")}" of {where}'
    more = f", and {len(failed) - 1} more" if len(failed) > 1 else ""
    how = _FAILED[text(step or job, "conclusion")]
    return Failure(one_line(f"{where} {how}{more}"), text(job, "html_url"))


def read_changes(value: object) -> tuple[Change, ...]:
    """Read the commits of a page of a comparison, oldest first, as GitHub returns them."""
    return tuple(_change(commit) for commit in listed(value, "commits"))


def _change(commit: object) -> Change:
    author = text(commit, "author", "login") or text(commit, "commit", "author", "name")
    title = text(commit, "commit", "message").strip().partition("\n")[0]
    return Change(text(commit, "sha"), one_line(author), one_line(title))

"""Converts GitHub's workflow runs to the types that all CIs share.

A status that is not known counts as running.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from sys import intern

from bot.ci.http.json_access import correlation_in, is_id, listed, moment, number, one_line, text
from bot.ci.run import ListedBuild, ListedRun, State
from handlers.reports import UNDER_WAY, FoundRun

BUILD_EVENTS = frozenset({"push", "schedule", "release", "workflow_dispatch", "repository_dispatch"})
"""Events whose runs build what is on the branch, or what a tag or a release names.

The branch of a pull request's run is that of its head, which in a fork may be called `main` too.
"""

DISPATCH_EVENTS = frozenset({"workflow_dispatch", "repository_dispatch"})
"""Events by which somebody starts a workflow from outside, as Shiproom does."""

DEPLOY_EVENTS = DISPATCH_EVENTS | {"deployment"}
"""Events whose runs may deploy; a push, a schedule or a pull request tests or builds with the same workflow."""

_UNDER_WAY: dict[str, State] = {
    "queued": "queued",
    "requested": "queued",
    "pending": "queued",
    "waiting": "waits",
}
"""By status. GitHub's docs, "List workflow runs for a repository": `waiting` is for a deployment's protection rules,
`pending` for a concurrency group.
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
    "action_required": "waits",
}
"""By conclusion; `action_required` waits for somebody to approve the run."""

_DETAILS = {
    "startup_failure": "GitHub could not start the workflow: its file may be wrong",
    "skipped": "every job was skipped, so nothing was deployed",
    "stale": "GitHub gave the run up",
}
_FOLDER = ".github/workflows/"
_WORD = re.compile(r"(?<![0-9a-zA-Z])[0-9a-f]{7,40}(?![0-9a-zA-Z])")
_WHOLE, _CORRELATION = 40, 20


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """A run as GitHub describes it; `file` is that of its workflow.

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
    updated_at: str
    file: str


def state_in(value: object) -> State:
    """Read the state of a run or of a job."""
    status = text(value, "status")
    if status != "completed":
        return _UNDER_WAY.get(status, "running")
    return _ENDED.get(text(value, "conclusion"), "running")


def read_run(value: object) -> WorkflowRun:
    """Read the description of one run."""
    conclusion = text(value, "conclusion") if text(value, "status") == "completed" else ""
    return WorkflowRun(
        id=text(value, "id"),
        attempt=max(1, number(value, "run_attempt")),
        state=state_in(value),
        detail=_DETAILS.get(conclusion, ""),
        title=text(value, "display_title"),
        event=intern(text(value, "event")),
        branch=intern(text(value, "head_branch")),
        sha=text(value, "head_sha"),
        number=number(value, "run_number"),
        url=text(value, "html_url"),
        actor=intern(text(value, "triggering_actor", "login") or text(value, "actor", "login")),
        from_own_repository=number(value, "head_repository", "id") == number(value, "repository", "id") != 0,
        started_at=moment(value, "run_started_at") or moment(value, "created_at"),
        updated_at=text(value, "updated_at"),
        file=intern(file_of(text(value, "path"))),
    )


def file_of(path: str) -> str:
    """Return the name of a workflow's file; empty if it is none of the repository's own.

    GitHub's docs, "Get a workflow run": the path may have the ref at its end.
    """
    own = path.partition("@")[0]
    return own.removeprefix(_FOLDER) if own.startswith(_FOLDER) else ""


def read_runs(value: object) -> tuple[WorkflowRun, ...]:
    """Read a page of a list of runs."""
    return tuple(read_run(each) for each in listed(value, "workflow_runs") if is_id(text(each, "id")))


def found_run(run: WorkflowRun) -> FoundRun:
    """Return a run as a search result."""
    return FoundRun(run.id, run.attempt, run.url)


def listed_run(run: WorkflowRun) -> ListedRun:
    """Return a run as an entry of a list."""
    return ListedRun(
        id=run.id,
        state=run.state,
        attempt=run.attempt,
        correlation=correlation_in(run.title) if run.event in DISPATCH_EVENTS else "",
        title=one_line(run.title),
        sha=_named_commit(run.title) or run.sha,
        url=run.url,
        actor=run.actor,
        started_at=run.started_at,
        can_deploy=run.event in DEPLOY_EVENTS and run.from_own_repository,
        ended_at=None if run.state in UNDER_WAY else moment({"at": run.updated_at}, "at"),
    )


def _named_commit(title: str) -> str:
    """Return the one commit that a title names, in full or in short; empty if it names none or several."""
    named = sorted({word for word in _WORD.findall(title) if _may_be_commit(word)}, key=len)
    return named[-1] if named and all(named[-1].startswith(each) for each in named) else ""


def _may_be_commit(word: str) -> bool:
    """Return whether a word of hexadecimal digits is no correlation id, no plain word like `defaced`, and no number or date."""
    mixed = any(letter.isdigit() for letter in word) and not word.isdigit()
    return len(word) == _WHOLE or (len(word) != _CORRELATION and mixed)


def listed_build(run: WorkflowRun) -> ListedBuild:
    """Return a run as a build."""
    return ListedBuild(run.id, run.number, run.sha, run.branch, run.url)


def is_build(run: WorkflowRun) -> bool:
    """Return whether a run built its branch's own code."""
    return run.state == "succeeded" and run.from_own_repository and run.event in BUILD_EVENTS

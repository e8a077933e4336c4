"""Converts Jenkins's jobs, queue items and builds to the types that all CIs share.

Sources: its "Remote Access API" and the git plugin's `BuildData`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.ci.http.json_access import correlation_in, is_id, listed, number, one_line, part, segment, text
from bot.ci.inputs import CORRELATION, SECRET, SHA
from bot.ci.run import ListedBuild, ListedRun, RunStatus, State

BUILD = (
    "number,url,building,result,timestamp,queueId,fullDisplayName,actions[parameters[name,value],"
    "causes[userId,userName,shortDescription],lastBuiltRevision[SHA1,branch[name]],remoteUrls]"
)
"""The fields of a build that are requested, in the syntax of `tree`."""

ITEM = "id,cancelled,executable[number,url],actions[parameters[name,value]]"
QUEUED = "queue/"
"""The prefix of a run id that is still a queue item."""

_ENDED: Final[Mapping[str, State]] = {
    "SUCCESS": "succeeded",
    "UNSTABLE": "failed",
    "FAILURE": "failed",
    "ABORTED": "cancelled",
    "NOT_BUILT": "cancelled",
}
_COMMITS = (SHA, "GIT_COMMIT", "COMMIT", "SHA", "sha", "commit")
_BRANCHES = ("GIT_BRANCH", "BRANCH_NAME", "BRANCH", "branch")
_REMOTE = ("refs/remotes/", "refs/heads/", "origin/")


def job_path(workflow: str) -> str:
    """Return the path of a job by its full name; empty if it names none.

    `folder/job` is at `/job/folder/job/job`.
    """
    return "".join(f"/job/{segment(name)}" for name in workflow.split("/") if name)


def parameters(item: object) -> dict[str, str]:
    """Read the parameters of a build or a queue item; the API hides passwords."""
    found = [each for action in listed(item, "actions") for each in listed(action, "parameters")]
    return {text(each, "name"): text(each, "value") for each in found}


def carries(item: object, correlation: str) -> bool:
    """Return whether a build or a queue item was started for a correlation id."""
    return bool(correlation) and parameters(item).get(CORRELATION) == correlation


def state_of(build: object) -> State:
    """Return the state of a build; a result set while it is building is not final."""
    if part(build, "building") is not False:
        return "running"
    return _ENDED.get(text(build, "result"), "running")


def status_of(build: object) -> RunStatus:
    """Read a build."""
    state, url = state_of(build), text(build, "url")
    return RunStatus(
        state,
        url=url,
        detail=f"Jenkins says {text(build, 'result')}" if state in {"failed", "cancelled"} else "",
        started_at=_started(build),
        log_url=f"{url}console" if url else "",
    )


def failed_stage(described: object) -> str:
    """Return the stages that failed, with their errors.

    Source: the Pipeline Stage View plugin's REST API, `wfapi/describe`.
    """
    failed = [each for each in listed(described, "stages") if text(each, "status") == "FAILED"]
    return one_line("; ".join(_with_error(each) for each in failed))


def _with_error(stage: object) -> str:
    error = text(stage, "error", "message")
    return f"stage {text(stage, 'name')} failed" + (f": {error}" if error else "")


def _started(build: object) -> datetime | None:
    try:
        return (
            datetime.fromtimestamp(number(build, "timestamp") / 1000, UTC)
            if number(build, "timestamp")
            else None
        )
    except (OverflowError, ValueError, OSError):
        return None


def listed_run(build: object) -> ListedRun:
    """Read a build of a deploying job.

    Its title includes its parameters, which show where it deploys to.
    """
    values = parameters(build)
    shown = [value for name, value in values.items() if name not in {CORRELATION, SECRET, SHA}]
    causes = [each for action in listed(build, "actions") for each in listed(action, "causes")]
    by = next(iter(causes), None)
    return ListedRun(
        text(build, "number"),
        state_of(build),
        correlation=correlation_in(values.get(CORRELATION, "")),
        environment=values.get("shiproom_environment", ""),
        title=one_line(text(build, "fullDisplayName"), *shown),
        sha=_first(values, _COMMITS) or _checked_out(build, "").sha,
        url=text(build, "url"),
        actor=one_line(text(by, "userId") or text(by, "userName") or text(by, "shortDescription")),
        started_at=_started(build),
    )


def listed_builds(builds: Iterable[object], repository: str, branch: str) -> list[ListedBuild]:
    """Read the builds of a job that succeeded on a branch.

    If a build names no branch, the job is taken to build that branch.
    """
    good = [each for each in builds if state_of(each) == "succeeded" and is_id(text(each, "number"))]
    read = [(each, _checkout_of(each, repository)) for each in good]
    return [
        ListedBuild(text(each, "number"), number(each, "number"), found.sha, branch, text(each, "url"))
        for each, found in read
        if found.sha and (not found.branches or branch in found.branches)
    ]


@dataclass(frozen=True, slots=True)
class _Checkout:
    sha: str = ""
    branches: tuple[str, ...] = ()


def _checkout_of(build: object, repository: str) -> _Checkout:
    found, values = _checked_out(build, repository), parameters(build)
    branch = _first(values, _BRANCHES)
    named = (_short(branch),) if branch else ()
    return found if found.sha else _Checkout(_first(values, _COMMITS), named)


def _checked_out(build: object, repository: str) -> _Checkout:
    """Read what git checked out; the repository's own checkout comes first.

    A pipeline checks its libraries out too.
    """
    found = [each for each in listed(build, "actions") if text(each, "lastBuiltRevision", "SHA1")]
    own = [each for each in found if _is_of(each, repository)]
    revision = part(next(iter(own or found), None), "lastBuiltRevision")
    branches = tuple(_short(text(each, "name")) for each in listed(revision, "branch"))
    return _Checkout(text(revision, "SHA1"), tuple(each for each in branches if each != "detached"))


def _is_of(action: object, repository: str) -> bool:
    urls = [text(url).removesuffix("/").removesuffix(".git") for url in listed(action, "remoteUrls")]
    return bool(repository) and any(url.replace(":", "/").endswith(f"/{repository}") for url in urls)


def _short(branch: str) -> str:
    for prefix in _REMOTE:
        branch = branch.removeprefix(prefix)
    return branch


def _first(values: Mapping[str, str], names: Iterable[str]) -> str:
    return next((values[name] for name in names if values.get(name)), "")

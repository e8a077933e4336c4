"""What Jenkins's jobs, queue items and builds mean to us; sources: its "Remote Access API" and the git plugin's `BuildData`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.ci_api.inputs import CORRELATION, SECRET, SHA
from bot.ci_api.parts import correlation_in, is_id, listed, number, one_line, part, segment, text
from bot.ci_api.run import RunStatus, SeenBuild, SeenRun, State

BUILD = (
    "number,url,building,result,timestamp,queueId,fullDisplayName,actions[parameters[name,value],"
    "causes[userId,userName,shortDescription],lastBuiltRevision[SHA1,branch[name]],remoteUrls]"
)
"""What is asked of a build, in the language of `tree`."""

ITEM = "id,cancelled,executable[number,url],actions[parameters[name,value]]"
WAITING = "queue/"
"""What stands before the number of a queue item, as long as no build has come of it."""

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
    """Give the path of a job by its full name: `folder/job` is at `/job/folder/job/job`. Empty if it names none."""
    return "".join(f"/job/{segment(name)}" for name in workflow.split("/") if name)


def parameters(item: object) -> dict[str, str]:
    """Read the parameters of a build or a queue item; passwords have no value in the API."""
    found = [each for action in listed(item, "actions") for each in listed(action, "parameters")]
    return {text(each, "name"): text(each, "value") for each in found}


def carries(item: object, correlation: str) -> bool:
    """Whether a build or a queue item was started for a correlation id."""
    return bool(correlation) and parameters(item).get(CORRELATION) == correlation


def state_of(build: object) -> State:
    """Say how a build is doing. What a pipeline has said of itself so far is no end while it builds."""
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
    """Name the stages that failed, with the error; source: the Pipeline Stage View plugin's REST API, `wfapi/describe`."""
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


def seen_run(build: object) -> SeenRun:
    """Read a build of a job that deploys; its title holds what it was told, so that it shows where it deploys to."""
    told = parameters(build)
    shown = [value for name, value in told.items() if name not in {CORRELATION, SECRET, SHA}]
    causes = [each for action in listed(build, "actions") for each in listed(action, "causes")]
    by = next(iter(causes), None)
    return SeenRun(
        text(build, "number"),
        state_of(build),
        correlation=correlation_in(told.get(CORRELATION, "")),
        environment=told.get("shiproom_environment", ""),
        title=one_line(text(build, "fullDisplayName"), *shown),
        sha=_first(told, _COMMITS) or _checked_out(build, "").sha,
        url=text(build, "url"),
        actor=one_line(text(by, "userId") or text(by, "userName") or text(by, "shortDescription")),
        started_at=_started(build),
    )


def seen_builds(builds: Iterable[object], repository: str, branch: str) -> list[SeenBuild]:
    """Read the builds of a job that succeeded on a branch; where a build tells of no branch, the job is taken for its own."""
    good = [each for each in builds if state_of(each) == "succeeded" and is_id(text(each, "number"))]
    read = [(each, _source(each, repository)) for each in good]
    return [
        SeenBuild(text(each, "number"), number(each, "number"), found.sha, branch, text(each, "url"))
        for each, found in read
        if found.sha and (not found.branches or branch in found.branches)
    ]


@dataclass(frozen=True, slots=True)
class _Source:
    sha: str = ""
    branches: tuple[str, ...] = ()


def _source(build: object, repository: str) -> _Source:
    found, told = _checked_out(build, repository), parameters(build)
    branch = _first(told, _BRANCHES)
    named = (_short(branch),) if branch else ()
    return found if found.sha else _Source(_first(told, _COMMITS), named)


def _checked_out(build: object, repository: str) -> _Source:
    """Read what git checked out; a pipeline checks its libraries out too, so the repository's own comes first."""
    found = [each for each in listed(build, "actions") if text(each, "lastBuiltRevision", "SHA1")]
    own = [each for each in found if _is_of(each, repository)]
    revision = part(next(iter(own or found), None), "lastBuiltRevision")
    branches = tuple(_short(text(each, "name")) for each in listed(revision, "branch"))
    return _Source(text(revision, "SHA1"), tuple(each for each in branches if each != "detached"))


def _is_of(action: object, repository: str) -> bool:
    urls = [text(url).removesuffix("/").removesuffix(".git") for url in listed(action, "remoteUrls")]
    return bool(repository) and any(url.replace(":", "/").endswith(f"/{repository}") for url in urls)


def _short(branch: str) -> str:
    for prefix in _REMOTE:
        branch = branch.removeprefix(prefix)
    return branch


def _first(told: Mapping[str, str], names: Iterable[str]) -> str:
    return next((told[name] for name in names if told.get(name)), "")

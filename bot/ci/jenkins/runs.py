"""Converts Jenkins's jobs, queue items and builds to the types that all CIs share.

Source: its "Remote Access API".
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from bot.ci.http.json_access import listed, number, one_line, part, segment, text
from bot.ci.inputs import CORRELATION
from bot.ci.run import RunStatus, State

BUILD = (
    "number,url,building,result,timestamp,queueId,fullDisplayName,actions[parameters[name,value],"
    "causes[userId,userName,shortDescription],lastBuiltRevision[SHA1,branch[name]],remoteUrls]"
)
"""The fields of a build that are requested, in the syntax of `tree`."""

ITEM = "id,cancelled,executable[number,url],actions[parameters[name,value],causes[userId,userName,shortDescription]]"
QUEUED = "queue/"
"""The prefix of a run id that is still a queue item."""

_ENDED: Final[Mapping[str, State]] = {
    "SUCCESS": "succeeded",
    "FAILURE": "failed",
    "ABORTED": "cancelled",
    "NOT_BUILT": "cancelled",
}


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


def state_of(build: object, unstable: State) -> State:
    """Return the state of a build; a result set while it is building is not final.

    `unstable` is what UNSTABLE means: a build with failed tests, or one that a step has marked.
    """
    if part(build, "building") is not False:
        return "running"
    if text(build, "result") == "UNSTABLE":
        return unstable
    return _ENDED.get(text(build, "result"), "running")


def status_of(build: object, unstable: State) -> RunStatus:
    """Read a build."""
    state, url = state_of(build, unstable), text(build, "url")
    return RunStatus(
        state,
        url=url,
        detail=f"Jenkins says {text(build, 'result')}" if state in {"failed", "cancelled"} else "",
        started_at=started_at(build),
        log_url=f"{url}console" if url else "",
    )


def failed_stage(described: object) -> str:
    """Return the stages that failed, with their errors.

    Source: the Pipeline Stage View plugin's REST API, `wfapi/describe`.
    """
    failed = [each for each in listed(described, "stages") if text(each, "status") == "FAILED"]
    return one_line("; ".join(_with_error(each) for each in failed))


def is_paused(described: object) -> bool:
    """Return whether a pipeline is at an `input` step; `wfapi/describe` as above."""
    return text(described, "status") == "PAUSED_PENDING_INPUT"


def waiting(build: RunStatus, asked: object) -> RunStatus:
    """Return the status of a build that waits at an `input` step.

    `asked` are its questions, of `wfapi/pendingInputActions`.
    """
    questions = "; ".join(message for each in listed(asked) if (message := text(each, "message")))
    detail = one_line("somebody who answers on Jenkins" + (":" if questions else ""), questions)
    return replace(build, state="waits", detail=detail, url=f"{build.url}input/" if build.url else "")


def _with_error(stage: object) -> str:
    error = text(stage, "error", "message")
    return f"stage {text(stage, 'name')} failed" + (f": {error}" if error else "")


def started_at(build: object) -> datetime | None:
    """Return when a build began."""
    try:
        return (
            datetime.fromtimestamp(number(build, "timestamp") / 1000, UTC)
            if number(build, "timestamp")
            else None
        )
    except (OverflowError, ValueError, OSError):
        return None

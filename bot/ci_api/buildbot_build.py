"""What Buildbot says of builds, and what it means here.

https://docs.buildbot.net/4.3.0/developer/results.html counts the results; -1 or nothing stands for one that goes on.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.ci_api.inputs import CORRELATION, SHA
from bot.ci_api.parts import correlation_in, number, part, text
from bot.ci_api.run import SeenBuild, SeenRun, State

RETRY = 5
"""The build was lost, with its worker or its master, and Buildbot makes another of the same request."""

_STATES: dict[int, State] = {
    0: "succeeded",
    1: "succeeded",
    2: "failed",
    3: "cancelled",
    4: "failed",
    6: "cancelled",
}
FAULTY = frozenset({2, 4})
"""Failure, and exception."""

_COMMIT = re.compile(r"[0-9a-f]{7,64}")

_ASKED = (
    CORRELATION, SHA, "shiproom_environment", "owner", "reason", "scheduler", "branch", "revision", "got_revision", "digest"
)  # fmt: skip
PROPERTIES = "&".join(f"property={name}" for name in _ASKED)
"""The part of a query that asks for what is read here."""


@dataclass(frozen=True, slots=True)
class Build:
    """One build, as an answer or a webhook has it."""

    id: int
    number: int
    builder: int
    request: int
    result: int
    complete: bool
    said: str
    started_at: datetime | None
    properties: object

    @property
    def state(self) -> State:
        """Say how it is doing; what nobody knows is looked at again."""
        return _STATES.get(self.result, "running") if self.complete else "running"

    @property
    def page(self) -> str:
        """Say where its page is, under the root."""
        return f"/#/builders/{self.builder}/builds/{self.number}"

    def told(self, name: str) -> str:
        """Read a property, which has its source beside it; empty if there is no text."""
        return text(self.properties, name, 0)


def read_build(value: object) -> Build | None:
    """Read a build; None if it is none."""
    number_of = number(value, "buildid")
    if number_of <= 0:
        return None
    return Build(
        id=number_of,
        number=number(value, "number"),
        builder=number(value, "builderid"),
        request=number(value, "buildrequestid"),
        result=-1 if part(value, "results") is None else number(value, "results"),
        complete=part(value, "complete") is True,
        said=text(value, "state_string"),
        started_at=_moment(number(value, "started_at")),
        properties=part(value, "properties"),
    )


def read_builds(rows: Sequence[object]) -> list[Build]:
    """Read an answer's builds, in its order."""
    return [build for each in rows if (build := read_build(each)) is not None]


def carries(request: object, correlation: str) -> bool:
    """Whether a request has a correlation id as its property."""
    return bool(correlation) and text(request, "properties", CORRELATION, 0) == correlation


def state_of_request(value: object) -> State:
    """Say how a request is doing of which no build has come."""
    if part(value, "complete") is not True:
        return "running"
    return _STATES.get(number(value, "results"), "cancelled")


def seen_runs(builds: Sequence[Build], root: str) -> list[SeenRun]:
    """Give a run for each request of these builds, newest first; several builds of one are its attempts."""
    requests: dict[int, list[Build]] = {}
    for build in sorted(builds, key=lambda each: each.id, reverse=True):
        requests.setdefault(build.request, []).append(build)
    return [_seen_run(attempts, root) for attempts in requests.values()]


def _seen_run(attempts: list[Build], root: str) -> SeenRun:
    newest, first = attempts[0], attempts[-1]
    return SeenRun(
        id=str(first.id),
        state=newest.state,
        attempt=len(attempts),
        correlation=correlation_in(newest.told(CORRELATION)),
        environment=newest.told("shiproom_environment"),
        title=newest.told("reason") or newest.said,
        sha=newest.told(SHA) or newest.told("got_revision") or newest.told("revision"),
        url=root + newest.page,
        actor=newest.told("owner") or newest.told("scheduler"),
        started_at=first.started_at,
    )


def seen_builds(builds: Sequence[Build], branch: str, root: str) -> list[SeenBuild]:
    """Give the builds that succeeded on a branch. One that says no branch or no commit could be of any."""
    return [
        SeenBuild(str(each.id), each.number, sha, branch, root + each.page, each.told("digest"))
        for each in builds
        if each.state == "succeeded"
        and each.told("branch") == branch
        and _COMMIT.fullmatch(sha := each.told("got_revision") or each.told("revision"))
    ]


def _moment(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
    except (OverflowError, ValueError, OSError):
        return None

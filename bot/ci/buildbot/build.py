"""Reads builds as Buildbot describes them.

https://docs.buildbot.net/4.3.0/developer/results.html numbers the results; -1 or nothing stands for a build that is running.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.ci.http.json_access import correlation_in, number, part, text
from bot.ci.inputs import CORRELATION, SHA
from bot.ci.run import ListedBuild, ListedRun, State
from handlers.branches import matches_branch

RETRY = 5
"""The build was lost with its worker or its master; Buildbot makes another one of the same request."""

_STATES: dict[int, State] = {
    0: "succeeded",
    1: "succeeded",
    2: "failed",
    3: "cancelled",
    4: "failed",
    6: "cancelled",
}
FAILED_RESULTS = frozenset({2, 4})
"""Failure and exception."""

_COMMIT = re.compile(r"[0-9a-f]{7,64}")

_PROPERTY_NAMES = (
    *(CORRELATION, SHA, "shiproom_environment", "environment", "owner", "reason", "scheduler"),
    *("branch", "revision", "got_revision", "digest"),
)
PROPERTIES = "&".join(f"property={name}" for name in _PROPERTY_NAMES)
"""The part of a query that asks for the properties read here."""


@dataclass(frozen=True, slots=True)
class Build:
    """One build, as a response or a webhook describes it."""

    id: int
    number: int
    builder: int
    request: int
    result: int
    complete: bool
    status_text: str
    started_at: datetime | None
    properties: object

    @property
    def state(self) -> State:
        """The state of the build; a result that is not known counts as running."""
        return _STATES.get(self.result, "running") if self.complete else "running"

    @property
    def page(self) -> str:
        """The path of its page, under the root."""
        return f"/#/builders/{self.builder}/builds/{self.number}"

    def property_text(self, name: str) -> str:
        """Return a property, which has its source beside it; empty if it is not text."""
        return text(self.properties, name, 0)


def read_build(value: object) -> Build | None:
    """Read a build; None if this is not one."""
    build_id = number(value, "buildid")
    if build_id <= 0:
        return None
    return Build(
        id=build_id,
        number=number(value, "number"),
        builder=number(value, "builderid"),
        request=number(value, "buildrequestid"),
        result=-1 if part(value, "results") is None else number(value, "results"),
        complete=part(value, "complete") is True,
        status_text=text(value, "state_string"),
        started_at=_moment(number(value, "started_at")),
        properties=part(value, "properties"),
    )


def read_builds(rows: Sequence[object]) -> list[Build]:
    """Read the builds of a response, in its order."""
    return [build for each in rows if (build := read_build(each)) is not None]


def state_of_request(value: object) -> State:
    """Return the state of a request that has no build yet."""
    if part(value, "complete") is not True:
        return "queued"
    return _STATES.get(number(value, "results"), "cancelled")


@dataclass(frozen=True, slots=True)
class Origins:
    """Where the builds of a builder come from: why each request was made, and which schedulers people start.

    Our runs are those that `user` started for the reason that Shiproom wrote. A rebuild copies properties, but no reason.
    """

    user: str
    reasons: Mapping[int, str]
    forced: frozenset[str]

    def correlation_of(self, build: Build) -> str:
        """Return the correlation id of a run of ours; else empty."""
        correlation, owner = correlation_in(build.property_text(CORRELATION)), build.property_text("owner")
        own = not self.user or owner == self.user or owner.startswith(f"{self.user}@")
        return correlation if own and f"[{correlation}]" in self.reasons.get(build.request, "") else ""

    def can_deploy(self, build: Build) -> bool:
        """Return whether a person started it, and no nightly or other scheduler."""
        return build.property_text("scheduler") in self.forced


def listed_runs(builds: Sequence[Build], root: str, origins: Origins) -> list[ListedRun]:
    """Return one run per request of these builds, newest first.

    Several builds of one request are its attempts.
    """
    requests: dict[int, list[Build]] = {}
    for build in sorted(builds, key=lambda each: each.id, reverse=True):
        requests.setdefault(build.request, []).append(build)
    return [_listed_run(attempts, root, origins) for attempts in requests.values()]


def _listed_run(attempts: list[Build], root: str, origins: Origins) -> ListedRun:
    newest, first = attempts[0], attempts[-1]
    return ListedRun(
        id=str(first.id),
        state=newest.state,
        attempt=len(attempts),
        correlation=origins.correlation_of(newest),
        environment=newest.property_text("shiproom_environment") or newest.property_text("environment"),
        title=newest.property_text("reason") or newest.status_text,
        sha=newest.property_text(SHA)
        or newest.property_text("got_revision")
        or newest.property_text("revision"),
        url=root + newest.page,
        actor=newest.property_text("owner") or newest.property_text("scheduler"),
        started_at=first.started_at,
        can_deploy=origins.can_deploy(newest),
    )


def listed_builds(builds: Sequence[Build], patterns: Sequence[str], root: str) -> list[ListedBuild]:
    """Return the builds that succeeded on branches of these patterns.

    A build without a branch or a commit is left out: it could be of any.
    """
    return [
        ListedBuild(str(each.id), each.number, sha, branch, root + each.page, each.property_text("digest"))
        for each in builds
        if each.state == "succeeded"
        and matches_branch(branch := each.property_text("branch"), patterns)
        and _COMMIT.fullmatch(sha := each.property_text("got_revision") or each.property_text("revision"))
    ]


def _moment(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
    except (OverflowError, ValueError, OSError):
        return None

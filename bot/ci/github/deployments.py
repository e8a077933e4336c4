"""Lists what GitHub's deployment records say of environments that no dispatched run of ours or of others explains.

A job with an `environment` makes a record, and so do other tools. Only the newest record of an environment counts: it says what
is there now.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.ci.github.api import GitHubApi, Missing
from bot.ci.github.repository_runs import FORGET_AFTER, WITHOUT_PULL_REQUESTS
from bot.ci.github.runs import DEPLOY_EVENTS, WorkflowRun, listed_run, read_run
from bot.ci.http.json_access import listed, moment, text
from bot.ci.run import ListedRun, State, Target
from bot.clock import Clock
from handlers.reports import UNDER_WAY

INTERVAL = 600.0
"""How many seconds are between two readings of a repository's records, unless a webhook comes."""

REFUSED_INTERVAL = 3600.0
"""After how many seconds it is tried again where the token may not read records."""

_MOST_ENVIRONMENTS = 20
_RUN = re.compile(r"/actions/runs/([0-9]{1,18})(?![0-9])")
_STATES: dict[str, State] = {
    "success": "succeeded",
    "inactive": "succeeded",
    "failure": "failed",
    "error": "failed",
    "in_progress": "running",
    "waiting": "waits",
}
"""By the state of its newest status; a record without one is queued. `inactive` was replaced by a newer one."""


@dataclass(frozen=True, slots=True)
class _Record:
    """A deployment as GitHub records it."""

    id: str
    environment: str
    sha: str
    actor: str
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Progress:
    """How far it is, the address of its log, and the run that made it, if that is one of GitHub Actions."""

    state: State
    url: str
    run_id: str


class DeploymentRecords:
    """The newest record of each environment of one repository."""

    def __init__(self, api: GitHubApi, path: str, clock: Clock) -> None:
        self._api = api
        self._path = path
        self._clock = clock
        self._reading = asyncio.Lock()
        self._due_at = float("-inf")
        self._newest: Sequence[_Record] = ()
        self._ended: dict[str, tuple[_Progress, WorkflowRun | Missing]] = {}
        self._services: dict[str, tuple[str, float]] = {}

    def outdate(self) -> None:
        """Read the records the next time that they are asked for."""
        self._due_at = min(self._due_at, self._clock.monotonic())

    async def outside(self, target: Target) -> Sequence[ListedRun] | None:
        """Return the deployments that the list of a target's workflow does not tell; None if they cannot be read now."""
        self._remember(target)
        async with self._reading:
            if not await self._refreshed():
                return None
            found: list[ListedRun] = []
            for record in self._newest:
                known = await self._known(record)
                if known is None:
                    return None
                if self._counts(target.deploy.workflow, *known):
                    found.append(_as_listed(record, *known))
            return found

    def _remember(self, target: Target) -> None:
        """Keep which workflow deploys which service from here."""
        now = self._clock.monotonic()
        self._services[target.deploy.workflow] = (target.service, now)
        self._services = {
            file: (service, at) for file, (service, at) in self._services.items() if now - at < FORGET_AFTER
        }

    def _counts(self, file: str, progress: _Progress, run: WorkflowRun | Missing) -> bool:
        """Return whether a record tells what no list of runs does.

        Where several services deploy from here, only one that a run of the workflow itself made is known to be of its service.
        A dispatched run of a workflow that deploys is in its list; a fork's run deploys nothing.
        """
        alone = len({service for service, _ in self._services.values()}) == 1
        if isinstance(run, Missing):
            return alone and not progress.run_id
        if run.file == file:
            return run.from_own_repository and run.event not in DEPLOY_EVENTS
        return alone and run.from_own_repository and run.file not in self._services

    async def _refreshed(self) -> bool:
        if self._clock.monotonic() < self._due_at:
            return True
        path = f"{self._path}/deployments"
        answer = await self._api.read(path, _read_records, {"per_page": "100"}, optional=True)
        if answer is None:
            return False
        forbidden = isinstance(answer, Missing)
        self._newest = () if isinstance(answer, Missing) else answer
        self._ended = {each.id: self._ended[each.id] for each in self._newest if each.id in self._ended}
        self._due_at = self._clock.monotonic() + (REFUSED_INTERVAL if forbidden else INTERVAL)
        return True

    async def _known(self, record: _Record) -> tuple[_Progress, WorkflowRun | Missing] | None:
        """Read how far a deployment is, and the run that made it; None if they cannot be read now."""
        if record.id in self._ended:
            return self._ended[record.id]
        path = f"{self._path}/deployments/{record.id}/statuses"
        progress = await self._api.read(path, _read_progress, {"per_page": "100"}, optional=True)
        if progress is None:
            return None
        if isinstance(progress, Missing):
            progress = _Progress("queued", "", "")
        run = await self._run(progress.run_id)
        if run is None:
            return None
        if progress.state not in UNDER_WAY:
            self._ended[record.id] = progress, run
        return progress, run

    async def _run(self, run_id: str) -> WorkflowRun | Missing | None:
        if not run_id:
            return Missing()
        return await self._api.read(f"{self._path}/actions/runs/{run_id}", read_run, WITHOUT_PULL_REQUESTS)


def _read_records(value: object) -> Sequence[_Record]:
    """Read the newest record of each environment; GitHub returns them newest first."""
    records = (
        _Record(
            text(each, "id"),
            text(each, "environment").lower(),
            text(each, "sha"),
            text(each, "creator", "login"),
            moment(each, "created_at"),
        )
        for each in listed(value)
    )
    newest: dict[str, _Record] = {}
    for record in records:
        if record.id and record.environment:
            newest.setdefault(record.environment, record)
    return tuple(newest.values())[:_MOST_ENVIRONMENTS]


def _read_progress(value: object) -> _Progress:
    """Read the statuses of a deployment, newest first."""
    statuses = listed(value)
    logs = [text(each, "log_url") or text(each, "target_url") for each in statuses]
    made_by = next((found.group(1) for each in logs if (found := _RUN.search(each))), "")
    newest = text(statuses[0], "state") if statuses else ""
    return _Progress(_STATES.get(newest, "queued"), next(filter(None, logs), ""), made_by)


def _as_listed(record: _Record, progress: _Progress, run: WorkflowRun | Missing) -> ListedRun:
    if isinstance(run, WorkflowRun):
        made_by = replace(listed_run(run), state=progress.state, sha=record.sha, can_deploy=True)
        return replace(made_by, environment=record.environment)
    return ListedRun(
        id=f"deployment-{record.id}",
        state=progress.state,
        environment=record.environment,
        title=f"Deployment to {record.environment}",
        sha=record.sha,
        url=progress.url,
        actor=record.actor,
        started_at=record.created_at,
    )

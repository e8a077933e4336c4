"""Lists what deployed lately on a GitLab, whoever started it.

A list of pipelines tells neither whether the job that deploys ran, nor where it deployed to. So where no deployment of GitLab's
own says it, the jobs of an ended pipeline are read, once for each time that the pipeline changes.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.ci.gitlab import runs
from bot.ci.gitlab.queries import GitLabQueries
from bot.ci.gitlab.states import status_of
from bot.ci.http.json_access import text
from bot.ci.run import ListedRun, RunStatus, Target
from handlers.reports import UNDER_WAY

_LISTED = 30


class RecentRuns:
    """The newest runs of targets, and what is known of those that ended."""

    def __init__(self, queries: GitLabQueries) -> None:
        self._queries = queries
        self._ended: dict[tuple[str, str], dict[str, tuple[object, RunStatus]]] = {}

    async def list_of(self, target: Target) -> Sequence[ListedRun] | None:
        """List the newest deployments, of the deploying job if it is named, and pipelines that somebody started."""
        deployments = await self._queries.deployments(target.repository)
        own = await self._queries.pipelines(target.repository, source=runs.OURS)
        newest = await self._queries.pipelines(target.repository)
        if deployments is None or own is None or newest is None:
            return None
        pipelines = {text(each, "id"): each for each in [*newest, *own]}
        listed = {run.id: run for run in map(runs.listed_pipeline, pipelines.values())}
        deployed = {
            run.id: replace(run, correlation=listed[run.id].correlation) if run.id in listed else run
            for run in runs.listed_deployments(deployments, target.deploy.workflow)
        }
        started = {run.id: run for run in listed.values() if run.can_deploy}
        found = sorted((started | deployed).values(), key=lambda run: int(run.id), reverse=True)[:_LISTED]
        ended = {
            run.id: pipelines[run.id]
            for run in found
            if run.id not in deployed and run.state not in UNDER_WAY
        }
        known = await self._read_ended(target, ended)
        return None if known is None else [_with_status(run, known.get(run.id)) for run in found]

    async def _read_ended(self, target: Target, pipelines: dict[str, object]) -> dict[str, RunStatus] | None:
        key = (target.repository, target.deploy.workflow)
        before, now = self._ended.get(key, {}), dict[str, tuple[object, RunStatus]]()
        for run_id, pipeline in pipelines.items():
            changed = (text(pipeline, "status"), text(pipeline, "updated_at"))
            known = before.get(run_id)
            if known is None or known[0] != changed:
                jobs = await self._queries.jobs(target.repository, run_id, target.deploy.workflow)
                if jobs is None:
                    self._ended[key] = before | now
                    return None
                known = (changed, status_of(pipeline, jobs, target.deploy.workflow))
            now[run_id] = known
        self._ended[key] = now
        return {run_id: status for run_id, (_, status) in now.items()}


def _with_status(run: ListedRun, status: RunStatus | None) -> ListedRun:
    return run if status is None else replace(run, state=status.state, attempt=status.attempt)

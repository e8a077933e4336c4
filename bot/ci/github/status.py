"""Reads the state of one run: of the run as a whole, or of the job that deploys."""

from bot.ci.github.api import GitHubApi, Missing
from bot.ci.github.jobs import Outcome, first_failure, outcome_of, read_jobs, read_named_jobs
from bot.ci.github.repository_runs import WITHOUT_PULL_REQUESTS
from bot.ci.github.runs import WorkflowRun, read_run
from bot.ci.github.waiting import what_it_waits_for
from bot.ci.run import RunStatus
from bot.clock import Clock


async def read_status(api: GitHubApi, clock: Clock, path: str, job: str) -> RunStatus | Missing | None:
    """Read a run by its path, and its jobs where they count.

    None if it cannot be read now.
    """
    run = await api.read(path, read_run, WITHOUT_PULL_REQUESTS)
    if run is None or isinstance(run, Missing):
        return run
    outcome = await (_of_job(api, path, run, job) if job else _of_run(api, path, run))
    if outcome is None:
        return None
    waits = await what_it_waits_for(api, path, clock.now()) if outcome.state == "waits" else ""
    return RunStatus(
        outcome.state,
        attempt=run.attempt,
        url=run.url,
        detail=waits or outcome.detail,
        started_at=outcome.started_at or run.started_at,
        log_url=outcome.log_url or run.url,
    )


async def _of_run(api: GitHubApi, path: str, run: WorkflowRun) -> Outcome:
    """Return the state of a whole run; if it failed, its jobs say where, unless they cannot be read."""
    jobs = await read_jobs(api, path, run) if run.state in {"failed", "timed_out"} else ()
    detail, log_url = first_failure(jobs or ())
    return Outcome(run.state, run.detail or detail, log_url)


async def _of_job(api: GitHubApi, path: str, run: WorkflowRun, job: str) -> Outcome | None:
    if run.state == "queued":
        return Outcome(run.state)
    jobs = await read_named_jobs(api, path, run, job)
    return None if jobs is None else outcome_of(run, jobs, job)

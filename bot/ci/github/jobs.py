"""Reads the jobs of a run: the state of the one that deploys, and which step failed.

With `job` in a deploy the run's state is that of its job; the rest of the workflow does not count.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.ci.github.api import GitHubApi, Missing
from bot.ci.github.runs import WorkflowRun, state_in
from bot.ci.http.json_access import listed, moment, number, one_line, text
from bot.ci.run import State
from handlers.reports import UNDER_WAY

_PER_PAGE = 100
_MOST_PAGES = 10
_FAILED = {"failure": "failed", "timed_out": "timed out", "startup_failure": "could not start"}
_MATRIX = re.compile(r" \(.*?\)(?= / |$)")
_WORST: tuple[State, ...] = ("failed", "timed_out", "cancelled")
_BUSIEST: tuple[State, ...] = ("running", "waits", "queued")


@dataclass(frozen=True, slots=True)
class Job:
    """A job of one attempt; `failure` says how it failed and in which step, for people."""

    name: str
    attempt: int
    state: State
    skipped: bool
    failure: str
    url: str
    started_at: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the jobs say of a run, for people too, and the address of the log; empty if unknown."""

    state: State
    detail: str = ""
    log_url: str = ""
    started_at: datetime | None = None


async def read_jobs(api: GitHubApi, path: str, run: WorkflowRun) -> Sequence[Job] | None:
    """Read the jobs of a run's attempt; None if they cannot be read now."""
    return await _all_pages(api, f"{path}/attempts/{run.attempt}/jobs", {})


async def read_named_jobs(api: GitHubApi, path: str, run: WorkflowRun, name: str) -> Sequence[Job] | None:
    """Read the jobs of a run's attempt, with the named one as it was last carried out.

    GitHub's docs, "Re-running workflows and jobs": what succeeded is not carried out again by "re-run failed jobs".
    """
    jobs = await read_jobs(api, path, run)
    if jobs is None or run.attempt == 1 or jobs_named(jobs, name):
        return jobs
    all_jobs = await _all_pages(api, f"{path}/jobs", {"filter": "all"})
    if all_jobs is None:
        return None
    newest = {job.name: job for job in sorted(jobs_named(all_jobs, name), key=lambda job: job.attempt)}
    return [*jobs, *newest.values()]


async def _all_pages(api: GitHubApi, path: str, wanted: dict[str, str]) -> Sequence[Job] | None:
    jobs: list[Job] = []
    for page in range(1, _MOST_PAGES + 1):
        more = {"page": str(page)} if page > 1 else {}
        read = await api.read(path, _read_page, {**wanted, "per_page": str(_PER_PAGE), **more})
        if read is None or isinstance(read, Missing):
            return None
        jobs += read
        if len(read) < _PER_PAGE:
            break
    return jobs


def _read_page(value: object) -> tuple[Job, ...]:
    return tuple(_read_job(job) for job in listed(value, "jobs"))


def _read_job(job: object) -> Job:
    return Job(
        name=text(job, "name"),
        attempt=max(1, number(job, "run_attempt")),
        state=state_in(job),
        skipped=text(job, "status") == "completed" and text(job, "conclusion") == "skipped",
        failure=_failure(job),
        url=text(job, "html_url"),
        started_at=moment(job, "started_at"),
    )


def _failure(job: object) -> str:
    if text(job, "conclusion") not in _FAILED:
        return ""
    step = next((step for step in listed(job, "steps") if text(step, "conclusion") in _FAILED), None)
    where = f"job {text(job, 'name')}"
    where = where if step is None else f'step "{text(step, "name")}" of {where}'
    return one_line(f"{where} {_FAILED[text(step or job, 'conclusion')]}")


def first_failure(jobs: Sequence[Job]) -> tuple[str, str]:
    """Return how the first job failed that did, and the address of its log; empty if none failed."""
    failed = [job for job in jobs if job.failure]
    if not failed:
        return "", ""
    more = f", and {len(failed) - 1} more" if len(failed) > 1 else ""
    return failed[0].failure + more, failed[0].url


def jobs_named(jobs: Sequence[Job], name: str) -> Sequence[Job]:
    """Return the jobs that a policy's `job` names.

    GitHub calls one of a matrix `deploy (eu)`, and one of a reusable workflow `call / deploy`. Where the name is that of the
    caller, all jobs that were called count, without those that were left out.
    """
    found = _where(jobs, lambda title: title == name or title.endswith(f" / {name}"))
    called = _where(jobs, lambda title: f" / {name} / " in f" / {title}")
    return found or [job for job in called if not job.skipped]


def _where(jobs: Sequence[Job], fits: Callable[[str], bool]) -> list[Job]:
    return [job for job in jobs if fits(job.name) or fits(_MATRIX.sub("", job.name))]


def outcome_of(run: WorkflowRun, jobs: Sequence[Job], name: str) -> Outcome:
    """Return the state of a run by the jobs of a name: all of them must succeed, and none may be left out."""
    named = jobs_named(jobs, name)
    if run.state in UNDER_WAY and not named:
        return Outcome(run.state if run.state == "waits" else "queued")
    if any(job.state in UNDER_WAY for job in named):
        return _under_way(run, named)
    ran = [job for job in named if not job.skipped]
    worst: State | None = next((state for state in _WORST if any(job.state == state for job in ran)), None)
    detail, log_url = first_failure(ran)
    if worst is not None:
        return Outcome(
            worst, detail, log_url or next(job.url for job in ran if job.state == worst), _began(ran)
        )
    if not named or len(ran) < len(named):
        return _did_not_run(run, jobs, name)
    return Outcome("succeeded", "", ran[0].url, _began(ran))


def _under_way(run: WorkflowRun, named: Sequence[Job]) -> Outcome:
    states = [job.state for job in named]
    state: State = next(each for each in _BUSIEST if each in states)
    if run.state in _WORST:
        # A run that has ended leaves no job behind it that goes on.
        return Outcome(run.state, run.detail)
    if state == "queued" and any(each not in UNDER_WAY for each in states):
        return Outcome("running", started_at=_began(named))
    return Outcome(state, started_at=_began(named))


def _did_not_run(run: WorkflowRun, jobs: Sequence[Job], name: str) -> Outcome:
    detail, log_url = first_failure(jobs)
    cause = run.detail if run.detail and not jobs else detail
    said = f"the job {name} did not run" + (f": {cause}" if cause else "")
    state: State = "cancelled" if run.state == "cancelled" else "failed"
    return Outcome(state, one_line(said), log_url)


def _began(jobs: Sequence[Job]) -> datetime | None:
    return min((job.started_at for job in jobs if job.started_at is not None), default=None)

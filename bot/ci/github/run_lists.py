"""Lists a connection's deployments and builds, from one list of runs for each repository."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.ci.github import api
from bot.ci.github.api import GitHubApi
from bot.ci.github.deployments import DeploymentRecords
from bot.ci.github.kept_runs import MOST_KEPT
from bot.ci.github.repository_runs import FORGET_AFTER, RepositoryRuns, Sweep
from bot.ci.github.runs import WorkflowRun, is_build, listed_build, listed_run
from bot.ci.run import Hint, ListedBuild, ListedRun, Target
from bot.clock import Clock
from handlers.branches import matches_branch
from handlers.plan import BuildSource
from handlers.reports import UNDER_WAY

_ENOUGH = 20
_SWEEP_EVERY = 60.0
"""Seconds between two looks for repositories that nobody asks for: at each call they would cost the square of their number."""


class RunLists:
    """The lists of all repositories that are asked for."""

    def __init__(self, github: GitHubApi, clock: Clock, poll: float) -> None:
        self._api = github
        self._clock = clock
        self._poll = poll
        self._repositories: dict[str, _Repository] = {}
        self._started: deque[str] = deque(maxlen=MOST_KEPT)
        self._login = ""
        self._swept_at = float("-inf")

    def notice(self, hint: Hint, *, deployed: bool) -> None:
        """Read what a webhook is about the next time that its repository is asked for.

        `deployed` means that it told the status of a deployment record.
        """
        known = self._repositories.get(hint.repository.casefold())
        if known is not None:
            known.runs.notice(hint.run_id, hint.workflow)
            if deployed:
                known.records.outdate()

    def note_started(self, run_id: str) -> None:
        """Note a run that we started: once one of the newest is listed, it is known under which login."""
        self._started.append(run_id)

    async def deployments(self, target: Target) -> Sequence[ListedRun] | None:
        """List the newest runs of a target's workflow, all that are under way, and what deployment records tell besides.

        What was just read for builds is used again: at 15 s, 200 repositories are near GitHub's limit of 900 requests a minute
        (GitHub's docs, "Rate limits for the REST API", secondary rate limits).
        """
        repository, file = self._repository(target.repository), target.deploy.workflow
        if repository is None or not file:
            return None
        sweep = Sweep((), lambda run: listed_run(run).can_deploy, _ENOUGH)
        runs = await repository.runs.newest(file, [sweep], self._poll)
        outside = await repository.records.outside(target) if runs is not None else None
        if runs is None or outside is None:
            return None
        own = next((run.actor for run in runs if run.id in self._started and run.attempt == 1), "")
        self._login = own or self._login
        late = (run for run in runs[MOST_KEPT:] if run.state in UNDER_WAY or repository.runs.was_named(run))
        told = {each.id for each in outside}
        seen = (run for run in (*runs[:MOST_KEPT], *late) if run.id not in told)
        return [*outside, *map(self._listed, seen)]

    def _listed(self, run: WorkflowRun) -> ListedRun:
        """Return a run of a list; somebody else's with an id of ours, as when its inputs were copied, is not ours."""
        foreign = self._login and run.attempt == 1 and run.actor != self._login
        return replace(listed_run(run), correlation="") if foreign else listed_run(run)

    async def builds(self, name: str, source: BuildSource) -> Sequence[ListedBuild] | None:
        """List the newest builds of the branches that the policy names."""
        repository = self._repository(name)
        if repository is None or not source.workflow:
            return None
        patterns = source.patterns
        sweeps = [Sweep(_filters(each), _builds_of((each,)), _ENOUGH) for each in patterns]
        runs = await repository.runs.newest(source.workflow, sweeps)
        if runs is None:
            return None
        built = [run for run in runs if _builds_of(patterns)(run)]
        late = (run for run in built[MOST_KEPT:] if repository.runs.was_named(run))
        return [listed_build(run) for run in (*built[:MOST_KEPT], *late)]

    def _repository(self, name: str) -> "_Repository | None":
        key, path = api.full_name(name).casefold(), api.repository_path(name)
        if not path:
            return None
        known = self._repositories.get(key)
        if known is None:
            runs = RepositoryRuns(self._api, path, self._clock)
            known = _Repository(runs, DeploymentRecords(self._api, path, self._clock))
            self._repositories[key] = known
        self._forget_old(key)
        return known

    def _forget_old(self, wanted: str) -> None:
        """Forget repositories that nobody asks for, now and then; but not the one that is wanted now."""
        now = self._clock.monotonic()
        if now - self._swept_at < _SWEEP_EVERY:
            return
        self._swept_at = now
        self._repositories = {
            key: each
            for key, each in self._repositories.items()
            if key == wanted or now - each.runs.asked_at < FORGET_AFTER
        }


@dataclass(frozen=True, slots=True)
class _Repository:
    """What is known of one repository."""

    runs: RepositoryRuns
    records: DeploymentRecords


def _filters(pattern: str) -> tuple[tuple[str, str], ...]:
    """Return the filters of a list of successes; GitHub filters by a branch, but not by a pattern."""
    successes = (("status", "success"),)
    return successes if "*" in pattern else (("branch", pattern), *successes)


def _builds_of(patterns: Sequence[str]) -> Callable[[WorkflowRun], bool]:
    return lambda run: is_build(run) and matches_branch(run.branch, patterns)

"""Lists a connection's deployments and builds, from one list of runs for each repository."""

from collections.abc import Callable, Sequence

from bot.ci.github import api
from bot.ci.github.api import GitHubApi
from bot.ci.github.repository_runs import FORGET_AFTER, RepositoryRuns, Sweep
from bot.ci.github.runs import WorkflowRun, is_build, listed_build, listed_run
from bot.ci.run import Hint, ListedBuild, ListedRun, Target
from bot.clock import Clock
from handlers.branches import matches_branch
from handlers.plan import BuildSource
from handlers.reports import UNDER_WAY

_NEWEST_RUNS = 50
_NEWEST_BUILDS = 100
_ENOUGH = 20


class RunLists:
    """The lists of all repositories that are asked for."""

    def __init__(self, github: GitHubApi, clock: Clock, poll: float) -> None:
        self._api = github
        self._clock = clock
        self._poll = poll
        self._repositories: dict[str, RepositoryRuns] = {}

    def notice(self, hint: Hint) -> None:
        """Read the run that a webhook names the next time that its repository is asked for."""
        runs = self._repositories.get(hint.repository.casefold())
        if runs is not None:
            runs.notice(hint.run_id, hint.workflow)

    async def deployments(self, target: Target) -> Sequence[ListedRun] | None:
        """List the newest runs of a target's workflow, and all that are under way.

        What was just read for builds is used again: at 15 s, 200 repositories are near GitHub's limit of 900 requests a minute
        (GitHub's docs, "Rate limits for the REST API", secondary rate limits).
        """
        repository, file = self._repository(target.repository), target.deploy.workflow
        if repository is None or not file:
            return None
        sweep = Sweep((), lambda run: listed_run(run).can_deploy, _ENOUGH)
        runs = await repository.newest(file, [sweep], self._poll)
        if runs is None:
            return None
        late = (run for run in runs[_NEWEST_RUNS:] if run.state in UNDER_WAY or repository.was_named(run))
        return [listed_run(run) for run in (*runs[:_NEWEST_RUNS], *late)]

    async def builds(self, name: str, source: BuildSource) -> Sequence[ListedBuild] | None:
        """List the newest builds of the branches that the policy names."""
        repository = self._repository(name)
        if repository is None or not source.workflow:
            return None
        patterns = source.patterns
        sweeps = [Sweep(_filters(each), _builds_of((each,)), _ENOUGH) for each in patterns]
        runs = await repository.newest(source.workflow, sweeps)
        if runs is None:
            return None
        built = [run for run in runs if _builds_of(patterns)(run)]
        late = (run for run in built[_NEWEST_BUILDS:] if repository.was_named(run))
        return [listed_build(run) for run in (*built[:_NEWEST_BUILDS], *late)]

    def _repository(self, name: str) -> RepositoryRuns | None:
        full_name, path = api.full_name(name), api.repository_path(name)
        if not path:
            return None
        now = self._clock.monotonic()
        known = self._repositories.get(full_name.casefold()) or RepositoryRuns(self._api, path, self._clock)
        self._repositories = {
            key: runs
            for key, runs in self._repositories.items()
            if runs is known or now - runs.asked_at < FORGET_AFTER
        }
        return self._repositories.setdefault(full_name.casefold(), known)


def _filters(pattern: str) -> tuple[tuple[str, str], ...]:
    """Return the filters of a list of successes; GitHub filters by a branch, but not by a pattern."""
    successes = (("status", "success"),)
    return successes if "*" in pattern else (("branch", pattern), *successes)


def _builds_of(patterns: Sequence[str]) -> Callable[[WorkflowRun], bool]:
    return lambda run: is_build(run) and matches_branch(run.branch, patterns)

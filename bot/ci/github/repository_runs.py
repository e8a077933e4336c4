"""Lists the runs of a repository: one list for all of its workflows, read once for all who ask at the same moment.

GitHub's lists are ordered by creation, so a run that is re-run, or that ends late, may stand behind the page. Such runs are
read one by one if a webhook names them or while they are under way, and each workflow has a list of its own read now and then.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.ci.github.api import GitHubApi, Missing
from bot.ci.github.kept_runs import KeptRuns
from bot.ci.github.runs import WorkflowRun, read_run, read_runs
from bot.ci.http.json_access import segment
from bot.clock import Clock

SWEEP_INTERVAL = 600.0
"""How many seconds are between two readings of a workflow's own list."""

FORGET_AFTER = 3600.0
"""After how many seconds a workflow that nobody asks for is forgotten."""

_PER_PAGE = 100
_MOST_PAGES = 10
_MOST_SWEPT = 5
_MOST_NAMED = 10
_Key = tuple[str, tuple[tuple[str, str], ...]]
WITHOUT_PULL_REQUESTS = {"exclude_pull_requests": "true"}


@dataclass(frozen=True, slots=True)
class Sweep:
    """A workflow's own list with filters; `matters` says which of its runs count.

    Further pages are read until there are `enough` of them.
    """

    filters: tuple[tuple[str, str], ...]
    matters: Callable[[WorkflowRun], bool]
    enough: int


@dataclass(frozen=True, slots=True)
class _Page:
    """What is kept of a page: how many runs it has, how many of them matter, and their newest and oldest id."""

    count: int
    mattering: int
    newest: int
    oldest: int


class RepositoryRuns:
    """The runs of one repository, of the workflows that are asked for."""

    def __init__(self, api: GitHubApi, path: str, clock: Clock) -> None:
        self._api = api
        self._path = path
        self._clock = clock
        self._kept = KeptRuns(self._matters)
        self._mattering: dict[_Key, Callable[[WorkflowRun], bool]] = {}
        self._asked_at: dict[str, float] = {}
        self._swept_at: dict[_Key, float] = {}
        self._sweeping: dict[_Key, asyncio.Lock] = {}
        self._reading = asyncio.Lock()
        self._asked = self._served = 0
        self._answered = False
        self._newest = self._oldest = 0
        self._read_at = float("-inf")
        self._anew = False
        self._changes = 0
        self._named: dict[str, None] = {}

    @property
    def asked_at(self) -> float:
        """When it was last asked for anything, in monotonic seconds."""
        return max(self._asked_at.values(), default=float("-inf"))

    def notice(self, run_id: str, file: str) -> None:
        """Read a run the next time, wherever it stands in the lists; `file` is that of its workflow, if known."""
        if file and file not in self._asked_at:
            return
        self._outdate()
        if run_id:
            self._named.pop(run_id, None)
            self._named[run_id] = None
            for old in list(self._named)[:-_MOST_NAMED]:
                del self._named[old]

    def was_named(self, run: WorkflowRun) -> bool:
        """Return whether a webhook named a run that stands behind the list."""
        return self._kept.was_named(run)

    async def newest(
        self, file: str, sweeps: Iterable[Sweep], max_age: float = 0.0
    ) -> Sequence[WorkflowRun] | None:
        """Return the runs of a workflow, newest first; None if they cannot be read now.

        With a `max_age` the list is not read again if somebody without one had it read less than so many seconds ago, and no
        webhook came since.
        """
        self._ask_for(file)
        wanted = tuple(sweeps)
        self._mattering |= {(file, sweep.filters): sweep.matters for sweep in wanted}
        self._anew = self._anew or max_age == 0.0
        if self._clock.monotonic() - self._read_at >= max_age and not await self._refreshed():
            return None
        for sweep in wanted:
            if not await self._swept(file, sweep):
                return None
        return self._kept.newest(file)

    def _ask_for(self, file: str) -> None:
        now = self._clock.monotonic()
        if file not in self._asked_at:
            # What is kept of the page is without this workflow's runs.
            self._api.forget(f"{self._path}/actions/runs")
            self._outdate()
        self._asked_at[file] = now
        for old in [each for each, at in self._asked_at.items() if now - at >= FORGET_AFTER]:
            self._forget(old)

    def _outdate(self) -> None:
        """Let everybody read the list again, as something of it has changed."""
        self._read_at = float("-inf")
        self._changes += 1

    def _forget(self, file: str) -> None:
        del self._asked_at[file]
        self._kept.forget(file)
        self._api.forget(self._own_list(file))
        for key in [each for each in self._mattering if each[0] == file]:
            del self._mattering[key]
            self._sweeping.pop(key, None)
            self._swept_at.pop(key, None)

    def _own_list(self, file: str) -> str:
        return f"{self._path}/actions/workflows/{segment(file)}/runs"

    def _matters(self, run: WorkflowRun) -> bool:
        return any(matters(run) for (file, _), matters in self._mattering.items() if file == run.file)

    async def _refreshed(self) -> bool:
        """Read the list, once for all who asked before its request left."""
        self._asked += 1
        own = self._asked
        async with self._reading:
            if self._served < own:
                await asyncio.sleep(0)
                served, began, changes = self._asked, self._clock.monotonic(), self._changes
                anew, self._anew = self._anew, False
                self._answered = await self._read_list()
                self._served = served
                if self._answered and anew and self._changes == changes:
                    self._read_at = began
            return self._answered

    async def _read_list(self) -> bool:
        """Read the list until it meets what was seen before."""
        newest, oldest = self._newest, 0
        for number in range(1, _MOST_PAGES + 1):
            page = await self._page(f"{self._path}/actions/runs", {}, number, _every)
            if isinstance(page, Missing):
                self._api.report_repository(self._path)
            if page is None or isinstance(page, Missing):
                return False
            newest, oldest = max(newest, page.newest), page.oldest
            if page.count < _PER_PAGE or not self._newest or page.oldest <= self._newest:
                break
        self._newest, self._oldest = newest, oldest
        await self._read_others()
        return True

    async def _read_others(self) -> None:
        """Read what the list does not show: named by a webhook, or under way when last seen.

        A list may show a run some seconds late, and has room for the newest only.
        """
        under_way = [run.id for run in self._kept.under_way() if int(run.id) < self._oldest]
        named = [run for run in self._named if not self._oldest <= int(run) <= self._newest]
        self._named = dict.fromkeys(named)
        for run_id in dict.fromkeys((*named, *under_way[:_MOST_NAMED])):
            run = await self._api.read(f"{self._path}/actions/runs/{run_id}", read_run, WITHOUT_PULL_REQUESTS)
            if run is None:
                continue
            self._named.pop(run_id, None)
            if isinstance(run, Missing):
                self._kept.remove(run_id)
            elif run.file in self._asked_at:
                self._kept.keep(run, named=True)

    async def _swept(self, file: str, sweep: Sweep) -> bool:
        """Read the workflow's own list if that is due; return whether it was ever read."""
        key = (file, sweep.filters)
        async with self._sweeping.setdefault(key, asyncio.Lock()):
            if self._clock.monotonic() - self._swept_at.get(key, float("-inf")) < SWEEP_INTERVAL:
                return True
            read = await self._sweep(file, sweep)
            if read:
                self._swept_at[key] = self._clock.monotonic()
            elif read is False:
                self._swept_at.pop(key, None)
            return key in self._swept_at

    async def _sweep(self, file: str, sweep: Sweep) -> bool | None:
        """Read the workflow's own list; False if there is no such workflow, None if it cannot be read now."""
        found = 0
        for number in range(1, _MOST_SWEPT + 1):
            page = await self._page(self._own_list(file), dict(sweep.filters), number, sweep.matters)
            if isinstance(page, Missing):
                self._api.report_workflow(self._path, file)
                return False
            if page is None:
                return None
            found += page.mattering
            if page.count < _PER_PAGE or found >= sweep.enough:
                break
        return True

    async def _page(
        self, path: str, filters: Mapping[str, str], number: int, matters: Callable[[WorkflowRun], bool]
    ) -> _Page | Missing | None:
        """Read a page, keep the runs of the workflows that are asked for, and return what it is like."""

        def take_in(value: object) -> _Page:
            runs = read_runs(value)
            for run in runs:
                if run.file in self._asked_at:
                    self._kept.keep(run)
            self._kept.trim()
            ids = [int(run.id) for run in runs]
            mattering = sum(matters(run) for run in runs)
            return _Page(len(runs), mattering, max(ids, default=0), min(ids, default=0))

        more = {"page": str(number)} if number > 1 else {}
        params = {**filters, "per_page": str(_PER_PAGE), **WITHOUT_PULL_REQUESTS, **more}
        return await self._api.read(path, take_in, params)


def _every(_run: WorkflowRun) -> bool:
    return True

"""Keeps the newest runs of workflows, each as it was last reported."""

from collections.abc import Callable, Sequence

from bot.ci.github.runs import WorkflowRun
from handlers.reports import UNDER_WAY

MOST_KEPT = 50
"""How many runs of a workflow are kept that matter, besides those that are under way, or that were named."""

_MOST_OTHERS = 10
_MOST_NAMED = 20


class KeptRuns:
    """Runs by the file of their workflow; those that `matter` are kept longer."""

    def __init__(self, matter: Callable[[WorkflowRun], bool]) -> None:
        self._matter = matter
        self._by_file: dict[str, dict[str, WorkflowRun]] = {}
        self._named: dict[str, None] = {}

    def keep(self, run: WorkflowRun, *, named: bool = False) -> None:
        """Keep a run, unless it is known as it is later: answers may arrive in another order than they were asked for.

        A run that is `named` is kept although there are many newer ones.
        """
        runs = self._by_file.setdefault(run.file, {})
        known = runs.get(run.id)
        if known is None or (run.attempt, run.updated_at) >= (known.attempt, known.updated_at):
            runs[run.id] = run
        if named:
            self._named.pop(run.id, None)
            self._named[run.id] = None
            for old in list(self._named)[:-_MOST_NAMED]:
                del self._named[old]

    def trim(self) -> None:
        """Drop the oldest of those that ended, but not those that were named."""
        for runs in self._by_file.values():
            self._trim(runs)

    def _trim(self, runs: dict[str, WorkflowRun]) -> None:
        ended = [each for each in _newest(runs) if each.state not in UNDER_WAY and each.id not in self._named]
        mattering = [each for each in ended if self._matter(each)]
        others = [each for each in ended if not self._matter(each)]
        for each in (*mattering[MOST_KEPT:], *others[_MOST_OTHERS:]):
            del runs[each.id]

    def newest(self, file: str) -> Sequence[WorkflowRun]:
        """Return the runs of a workflow, newest first."""
        return _newest(self._by_file.get(file, {}))

    def was_named(self, run: WorkflowRun) -> bool:
        """Return whether a run is kept because it was named."""
        return run.id in self._named

    def under_way(self) -> Sequence[WorkflowRun]:
        """Return the runs that had not ended when they were last seen, newest first."""
        runs = {run.id: run for by_id in self._by_file.values() for run in by_id.values()}
        return [run for run in _newest(runs) if run.state in UNDER_WAY]

    def remove(self, run_id: str) -> None:
        """Forget a run."""
        for runs in self._by_file.values():
            runs.pop(run_id, None)

    def forget(self, file: str) -> None:
        """Forget the runs of a workflow."""
        self._by_file.pop(file, None)


def _newest(runs: dict[str, WorkflowRun]) -> list[WorkflowRun]:
    """Sort runs by their ids, which GitHub counts up; a run that is run again keeps its own."""
    return sorted(runs.values(), key=lambda run: -int(run.id))

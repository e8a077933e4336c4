"""Distributes tests over workers of pytest-xdist: hardly more than cores for what computes, twice as many for what waits."""

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import pytest

# pytest-xdist ships no types.
from xdist.scheduler.load import LoadScheduling  # pyright: ignore[reportMissingTypeStubs]
from xdist.workermanage import WorkerController  # pyright: ignore[reportMissingTypeStubs]

from tests.profile import WAITING

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
COMPUTING, WAITING_ONLY = CORES + 1, 3
"""How many workers take tests that compute, of which none does so all the time, and how many only those that mostly wait."""

NICENESS = 10
"""What computes yields to what waits, so that nobody's time limit runs out behind it."""

AHEAD = 2
"""A worker runs a test when it knows the next one, because that decides which fixtures are kept."""


def computes(worker: str) -> bool:
    """Tell whether a worker (gw0, gw1, ...) takes tests that compute."""
    return int(worker.removeprefix("gw")) < COMPUTING


class TwoQueues(LoadScheduling):
    """Sends tests that compute to `COMPUTING` workers, and tests that wait to the others; to all of them in the end."""

    def __init__(self, config: pytest.Config, log: Any) -> None:  # noqa: ANN401 - untyped in pytest-xdist
        super().__init__(config, log)
        self._waiting = frozenset[int]()

    def schedule(self) -> None:
        """Send each worker its first tests, once all have collected the same."""
        if self.collection is None:
            if not self._check_nodes_have_same_collection():
                return
            self.collection = next(iter(self.node2collection.values()))
            self.pending[:] = range(len(self.collection))
            waiting = (each.startswith(WAITING) for each in self.collection)
            self._waiting = frozenset(number for number, waits in enumerate(waiting) if waits)
        for node in self.nodes:
            self.check_schedule(node)

    def check_schedule(self, node: WorkerController, duration: float = 0) -> None:
        """Send what a worker lacks; one for which nothing is left ends."""
        del duration
        if node.shutting_down:
            return
        lacking = AHEAD - len(self.node2pending[node])
        sent = list(islice(self._suitable(node), max(0, lacking)))
        for number in sent:
            self.pending.remove(number)
        if sent:
            self.node2pending[node] += sent
            node.send_runtest_some(sent)
        if len(sent) < lacking:
            node.shutdown()

    def _suitable(self, node: WorkerController) -> Iterator[int]:
        """Return what a worker may take; what computes comes first where a core is kept for it, or no such worker is left."""
        if computes(_name(node)) or not any(
            computes(_name(each)) for each in self.nodes if not each.shutting_down
        ):
            yield from (number for number in self.pending if number not in self._waiting)
        mine, others = self._files_of([node]), self._files_of(each for each in self.nodes if each is not node)
        waiting = (number for number in self.pending if number in self._waiting)
        # What a file starts for all of its tests is started once where one worker takes them all.
        yield from sorted(
            waiting, key=lambda number: (self._file(number) not in mine, self._file(number) in others)
        )

    def _files_of(self, nodes: Iterable[WorkerController]) -> set[str]:
        return {self._file(number) for node in nodes for number in self.node2pending[node][-1:]}

    def _file(self, number: int) -> str:
        assert self.collection is not None
        return self.collection[number].partition("::")[0]


def _name(node: WorkerController) -> str:
    # Its gateway is execnet's, which ships no types either.
    return str(node.gateway.id)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]

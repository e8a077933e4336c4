"""Each test runs once, what computes only where a core is kept for it, and a file that waits with one worker while it can."""

import random
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from tests import scheduling
from tests.profile import WAITING
from tests.scheduling import TwoQueues, computes

COMPUTING = [f"tests/handlers/test_{name}.py::test_{number}" for name in "ab" for number in range(30)]
WAITING_FILES = [f"{WAITING[0]}test_{name}.py" for name in "cdef"]
WAITS = [f"{file}::test_{number}" for file in WAITING_FILES for number in range(20)]


@dataclass
class Gateway:
    id: str


@dataclass(eq=False)
class Worker:
    """What the scheduler sees of a worker: it runs a test when it knows the next one, or that there is none."""

    gateway: Gateway
    shutting_down: bool = False
    queue: list[int] = field(default_factory=list[int])
    ran: list[int] = field(default_factory=list[int])

    def send_runtest_some(self, indices: list[int]) -> None:
        assert not self.shutting_down
        self.queue += indices

    def shutdown(self) -> None:
        self.shutting_down = True

    @property
    def ready(self) -> bool:
        return len(self.queue) > 1 or (self.shutting_down and bool(self.queue))


@dataclass
class Run:
    workers: list[Worker]
    scheduler: TwoQueues

    def step(self, worker: Worker) -> None:
        done = worker.queue.pop(0)
        worker.ran.append(done)
        self.scheduler.mark_test_complete(cast(Any, worker), done)


def begin(names: list[str], collection: list[str], config: pytest.Config) -> Run:
    config.option.tx = [f"{len(names)}*popen"]
    workers = [Worker(Gateway(name)) for name in names]
    scheduler = TwoQueues(config, _Silent())
    for worker in workers:
        scheduler.add_node(cast(Any, worker))
        scheduler.add_node_collection(cast(Any, worker), collection)
    scheduler.schedule()
    return Run(workers, scheduler)


class _Silent:
    """A log that nobody reads."""

    def __init__(self) -> None:
        self.loadsched = self

    def __call__(self, *_: object) -> None:
        """Take a line."""


@pytest.fixture
def config(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> pytest.Config:
    monkeypatch.setattr(pytestconfig.option, "tx", [])
    monkeypatch.setattr(scheduling, "COMPUTING", 2)
    return pytestconfig


@pytest.mark.parametrize("count", [1, 2, 3, 6])
@pytest.mark.parametrize("collection", [COMPUTING, WAITS, COMPUTING + WAITS, [], COMPUTING[:1]], ids=len)
def test_each_runs_once_where_it_may(count: int, collection: list[str], config: pytest.Config) -> None:
    chance = random.Random(count)
    run = begin([f"gw{number}" for number in range(count)], collection, config)
    while any(worker.ready for worker in run.workers):
        run.step(chance.choice([worker for worker in run.workers if worker.ready]))
    assert sorted(number for worker in run.workers for number in worker.ran) == list(range(len(collection)))
    assert run.scheduler.tests_finished
    for worker in run.workers:
        assert computes(worker.gateway.id) or all(collection[each].startswith(WAITING) for each in worker.ran)


def test_a_file_that_waits_stays_with_its_worker(config: pytest.Config) -> None:
    run = begin([f"gw{number}" for number in range(4)], COMPUTING + WAITS, config)
    waiters = run.workers[2:]
    for _ in range(15):
        for worker in waiters:
            run.step(worker)
    files = [{(COMPUTING + WAITS)[each].partition("::")[0] for each in worker.ran} for worker in waiters]
    assert [len(each) for each in files] == [1, 1]
    assert files[0] != files[1]


def test_a_worker_that_died_leaves_its_tests_to_the_one_in_its_place(config: pytest.Config) -> None:
    run = begin(["gw0", "gw2"], COMPUTING, config)
    lost = run.workers[0]
    assert run.workers[1].shutting_down
    assert run.scheduler.remove_node(cast(Any, lost)) == COMPUTING[lost.queue[0]]
    suggest = Worker(Gateway("gw3"))
    run.scheduler.add_node(cast(Any, suggest))
    run.scheduler.add_node_collection(cast(Any, suggest), COMPUTING)
    run.scheduler.schedule()
    while suggest.ready:
        run.step(suggest)
    assert sorted([*suggest.ran, lost.queue[0]]) == list(range(len(COMPUTING)))

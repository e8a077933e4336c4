"""How the runs of a local GitHub are carried out: by a script that a test turns, or in `act.py` for real."""

from collections.abc import Callable
from typing import Protocol

from tests.github import files
from tests.github.model import Job, Run, Step

CONCLUSIONS = {"succeeds": "success", "fails": "failure", "lasts": "success"}


class Engine(Protocol):
    """What carries out a run."""

    async def carry_out(self, run: Run, written: str, jobs: list[Job]) -> str:
        """Carry a run out and fill in its jobs; gives its conclusion."""
        ...


def by_input(run: Run) -> str:
    """Read how a run ends from its input `ending`."""
    return run.inputs.get("ending", "succeeds")


class Scripted:
    """Ends a run at once as its input `ending` says; one that lasts goes on until it is cancelled."""

    def __init__(self, ending: Callable[[Run], str] = by_input) -> None:
        self.ending = ending

    async def carry_out(self, run: Run, written: str, jobs: list[Job]) -> str:
        ending = self.ending(run)
        for number, (name, steps) in enumerate(files.jobs(written).items()):
            jobs.append(Job(run.id * 100 + run.attempt * 10 + number, name, None, [*map(Step, steps)]))
        if ending == "lasts":
            await run.cancelled.wait()
        conclusion = "cancelled" if run.cancelled.is_set() else CONCLUSIONS.get(ending, ending)
        for job in jobs:
            job.conclusion = conclusion
            for step in job.steps:
                step.conclusion = conclusion if step is job.steps[-1] else "success"
        return conclusion


class ByJob:
    """Ends the jobs of a run as they are named, and the run as GitHub does: what is left out does not fail it."""

    def __init__(self, **conclusions: str) -> None:
        self.conclusions = conclusions

    async def carry_out(self, run: Run, written: str, jobs: list[Job]) -> str:
        for number, name in enumerate(files.jobs(written)):
            conclusion = self.conclusions.get(name, "success")
            jobs.append(Job(run.id * 100 + run.attempt * 10 + number, name, conclusion))
        return "failure" if any(job.conclusion == "failure" for job in jobs) else "success"

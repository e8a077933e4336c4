"""A simulated CI: it accepts requests or not, and answers correctly, late or never."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

RunState = Literal["running", "succeeded", "failed", "cancelled", "timed_out"]


@dataclass
class CiRun:
    """One run, its correlation id, and how often it was run again."""

    id: str
    correlation: str
    state: RunState = "running"
    attempt: int = 1


@dataclass
class Ci:
    """All runs, and the accepted requests whose runs are not visible yet."""

    runs: list[CiRun] = field(default_factory=list[CiRun])
    coming: list[str] = field(default_factory=list[str])
    taken: Counter[str] = field(default_factory=Counter[str])
    posts: Counter[str] = field(default_factory=Counter[str])

    def take(self, correlation: str) -> CiRun:
        """Accept a request and start its run."""
        self.taken[correlation] += 1
        return self._start(correlation)

    def take_for_later(self, correlation: str) -> None:
        """Accept a request whose run shows up later."""
        self.taken[correlation] += 1
        self.coming.append(correlation)

    def carrying(self, correlation: str) -> list[CiRun]:
        """Return the runs of an intent, oldest first."""
        return [run for run in self.runs if run.correlation == correlation]

    def find(self, run_id: str) -> CiRun | None:
        """Find a run by its id."""
        return next((run for run in self.runs if run.id == run_id), None)

    def surprise(self, at: int) -> None:
        """Show a late run, or start a second one or rerun one by hand, or forget one."""
        if self.coming:
            self._start(self.coming.pop(0))
        elif self.runs and at % 4 == 0:
            self._start(self.runs[at % len(self.runs)].correlation)
        elif self.runs and at % 4 == 1:
            self.runs[at % len(self.runs)].id += "gone"
        elif self.runs and at % 4 == 2:
            again = self.runs[at % len(self.runs)]
            if again.state != "running":
                again.state, again.attempt = "running", again.attempt + 1

    def end(self, at: int, state: RunState) -> CiRun | None:
        """End a run."""
        going = [run for run in self.runs if run.state == "running"]
        if not going:
            return None
        ended = going[at % len(going)]
        ended.state = state
        return ended

    def _start(self, correlation: str) -> CiRun:
        run = CiRun(f"run{len(self.runs) + 1}", correlation)
        self.runs.append(run)
        return run

"""A simulated CI: it accepts requests or not, and answers correctly, late or never."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

UnderWay = Literal["queued", "waits", "running"]
RunState = UnderWay | Literal["succeeded", "failed", "cancelled", "timed_out"]
UNDER_WAY: tuple[UnderWay, ...] = ("queued", "waits", "running")


@dataclass
class CiRun:
    """One run, its correlation id, and how often it was run again."""

    id: str
    correlation: str
    state: RunState = "running"
    attempt: int = 1

    @property
    def under_way(self) -> bool:
        """Whether it is queued, waits for a person, or runs."""
        return self.state in UNDER_WAY


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
        """Find a run by its id, or by the id that it had in the queue."""
        wanted = run_id.removeprefix("queue/")
        return next((run for run in self.runs if run.id == wanted), None)

    def surprise(self, at: int) -> None:
        """Show a late run, or start a second one, or forget one."""
        if self.coming:
            self._start(self.coming.pop(0))
        elif self.runs and at % 3 == 0:
            self._start(self.runs[at % len(self.runs)].correlation)
        elif self.runs and at % 3 == 1:
            self.runs[at % len(self.runs)].id += "gone"

    def rerun(self, at: int) -> CiRun | None:
        """Have somebody run again, at the CI, a run that has ended."""
        ended = [run for run in self.runs if not run.under_way]
        if not ended:
            return None
        again = ended[at % len(ended)]
        again.state, again.attempt = "running", again.attempt + 1
        return again

    def move(self, at: int, state: UnderWay) -> CiRun | None:
        """Have a run be queued, wait for a person, or really run."""
        moved = self._under_way(at)
        if moved is not None:
            moved.state = state
        return moved

    def end(self, at: int, state: RunState) -> CiRun | None:
        """End a run."""
        ended = self._under_way(at)
        if ended is not None:
            ended.state = state
        return ended

    def succeed(self) -> None:
        """Let everything under way succeed."""
        for run in self.runs:
            if run.under_way:
                run.state = "succeeded"

    def _under_way(self, at: int) -> CiRun | None:
        going = [run for run in self.runs if run.under_way]
        return going[at % len(going)] if going else None

    def _start(self, correlation: str) -> CiRun:
        run = CiRun(f"run{len(self.runs) + 1}", correlation)
        self.runs.append(run)
        return run

"""A second implementation of the time limits of runs, from what the CI was heard to say of each."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from handlers.limits import QUEUE_LASTS
from handlers.release import Release
from handlers.reports import UNDER_WAY, RunReported
from handlers.step import Step, StepState


@dataclass
class RunTime:
    """How long the run of one attempt has been in each state; one that has said nothing yet may run already."""

    state: str
    since: datetime
    told: bool = False
    spent: Counter[str] = field(default_factory=Counter[str])
    heard: Counter[str] = field(default_factory=Counter[str])

    def note(self, state: str, now: datetime) -> None:
        """Take down what the CI said."""
        self._count(now)
        self.state, self.told = state, True

    def total(self, state: str, now: datetime) -> float:
        """Return for how many seconds it may have been in a state in all."""
        self._count(now)
        return self.spent[state]

    def total_heard(self, state: str, now: datetime) -> float:
        """Return for how many seconds the CI has said that it is in a state."""
        self._count(now)
        return self.heard[state]

    def _count(self, now: datetime) -> None:
        passed = int((now - self.since).total_seconds())
        self.spent[self.state] += passed
        if self.told:
            self.heard[self.state] += passed
        self.since = now


@dataclass
class Limits:
    """The runs of all attempts."""

    runs: dict[tuple[int, str, int], RunTime] = field(default_factory=dict[tuple[int, str, int], RunTime])
    reruns: dict[tuple[int, str, int], int] = field(default_factory=dict[tuple[int, str, int], int])

    def hear(self, release: Release, step: Step, event: object, now: datetime) -> None:
        """Take down what an event says of the run that a step follows."""
        if step.run is None:
            return
        key = (release.number, step.environment, step.attempt)
        first = RunTime("queued" if step.run.provisional else "running", now)
        if step.run.attempt > self.reruns.get(key, 1):
            # A later attempt of the run itself has its own time.
            self.reruns[key], self.runs[key] = step.run.attempt, first
        run = self.runs.setdefault(key, first)
        if not isinstance(event, RunReported) or event.run_id != step.run.id:
            return
        if event.state in UNDER_WAY and event.attempt == step.run.attempt:
            run.note(event.state, now)

    def check_time_out(self, release: Release, step: Step, now: datetime) -> None:
        """Check that a time limit that ended has really passed; none ends while a run waits for a person."""
        run = self.runs[release.number, step.environment, step.attempt]
        limit = release.plan_of(step).deploy.timeout
        assert run.state != "waits", "a run that waits for a person was cancelled by time"
        if run.state == "queued":
            limit = max(int(QUEUE_LASTS.total_seconds()), 2 * limit)
        assert run.total(run.state, now) >= limit, f"{run.state} for too short a time to be cancelled"

    def check_quiet(self, release: Release, step: Step, now: datetime) -> None:
        """Check that nothing has been running for longer than its limit."""
        run = self.runs.get((release.number, step.environment, step.attempt))
        if step.state is StepState.RUNNING and run is not None and run.state == "running":
            limit = timedelta(seconds=release.plan_of(step).deploy.timeout)
            ran = timedelta(seconds=run.total_heard("running", now))
            assert ran < limit, f"r{release.number} runs for longer than its limit"

"""A release as a value: one build's journey through a service's environments, one step per environment."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from handlers.build import Build
from handlers.plan import EnvironmentPlan, Plan, SignOffRule


class StepState(StrEnum):
    """Where a step is on its way; the names are part of the contract."""

    PENDING = "pending"
    WAITING = "waiting"
    GRANTED = "granted"
    SENT = "sent"
    RUNNING = "running"
    CANCELLING = "cancelling"
    UNKNOWN = "unknown"
    FAILED = "failed"
    SUCCEEDED = "succeeded"
    SKIPPED = "skipped"


class ReleaseState(StrEnum):
    """Where a release is; the names are part of the contract."""

    WAITING = "waiting"
    DEPLOYING = "deploying"
    CANCELLING = "cancelling"
    UNKNOWN = "unknown"
    FAILED = "failed"
    DONE = "done"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"


class Kind(StrEnum):
    """What moves a release: a new build forward, or a known good one back."""

    NORMAL = "normal"
    ROLLBACK = "rollback"


IN_FLIGHT = frozenset({StepState.SENT, StepState.RUNNING, StepState.CANCELLING, StepState.UNKNOWN})
"""States in which something may be running in the environment."""

OVER = frozenset({StepState.SUCCEEDED, StepState.SKIPPED})

_STATE_OF = {
    StepState.PENDING: ReleaseState.WAITING,
    StepState.WAITING: ReleaseState.WAITING,
    StepState.GRANTED: ReleaseState.DEPLOYING,
    StepState.SENT: ReleaseState.DEPLOYING,
    StepState.RUNNING: ReleaseState.DEPLOYING,
    StepState.CANCELLING: ReleaseState.CANCELLING,
    StepState.UNKNOWN: ReleaseState.UNKNOWN,
    StepState.FAILED: ReleaseState.FAILED,
}


@dataclass(frozen=True, slots=True)
class SignOff:
    """One person's word for or against this step's build. Spent when its deployment was sent."""

    team: str
    user: str
    at: datetime
    note: str = ""
    verdict: str = "yes"
    spent: bool = False
    armed_by: str = ""


@dataclass(frozen=True, slots=True)
class Testing:
    """Somebody said "I am testing it"."""

    user: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Intent:
    """The grant of one attempt: at most one request is sent for it, carrying `correlation`."""

    correlation: str
    granted_at: datetime
    sent_at: datetime | None = None
    tries: int = 0
    unclear_at: datetime | None = None
    alerted: bool = False
    claimed_by: str = ""
    touched_before: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A CI run: its CI, the CI's own id and attempt number, where to look at it, and its last known state."""

    ci: str
    id: str
    attempt: int = 1
    url: str = ""
    state: str = "running"
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a step failed: a stable code (`not_sent`, `run_failed`, `run_cancelled`, `timed_out`) and what the CI said."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Cancel:
    """The wish to stop what runs: by whom, why, since when; `code` is `asked` or `timed_out`."""

    by: str
    code: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A release's visit to one environment.

    `touched` says that a request for it was sent and not proved unsent; `voided` keeps the correlation ids of earlier
    attempts, so that a late run of one is known for what it is, and `late` which such runs were told of.
    """

    environment: str
    state: StepState = StepState.PENDING
    attempt: int = 0
    requested: bool = False
    requested_by: str = ""
    unrequested_by: str = ""
    waiting_since: datetime | None = None
    in_line_since: datetime | None = None
    holding: bool = False
    testing: tuple[Testing, ...] = ()
    sign_offs: tuple[SignOff, ...] = ()
    waived_authors: bool = False
    touched: bool = False
    voided: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    intent: Intent | None = None
    run: Run | None = None
    failure: Failure | None = None
    cancel: Cancel | None = None
    ended_at: datetime | None = None

    @property
    def in_flight(self) -> bool:
        """Whether something of this step may be running."""
        return self.state in IN_FLIGHT

    @property
    def unspent(self) -> tuple[SignOff, ...]:
        """The sign-offs that still count."""
        return tuple(each for each in self.sign_offs if each.verdict == "yes" and not each.spent)

    @property
    def signed(self) -> bool:
        """Whether anybody signed for this step, spent or not."""
        return any(each.verdict == "yes" for each in self.sign_offs)


@dataclass(frozen=True, slots=True)
class Ending:
    """How and why a release ended; `replaced_by` names the release that superseded it, 0 if none."""

    state: ReleaseState
    by: str
    at: datetime
    reason: str = ""
    replaced_by: int = 0


@dataclass(frozen=True, slots=True)
class Release:
    """One build's journey. `revision` counts its saved changes; `doomed_by` is the release that will supersede it."""

    number: int
    kind: Kind
    build: Build
    plan: Plan
    requesters: tuple[str, ...]
    created_at: datetime
    steps: tuple[Step, ...]
    note: str = ""
    ending: Ending | None = None
    doomed_by: int = 0
    revision: int = 0

    @property
    def service(self) -> str:
        """The service whose build this is."""
        return self.build.service

    @property
    def ended(self) -> bool:
        """Whether the release is in a final state."""
        return self.ending is not None

    @property
    def position(self) -> int:
        """The index of the step under way: the first that is not over, else the last."""
        for index, step in enumerate(self.steps):
            if step.state not in OVER:
                return index
        return len(self.steps) - 1

    @property
    def step(self) -> Step:
        """The step under way."""
        return self.steps[self.position]

    @property
    def environment(self) -> EnvironmentPlan:
        """The plan of the environment of the step under way."""
        return self.plan_of(self.step)

    @property
    def state(self) -> ReleaseState:
        """The release's state, derived from how it ended or from the step under way."""
        if self.ending is not None:
            return self.ending.state
        return _STATE_OF.get(self.step.state, ReleaseState.WAITING)

    @property
    def in_flight(self) -> bool:
        """Whether something of this release may be running."""
        return any(step.in_flight for step in self.steps)

    def plan_of(self, step: Step) -> EnvironmentPlan:
        """Give the plan of a step's environment (a release has steps for environments of its plan only)."""
        return next(each for each in self.plan.environments if each.name == step.environment)

    def rules(self, step: Step) -> tuple[SignOffRule, ...]:
        """The sign-off rules that this kind of release has to pass before the step."""
        environment = self.plan_of(step)
        return environment.rollback_gates if self.kind is Kind.ROLLBACK else environment.gates

    def step_in(self, environment: str) -> Step | None:
        """Find the step of an environment."""
        return next((step for step in self.steps if step.environment == environment), None)

    def with_step(self, index: int, **fields: Any) -> "Release":  # noqa: ANN401 - as dataclasses.replace
        """Give the release with fields of one step replaced."""
        steps = list(self.steps)
        steps[index] = replace(steps[index], **fields)
        return replace(self, steps=tuple(steps))

    def fingerprint(self) -> str:
        """Name exactly what a sign-off is for: version, commit, digest and plan."""
        build = self.build
        named = f"{build.version}\0{build.sha}\0{build.digest}\0{self.plan.fingerprint}"
        return sha256(named.encode()).hexdigest()[:12]

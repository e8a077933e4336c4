"""A release: one build on its way through a service's environments."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from handlers.build import Build
from handlers.emergency_plan import EmergencyPlan
from handlers.gate import GateSettings
from handlers.hold import Hold
from handlers.plan import EnvironmentPlan, Plan, unique
from handlers.sign_off_rule import SignOffRule, sign_off_rules
from handlers.sign_offs import Review
from handlers.step import OVER, Step, StepState
from handlers.wait import Wait


class ReleaseState(StrEnum):
    """The state of a release; the names are part of the contract."""

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
    """What a release does: move a new build forward, go back to a known good one, or mend one environment in an emergency."""

    NORMAL = "normal"
    ROLLBACK = "rollback"
    EMERGENCY = "emergency"


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


_FAILED = frozenset({StepState.FAILED, StepState.SKIPPED})


@dataclass(frozen=True, slots=True)
class Ending:
    """How and why a release ended.

    `replaced_by` is the release that superseded it, 0 if none; `restored` means that the database was restored from a backup
    in which it was open.
    """

    state: ReleaseState
    by: str
    at: datetime
    reason: str = ""
    replaced_by: int = 0
    restored: bool = False


@dataclass(frozen=True, slots=True)
class Release:
    """One build on its way through environments, one step per environment.

    `revision` counts its saved changes; `superseded_by` is the release that will supersede it (pending). `automatic` is whether
    it started by itself when its build became ready; with `again` it deploys what lies in an environment untouched once more.
    `begins_in` is the environment in which it begins without a deployment, if its build lies there still; empty for none.
    `hold` is who keeps it from starting anything, if somebody does. `takes` are those who came to stand for it, in order, and
    `bars` who stays barred from signing it whoever stands for it.
    `review` is what was said of an emergency afterwards; None as long as nobody did. `waits` is what it waits for since its
    last decision, which follows from the rest.
    """

    number: int
    kind: Kind
    build: Build
    plan: Plan
    requesters: tuple[str, ...]
    created_at: datetime
    steps: tuple[Step, ...]
    note: str = ""
    ending: Ending | None = None
    superseded_by: int = 0
    revision: int = 0
    automatic: bool = False
    again: bool = False
    begins_in: str = ""
    hold: Hold | None = None
    takes: tuple[str, ...] = ()
    bars: tuple[str, ...] = ()
    review: Review | None = None
    waits: tuple[Wait, ...] = field(default=(), compare=False)

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
        """The index of the current step: the first that is not over, else the last."""
        for index, step in enumerate(self.steps):
            if step.state not in OVER:
                return index
        return len(self.steps) - 1

    @property
    def step(self) -> Step:
        """The current step."""
        return self.steps[self.position]

    @property
    def environment(self) -> EnvironmentPlan:
        """The plan of the current step's environment."""
        return self.plan_of(self.step)

    @property
    def state(self) -> ReleaseState:
        """The release's state, derived from how it ended or from the current step."""
        if self.ending is not None:
            return self.ending.state
        return _STATE_OF.get(self.step.state, ReleaseState.WAITING)

    @property
    def in_flight(self) -> bool:
        """Whether something of this release may be running."""
        return any(step.in_flight for step in self.steps)

    @property
    def worked_on(self) -> bool:
        """Whether somebody tests the current step, or has signed for any."""
        return bool(self.step.testing) or any(step.signed for step in self.steps)

    @property
    def held_for_operators(self) -> bool:
        """Whether operators decide first: the step failed, or may have deployed something, in a protected environment."""
        step = self.step
        return self.environment.protected and (step.state is StepState.FAILED or step.may_have_deployed)

    @property
    def holds_when_failed(self) -> bool:
        """Whether a failed step keeps its environment even when a newer build is requested there.

        In an unprotected one it yields, unless people worked on the release. A rollback yields to no build. A card says that an
        environment is closed to other releases only if this holds.
        """
        return self.kind is Kind.ROLLBACK or self.environment.protected or self.worked_on

    def plan_of(self, step: Step) -> EnvironmentPlan:
        """Return the plan of a step's environment.

        A release has steps only for environments of its plan.
        """
        return next(each for each in self.plan.environments if each.name == step.environment)

    def gates(self, step: Step) -> tuple[GateSettings, ...]:
        """Return the settings of the gates before the step, for this kind of release."""
        environment, lane = self.plan_of(step), self.lane(step)
        if lane is not None:
            return lane.gates
        return environment.rollback_gates if self.kind is Kind.ROLLBACK else environment.gates

    def lane(self, step: Step) -> EmergencyPlan | None:
        """Return the emergency lane of a step's environment, if this is an emergency."""
        return self.plan_of(step).emergency if self.kind is Kind.EMERGENCY else None

    def branches(self, step: Step) -> tuple[str, ...]:
        """Return the patterns of the branches whose builds this kind of release may take there."""
        planned = self.plan_of(step)
        return planned.emergency_branches if self.kind is Kind.EMERGENCY else planned.branches

    def alone_from(self, step: Step) -> datetime | None:
        """Return from when an operator may sign an emergency that they started; None as long as Slack took no call for it."""
        lane, called = self.lane(step), step.call_accepted_at
        if lane is None or not lane.alone_after or called is None:
            return None
        return called + timedelta(seconds=lane.alone_after)

    @property
    def requesting_teams(self) -> tuple[str, ...]:
        """The teams that may ask for its next step, and end it while nothing was deployed."""
        lane = self.lane(self.step)
        return unique(self.plan.starters + self.plan.operators + (lane.may if lane is not None else ()))

    def rules(self, step: Step) -> tuple[SignOffRule, ...]:
        """Return the sign-off rules before the step, for this kind of release."""
        return sign_off_rules(self.gates(step))

    def rejecting_teams(self, step: Step) -> tuple[str, ...]:
        """Return the teams that may reject the build before a step: those that sign, or operators where nobody signs.

        That is said of a protected environment only. A rollback is an operator's own word, and rejected by those who sign it.
        """
        teams = tuple(rule.team for rule in self.rules(step))
        environment = self.plan_of(step)
        unsigned = environment.protected and not environment.signed and self.kind is Kind.NORMAL
        return self.plan.operators if unsigned else teams

    def step_in(self, environment: str) -> Step | None:
        """Find the step of an environment."""
        return next((step for step in self.steps if step.environment == environment), None)

    def with_step(self, index: int, **fields: Any) -> "Release":  # noqa: ANN401 - as dataclasses.replace
        """Return the release with fields of one step replaced."""
        steps = list(self.steps)
        steps[index] = replace(steps[index], **fields)
        return replace(self, steps=tuple(steps))

    @property
    def failed_step(self) -> Step | None:
        """The step whose last attempt failed, whether that is still to be decided on or the release ended with it."""
        failed = (step for step in self.steps if step.state in _FAILED and step.failure is not None)
        return next(failed, None)

    def fingerprint(self) -> str:
        """Return what a sign-off is for: a digest of version, commit, digest and plan."""
        build = self.build
        named = f"{build.version}\0{build.sha}\0{build.digest}\0{self.plan.fingerprint}"
        return sha256(named.encode()).hexdigest()[:12]

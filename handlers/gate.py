"""What a gate is: settings from the policy, a check on a context, its results."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from handlers.build import Build
from handlers.calendar import Calendar
from handlers.environments import EnvironmentState, Loss
from handlers.hold import Hold
from handlers.lineage import Authorship, Relation
from handlers.people import Membership
from handlers.sign_offs import BY_OPERATORS, Waiving
from handlers.step import Step

RECHECK_AFTER = timedelta(seconds=30)
"""After how long a fact that is unknown or stale is checked again."""


class Verdict(StrEnum):
    """A gate's verdict.

    WAITING opens by an event or a time, CLOSED only when somebody acts.
    """

    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something waits: a stable code with its values, and how it clears.

    `who` lists the teams and users who can clear it; `event` names what else clears it; `until` is a time in UTC.
    """

    code: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    who: tuple[str, ...] = ()
    until: datetime | None = None
    event: str = ""


@dataclass(frozen=True, slots=True)
class GateResult:
    """One gate's result for a step.

    `name` distinguishes two gates of one kind; `team` is the team that opens it, if it is one team.
    """

    gate: str
    name: str
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    team: str = ""

    @property
    def open(self) -> bool:
        """Whether the step may pass this gate."""
        return self.verdict is Verdict.OPEN


@dataclass(frozen=True, slots=True)
class GateSettings:
    """The settings of one gate in the policy.

    Each configurable gate has a subclass beside its check.
    """

    def teams(self) -> tuple[str, ...]:
        """Return the teams whose members count for the gate: Slack is asked about them."""
        return ()


@dataclass(frozen=True, slots=True)
class GateContext:
    """All that a gate may use: the step, its build and environment, people, the time.

    `settings` are those of all gates of the step; `automatic` is whether nobody but Shiproom started the release, `authorship`
    who wrote what would be deployed, `to_live` whether it contains what is live there, as `contains_live` requires. `absent` is
    what the policy in force lacks of it, `service`, `environment` or `ci`; empty if nothing. `loss` is what the database has
    lost of the service. `takes_over` means that the build lies there untouched, and the step deploys nothing. `calendar` is
    that of the environment, as of now. `hold` is who holds the release, if somebody does; `takes` are those who came to stand
    for it, `bars` who stays barred. `waiving` is who waives what is not known, `waived_by` are those who did
    for any step of the release. `alone_from` is from when an operator may sign an emergency that they started; None for never.
    """

    release: int
    absent: str
    loss: Loss | None
    ci: str
    rollback: bool
    takes_over: bool
    build: Build
    requesters: tuple[str, ...]
    automatic: bool
    authorship: Authorship
    contains_live: bool
    to_live: Relation
    step: Step
    settings: tuple[GateSettings, ...]
    protected: bool
    branches: tuple[str, ...]
    starters: tuple[str, ...]
    operators: tuple[str, ...]
    environment_state: EnvironmentState
    membership: Membership
    calendar: Calendar
    now: datetime
    hold: Hold | None = None
    takes: tuple[str, ...] = ()
    bars: tuple[str, ...] = ()
    waiving: Waiving = BY_OPERATORS
    waived_by: tuple[str, ...] = ()
    emergency: bool = False
    alone_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """One kind of gate.

    `settings` is the class of its settings if the policy can configure it. `checks_rollbacks` means that a rollback has to
    pass it too, `checks_emergencies` that an emergency has to, `checks_taking_over` that a step has to which deploys nothing,
    as its build lies there untouched. A gate that `queues` lets one release after the other into an environment. One that
    `revokes` revokes the request for a step of a protected environment that it alone holds up: opening it starts nothing by
    itself. One that `calls_back` ends an attempt if it has closed before the run of that claims its deployment.
    """

    name: str
    check: Callable[[GateContext], tuple[GateResult, ...]]
    settings: type[GateSettings] | None = None
    checks_rollbacks: bool = True
    checks_emergencies: bool = True
    checks_taking_over: bool = False
    queues: bool = False
    revokes: bool = False
    calls_back: bool = False


def opened(gate: str, name: str = "", team: str = "") -> GateResult:
    """Return an open gate's result."""
    return GateResult(gate, name or gate, Verdict.OPEN, team=team)


def waiting(gate: str, *reasons: Reason, name: str = "", team: str = "") -> GateResult:
    """Return the result of a gate that opens by an event or a time."""
    return GateResult(gate, name or gate, Verdict.WAITING, reasons, team)


def closed(gate: str, *reasons: Reason, name: str = "") -> GateResult:
    """Return the result of a gate that stays closed until somebody acts."""
    return GateResult(gate, name or gate, Verdict.CLOSED, reasons)

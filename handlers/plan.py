"""A service's plan: its environments, their gates, and who may do what.

A release keeps the plan that it started with.
"""

from dataclasses import dataclass
from typing import Literal

from handlers.branches import matches_branch
from handlers.emergency_plan import EmergencyPlan
from handlers.gate import GateSettings
from handlers.sign_offs import BY_OPERATORS, Waiving

AUTOMATIC = "automatic"
ON_REQUEST = "on_request"


@dataclass(frozen=True, slots=True)
class Deploy:
    """How a step is deployed: the CI by its name in the policy, and its parameters.

    `timeout` is in seconds. With a `job` the state of a run is that of this job of its workflow.
    """

    ci: str
    timeout: int = 3600
    command: tuple[str, ...] = ()
    workflow: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    send: tuple[str, ...] = ()
    claim: bool = False
    job: str = ""


@dataclass(frozen=True, slots=True)
class EnvironmentPlan:
    """One environment of a service as the policy describes it.

    `branches` are patterns. With `contains_live` it takes only builds that contain what is live there. `signed` False says
    aloud that nobody signs for it although it is protected: every other gate counts, and operators decide as everywhere.
    `emergency` is how a build gets there in one; None if there is no such lane.
    """

    name: str
    deploy: Deploy
    url: str = ""
    protected: bool = False
    branches: tuple[str, ...] = ()
    start: Literal["automatic", "on_request"] = ON_REQUEST
    kept: tuple[str, ...] = ()
    gates: tuple[GateSettings, ...] = ()
    rollback_gates: tuple[GateSettings, ...] = ()
    contains_live: bool = False
    signed: bool = True
    emergency: EmergencyPlan | None = None

    @property
    def all_gates(self) -> tuple[GateSettings, ...]:
        """The gates before every kind of release."""
        urgent = self.emergency.gates if self.emergency is not None else ()
        return self.gates + self.rollback_gates + urgent

    @property
    def teams(self) -> tuple[str, ...]:
        """The teams whose members count for some gate, and those that start and review emergencies."""
        signing = tuple(team for gate in self.all_gates for team in gate.teams())
        return signing + (self.emergency.teams if self.emergency is not None else ())

    @property
    def emergency_branches(self) -> tuple[str, ...]:
        """The patterns of the branches whose builds it takes in an emergency: those of the lane, or else its own."""
        return (self.emergency.branches if self.emergency is not None else ()) or self.branches

    def takes_urgent(self, branch: str) -> bool:
        """Return whether a build of a branch may go there in an emergency."""
        return self.emergency is not None and (
            not self.protected or matches_branch(branch, self.emergency_branches)
        )


@dataclass(frozen=True, slots=True)
class BuildSource:
    """Where a service's builds come from; without `ci`, from the HTTP API only.

    `branch` is the one whose newest build is released by default; `branches` are the patterns of all that are watched.
    """

    branch: str = "main"
    ci: str = ""
    workflow: str = ""
    version: str = ""
    branches: tuple[str, ...] = ()

    @property
    def patterns(self) -> tuple[str, ...]:
        """The patterns of the branches that builds are taken from."""
        return unique((self.branch, *self.branches))


@dataclass(frozen=True, slots=True)
class Tickets:
    """How tickets are written in the titles of commits, and the address of one, with `{ticket}` in it."""

    like: str
    url: str


@dataclass(frozen=True, slots=True)
class Reminding:
    """When people are reminded of what waits for them, in seconds after they were called, and after that.

    `then` 0 reminds once. After `escalate_after` without a sign-off, the teams `escalate_to` are called; 0 calls nobody.
    """

    after: int
    then: int = 0
    escalate_after: int = 0
    escalate_to: tuple[str, ...] = ()


OPT_IN = "opt_in"


@dataclass(frozen=True, slots=True)
class Notifying:
    """Who is told beside the signers: authors who asked for it that their change is live, and the requester of everything."""

    author_live: Literal["opt_in", "never"] = OPT_IN
    requester: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything about a service that a release keeps from its start.

    `changes_ci` is the connection that tells the changes of builds from elsewhere. Without `remind` nobody is reminded.
    `fingerprint` is the digest of all the rest.
    """

    service: str
    channel: str
    starters: tuple[str, ...]
    operators: tuple[str, ...]
    environments: tuple[EnvironmentPlan, ...]
    builds: BuildSource = BuildSource()
    repository: str = ""
    links: tuple[tuple[str, str], ...] = ()
    tickets: Tickets | None = None
    fingerprint: str = ""
    changes_ci: str = ""
    remind: Reminding | None = None
    notify: Notifying = Notifying()
    may_hold: Literal["", "everyone"] = ""
    waiving: Waiving = BY_OPERATORS

    @property
    def changes_source(self) -> str:
        """The connection that tells the changes between builds; empty if none does."""
        return self.changes_ci or self.builds.ci

    @property
    def waiving_teams(self) -> tuple[str, ...]:
        """The teams that waive what is not known of a build."""
        return self.waiving.by or self.operators

    def environment(self, name: str) -> EnvironmentPlan | None:
        """Find an environment by name."""
        return next((each for each in self.environments if each.name == name), None)

    def steering_teams(self, environment: EnvironmentPlan) -> tuple[str, ...]:
        """Return the teams that may cancel and retry in an environment.

        In a protected one only operators may.
        """
        return self.operators if environment.protected else unique(self.starters + self.operators)


def unique(names: tuple[str, ...]) -> tuple[str, ...]:
    """Drop repeated names and keep the order."""
    return tuple(dict.fromkeys(names))

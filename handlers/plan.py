"""A service's plan: its environments, their gates, and who may do what.

A release keeps the plan that it started with.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from handlers.gates.gate import GateSettings
from handlers.people import Directory

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
class Plan:
    """Everything about a service that a release keeps from its start.

    `changes_ci` is the connection that tells the changes of builds from elsewhere. `fingerprint` is the digest of all the rest.
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

    @property
    def changes_source(self) -> str:
        """The connection that tells the changes between builds; empty if none does."""
        return self.changes_ci or self.builds.ci

    def environment(self, name: str) -> EnvironmentPlan | None:
        """Find an environment by name."""
        return next((each for each in self.environments if each.name == name), None)

    def steering_teams(self, environment: EnvironmentPlan) -> tuple[str, ...]:
        """Return the teams that may cancel and retry in an environment.

        In a protected one only operators may.
        """
        return self.operators if environment.protected else unique(self.starters + self.operators)


@dataclass(frozen=True, slots=True)
class Connection:
    """A CI as the policy connects it: its kind and the settings of its provider.

    Secrets are resolved already.
    """

    name: str
    kind: str
    settings: Mapping[str, object] = field(default_factory=dict[str, object])


TOKEN_RIGHTS = ("read", "build", "lock")
"""What an API token can be allowed: to read releases and locks, to report builds, to lock environments."""


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A program that may use the API, with its secret and its rights; `services` None means all of them."""

    name: str
    secret: str = field(repr=False)
    may: frozenset[str]
    services: tuple[str, ...] | None = None

    def is_for(self, service: str) -> bool:
        """Return whether the token may know of a service."""
        return self.services is None or service in self.services


@dataclass(frozen=True, slots=True)
class Presence:
    """What of a service is in the policy in force: its environments, and the names of all CI connections."""

    environments: frozenset[str]
    connections: frozenset[str]

    def absent(self, environment: EnvironmentPlan) -> str:
        """Return what an environment of a frozen plan lacks now: `service`, `environment`, `ci`; empty if nothing."""
        if not self.environments:
            return "service"
        if environment.name not in self.environments:
            return "environment"
        return "" if environment.deploy.ci in self.connections else "ci"


@dataclass(frozen=True, slots=True)
class Anchoring:
    """Where the heads of all hash chains are kept outside the database: a channel, a file, or both."""

    channel: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole of `shiproom.yml`, validated.

    `text` is as it was written, with `${NAME}` unresolved, and `fingerprint` its digest. `number` counts the policies that came
    into force; it is 0 for one that never did.
    """

    plans: Mapping[str, Plan]
    directory: Directory
    connections: Mapping[str, Connection]
    time_zone: str = "UTC"
    fingerprint: str = ""
    tokens: tuple[ApiToken, ...] = ()
    text: str = ""
    number: int = 0
    anchoring: Anchoring | None = None

    def presence(self, service: str) -> Presence:
        """Return what of a service this policy has; nothing if it does not name the service."""
        plan = self.plans.get(service)
        names = [each.name for each in plan.environments] if plan is not None else []
        return Presence(frozenset(names), frozenset(self.connections))


def unique(names: tuple[str, ...]) -> tuple[str, ...]:
    """Drop repeated names and keep the order."""
    return tuple(dict.fromkeys(names))

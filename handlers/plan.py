"""A service's plan: the steps of its releases, the gates before each, and who may do what; frozen at a release's start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from handlers.people import Directory

AUTOMATIC = "automatic"
ON_REQUEST = "on_request"


@dataclass(frozen=True, slots=True)
class SignOffRule:
    """A `sign_off` gate: `needs` distinct people of `team` have to sign this exact build."""

    team: str
    needs: int = 1
    checklist: tuple[str, ...] = ()
    requester_may_sign: bool = False
    same_person: bool = False
    authors_may_sign: bool = True


@dataclass(frozen=True, slots=True)
class Deploy:
    """How a step is carried out: the CI by its name in the policy, and what it is told. `timeout` is in seconds."""

    ci: str
    timeout: int = 3600
    command: tuple[str, ...] = ()
    workflow: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    send: tuple[str, ...] = ()
    claim: bool = False


@dataclass(frozen=True, slots=True)
class EnvironmentPlan:
    """One environment of a service as the policy describes it."""

    name: str
    deploy: Deploy
    url: str = ""
    protected: bool = False
    branches: tuple[str, ...] = ()
    start: Literal["automatic", "on_request"] = ON_REQUEST
    kept: tuple[str, ...] = ()
    gates: tuple[SignOffRule, ...] = ()
    rollback_gates: tuple[SignOffRule, ...] = ()


@dataclass(frozen=True, slots=True)
class BuildSource:
    """Where a service's builds come from; without `ci` they arrive through the HTTP API alone."""

    branch: str = "main"
    ci: str = ""
    workflow: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything of a service that a release keeps from its start. `fingerprint` is the digest of all the rest."""

    service: str
    channel: str
    starters: tuple[str, ...]
    operators: tuple[str, ...]
    environments: tuple[EnvironmentPlan, ...]
    builds: BuildSource = BuildSource()
    repository: str = ""
    links: tuple[tuple[str, str], ...] = ()
    fingerprint: str = ""

    def environment(self, name: str) -> EnvironmentPlan | None:
        """Find an environment by name."""
        return next((each for each in self.environments if each.name == name), None)

    def may_steer(self, environment: EnvironmentPlan) -> tuple[str, ...]:
        """Name the teams that may cancel and retry there: operators alone where it is protected."""
        return self.operators if environment.protected else unique(self.starters + self.operators)


@dataclass(frozen=True, slots=True)
class Connection:
    """A CI as the policy connects it: its kind and the settings its provider reads (secrets already resolved)."""

    name: str
    kind: str
    settings: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole of `shiproom.yml`, checked: what is in force now."""

    plans: Mapping[str, Plan]
    directory: Directory
    connections: Mapping[str, Connection]
    time_zone: str = "UTC"
    fingerprint: str = ""


def unique(names: tuple[str, ...]) -> tuple[str, ...]:
    """Drop repeated names and keep the order."""
    return tuple(dict.fromkeys(names))

"""What is known when deciding: people, environments, and what the CIs can do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from handlers.build import Build
from handlers.calendar import Calendar
from handlers.environments import EnvironmentState, Loss, RunTold
from handlers.lineage import Authorship, Relation
from handlers.people import Membership
from handlers.plan import EnvironmentPlan
from handlers.policy import Presence


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a CI declares about itself.

    `grace` is the time in seconds within which a sent request shows up in its search. `lists_runs` means that it lists runs
    that others started, `lists_builds` that builds can be read from it, `compares` that it tells the commits between two.
    `product` is what people call it; empty for one without a name of its own.
    """

    authoritative_search: bool = False
    grace: int = 120
    cancel: bool = True
    lists_runs: bool = False
    lists_builds: bool = False
    compares: bool = False
    product: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that `decide` may use besides the release, the event and the time.

    `successes` lists, per environment and oldest first, the builds that were deployed successfully, one entry per deployment;
    `authorship` is who wrote what would be deployed there, `to_live` whether the release's build contains what is live there,
    `relation` whether the newer build that an event is about contains it, and `newer` that build, which went there
    `in_emergency` or not. They are loaded only for the events and gates that read them. `in_flight` lists the releases that
    hold an environment and of which something may be running; `rolling_back` is a rollback to the environment of which
    nothing has been sent yet, 0 if there is none. `presence` is what of the service is in the policy in force; None if that
    does not matter. `silent` is since when CIs cannot be asked about runs, by correlation id. `loss` is what was confirmed of
    the service and is not in the database any more; then `told` is what CIs tell of each environment, and `named` the builds
    that an operator names as live, None for nothing. `calendars` are those of the environments that the policy in force
    limits.
    """

    membership: Membership
    environments: Mapping[str, EnvironmentState]
    capabilities: Mapping[str, Capabilities] = field(default_factory=dict[str, Capabilities])
    successes: Mapping[str, tuple[Build, ...]] = field(default_factory=dict[str, tuple[Build, ...]])
    authorship: Mapping[str, Authorship] = field(default_factory=dict[str, Authorship])
    to_live: Mapping[str, Relation] = field(default_factory=dict[str, Relation])
    newer: Build | None = None
    relation: Relation = Relation.UNKNOWN
    in_emergency: bool = False
    in_flight: frozenset[int] = frozenset()
    rolling_back: int = 0
    presence: Presence | None = None
    silent: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    loss: Loss | None = None
    told: Mapping[str, RunTold] = field(default_factory=dict[str, RunTold])
    named: Mapping[str, Build | None] = field(default_factory=dict[str, Build | None])
    calendars: Mapping[str, Calendar] = field(default_factory=dict[str, Calendar])

    def capabilities_of(self, ci: str) -> Capabilities:
        """Return what a CI declares; for one that is not connected, the least is assumed."""
        return self.capabilities.get(ci) or Capabilities()

    def absent(self, environment: EnvironmentPlan) -> str:
        """Return what an environment of a frozen plan lacks in the policy in force; empty if nothing."""
        return self.presence.absent(environment) if self.presence is not None else ""

    def silent_since(self, correlation: str) -> str:
        """Return since when a run cannot be asked about, as an ISO time; empty if it can be, as far as is known."""
        since = self.silent.get(correlation)
        return "" if since is None else since.isoformat()

    def calendar(self, environment: str) -> Calendar:
        """Return when the policy in force lets a deployment to an environment start: at any time, unless it says otherwise."""
        return self.calendars.get(environment) or Calendar()

    def environment_state(self, environment: str) -> EnvironmentState:
        """Return an environment's state; it is empty if nothing happened there yet."""
        return self.environments.get(environment) or EnvironmentState(environment)

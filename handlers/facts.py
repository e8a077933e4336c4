"""What is known of the world when deciding: the roll of people, the ground of each environment, what the CIs can do."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from handlers.build import Build
from handlers.ground import Ground
from handlers.people import Roll


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a CI declares of itself. `grace` is the time in seconds within which a sent request shows up in its search.

    `lists_runs` says that it shows runs that others started, `lists_builds` that builds can be read from it.
    """

    authoritative_search: bool = False
    grace: int = 120
    cancel: bool = True
    lists_runs: bool = False
    lists_builds: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """All that `decide` may look at besides the release, the event and the time.

    `successes` lists, per environment and oldest first, the builds that were deployed with success, one entry for each
    deployment; `authors` lists those of all builds since the one that is live there. Both are loaded for the events and
    gates that read them. `in_flight` names the releases that hold an environment and of which something may be running;
    `rolling_back` is a rollback into the environment of which nothing has been sent yet, 0 if there is none.
    """

    roll: Roll
    grounds: Mapping[str, Ground]
    capabilities: Mapping[str, Capabilities] = field(default_factory=dict[str, Capabilities])
    successes: Mapping[str, tuple[Build, ...]] = field(default_factory=dict[str, tuple[Build, ...]])
    authors: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    in_flight: frozenset[int] = frozenset()
    rolling_back: int = 0

    def can(self, ci: str) -> Capabilities:
        """Give what a CI declares of itself; of one that is no longer connected the least is assumed."""
        return self.capabilities.get(ci) or Capabilities()

    def ground(self, environment: str) -> Ground:
        """Give an environment's ground; one that nothing happened in yet is empty."""
        return self.grounds.get(environment) or Ground(environment)

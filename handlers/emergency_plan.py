"""What the policy says of an environment's emergency lane: who may use it, what it skips, who signs, who reviews."""

from dataclasses import dataclass

from handlers.gate import GateSettings


@dataclass(frozen=True, slots=True)
class ReviewPlan:
    """A member of the team `by` reviews each emergency `within` so many seconds of its end."""

    by: str
    within: int


@dataclass(frozen=True, slots=True)
class EmergencyPlan:
    """How a build goes into an environment in an emergency.

    `may` are the teams that start one, `gates` what has to be open instead of the environment's own gates. `branches` replace
    the environment's if there are any; `skips` are the environments before it in which the build need not have succeeded.
    So many seconds after the signers were called (`alone_after`) an operator may sign although they started it; 0 is never.
    """

    may: tuple[str, ...]
    gates: tuple[GateSettings, ...]
    branches: tuple[str, ...] = ()
    skips: tuple[str, ...] = ()
    alone_after: int = 0
    review: ReviewPlan | None = None

    @property
    def teams(self) -> tuple[str, ...]:
        """The teams that start and review one; those that sign it are of its gates."""
        return (*self.may, *((self.review.by,) if self.review is not None else ()))

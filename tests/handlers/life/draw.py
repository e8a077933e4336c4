"""The random choices of one operation."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.handlers import builders
from tests.handlers.life.world import World

ACTIVE = (builders.ANDY, builders.MARA, builders.AMITA, builders.TOM, builders.TIM, builders.OLGA_TOO)


@dataclass(frozen=True)
class Draw:
    """Which item, which variant, which user."""

    at: int
    how: int
    who: str

    @property
    def able(self) -> str:
        """A user who is in some team."""
        return ACTIVE[self.at % len(ACTIVE)]


Operation = Callable[[World, Draw], None]

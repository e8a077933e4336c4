"""Tells the story of the shop, with one bot killed in each chapter, around the decision that the chapter is about."""

import random
from pathlib import Path

from tests.crash.checks import Expected, Invariants
from tests.crash.deciding import DEPLOYING, Chapters, Kill
from tests.crash.forks import Forks
from tests.crash.shop import AGAIN, FIRST, POLICY, TAKEN_OVER, ShopPeople
from tests.crash.stage import Stage, within
from tests.virtual_clock import ScaledClock

SHOP = Expected(
    (("staging", "7.0", "r1"), ("production", "7.0", "r2"), ("staging", "7.0", "r3")),
    {FIRST: "cancelled", TAKEN_OVER: "done", AGAIN: "waiting"},
    {},
    refused=(("production", "7.0", "r2"),),
    alarms=((TAKEN_OVER, "failed"),) * 2,
)
"""r2 takes over what r1 left in staging, r3 deploys it there again, and nobody signs.

The run that failed is told, and then that nothing was deployed by it, as an operator says.
"""


class ShopStory:
    """One telling."""

    def __init__(self, stage: Stage, chance: random.Random, kill: Kill) -> None:
        self._stage = stage
        self._people = ShopPeople(stage, chance)
        self.invariants = Invariants(stage, SHOP)
        self._chapter = Chapters(stage, self.invariants, kill).chapter

    async def tell(self) -> None:
        """Tell it to its end and look whether every guarantee held."""
        people, stage = self._people, self._stage
        stage.put_up()
        await stage.there()
        await people.build()
        async with self._chapter(DEPLOYING):
            await people.start(FIRST, "staging")
            await stage.until(FIRST, "waiting", "production")
        async with self._chapter():
            await people.cancel(FIRST)
        await self._take_over()
        async with self._chapter(DEPLOYING):
            await people.start(AGAIN, "staging again")
            await stage.until(AGAIN, "waiting", "production")
        await within(self.invariants.nothing_left, "effects are left undone", stage)
        await self.invariants.check()

    async def _take_over(self) -> None:
        """Release what lies in staging already; production's host is down at first, so that nothing is deployed."""
        people, stage = self._people, self._stage
        people.close_production()
        async with self._chapter(DEPLOYING):
            await people.start(TAKEN_OVER, "production")
            await stage.until(TAKEN_OVER, "failed", "production")
        async with self._chapter():
            await people.settle(TAKEN_OVER)
            await self.invariants.check_free("shop", "production")
        people.open_production()
        async with self._chapter(DEPLOYING):
            await people.retry(TAKEN_OVER)
            await stage.until(TAKEN_OVER, "done")


async def tell(directory: Path, database: str, forks: Forks, kill: Kill, seed: int) -> None:
    """Tell the story on a stage of its own; raises BrokenError."""
    stage = Stage(directory, database, policy=POLICY, forks=forks, clock=ScaledClock.start())
    story = ShopStory(stage, random.Random(f"{seed} {kill}"), kill)
    async with stage.kept():
        try:
            await story.tell()
        finally:
            await story.invariants.close()

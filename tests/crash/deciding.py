"""What stories have in common that are told a few times only: a kill around a decision of each chapter."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from tests.crash.checks import Invariants
from tests.crash.probe import Moment, Place
from tests.crash.stage import Stage, within

DEPLOYING = 3
"""How many decisions a deployment takes until its run is known: asked for, marked as sent, accepted."""

Kill = tuple[Moment, int]
"""Around the how manieth decision of each chapter the bot dies, and at which moment of it; others die around the last."""


class Chapters:
    """The chapters of one telling, in each of which the bot dies at the same moment."""

    def __init__(self, stage: Stage, invariants: Invariants, kill: Kill) -> None:
        self._stage = stage
        self._invariants = invariants
        self._kill = kill

    @asynccontextmanager
    async def chapter(self, decisions: int = 1) -> AsyncGenerator[None]:
        """Have the bot die once around a decision of a chapter that takes so many at least."""
        stage, (moment, passage) = self._stage, self._kill
        deaths = len(stage.deaths)
        (point,) = (each for each in stage.forks.points if "write_again(self.database, apply)" in each.text)
        stage.failpoints.arm(Place(point.number, moment), min(passage, decisions))
        yield

        async def died() -> None:
            while len(stage.deaths) == deaths:  # noqa: ASYNC110 - another program dies
                await asyncio.sleep(0.02)

        await within(died, f"no bot dies around decision {self._kill}", stage)
        stage.failpoints.disarm()
        await stage.there()
        self._invariants.check_runs()

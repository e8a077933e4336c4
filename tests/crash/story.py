"""The story, chapter by chapter, from an empty database to an unlocked production; one bot dies in each chapter."""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from tests.crash.checks import Invariants
from tests.crash.coverage import Aim, Coverage
from tests.crash.people import People
from tests.crash.probe import Place
from tests.crash.stage import Stage, within

_LINGER = 3.0
_MOST_RESTARTS = 4


class Story:
    """One telling. With `quiet` nobody dies but where the story itself wants it: that is how its points are learned."""

    def __init__(self, stage: Stage, coverage: Coverage, chance: random.Random, *, quiet: bool) -> None:
        self._stage = stage
        self._coverage = coverage
        self._quiet = quiet
        self._people = People(stage, chance)
        self._invariants = Invariants(stage)
        self.aims: list[Aim] = []

    async def tell(self) -> None:
        """Tell it to its end and look whether every guarantee held."""
        await self._first_round()
        await self._second_round()
        async with self._chapter("rollback"):
            await self._people.roll_back(3)
            await self._stage.until(3, "done")
        async with self._chapter("unlock"):
            await self._people.unlock()
        async with self._chapter("told to stop"):
            await self._stage.tell_to_stop()
            await self._stage.there()
        await self._begin_again()
        await within(self._invariants.nothing_left, "effects are left undone", self._stage)
        await self._invariants.check()
        if self._quiet:
            self._coverage.told(self._stage.failpoints.counts())

    async def close(self) -> None:
        """Let go of the database."""
        await self._invariants.close()

    async def _first_round(self) -> None:
        people, stage = self._people, self._stage
        async with self._chapter("first start"):
            stage.put_up()
            await stage.there()
        async with self._chapter("build 1"):
            await people.build("2.4.0")
        async with self._chapter("start 1"):
            await people.start(1, "2.4.0", clicking=False)
            await stage.until(1, "waiting", "production")
        async with self._chapter("testing 1"):
            await people.test(1, clicking=False)
        async with self._chapter("sign-off 1"):
            await people.sign_with_ticks(1, clicking=False)
        async with self._chapter("answer lost", first=self._sending()):
            await people.sign(1, clicking=False)
            await stage.until(1, "done")

    async def _second_round(self) -> None:
        people, stage = self._people, self._stage
        async with self._chapter("build 2"):
            await people.build("2.4.1")
        hold = stage.directory / "deploy" / "hold-staging"
        hold.touch()
        async with self._chapter("start 2"):
            await people.start(2, "2.4.1", clicking=True)
            await stage.until(2, "running", "staging")
        await stage.take_down()
        async with self._chapter("found flying"):
            stage.put_up()
            await stage.there()
            hold.unlink()
            await stage.until(2, "waiting", "production")
        async with self._chapter("testing 2"):
            await people.test(2, clicking=True)
        async with self._chapter("sign-off 2"):
            await people.sign_with_ticks(2, clicking=True)
        async with self._chapter("production 2"):
            await people.sign(2, clicking=True)
            await stage.until(2, "done")

    async def _begin_again(self) -> None:
        """Restart as often as there is something to learn from it."""
        for _ in range(_MOST_RESTARTS):
            await self._stage.take_down()
            async with self._chapter("begin again"):
                self._stage.put_up()
                await self._stage.there()
            if self._quiet or not self._coverage.wants("begin again"):
                return

    def _sending(self) -> Place:
        """Where the request is out and its answer is not in."""
        return next(
            Place(point.number, 1)
            for point in self._stage.forks.points
            if point.function == "CiEffects._send" and "provider.start" in point.text
        )

    @asynccontextmanager
    async def _chapter(self, name: str, first: Place | None = None) -> AsyncGenerator[None]:
        """Have the bot die once, somewhere in a chapter; with `first` it dies there, and then once more as it comes back."""
        stage, aim = self._stage, None if self._quiet else self._coverage.choose(name)
        deaths, self._before = len(stage.deaths), stage.failpoints.counts()
        wanted = int(first is not None) + int(aim is not None)
        if aim is not None:
            self.aims.append(aim)
        self._arm(first, aim)
        yield
        if self._quiet or len(stage.deaths) < deaths + wanted:
            await self._linger(deaths + wanted)
        stage.next_aim = None
        stage.failpoints.disarm()
        died = len(stage.deaths) >= deaths + wanted
        counts = [
            after - before for after, before in zip(stage.failpoints.counts(), self._before, strict=True)
        ]
        if aim is not None:
            self._coverage.settle(aim, died=died, passed=counts[aim.place.code] > 0)
        if aim is None or not died:
            self._coverage.learn(name, counts)
        self._invariants.check_runs()

    def _arm(self, first: Place | None, aim: Aim | None) -> None:
        stage = self._stage
        second = (aim.place, aim.passage) if aim is not None else None
        if first is not None:
            stage.next_aim, stage.died = second, self._count_from_now
            stage.failpoints.arm(first, 1)
        elif second is not None:
            stage.failpoints.arm(*second)

    def _count_from_now(self) -> None:
        self._before = self._stage.failpoints.counts()
        self._stage.died = lambda: None

    async def _linger(self, deaths: int) -> None:
        """Let what follows from a chapter happen, until the bot has died of it or nothing more is to be done."""
        try:
            async with asyncio.timeout(_LINGER):
                while len(self._stage.deaths) < deaths or self._quiet:
                    if await self._invariants.undone() == 0:
                        await asyncio.sleep(0.3)
                        return
                    await asyncio.sleep(0.05)
        except TimeoutError:
            return

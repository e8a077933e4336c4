"""Tells the story of the gates, with one bot killed in each chapter, where two decisions meet."""

import asyncio
import random
from pathlib import Path

from tests.crash.checks import Expected
from tests.crash.deciding import DEPLOYING, Chapters, Kill
from tests.crash.forks import Forks
from tests.crash.gates import (
    AMITA,
    ANDY,
    HELD,
    KIM,
    LENA,
    OLGA,
    POLICY,
    SERVICES,
    STOOD,
    TAKEN,
    TIM,
    URGENT,
    WINDOWED,
    GatesPeople,
)
from tests.crash.gates_checks import GatesInvariants, must
from tests.crash.gates_stage import CLOSED, OPENS_SOON, GatesStage, begin
from tests.crash.stage import within

SHIPPED, NORMAL, EMERGENCY, RACED, KEPT, FOUGHT, FREED, STANDING = range(1, 9)
"""Its releases: one that waits for a window; a normal one and the emergency that passes it; one that is held as it is signed,
and one that is signed as it is held; one that is taken as others sign it, and one that is taken so that its starter may sign;
and one that a stand-in signs.
"""

VERSIONS = {
    SHIPPED: "1.0",
    NORMAL: "2.0",
    EMERGENCY: "1.9.1",
    RACED: "3.0",
    KEPT: "3.1",
    FOUGHT: "4.0",
    FREED: "4.1",
    STANDING: "5.0",
}
OWNERS = {
    SHIPPED: WINDOWED,
    NORMAL: URGENT,
    EMERGENCY: URGENT,
    RACED: HELD,
    KEPT: HELD,
    FOUGHT: TAKEN,
    FREED: TAKEN,
    STANDING: STOOD,
}
_BOTH, _OPS, _LEGAL = frozenset({"testers", "ops"}), frozenset({"ops"}), frozenset({"legal"})

GATES = Expected(
    tuple(("production", version, f"r{number}") for number, version in VERSIONS.items()),
    dict.fromkeys(VERSIONS, "done"),
    {
        SHIPPED: _OPS,
        NORMAL: _BOTH,
        EMERGENCY: _OPS,
        RACED: _OPS,
        KEPT: _OPS,
        FOUGHT: _BOTH,
        FREED: _BOTH,
        STANDING: _LEGAL,
    },
)
"""Whatever happens first, each is deployed once, and ends."""

_TWO = 2
"""How many decisions two people take at least."""


class GatesStory:
    """One telling."""

    def __init__(self, stage: GatesStage, chance: random.Random, kill: Kill) -> None:
        self._stage = stage
        self._people = GatesPeople(stage, chance)
        self.invariants = GatesInvariants(stage, GATES, OWNERS)
        self._chapter = Chapters(stage, self.invariants, kill).chapter

    async def tell(self) -> None:
        """Tell it to its end and look whether every guarantee held."""
        stage = self._stage
        stage.put_up()
        await stage.there()
        await self._window_closes()
        await self._emergency_passes()
        await self._held_as_it_is_signed()
        await self._signed_as_it_is_held()
        await self._taken_as_others_sign()
        await self._taken_for_its_starter()
        await self._stand_in_signs()
        await within(self.invariants.nothing_left, "effects are left undone", stage)
        await self.invariants.check()

    async def _window_closes(self) -> None:
        """The bot dies as a release starts in its window, and comes back when that is closed."""
        people, stage = self._people, self._stage
        await self._start(SHIPPED, "Andy")
        stage.comes_back = CLOSED
        async with self._chapter(DEPLOYING):
            await people.sign(SHIPPED, WINDOWED, ("Tim", TIM), "ops")
        ended = await self._settled(SHIPPED)
        late = stage.run_ids() - stage.begun
        must(not late, f"the CI began to deploy r{SHIPPED} while its window was closed: {late}")
        if ended:
            return
        await people.ask_again(SHIPPED, WINDOWED)
        await self._settled(SHIPPED)
        self._check_waits(SHIPPED, "its window is closed")
        await stage.take_down()
        stage.turn_to(OPENS_SOON)
        async with self._chapter(DEPLOYING):
            stage.put_up()
            await stage.until(SHIPPED, "done")

    async def _emergency_passes(self) -> None:
        """An emergency is started while a release is signed, is signed while that is, and is reviewed."""
        people, stage = self._people, self._stage
        await self._start(NORMAL, "Andy")
        await people.build(URGENT, VERSIONS[EMERGENCY], "hotfix/login")
        async with self._chapter(_TWO):
            await people.together(
                people.sign(NORMAL, URGENT, ("Amita", AMITA), "testers"),
                people.start_emergency(EMERGENCY, VERSIONS[EMERGENCY]),
            )
        self._check_waits(NORMAL, "ops have not signed")
        self._check_waits(EMERGENCY, "ops have not signed")
        async with self._chapter(DEPLOYING):
            await people.together(
                people.sign(EMERGENCY, URGENT, ("Tim", TIM), "ops"),
                people.sign(NORMAL, URGENT, ("Olga", OLGA), "ops"),
            )
        await stage.until(EMERGENCY, "done")
        await stage.until(NORMAL, "done")
        await self._check_review("owed")
        async with self._chapter():
            await people.review(EMERGENCY)
        await self._check_review("done")

    async def _check_review(self, state: str) -> None:
        """The review is owed by the emergency alone, and was called for once."""
        reviews = {number: (await self._stage.release(number))["review"] for number in (NORMAL, EMERGENCY)}
        found = reviews[EMERGENCY] and reviews[EMERGENCY]["state"]
        must(found == state and reviews[NORMAL] is None, f"not {state} by r{EMERGENCY} alone: {reviews}")
        called = [each for each in await self.invariants.told() if each[1] == "review_owed"]
        must(called == [(EMERGENCY, "review_owed")], f"reviews were called for: {called}")

    async def _held_as_it_is_signed(self) -> None:
        """Olga holds a release while Tim signs it: it is held, or that is too late."""
        people = self._people
        await self._start(RACED, "Andy")
        async with self._chapter(_TWO):
            await people.together(people.sign(RACED, HELD, ("Tim", TIM), "ops"), people.hold(RACED))
        if await people.has_event(HELD, RACED, "held")():
            await self._settled(RACED)
            self._check_waits(RACED, "it is held")
            await people.let_go(RACED)
            await people.ask_again(RACED, HELD)
        await self._stage.until(RACED, "done")

    async def _signed_as_it_is_held(self) -> None:
        """The last sign-off arrives at a release that is held, and Olga lets it go."""
        people = self._people
        await self._start(KEPT, "Andy")
        await people.hold(KEPT)
        async with self._chapter():
            await people.sign(KEPT, HELD, ("Tim", TIM), "ops")
        await self._settled(KEPT)
        self._check_waits(KEPT, "it is held")
        async with self._chapter(DEPLOYING):
            await people.let_go(KEPT)
            await self._stage.until(KEPT, "done")

    async def _taken_as_others_sign(self) -> None:
        """Andy has signed a release of Tim's, and takes it while Amita signs: his sign-off counts, or he stands for it."""
        people = self._people
        await self._start(FOUGHT, "Tim")
        await people.sign(FOUGHT, TAKEN, ("Andy", ANDY), "ops")
        async with self._chapter(_TWO):
            await people.together(
                people.take(FOUGHT), people.sign(FOUGHT, TAKEN, ("Amita", AMITA), "testers")
            )
        if await people.has_event(TAKEN, FOUGHT, "taken")():
            await self._settled(FOUGHT)
            self._check_waits(FOUGHT, "who has signed it stands for it")
            signed = await people.sign(FOUGHT, TAKEN, ("Andy", ANDY), "ops", "or stand for it")
            must(not signed, f"Andy signs r{FOUGHT}, for which he stands")
            await people.sign(FOUGHT, TAKEN, ("Tim", TIM), "ops")
        await self._stage.until(FOUGHT, "done")

    async def _taken_for_its_starter(self) -> None:
        """Tim has started a release, and signs it as soon as Andy stands for it."""
        people = self._people
        await self._start(FREED, "Tim")
        await people.sign(FREED, TAKEN, ("Amita", AMITA), "testers")
        async with self._chapter(DEPLOYING):
            await people.together(people.take(FREED), people.sign(FREED, TAKEN, ("Tim", TIM), "ops"))
            await self._stage.until(FREED, "done")

    async def _stand_in_signs(self) -> None:
        """Lena signs for Kim, who comes back: she did so before, or he has to sign."""
        people = self._people
        await self._start(STANDING, "Andy")
        await people.go_away()
        async with self._chapter(_TWO):
            await people.together(
                people.sign(STANDING, STOOD, ("Lena", LENA), "legal", "You stand in for people of"),
                people.come_back(),
            )
        if not await people.has_signed(STANDING, LENA, "legal")():
            self._check_waits(STANDING, "nobody has signed it")
            await people.sign(STANDING, STOOD, ("Kim", KIM), "legal")
        await self._stage.until(STANDING, "done")

    async def _start(self, number: int, name: str) -> None:
        await self._people.build(OWNERS[number], VERSIONS[number])
        await self._people.start(number, name, OWNERS[number], VERSIONS[number])

    async def _settled(self, number: int) -> bool:
        """Wait until a release is done, or nothing of it will be sent; gives whether it is done."""
        done = False

        async def rests() -> None:
            nonlocal done
            while True:
                wanted = await self._stage.rows(
                    "SELECT count(*) FROM effect WHERE done_at IS NULL AND kind IN ('trigger', 'notify', 'notify_open')"
                )
                state = (await self._stage.release(number))["state"]
                done = state == "done"
                if done or (state == "waiting" and not wanted[0][0]):
                    return
                await asyncio.sleep(0.02)

        await within(rests, f"r{number} does not come to rest", self._stage)
        return done

    def _check_waits(self, number: int, why: str) -> None:
        ran = self.invariants.ran(number)
        must(not ran, f"r{number} is deployed although {why}: {ran}")


async def tell(directory: Path, database: str, forks: Forks, kill: Kill, seed: int) -> None:
    """Tell the story on a stage of its own; raises BrokenError."""
    stage = GatesStage(directory, database, policy=POLICY, forks=forks, clock=begin(), services=SERVICES)
    story = GatesStory(stage, random.Random(f"{seed} {kill}"), kill)
    async with stage.kept():
        try:
            await story.tell()
        finally:
            await story.invariants.close()

"""One run of a cell: a build is released, the bot dies on the way, the CI behaves as it does, people help where asked."""

import random
import re
from functools import partial

from tests.crash.matrix_cells import Arrival, Cell, Moments, Telling
from tests.crash.matrix_door import Asked, Behaviour, Wish
from tests.crash.matrix_stage import MatrixStage
from tests.crash.people import People
from tests.crash.probe import Moment, Place, Point
from tests.crash.stage import BrokenError, within

ASKED_WITHIN = 120 + 60
"""After how many seconds of not knowing operators are asked at the latest: the longest grace of a CI, and some slack."""

_END = 3600.0
_ANSWERED = 60.0
_MOST_DEEDS = 8


class MatrixStory:
    """Tells runs of cells, one after the other, on one stage."""

    def __init__(self, stage: MatrixStage, chance: random.Random) -> None:
        self._stage = stage
        self._chance = chance
        self._people = People(stage, chance)
        self._number = 0

    async def begin(self) -> None:
        """Start the bot."""
        self._stage.put_up()
        await self._stage.there()

    async def tell(self, cell: Cell) -> Telling:
        """Tell one run to its end; raises BrokenError."""
        stage, door = self._stage, self._stage.door
        self._number += 1
        telling = Telling(cell, self._number, first=len(door.asked), said=len(stage.said()))
        if stage.ci.hide is not None:
            stage.ci.hide(0)
        ends, version = len(stage.ends), f"1.{self._number}"
        await self._people.build(version)
        door.wish = self._wish(telling)
        self._arm(Moments(cell.moment), door.wish)
        await self._people.start(self._number, version, clicking=False)
        await self._to_end(telling)
        await self._die(telling, ends + 1)
        return telling

    async def _die(self, telling: Telling, ends: int) -> None:
        """Wait for the death where it has yet to come: a run may be seen to end before the start of it is answered."""

        async def died() -> bool:
            return len(self._stage.ends) >= ends and self._stage.up.is_set()

        await self._stage.pass_until(died, f"nobody dies in {telling.cell}", _ANSWERED)
        self._stage.board.disarm()
        if len(self._stage.ends) != ends:
            raise BrokenError(f"{telling.cell}: a bot died more than once")
        telling.died = self._stage.ends[-1]
        self._stage.put_up()

    def _wish(self, telling: Telling) -> Wish:
        match Behaviour(telling.cell.behaviour):
            case Behaviour.REFUSED:
                return Wish(Behaviour.REFUSED, self._chance.choice((403, 429)))
            case Behaviour.BROKEN:
                return Wish(Behaviour.BROKEN, self._chance.choice((500, 502, 504)))
            case Behaviour.LATE:
                return self._late(telling)
            case behaviour:
                return Wish(behaviour)

    def _late(self, telling: Telling) -> Wish:
        arrivals = [each for each in Arrival if each is not Arrival.LISTED or self._stage.ci.hide]
        arrival = self._chance.choice(arrivals)
        telling.arrival = arrival.value
        status, later = self._chance.choice((0, 502, 504)), self._chance.uniform(5, 50)
        if arrival is Arrival.LISTED and self._stage.ci.hide is not None:
            self._stage.ci.hide(later)
            return Wish(Behaviour.LATE, status, later=0.0)
        lasting = self._chance.random() < 0.5 and arrival in {Arrival.SETTLED, Arrival.RETRIED}
        return Wish(Behaviour.LATE, status, later if arrival is Arrival.SEARCHED else None, lasting)

    def _arm(self, moment: Moments, wish: Wish) -> None:
        board = self._stage.board
        trigger, mark = (
            "Deploying.trigger",
            self._place("Deploying.trigger", "self._engine.handle(wanted)", Moment.BEFORE),
        )
        match moment:
            case Moments.MARK:
                board.arm_any([self._place(*self._stage.before_commit)], behind=mark)
            case Moments.GRANT:
                board.arm_any([self._place(trigger, "self._engine.database.read(", Moment.BEFORE)])
            case Moments.SENT:
                board.arm_any([Place(mark.point, Moment.AFTER)])
            case Moments.WRITTEN:
                wish.written = self._stage.kill_now
            case Moments.ANSWER:
                board.arm_any([self._place("Deploying._send", "provider.start(", Moment.AFTER)])
                self._stage.died = partial(self._now_unclear, len(self._stage.door.asked))
            case Moments.ADOPTED:
                board.arm_any(self._adoptions())

    def _adoptions(self) -> list[Place]:
        """Say after which commits the fate of a request is known."""
        named = self._stage.ci.names_runs
        return [
            *(
                [self._place("Deploying._send", "self._engine.handle(SendAccepted(", Moment.AFTER)]
                if named
                else []
            ),
            self._place("Deploying._send", "self._engine.handle(SendRefused(", Moment.AFTER),
            self._place("Follower._search", "self._engine.handle(ended)", Moment.AFTER),
            self._place("OutsideWatch._is_ours", "self._engine.handle(RunReported(", Moment.AFTER),
        ]

    def _place(self, function: str, words: str, moment: Moment) -> Place:
        (found,) = (each for each in self._stage.forks.points if _is_at(each, function, words))
        return Place(found.number, moment)

    def _now_unclear(self, before: int) -> None:
        """Nobody has written down the answer that was read, if there was a request at all."""
        for asked in self._stage.door.asked[before:]:
            asked.unclear = True
        self._stage.died = _nothing

    async def _to_end(self, telling: Telling) -> None:
        """Help where help is asked for, until the release is done and nothing is to come any more."""
        while (state := await self._next(telling)) != "done":
            telling.deeds.append(state)
            if len(telling.deeds) > _MOST_DEEDS:
                raise BrokenError(f"{telling.cell} comes to no end: {telling.deeds}")
            if state == "failed":
                await self._do("Andy", f"retry r{telling.number}", telling, "failed")
            else:
                await self._answer(telling)
        late = self._stage.door.late
        if late is not None:
            await self._arrive(late)

    async def _next(self, telling: Telling) -> str:
        """Wait until the release is done, has failed, or operators are asked about it anew."""
        stage, found = self._stage, ""

        async def holds() -> bool:
            nonlocal found
            state = await self._state(telling)
            if state in {"done", "failed"}:
                found = state
            elif self._is_asked(telling, state):
                found = "asked"
            return bool(found)

        await stage.pass_until(holds, f"r{telling.number} of {telling.cell} gets stuck", _END)
        return found

    def _is_asked(self, telling: Telling, state: str) -> bool:
        """Say whether operators are asked anew; raises BrokenError where they should have been long ago."""
        if state != "unknown":
            telling.unknown_since = None
            return False
        if self._asked_in_slack(telling):
            return True
        now = self._stage.clock.now()
        telling.unknown_since = telling.unknown_since or now
        if not telling.asked and (now - telling.unknown_since).total_seconds() > ASKED_WITHIN:
            raise BrokenError(f"r{telling.number} of {telling.cell} is unknown, and nobody is told")
        return False

    async def _state(self, telling: Telling) -> str:
        rows = await self._stage.rows(f"SELECT state FROM release WHERE number = {telling.number}")  # noqa: S608
        return str(rows[0][0])

    def _asked_in_slack(self, telling: Telling) -> bool:
        words = rf"Look for r{telling.number} .* say how it ended\. No run [0-9a-f]+ is to be seen"
        heard = sum(bool(re.search(words, said)) for said in self._stage.said()[telling.said :])
        return heard > telling.asked

    async def _answer(self, telling: Telling) -> None:
        """Tim looks for himself; where nothing was started he says so, where something is he waits for it to be seen."""
        telling.asked += 1
        door = self._stage.door
        late = door.late
        if late is not None and telling.arrival == Arrival.ASKED:
            await door.deliver(late)
        asked = door.asked[telling.first :]
        started = {each.correlation for each in await self._stage.ci.runs()}
        if any(each.correlation in started and each.unclear for each in asked):
            return
        await self._do("Tim", f"settle r{telling.number} not-deployed nothing is there", telling, "unknown")
        if late is not None and telling.arrival == Arrival.SETTLED:
            await self._arrive(late)

    async def _do(self, name: str, words: str, telling: Telling, state: str) -> None:
        """Insist on a command until the release is no longer in the state that it ends."""

        async def done() -> bool:
            if await self._state(telling) != state:
                return True
            await self._stage.there()
            await self._stage.types(name, words)
            return await self._state(telling) != state

        async def insist() -> None:
            while not await done():
                pass

        await within(insist, f"{words} cannot be done: {self._stage.heard[-4:]}", self._stage)

    async def _arrive(self, late: Asked) -> None:
        """Let something come too late; it has to be told in Slack, and stopped if it still runs."""
        stage = self._stage
        await stage.door.deliver(late)

        async def told() -> bool:
            runs = [each for each in await stage.ci.runs() if each.correlation == late.correlation]
            said = [line for line in stage.said() if "called off" in line]
            ended = all(each.state != "running" for each in runs)
            return bool(runs) and ended and all(any(f"({each.id})" in line for line in said) for each in runs)

        await stage.pass_until(told, "a run that came too late is not stopped and told", ASKED_WITHIN)


def _is_at(point: Point, function: str, words: str) -> bool:
    return point.function == function and point.text.removeprefix("await ").startswith(words)


def _nothing() -> None:
    return

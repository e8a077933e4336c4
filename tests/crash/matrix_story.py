"""One run of a cell: a build is released, the bot dies on the way, the CI behaves as it does, people help where asked."""

import random
import re
from functools import partial

from tests.crash.matrix_cells import Cell, CellRun, LateDelivery, Moments
from tests.crash.matrix_proxy import Behaviour, ReceivedStart, ScriptedResponse
from tests.crash.matrix_stage import MatrixStage
from tests.crash.people import People
from tests.crash.probe import Moment, Place, Point
from tests.crash.stage import BrokenError, within

ASKED_WITHIN = 120 + 60
"""After how many seconds of not knowing operators are asked at the latest: the longest grace of a CI, and some slack."""

_END = 3600.0
_ANSWERED = 60.0
_MOST_INTERVENTIONS = 8


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

    async def tell(self, cell: Cell) -> CellRun:
        """Tell one run to its end; raises BrokenError."""
        stage, proxy = self._stage, self._stage.proxy
        self._number += 1
        cell_run = CellRun(cell, self._number, first=len(proxy.received), said=len(stage.said()))
        if stage.ci.hide is not None:
            stage.ci.hide(0)
        ends, version = len(stage.ends), f"1.{self._number}"
        await self._people.build(version)
        proxy.scripted = self._scripted_response(cell_run)
        self._arm(Moments(cell.moment), proxy.scripted)
        await self._people.start(self._number, version, clicking=False)
        await self._to_end(cell_run)
        await self._die(cell_run, ends + 1)
        return cell_run

    async def _die(self, cell_run: CellRun, ends: int) -> None:
        """Wait for the death where it has yet to come: a run may be seen to end before the start of it is answered."""

        async def died() -> bool:
            return len(self._stage.ends) >= ends and self._stage.up.is_set()

        await self._stage.pass_until(died, f"nobody dies in {cell_run.cell}", _ANSWERED)
        self._stage.failpoints.disarm()
        if len(self._stage.ends) != ends:
            raise BrokenError(f"{cell_run.cell}: a bot died more than once")
        cell_run.died = self._stage.ends[-1]
        self._stage.put_up()

    def _scripted_response(self, cell_run: CellRun) -> ScriptedResponse:
        match Behaviour(cell_run.cell.behaviour):
            case Behaviour.REFUSED:
                return ScriptedResponse(Behaviour.REFUSED, self._chance.choice((403, 429)))
            case Behaviour.BROKEN:
                return ScriptedResponse(Behaviour.BROKEN, self._chance.choice((500, 502, 504)))
            case Behaviour.LATE:
                return self._late(cell_run)
            case behaviour:
                return ScriptedResponse(behaviour)

    def _late(self, cell_run: CellRun) -> ScriptedResponse:
        deliveries = [each for each in LateDelivery if each is not LateDelivery.LISTED or self._stage.ci.hide]
        delivery = self._chance.choice(deliveries)
        cell_run.delivery = delivery.value
        status, later = self._chance.choice((0, 502, 504)), self._chance.uniform(5, 50)
        if delivery is LateDelivery.LISTED and self._stage.ci.hide is not None:
            self._stage.ci.hide(later)
            return ScriptedResponse(Behaviour.LATE, status, later=0.0)
        lasting = self._chance.random() < 0.5 and delivery in {LateDelivery.SETTLED, LateDelivery.RETRIED}
        return ScriptedResponse(
            Behaviour.LATE, status, later if delivery is LateDelivery.SEARCHED else None, lasting
        )

    def _arm(self, moment: Moments, scripted: ScriptedResponse) -> None:
        failpoints = self._stage.failpoints
        trigger = "CiEffects.trigger"
        mark = self._place(trigger, "self._engine.handle(wanted)", Moment.BEFORE)
        match moment:
            case Moments.MARK:
                failpoints.arm_any([self._place(*self._stage.before_commit)], behind=mark)
            case Moments.GRANT:
                failpoints.arm_any([self._place(trigger, "self._engine.database.read(", Moment.BEFORE)])
            case Moments.SENT:
                failpoints.arm_any([Place(mark.point, Moment.AFTER)])
            case Moments.WRITTEN:
                scripted.written = self._stage.kill_now
            case Moments.ANSWER:
                failpoints.arm_any([self._place("CiEffects._send", "provider.start(", Moment.AFTER)])
                self._stage.died = partial(self._now_unclear, len(self._stage.proxy.received))
            case Moments.ADOPTED:
                failpoints.arm_any(self._adoptions())

    def _adoptions(self) -> list[Place]:
        """Say after which commits the fate of a request is known."""
        named = self._stage.ci.names_runs
        return [
            *(
                [self._place("CiEffects._send", "self._engine.handle(SendAccepted(", Moment.AFTER)]
                if named
                else []
            ),
            self._place("CiEffects._send", "self._engine.handle(SendRefused(", Moment.AFTER),
            self._place("RunPoller._search", "self._engine.handle(ended)", Moment.AFTER),
            self._place("ExternalRunPoller._unless_ours", "self._engine.handle(RunReported(", Moment.AFTER),
        ]

    def _place(self, function: str, words: str, moment: Moment) -> Place:
        (found,) = (each for each in self._stage.forks.points if _is_at(each, function, words))
        return Place(found.number, moment)

    def _now_unclear(self, before: int) -> None:
        """Nobody has written down the answer that was read, if there was a request at all."""
        for start in self._stage.proxy.received[before:]:
            start.unclear = True
        self._stage.died = _nothing

    async def _to_end(self, cell_run: CellRun) -> None:
        """Help where help is asked for, until the release is done and nothing is to come any more."""
        while (state := await self._next(cell_run)) != "done":
            cell_run.interventions.append(state)
            if len(cell_run.interventions) > _MOST_INTERVENTIONS:
                raise BrokenError(f"{cell_run.cell} comes to no end: {cell_run.interventions}")
            if state == "failed":
                await self._do("Andy", f"retry r{cell_run.number}", cell_run, "failed")
            else:
                await self._answer(cell_run)
        late = self._stage.proxy.late
        if late is not None:
            await self._arrive(late)

    async def _next(self, cell_run: CellRun) -> str:
        """Wait until the release is done, has failed, or operators are asked about it again."""
        stage, found = self._stage, ""

        async def holds() -> bool:
            nonlocal found
            state = await self._state(cell_run)
            if state in {"done", "failed"}:
                found = state
            elif self._is_asked(cell_run, state):
                found = "asked"
            return bool(found)

        await stage.pass_until(holds, f"r{cell_run.number} of {cell_run.cell} gets stuck", _END)
        return found

    def _is_asked(self, cell_run: CellRun, state: str) -> bool:
        """Say whether operators are asked again; raises BrokenError where they should have been long ago."""
        if state != "unknown":
            cell_run.unknown_since = None
            return False
        if self._asked_in_slack(cell_run):
            return True
        now = self._stage.clock.now()
        cell_run.unknown_since = cell_run.unknown_since or now
        if not cell_run.asked and (now - cell_run.unknown_since).total_seconds() > ASKED_WITHIN:
            raise BrokenError(f"r{cell_run.number} of {cell_run.cell} is unknown, and nobody is told")
        return False

    async def _state(self, cell_run: CellRun) -> str:
        rows = await self._stage.rows(f"SELECT state FROM release WHERE number = {cell_run.number}")  # noqa: S608
        return str(rows[0][0])

    def _asked_in_slack(self, cell_run: CellRun) -> bool:
        """Say whether there was a call since the last one that was answered; those that are over were edited since."""
        words = rf"Look for r{cell_run.number} .* say how it ended\. No run [0-9a-f]+ is to be seen"
        posted = (
            str(sent["text"])
            for method, sent, answer in self._stage.slack.calls
            if method == "chat.postMessage" and answer.get("ok")
        )
        return sum(bool(re.search(words, text)) for text in posted) > cell_run.asked

    async def _answer(self, cell_run: CellRun) -> None:
        """Tim looks for himself; where nothing was started he says so, where something is he waits for it to be seen."""
        cell_run.asked += 1
        proxy = self._stage.proxy
        late = proxy.late
        if late is not None and cell_run.delivery == LateDelivery.ASKED:
            await proxy.deliver(late)
        received = proxy.received[cell_run.first :]
        started = {each.correlation for each in await self._stage.ci.runs()}
        if any(each.correlation in started and each.unclear for each in received):
            return
        await self._do("Tim", f"settle r{cell_run.number} not-deployed nothing is there", cell_run, "unknown")
        if late is not None and cell_run.delivery == LateDelivery.SETTLED:
            await self._arrive(late)

    async def _do(self, name: str, words: str, cell_run: CellRun, state: str) -> None:
        """Insist on a command until the release is no longer in the state that it ends."""

        async def done() -> bool:
            if await self._state(cell_run) != state:
                return True
            await self._stage.there()
            await self._stage.types(name, words)
            return await self._state(cell_run) != state

        async def insist() -> None:
            while not await done():
                pass

        await within(insist, f"{words} cannot be done: {self._stage.heard[-4:]}", self._stage)

    async def _arrive(self, late: ReceivedStart) -> None:
        """Let something come too late; it has to be told in Slack, and stopped if it still runs."""
        stage = self._stage
        await stage.proxy.deliver(late)

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

"""What must hold after each run of the matrix: read from the CI, from the proxy before it, from the history and from Slack."""

from collections.abc import Sequence
from itertools import pairwise

from tests.crash.checks import Invariants
from tests.crash.matrix_cells import CellRun
from tests.crash.matrix_cis import CiRun
from tests.crash.matrix_proxy import Behaviour, ReceivedStart
from tests.crash.matrix_stage import MatrixStage
from tests.crash.stage import BrokenError

_ENDED = 600.0


class MatrixInvariants:
    """Checks what must hold after runs of cells on one stage."""

    def __init__(self, stage: MatrixStage) -> None:
        self._stage = stage
        self._whole = Invariants(stage)

    async def check(self, cell_run: CellRun) -> list[CiRun]:
        """Look at one run of a cell, once it is told; gives the CI's runs of it."""
        stage = self._stage
        received = stage.proxy.received[cell_run.first :]
        mine = {each.correlation for each in received}
        runs = [each for each in await stage.ci.runs() if each.correlation in mine]
        _must(not stage.proxy.faults, f"the CI refused: {stage.proxy.faults}")
        _check_requests(received)
        _check_single(runs)
        await self._check_accounted_for(cell_run, runs)
        await self._check_effects()
        await stage.verify()
        return runs

    async def _check_accounted_for(self, cell_run: CellRun, runs: Sequence[CiRun]) -> None:
        """Every run is the release's own, or people were told of it; only one deployed without a word of warning."""
        shown = await self._stage.release(cell_run.number)
        own = [step["run"]["id"] for step in shown["steps"] if step["run"]]
        said = [line for line in self._stage.said()[cell_run.said :] if "called off" in line]
        told = [each.id for each in runs if any(f"({each.id})" in line for line in said)]
        lost = [each for each in runs if each.id not in own and each.id not in told]
        _must(not lost, f"the CI started what nobody follows: {lost}, {own}, {said}")
        _must(len(own) == 1, f"r{cell_run.number} is done without a run: {shown}")
        untold = [each for each in runs if each.id not in told]
        _must(len(untold) == 1, f"r{cell_run.number} was deployed more than once: {untold}")
        _must(own[0] == untold[0].id, f"r{cell_run.number} follows {own}, and {untold} deployed it")

    async def _check_effects(self) -> None:
        failed = await self._stage.rows(
            "SELECT kind, failure FROM effect WHERE failure IS NOT NULL AND done_at IS NOT NULL"
        )
        _must(not failed, f"effects failed for good: {failed}")

    async def check_whole(self) -> None:
        """Look at the stage once everything is told: nothing is left undone, every message was posted."""

        async def nothing_left() -> bool:
            return await self._whole.undone() == 0

        await self._stage.pass_until(nothing_left, "effects are left undone", _ENDED)
        await self._whole.check_messages()

    async def close(self) -> None:
        """Let go of the database."""
        await self._whole.close()


def _check_requests(received: Sequence[ReceivedStart]) -> None:
    """A request is repeated only where the one before it was refused, and that was written down."""
    for correlation in {each.correlation for each in received}:
        _must(bool(correlation), "a request carries no correlation id")
        mine = [each for each in received if each.correlation == correlation]
        for before, _ in pairwise(mine):
            proved = before.scripted.behaviour is Behaviour.REFUSED and not before.unclear
            _must(
                proved,
                f"{correlation} was sent again after {before.scripted.behaviour}, unclear: {before.unclear}",
            )


def _check_single(runs: Sequence[CiRun]) -> None:
    ids = [each.correlation for each in runs]
    twice = [each for each in runs if ids.count(each.correlation) > 1]
    _must(not twice, f"one intent started several runs: {twice}")


def _must(holds: bool, sentence: str) -> None:
    if not holds:
        raise BrokenError(sentence)

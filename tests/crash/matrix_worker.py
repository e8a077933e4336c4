"""A share of the matrix, as a program of its own: tells its runs, on several stages at once, and reports what came of them."""

import argparse
import asyncio
import json
import random
import shutil
import sys
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests import databases
from tests.crash.forks import Forks, fork_server
from tests.crash.matrix_cells import Cell, CellRun
from tests.crash.matrix_checks import MatrixInvariants
from tests.crash.matrix_stage import MatrixStage, matrix_stage
from tests.crash.matrix_story import MatrixStory
from tests.crash.pair_stage import PairStage
from tests.crash.programs import said, story_runs_at_once

AT_ONCE = 3
"""How many stages there are at the same time: most of a telling is waiting."""

Sheet = tuple[str, Sequence[tuple[str, str]]]
"""What is told on one stage: the fixture, and the moment and the behaviour of each run."""


@dataclass
class Share:
    """What one worker has to do; `bug` is planted in its bots, of which there are two at a time for a `pair`."""

    sheets: Sequence[Sheet]
    seed: int
    bug: str = ""
    pair: bool = False
    told: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    failures: list[str] = field(default_factory=list[str])
    gaps: list[float] = field(default_factory=list[float])


class MatrixWorker:
    """Tells a share."""

    def __init__(self, share: Share, forks: Forks, fresh: Callable[[Path], Awaitable[str]]) -> None:
        self._share = share
        self._forks = forks
        self._fresh = fresh
        self._stage = PairStage if share.pair else MatrixStage
        self._sheets: Iterator[tuple[int, Sheet]] = iter(enumerate(share.sheets))

    async def run_all(self) -> None:
        """Tell until there is nothing left, or something is broken."""
        await asyncio.gather(*(self._go_on() for _ in range(story_runs_at_once(AT_ONCE))))

    async def _go_on(self) -> None:
        for number, (fixture, runs) in self._sheets:
            if self._share.failures:
                return
            await self._tell(fixture, runs, random.Random(f"{self._share.seed} {number}"))

    async def _tell(self, fixture: str, runs: Sequence[tuple[str, str]], chance: random.Random) -> None:
        directory = Path(tempfile.mkdtemp(prefix="shiproom-matrix-", dir=databases.quick_folder()))
        database = await self._fresh(directory)
        cell: Cell | None = None
        try:
            async with matrix_stage(fixture, directory, database, self._forks, self._stage) as stage:
                invariants, story = MatrixInvariants(stage), MatrixStory(stage, chance)
                try:
                    await story.begin()
                    for moment, behaviour in runs:
                        cell = Cell(fixture.partition(" ")[0], moment, behaviour)
                        await self._one(stage, invariants, await story.tell(cell))
                    await invariants.check_whole()
                finally:
                    await invariants.close()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what this program looks for
            raised = "\n".join(said(error))
            self._share.failures.append(f"broken at {cell}:\n{raised}\nWhat is left is in {directory}.")
        if self._share.bug or not self._share.failures:
            shutil.rmtree(directory, ignore_errors=True)

    async def _one(self, stage: MatrixStage, invariants: MatrixInvariants, cell_run: CellRun) -> None:
        runs = await invariants.check(cell_run)
        if isinstance(stage, PairStage):
            self._share.gaps.append(await stage.check_taken_over(cell_run))
        received = stage.proxy.received[cell_run.first :]
        told = {
            **asdict(cell_run.cell),
            "delivery": cell_run.delivery,
            "requests": len(received),
            "runs": len(runs),
            "asked": cell_run.asked,
            "late": sum(
                f"({each.id})" in line for each in runs for line in stage.said() if "called off" in line
            ),
        }
        self._share.told.append(told)


async def tell(share: Share) -> dict[str, Any]:
    """Do a share."""
    databases = _on_postgres() if share.pair else _on_sqlite()
    async with databases as fresh, fork_server(share.bug) as forks:
        await MatrixWorker(share, forks, fresh).run_all()
    return {"told": share.told, "failures": share.failures, "gaps": share.gaps}


@asynccontextmanager
async def _on_sqlite() -> AsyncGenerator[Callable[[Path], Awaitable[str]]]:
    with tempfile.TemporaryDirectory(prefix="shiproom-matrix-") as home:
        template = databases.fresh_sqlite(Path(home))
        await databases.migrate(template)

        async def fresh(directory: Path) -> str:
            return databases.copied_sqlite(template, directory)

        yield fresh


@asynccontextmanager
async def _on_postgres() -> AsyncGenerator[Callable[[Path], Awaitable[str]]]:
    with databases.server() as server:
        template = await databases.copied_postgres(server)
        await databases.migrate(template)

        async def fresh(directory: Path) -> str:
            del directory
            return await databases.copied_postgres(server, template)

        yield fresh


def main(words: Sequence[str] | None = None) -> None:
    """Read the share from the standard input, do it, and write the report as JSON to the standard output."""
    argparse.ArgumentParser(prog="python -m tests.crash.matrix_worker", description=__doc__).parse_args(words)
    share = Share(**json.load(sys.stdin))
    print(json.dumps(asyncio.run(tell(share))))


if __name__ == "__main__":
    main()

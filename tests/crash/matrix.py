"""The whole matrix: which cells how often, shared between programs, and what was seen added up."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.crash.matrix_cells import Cell, Moments
from tests.crash.matrix_cis import CIS
from tests.crash.matrix_proxy import Behaviour
from tests.crash.matrix_worker import Sheet
from tests.crash.programs import at_once, report_of

ON_ONE_STAGE = 15
"""How many runs are told on one stage: so that bots die with a short history and with a long one."""

GITHUBS = ("github", "github server")
"""The two that count as one kind: the dispatch of one names its run, that of the other does not."""

REAL, REAL_TAKES = frozenset({"buildbot"}), 3
"""Which fixtures are real CIs, and how many times as long a run there takes."""

BESIDE_REAL = 2
"""At least so many programs: that of a real CI waits most of the time."""

KINDS = sorted({fixture.partition(" ")[0] for fixture in CIS})
IN_DOUBT = frozenset({Moments.WRITTEN.value, Moments.ANSWER.value})
FIELDS = [(moment.value, behaviour.value) for moment in Moments for behaviour in Behaviour]


@dataclass(frozen=True, slots=True)
class Matrix:
    """What is wanted: runs per cell by kind of CI, of cells that say `only`; `bug` is planted first.

    Of kinds in `brief` only the moments are told at which it is in doubt what the CI was asked. `pair` has two bots share
    one PostgreSQL, so that the other goes on where the one has died.
    """

    runs: dict[str, int]
    only: str = ""
    seed: int = 0
    bug: str = ""
    workers: int = 0
    brief: frozenset[str] = frozenset()
    pair: bool = False

    def cells(self) -> list[Cell]:
        """List the cells that are wanted."""
        cells = [Cell(kind, *each) for kind in self.runs for each in FIELDS]
        told = [cell for cell in cells if cell.kind not in self.brief or cell.moment in IN_DOUBT]
        return [cell for cell in told if self.only in str(cell)]


@dataclass(slots=True)
class Seen:
    """What was seen."""

    wanted: Counter[Cell]
    told: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    failures: list[str] = field(default_factory=list[str])
    gaps: list[float] = field(default_factory=list[float])
    seconds: float = 0.0

    @property
    def lacking(self) -> list[str]:
        """The cells that were not told often enough."""
        had = Counter(Cell(each["kind"], each["moment"], each["behaviour"]) for each in self.told)
        return [f"{cell} was told {had[cell]} times" for cell in self.wanted if had[cell] < self.wanted[cell]]

    def total(self, what: str) -> int:
        return sum(each[what] for each in self.told)

    def __str__(self) -> str:
        kinds = Counter(each["kind"] for each in self.told)
        by_kind = ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
        taken_over = f", taken over within {max(self.gaps):.0f} turned seconds" if self.gaps else ""
        return (
            f"{len(self.told)} kills in {len(self.wanted)} cells ({by_kind}): {self.total('requests')} requests, "
            f"{self.total('runs')} runs, {self.total('asked')} times operators were asked, "
            f"{self.total('late')} runs came too late and were told{taken_over}; "
            f"{len(self.failures)} broken, {self.seconds:.0f} s"
        )


async def run_matrix(matrix: Matrix) -> Seen:
    """Kill as wanted."""
    began, cells = time.monotonic(), matrix.cells()
    seen = Seen(Counter({cell: matrix.runs[cell.kind] for cell in cells}))
    workers = matrix.workers or max(BESIDE_REAL, at_once())
    sheets = [share for share in _shares(_sheets(matrix, cells), workers) if share]
    shares = (
        {"sheets": each, "seed": matrix.seed + index, "bug": matrix.bug, "pair": matrix.pair}
        for index, each in enumerate(sheets)
    )
    for report in await asyncio.gather(*(report_of("tests.crash.matrix_worker", share) for share in shares)):
        seen.told += report.get("told", [])
        seen.failures += report["failures"]
        seen.gaps += report.get("gaps", [])
    seen.seconds = time.monotonic() - began
    return seen


def _sheets(matrix: Matrix, cells: Sequence[Cell]) -> list[Sheet]:
    """Share the runs between stages: mixed by chance, and each fixture's for itself."""
    chance, runs = random.Random(matrix.seed), dict[str, list[tuple[str, str]]]()
    for cell in cells:
        fixtures = GITHUBS if cell.kind in GITHUBS else (cell.kind,)
        for number in range(matrix.runs[cell.kind]):
            runs.setdefault(fixtures[number % len(fixtures)], []).append((cell.moment, cell.behaviour))
    sheets: list[Sheet] = []
    for fixture, mine in runs.items():
        chance.shuffle(mine)
        sheets += [
            (fixture, mine[first : first + ON_ONE_STAGE]) for first in range(0, len(mine), ON_ONE_STAGE)
        ]
    return sheets


def _shares(sheets: Sequence[Sheet], workers: int) -> list[list[Sheet]]:
    """Share the sheets between programs: one has all that go to a real CI, which then is started once."""
    shares, load = [list[Sheet]() for _ in range(workers)], [0] * workers
    for fixture, runs in sorted(sheets, key=lambda sheet: sheet[0] not in REAL):
        index = 0 if fixture in REAL else load.index(min(load))
        load[index] += len(runs) * (REAL_TAKES if fixture in REAL else 1)
        shares[index].append((fixture, runs))
    return shares

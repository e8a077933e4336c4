"""A whole run on one database: the work shared between workers, and the shares added up."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

from tests import databases
from tests.crash.programs import at_once, report_of

OWN_FILE = {"sqlite": "storage/sqlite.py", "postgresql": "storage/postgres.py"}
"""Where each database has awaits of its own."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What is wanted: deaths per point, and per point outside the database's own file; seconds are real.

    `part` is which of so many parts of all points.
    """

    database: str
    runs: int
    elsewhere: int
    seconds: float
    workers: int = 0
    only: str = ""
    seed: int = 0
    part: tuple[int, int] = (0, 1)


@dataclass(slots=True)
class Result:
    """What was reached."""

    points: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    failures: list[str] = field(default_factory=list[str])
    story_runs: int = 0
    seconds: float = 0.0

    @property
    def kills(self) -> int:
        return sum(point["kills"] for point in self.points)

    @property
    def path(self) -> list[dict[str, Any]]:
        return [point for point in self.points if point["path"]]

    @property
    def eluding(self) -> list[str]:
        """The points that were on the path when it was learned, and then were not passed any more."""
        return [str(point["point"]) for point in self.points if point["eluding"]]

    @property
    def lacking(self) -> list[str]:
        """The points of the path that were not killed at often enough."""
        return [f"{point['point']} lacks {point['lack']}" for point in self.path if point["lack"]]

    def __str__(self) -> str:
        fewest = min((point["kills"] for point in self.path), default=0)
        others = len(self.points) - len(self.path)
        return (
            f"{self.kills} kills at {len(self.path)} points of the path (at least {fewest} at each) and {others} others "
            f"({len(self.eluding)} of them passed at first only), in {self.story_runs} story_runs, {self.seconds:.0f} s; "
            f"{len(self.failures)} broken"
        )


async def campaign(orders: Orders) -> Result:
    """Kill as ordered."""
    began = time.monotonic()
    result = Result()
    async with _server(orders) as (server, template):
        workers = orders.workers or at_once()
        shares = [_share(orders, index, workers, server, template) for index in range(workers)]
        for report in await asyncio.gather(*(report_of("tests.crash.worker", share) for share in shares)):
            result.points += report.get("points", [])
            result.failures += report["failures"]
            result.story_runs += report.get("story_runs", 0)
    result.seconds = time.monotonic() - began
    return result


@contextlib.asynccontextmanager
async def _server(orders: Orders) -> AsyncGenerator[tuple[str, str]]:
    if orders.database == "sqlite":
        yield "", ""
        return
    with databases.server() as server:
        template = await databases.copied_postgres(server)
        await databases.migrate(template)
        yield server, template


def _share(orders: Orders, index: int, workers: int, server: str, template: str) -> dict[str, Any]:
    part, parts = orders.part
    return {
        "index": part * workers + index,
        "of": parts * workers,
        "runs": orders.runs,
        "elsewhere": orders.elsewhere,
        "focus": OWN_FILE[orders.database],
        "seconds": orders.seconds,
        "server": server,
        "template": template,
        "only": orders.only,
        "seed": orders.seed,
    }

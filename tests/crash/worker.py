"""One share of the work, as a program of its own: tells the story until there were enough kills at each of its points."""

import argparse
import asyncio
import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from tests import databases
from tests.crash.coverage import Aim, Coverage
from tests.crash.forks import Forks, fork_server
from tests.crash.programs import said, story_runs_at_once
from tests.crash.stage import Stage
from tests.crash.story import Story
from tests.virtual_clock import ScaledClock

TOLD_QUIETLY = 2
"""How often the story is told first with nobody dying, to learn what it passes."""

AT_ONCE = 4
"""How many story_runs go on at the same time: most of one is waiting."""

MOST_FAILURES = 3


@dataclass
class Share:
    """What one worker has to do: every `of`-th point, `runs` times, those outside the file `focus` `elsewhere` times.

    `server` and `template` are the addresses of a PostgreSQL server and of a migrated database there, or empty for SQLite.
    """

    index: int
    of: int
    runs: int
    elsewhere: int
    focus: str
    seconds: float
    server: str
    template: str
    only: str
    seed: int
    failures: list[str] = field(default_factory=list[str])
    story_runs: int = 0


class Worker:
    """Tells the story until its share is done."""

    def __init__(self, share: Share, forks: Forks) -> None:
        self._share = share
        self._forks = forks
        self._chance = random.Random(share.seed + share.index)
        wanted = {
            point.number: share.runs if share.focus in point.file else share.elsewhere
            for point in forks.points
            if point.number % share.of == share.index and share.only in str(point)
        }
        self.coverage = Coverage(wanted, self._chance)
        self._until = time.monotonic() + share.seconds

    async def run_all(self) -> None:
        """Tell quietly first, then with deaths until enough, too late, or too much is broken."""
        await asyncio.gather(*(self._tell(quiet=True) for _ in range(TOLD_QUIETLY)))
        self.coverage.settle_path(TOLD_QUIETLY)
        await asyncio.gather(*(self._go_on() for _ in range(story_runs_at_once(AT_ONCE))))

    async def _go_on(self) -> None:
        while (
            not self.coverage.over
            and time.monotonic() < self._until
            and len(self._share.failures) < MOST_FAILURES
        ):
            await self._tell(quiet=False)

    async def _tell(self, *, quiet: bool) -> None:
        directory = Path(tempfile.mkdtemp(prefix="shiproom-crash-", dir=databases.quick_folder()))
        database = await self._database(directory)
        stage = Stage(directory, database, forks=self._forks, clock=ScaledClock.start())
        story = Story(stage, self.coverage, self._chance, quiet=quiet)
        try:
            async with stage.kept():
                try:
                    await story.tell()
                finally:
                    await story.close()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what this program looks for
            self._share.failures.append(self._described(story, error, directory))
            print(self._share.failures[-1], file=sys.stderr)
        else:
            self._share.story_runs += 1
            await self._clean_up(directory, database)

    async def _database(self, directory: Path) -> str:
        if self._share.server:
            return await databases.copied_postgres(self._share.server, self._share.template)
        return databases.fresh_sqlite(directory)

    async def _clean_up(self, directory: Path, database: str) -> None:
        shutil.rmtree(directory, ignore_errors=True)
        if self._share.server:
            server = make_url(self._share.server).set(drivername="postgresql+asyncpg")
            engine = create_async_engine(server, isolation_level="AUTOCOMMIT")
            async with engine.connect() as connection:
                name = make_url(database).database
                await connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
            await engine.dispose()

    def _described(self, story: Story, error: BaseException, directory: Path) -> str:
        """What is broken comes first: not everybody who reports a failure has room for all of it."""
        lines = [f"  {self._told(aim)}" for aim in story.aims]
        left = f"after these kills (what is left is in {directory}):"
        return "\n".join(["broken:", *said(error), left, *lines])

    def _told(self, aim: Aim) -> str:
        point = self._forks.points[aim.place.point]
        return f"{aim.chapter}: passage {aim.passage}, moment {aim.place.moment}, of {point}"


def report(share: Share, forks: Forks, coverage: Coverage) -> dict[str, Any]:
    """Give what was reached, for whoever adds the shares up."""
    points = [
        {
            "point": str(forks.points[number]),
            "kills": coverage.died_at(number),
            "lack": max(0, coverage.lack(number)),
            "path": number in coverage.path,
            "eluding": number in coverage.eluding,
        }
        for number in sorted(coverage.passed)
    ]
    return {"points": points, "story_runs": share.story_runs, "failures": share.failures}


async def tell(share: Share) -> dict[str, Any]:
    """Do a share."""
    async with fork_server() as forks:
        worker = Worker(share, forks)
        await worker.run_all()
        return report(share, forks, worker.coverage)


def main(words: Sequence[str] | None = None) -> None:
    """Read the share from the standard input, do it, and write the report as JSON to the standard output."""
    argparse.ArgumentParser(prog="python -m tests.crash.worker", description=__doc__).parse_args(words)
    share = Share(**json.load(sys.stdin))
    print(json.dumps(asyncio.run(tell(share))))


if __name__ == "__main__":
    main()
